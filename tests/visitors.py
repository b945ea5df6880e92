"""Visitors without a browser, over Streamlit's websocket: for tests with more of them than browsers fit."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

PATIENCE = 60  # seconds until a page must have come


def visits(server, pages):
    """What visitors see who come at once, and stay until the last one's page has come.

    Args:
        server: a `browser.Server`.
        pages: for each visitor the page's name in its address, and what its stage hands over if Explore is opened, or None.

    Returns:
        For each the kinds of the elements that came, e.g. {"markdown", "bidi_component"}, where "exception" is the exception box;
        or the exception that says why nothing came.
    """
    with ThreadPoolExecutor(1) as thread:  # a browser's tests leave an event loop running in this one
        return thread.submit(asyncio.run, _together(server, pages)).result()


async def _together(server, pages):
    sockets = []

    async def visit(page, explored):
        socket = await connect(f"ws://127.0.0.1:{server.port}/_stcore/stream", subprotocols=["streamlit"], max_size=None, open_timeout=PATIENCE)
        sockets.append(socket)
        elements = await _elements(socket, page)
        if explored:
            (stage,) = (element.bidi_component.id for element in elements if element.WhichOneof("type") == "bidi_component")
            elements += await _elements(socket, page, {stage: {"explore": explored}})
        return {element.WhichOneof("type") for element in elements}

    try:
        return await asyncio.gather(*(visit(*page) for page in pages), return_exceptions=True)
    finally:
        await asyncio.gather(*(socket.close() for socket in sockets))


async def _elements(socket, page, states=None):
    """The elements of a page, with the states of its components: id -> what it hands over."""
    ask = BackMsg()
    ask.rerun_script.page_name = page
    for id, state in (states or {}).items():
        ask.rerun_script.widget_states.widgets.add(id=id, json_value=json.dumps(state))
    await socket.send(ask.SerializeToString())
    elements = []
    async with asyncio.timeout(PATIENCE):
        while True:
            message = ForwardMsg.FromString(await socket.recv())
            if message.HasField("delta") and message.delta.HasField("new_element"):
                elements.append(message.delta.new_element)
            if message.HasField("script_finished"):
                return elements
