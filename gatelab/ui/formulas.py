"""A page's formulas, in the notation that its visitor has chosen on a stage."""

from typing import Any

import streamlit as st

from gatelab.live.component import notation
from gatelab.notation import formula, rewritten, turned

__all__ = ["is_turned", "latex", "prose"]


def prose(text: str, *, alone: bool = False, on: Any = st) -> None:
    """Markdown with formulas in PyTorch's letters, on a container of the page.

    Args:
        alone: see `gatelab.notation.rewritten`.
    """
    on.markdown(rewritten(text, notation(), alone=alone))


def latex(source: str, *, alone: bool = False, on: Any = st) -> None:
    """A formula that stands by itself: arguments as of `prose`."""
    on.latex(formula(source, notation(), alone=alone))


def is_turned() -> bool:
    """Whether the update gate says here how much of the candidate comes in."""
    return turned(notation())
