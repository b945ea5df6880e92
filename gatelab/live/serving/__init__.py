"""What every request passes before it meets a route, and every answer after it."""

from starlette.middleware import Middleware

from gatelab.live.serving.closed import Closed
from gatelab.live.serving.compressed import Compressed
from gatelab.live.serving.headers import SecurityHeaders
from gatelab.live.serving.hosts import Hosts
from gatelab.live.serving.pieces import Pieces
from gatelab.live.serving.preload import Preload


def middleware(base: str = "") -> list[Middleware]:
    """What stands around the routes, the outermost first.

    Args:
        base: the path that the app is served under, as Streamlit's option server.baseUrlPath has it: "gatelab", or "" for none.
    """
    base = "".join(f"/{part}" for part in base.split("/") if part)
    return [
        Middleware(SecurityHeaders),
        Middleware(Hosts),
        Middleware(Closed, base=base),
        Middleware(Pieces),
        Middleware(Preload),
        Middleware(Compressed, base=base),
    ]
