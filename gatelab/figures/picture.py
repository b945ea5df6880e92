"""A trace as one PNG: the tokens, and under each other the heatmaps of all names."""

import io
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont

from gatelab import roles
from gatelab.figures import kinds
from gatelab.palette import MISSING, NOTHING, SCALES, Colors, colors
from gatelab.traces import Layer, Trace
from gatelab.words import glyph

LEFT, TOP, GAP = 150, 60, 14  # pixels
STEP = 16  # width of a step in pixels; more where tokens are words, less where the picture would be wider than WIDEST
ROOMY = 96  # the most that a word makes of it
WIDEST = 12_000


def shades(values: np.ndarray, name: str, theme: str, cell: str = "", ranges: Mapping[str, float] = NOTHING) -> np.ndarray:
    """The colors of values, interpolated between the stops of the name's scale: (..., 3) bytes; `MISSING` for what is not finite.

    Args:
        ranges: as of `palette.span`; a value beyond takes the color of the nearer end.
    """
    return painted(values, colors(name, cell, ranges), theme)


def painted(values: np.ndarray, by: Colors, theme: str) -> np.ndarray:
    """The same by the `palette.Colors` of the name."""
    stops = np.array([ImageColor.getrgb(color) for color in SCALES[theme][by.scale]], float)
    low, high = by.low, by.high
    finite = np.isfinite(values)
    at = np.clip((np.where(finite, values, low) - low) / (high - low), 0, 1) * (len(stops) - 1)
    below = np.minimum(at.astype(int), len(stops) - 2)
    part = (at - below)[..., None]
    shown = np.rint(stops[below] * (1 - part) + stops[below + 1] * part)
    return np.where(finite[..., None], shown, ImageColor.getrgb(MISSING[theme])).astype(np.uint8)


def png(trace: Trace | Layer, titles: Mapping[str, str] | None = None, theme: str = "light", order: Sequence[int] | None = None, name: str = "") -> bytes:
    """All heatmaps of a trace in one picture, each entry a rectangle of its exact color.

    Entries that are NaN or infinite have a color of their own, and beside the map stands how many they are.

    Args:
        trace: a `gatelab.Trace` of T steps, whose last layer is shown, or a layer of one, `trace.layer(k)`.
        titles: name -> what it is called; the maps stand in this order. All names where it is None.
        theme: "light" or "dark".
        order: the H units from top to bottom; by index where it is None, and for a name that has fewer or more units.
        name: what stands on top, e.g. the model's name; behind it stands which layer is shown, where there are several.

    Returns:
        The bytes of a PNG file.

    Raises:
        TypeError: it is no trace of steps.
    """
    kinds.of_steps(trace)
    if titles is None:
        known = roles.of(trace.cell).titles if trace.cell else {}
        titles = {letter: known.get(letter, "") for letter in trace.names}
    size = max(trace[letter].shape[1] for letter in trace.names)
    font, large = ImageFont.load_default(13), ImageFont.load_default(20)
    signs = [_sign(token) for token in trace.tokens]
    longest = max((font.getlength(sign) for sign in signs), default=0)
    step = max(1, min(STEP if longest <= STEP else min(ROOMY, int(longest) + 6), WIDEST // max(1, len(trace))))
    row = max(1, 128 // size)
    paper, ink = (SCALES[theme]["sequential"][k] for k in (0, -1))
    heading = kinds.named(name, trace)
    width = LEFT + max(30 * STEP, len(trace) * step, int(large.getlength(heading))) + GAP
    picture = Image.new("RGB", (width, TOP + len(titles) * (size * row + GAP)), paper)
    draw = ImageDraw.Draw(picture)
    draw.text((LEFT, 8), heading, ink, large)
    if step >= 8:
        for t, sign in enumerate(signs):
            draw.text((LEFT + (t + 0.5) * step, TOP - 16), sign, ink, font, anchor="mm")
    for k, (letter, title) in enumerate(titles.items()):
        y = TOP + k * (size * row + GAP)
        draw.text((12, y), letter, ink, large if large.getlength(letter) < LEFT - 20 else font)
        draw.text((12, y + 26), title or _range(trace.colors(letter)), ink, font)
        gone = np.count_nonzero(~np.isfinite(trace[letter]))
        if gone:
            draw.text((12, y + 44), f"{gone:,} not finite", MISSING[theme], font)
        if len(trace):
            values = trace[letter].T
            rows = np.arange(len(values)) if order is None or len(values) != len(order) else np.asarray(order)
            map_ = Image.fromarray(painted(values[rows], trace.colors(letter), theme))
            picture.paste(map_.resize((len(trace) * step, len(values) * row), Image.Resampling.NEAREST), (LEFT, y))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _sign(token):
    """How a token is written over its step, cut where it is long; "" for what the font does not have."""
    shown = glyph(token) if token.isascii() and token.isprintable() and token != " " else ""
    return shown if len(shown) <= 14 else shown[:12] + ".."


def _range(by):
    """The range of a name that has no title, one of arrays by name."""
    return f"{by.low:g} to {by.high:g}"
