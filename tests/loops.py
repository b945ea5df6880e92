"""Runs a coroutine on a loop as the server's, in a thread of its own: in the main thread a browser of another test may have its loop."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

try:
    from uvloop import new_event_loop
except ImportError:  # on Windows, where the server runs without it too
    from asyncio import new_event_loop


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine returns."""
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(_run, coroutine).result()


def _run(coroutine):
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(coroutine)
