"""Who may start a time trial, which takes a processor for ten seconds: by default whoever sits at the machine itself."""

import ipaddress
import os
from collections.abc import Mapping

VARIABLE = "GATELAB_TIME_TRIALS"
"""The environment variable that says who: one of `CHOICES`."""

CHOICES = ("here", "on", "off")

PAUSE = 20.0
"""Seconds between the end of a time trial and the next one, where everybody may start one."""

_over = float("-inf")  # when the last one ended


def ended(now: float) -> None:
    """Note that a time trial has ended, on the monotonic clock."""
    global _over
    _over = now


def rest(now: float) -> float:
    """Seconds until the next time trial may begin; 0 where it may now."""
    return max(0.0, _over + PAUSE - now) if chosen() == "on" else 0.0


def chosen() -> str:
    """Who may: "here", "on" for everybody, "off" for nobody.

    Raises:
        ValueError: the variable says something else.
    """
    return choice(os.environ.get(VARIABLE, ""))


def choice(written: str) -> str:
    """The choice that is written in `VARIABLE`; the first one for "".

    Raises:
        ValueError: it is none.
    """
    said = written or CHOICES[0]
    if said not in CHOICES:
        raise ValueError(f"{VARIABLE} must be one of {', '.join(CHOICES)}: got {said!r}")
    return said


def may(address: str | None, headers: Mapping[str, str]) -> bool:
    """Whether a visitor may start one.

    Args:
        address: from which the visitor's browser is connected; None for this machine, as `st.context.ip_address` has it.
        headers: of the visitor's request: one that came through another server, or to another name than this machine's own, is not from here.
    """
    if chosen() != "here":
        return chosen() == "on"
    through = any(name.lower() in ("forwarded", "x-forwarded-for", "x-real-ip", "via") for name in headers)
    name = next((value for key, value in headers.items() if key.lower() == "host"), "localhost").rsplit(":", 1)[0]
    return not through and is_this_machine(name) and (address is None or is_this_machine(address))


def is_this_machine(host: str) -> bool:
    """Whether a host is a name of the machine for itself: localhost, or a loopback address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
