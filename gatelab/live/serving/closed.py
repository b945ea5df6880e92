"""Doors of Streamlit's that GateLab has no use for: its metrics, and the upload of files."""

import os

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

VARIABLE = "GATELAB_METRICS"
"""The environment variable that opens the metrics: on."""


class Closed:
    """Answers as if they were not there."""

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        """Put it before an app.

        Args:
            base: the path that the app is served under, "" or one that begins with a slash.
        """
        self.app = app
        self.doors = (f"{base}/_stcore/upload_file",) + (() if os.environ.get(VARIABLE) == "on" else (f"{base}/_stcore/metrics",))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, unless it is for one of them."""
        if scope["type"] == "http" and scope["path"].startswith(self.doors):
            return await PlainTextResponse("Not Found", 404)(scope, receive, send)
        await self.app(scope, receive, send)
