"""What the server does around the routes: warm up before the first visitor, keep the garbage collector calm."""

import asyncio
import ctypes
import gc
import importlib
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
import torch
from streamlit import net_util

from gatelab import addresses, figures, zoo
from gatelab.live import openfiles
from gatelab.live.recent import recent
from gatelab.live.serving import connections, log
from gatelab.traces import trace

SWEEP_SECONDS = 30

MUCH = 16 * 2**20
"""Bytes that are worth 0.1 s to give them back."""

LARGE = 2**20
"""Bytes from which on an array lies in memory of its own."""

M_MMAP_THRESHOLD = -3
"""The number of the option of `mallopt` that says so, in malloc.h."""

TURN = 0.0005
"""Seconds after which a thread that computes hands the interpreter's lock to the event loop: with Python's own 0.005 each key waits that long beside large work."""

# Streamlit asks a server on the internet for this machine's address, to print it and to compare origins with it.
# No request of GateLab leaves the machine, so the answer is given here: none.
net_util._external_ip = ""

AT_FIRST_USE = ("pandas", "pyarrow.pandas_compat", "pyarrow.vendored.version", "plotly.tools", "PIL.PngImagePlugin")
"""What Streamlit's tables, charts and pictures import when a page first has one: two visitors at once may get a half imported pandas."""


def warm_up() -> None:
    """Import what the pages use, load every model, and make a figure: a visitor finds all of it done."""
    for name in AT_FIRST_USE:
        importlib.import_module(name)
    for name in zoo.models():
        make = recent.trace if name in zoo.readers() else trace
        make(zoo.load(name), zoo.opening(name).text)
    name = zoo.readers()[0]
    figures.heatmap(recent.trace(zoo.load(name), zoo.opening(name).text), "h").to_json()


def others_reach() -> list[str]:
    """The addresses under which other devices reach the app; none where it listens on one address alone, as `--address localhost` asks for."""
    if st.get_option("server.address") not in (None, "", "0.0.0.0", "::"):
        return []
    return addresses.reachable(st.get_option("server.port"), st.get_option("server.baseUrlPath"))


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[dict[str, Any]]:
    """Make room for visitors and warm up before the first one comes, then sweep garbage now and then instead of after every script run.

    A full collection with torch in memory holds every visitor up for 0.2 s. What is alive after the warm-up stays alive,
    so it is frozen out of the collections.
    """
    log.tame()
    connections.speak_h11(connections.running())
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # a stranger's broken HTTP is not worth a line each
    if limit := openfiles.raise_limit():
        print(openfiles.sentence(limit), flush=True)
    for url in others_reach():
        print(f"Other devices in this network open {url}", flush=True)
    if mine := [name for name in zoo.models() if zoo.is_own(name)]:
        print(f"Your own models: {', '.join(mine)}.", flush=True)
    for sentence in zoo.left_out():
        print(f"Left out of the models: {sentence}.", flush=True)
    sys.setswitchinterval(TURN)
    keep_apart()
    torch.set_num_threads(1)  # a keystroke is too little work to share, and other visitors' threads need the cores
    warm_up()
    gc.collect()
    gc.freeze()
    tasks = [asyncio.create_task(_sweep()), asyncio.create_task(connections.watch(connections.running()))]
    try:
        yield {}
    finally:
        for task in tasks:
            task.cancel()


async def _sweep():
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        forgotten = recent.forget_unused(SWEEP_SECONDS)
        gc.collect()
        if forgotten > MUCH:
            await asyncio.to_thread(give_back)


def keep_apart() -> None:
    """Have each large array lie in memory of its own, which goes back to the system at once when it is freed (`man mallopt`, M_MMAP_THRESHOLD)."""
    _of_c("mallopt", M_MMAP_THRESHOLD, LARGE)


def give_back() -> None:
    """Hand memory that was freed back to the system. The C library of most Linux systems keeps it otherwise, hundreds of MB after a class."""
    _of_c("malloc_trim", 0)


def _of_c(name, *args):
    """Call a function of the C library of a Linux system, where it has it."""
    function = getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
    if function:
        function(*args)
