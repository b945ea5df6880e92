"""`GET /live/addresses`: under which addresses other devices reach the app, for the link and the QR code that a stage shows."""

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gatelab.live.endpoint import Endpoint
from gatelab.live.server import others_reach
from gatelab.live.serving.trials import is_this_machine


class AddressesRoute(Endpoint):
    """The addresses, [] where there is none, and why. They are told to this machine alone: who came from elsewhere has an address that reaches."""

    async def get(self, request: Request) -> Response:
        found, why = told(request.url.hostname or "", request.url.port or 80)
        if (found or why) and not is_this_machine(
            request.client.host if request.client else ""
        ):  # whoever says so in the header Host, or a container's neighbor
            found, why = [], "The app does not know its address for other devices."
        return JSONResponse({"addresses": found, "why": why}, headers={"Cache-Control": "no-store"})


def told(host: str, port: int) -> tuple[list[str], str]:
    """The addresses for a browser that opened the app under this host and port, and a sentence why there is none, else "".

    Args:
        host: a name, or an address without brackets.
    """
    if not is_this_machine(host):
        return [], ""
    if port != st.get_option("server.port"):  # of a container or a tunnel: what this machine knows of itself is not what others reach
        return [], f"The app does not know its address for other devices: here it is at port {port}, but it listens at port {st.get_option('server.port')}."
    found = others_reach()
    if found:
        return found, ""
    alone = st.get_option("server.address") not in (None, "", "0.0.0.0", "::")
    return [], (
        "The app listens on this machine alone. Start it without --address, and other devices reach it."
        if alone
        else "This machine is in no network that other devices could use."
    )
