"""Long answers leave in pieces, so that it is known what of them has not left yet."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatelab.live.serving import connections
from gatelab.live.serving.answers import Answer, on_their_way

PIECE = 2**16
"""Bytes that are handed on at once; the next piece follows when this one has left, or nearly."""


class Pieces:
    """Hands each long body on in pieces, and remembers what is left of it until all has left, or until its reader is given up."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def in_pieces(message: Message) -> None:
            body = message.get("body", b"")
            if message["type"] != "http.response.body" or len(body) <= PIECE:
                return await send(message)
            answer = on_their_way[id(scope)] = Answer(scope, body)
            connections.make_room()
            try:
                while answer.sent < len(body) and not answer.dropped:
                    piece = body[answer.sent : answer.sent + PIECE]
                    answer.sent += len(piece)
                    await send({**message, "body": piece, "more_body": answer.sent < len(body) or message.get("more_body", False)})
                    await asyncio.sleep(0)  # somebody's key may come first
                while answer.dropped and (await receive())["type"] != "http.disconnect":
                    pass
            finally:
                del on_their_way[id(scope)]

        await self.app(scope, receive, in_pieces if scope["type"] == "http" else send)
