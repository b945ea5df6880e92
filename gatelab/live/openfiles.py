"""How many files this process may hold open: every visitor takes some, so as many as the machine allows."""

import sys

try:
    import resource
except ModuleNotFoundError:  # Windows has no such limit
    resource = None  # type: ignore[assignment]  # mypy knows no module that may be missing

EACH = 10
"""Open files of a visitor whose page loads or who types: six connections of the browser, Streamlit's websocket, and the three of the
event loop that Streamlit makes for each session. Four of them stay while nothing moves; the loop's three stay for
`server.disconnectedSessionTTL` after the visitor has gone, so that a phone that wakes up finds its session again."""

ANY = sys.maxsize
"""A limit that has no number."""

TRIED = (65_536, 10_240)
"""Limits to try where the highest is refused or has no number: macOS names none, and accepts 10,240 at least."""

MANY = 1_000
"""Visitors above which open files are not what runs out first."""


def raise_limit() -> int | None:
    """Raise this process's limit of open files as far as the machine allows.

    Returns:
        The limit from now on, `ANY` where it has no number; None on a system that has no such limit.
    """
    if resource is None:
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    now, most = (ANY if limit == resource.RLIM_INFINITY else limit for limit in (soft, hard))
    for wanted in (most, *TRIED):
        if now < wanted <= most and wanted != ANY:
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
                return wanted
            except (OSError, ValueError):
                pass  # the next one is lower
    return now


def sentence(limit: int) -> str:
    """What a limit of open files means, for whoever starts GateLab.

    Args:
        limit: as `raise_limit` returns it.
    """
    visitors = f"about {limit // EACH:,}" if limit < MANY * EACH else f"more than {MANY:,}"
    return f"This machine allows {'any number of' if limit == ANY else f'{limit:,}'} open files: {visitors} visitors at once."
