"""`gatelab app`: start GateLab and open it in the browser."""

import argparse
import errno
import os
import socket
import sys

from gatelab.commands import given
from gatelab.folders import top
from gatelab.live.serving import headers, hosts, trials

HELP = "Start GateLab and open it in the browser; so does gatelab alone."


def add(parser: argparse.ArgumentParser) -> None:
    """Folders of one's own, and where to listen."""
    given.models(parser)
    given.lessons(parser)
    parser.add_argument("--port", type=int, help="where to listen (default: 8501, or the next one that is free)")
    parser.add_argument("--address", help="listen on this address of the machine alone: localhost keeps GateLab to yourself (default: on all)")
    parser.add_argument("--hosts", help="further names under which the server answers, with commas between them, such as gatelab.school.example; * for any")
    parser.add_argument("--frames", help="who may show the app in a frame: self, none, or addresses such as https://moodle.school.example (default: any page)")
    parser.add_argument("--time-trials", choices=trials.CHOICES, help="who may start a time trial: everybody, nobody, or this machine alone (default: here)")
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    parser.add_argument("streamlit", nargs="*", metavar="-- OPTION", help="options of Streamlit, after --, such as -- --server.baseUrlPath gatelab")


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C.

    Raises:
        ValueError: a folder is not there, a port is taken, Streamlit does not know an option.
    """
    import click
    from streamlit.web import cli

    given.tell(args)
    _tell(args)
    if args.port is not None:
        _free(args.port, args.address or "")
    try:
        cli.main(["run", *options(args)], prog_name="streamlit", standalone_mode=False)
    except click.ClickException as error:
        raise ValueError(f"the options after -- must be Streamlit's: {error.format_message()}") from None
    except click.Abort:
        print(file=sys.stderr)
    return 0


def _tell(args):
    """Hand what is chosen to the server by its environment, checked; what stands there already is checked as well."""
    for variable, value, check in (
        (hosts.VARIABLE, args.hosts, hosts.names),
        (headers.VARIABLE, args.frames, headers.frames),
        (trials.VARIABLE, args.time_trials, trials.choice),
    ):
        check(os.environ.get(variable, "") if value is None else value)
        if value is not None:
            os.environ[variable] = value


def options(args: argparse.Namespace) -> list[str]:
    """The words after `streamlit run`. What stands in `.streamlit/config.toml` beside app.py, Streamlit reads by itself."""
    chosen = {"server.port": args.port, "server.address": args.address, "server.headless": "true" if args.no_browser else None}
    return [str(top() / "app.py"), *(word for name, value in chosen.items() if value is not None for word in (f"--{name}", f"{value}")), *args.streamlit]


def _free(port, address):
    """Raises ValueError where nobody could listen on a port of an address of this machine."""
    if not 0 < port < 65_536:
        raise ValueError(f"--port must be from 1 to 65535: got {port}")
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a server that has just ended does not hold its port
        try:
            probe.bind((address, port))
        except (OSError, UnicodeError) as error:
            if getattr(error, "errno", None) == errno.EADDRINUSE:
                raise ValueError(f"--port must be free: another program listens on {port}") from None
            if getattr(error, "errno", None) == errno.EACCES:
                raise ValueError(f"--port must be one that you may listen on, such as 8501: got {port}") from None
            raise ValueError(f"--address must be one of this machine's: got {address!r}") from None
