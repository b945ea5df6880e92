"""Under which addresses other devices of a network reach an app on this machine: for a class that opens what runs on the teacher's laptop."""

import ipaddress
import socket

TOWARDS = ("192.0.2.1", "10.0.0.2", "172.16.0.2", "192.168.0.2", "192.168.1.2", "10.42.0.2", "192.168.137.2", "192.168.2.2", "172.20.10.2", "192.168.43.2")
"""Where to from: an address of the internet that is nobody's (RFC 5737), and one of each network that routers and the hotspots of Linux, Windows, macOS, iOS and Android
usually make. A laptop that is the hotspot itself may have no way to the internet."""


def reachable(port: int, base: str = "") -> list[str]:
    """The addresses of an app for other devices, the likeliest first; empty where this machine is in no network.

    Nothing is sent: the machine's own table of routes says which of its addresses it would use on the way to others.

    Args:
        port: where the app listens, on all addresses of the machine.
        base: the path that the app is served under, as Streamlit's option server.baseUrlPath has it.

    Returns:
        For example ["http://192.168.1.7:8501"], without a slash at the end.

    Raises:
        ValueError: the port is none.
    """
    if not 0 < port < 65_536:
        raise ValueError(f"port must be from 1 to 65535: got {port}")
    path = "/".join(["", *filter(None, base.split("/"))])
    return [f"http://{address}:{port}{path}" for address in dict.fromkeys(map(_source, TOWARDS)) if address]


def _source(there):
    """This machine's address on the way to another one; "" where there is no way, or none that others could use."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect((there, 9))  # of a datagram socket: it only chooses the way
            address = way.getsockname()[0]
        except OSError:
            return ""
    here = ipaddress.ip_address(address)
    return "" if here.is_loopback or here.is_unspecified or here.is_link_local else address
