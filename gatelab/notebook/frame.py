"""What `gatelab.show` gives: a whole document in a frame, which can do nothing outside itself."""

import hashlib
import html
import os
from pathlib import Path

HEIGHT = 900
"""CSS pixels, until the document has said how high it is."""

LOWEST, HIGHEST = 100, 10_000
"""CSS pixels that a frame may be high."""

SANDBOX = "allow-scripts allow-downloads allow-popups"
"""What a document may do: run, hand over a file, open a link. Nothing in the notebook around it is in its reach, nor is what other pages store."""

_FRAME = """\
<iframe data-gatelab="{key}" title="{title}" sandbox="{sandbox}" allow="fullscreen; clipboard-write" style="width: 100%; height: {height}px; border: 0" srcdoc="{document}"></iframe>"""

_FIT = """
<script>
addEventListener("message", ({{ source, data }}) => {{
  if (data?.gatelab !== "height" || !(data.height > 0)) return;
  for (const frame of document.querySelectorAll("iframe[data-gatelab='{key}']")) {{
    if (frame.contentWindow === source) frame.style.height = `${{Math.min({highest}, Math.max({lowest}, data.height))}}px`;
  }}
}});
</script>"""


class Shown:
    """A stage in the output of a cell; made by `gatelab.show`.

    Attributes:
        document: the HTML document, which asks for nothing.
        title: what it shows, in one line.
    """

    def __init__(self, document: str, title: str, height: int | None = None) -> None:
        self.document = document
        self.title = title
        self.height = checked_height(height)

    def __repr__(self) -> str:
        return f"{self.title}: {len(self.document.encode()) / 1000:,.0f} kB, open it in a notebook, or save(path) it"

    def _repr_html_(self) -> str:
        """The document in a frame, and, unless a height was given, what makes the frame as high as its document."""
        key = hashlib.sha256(self.document.encode()).hexdigest()[:16]
        frame = _FRAME.format(key=key, title=html.escape(self.title), sandbox=SANDBOX, height=self.height or HEIGHT, document=html.escape(self.document))
        return frame if self.height else frame + _FIT.format(key=key, lowest=LOWEST, highest=HIGHEST)

    def save(self, path: str | os.PathLike) -> Path:
        """Write the document as a file that works alone, and give its path.

        Raises:
            ValueError: the path does not end in ".html".
            OSError: the file cannot be written.
        """
        path = Path(path)
        if path.suffix not in (".html", ".htm"):
            raise ValueError(f"path must end in .html: got {str(path)!r}")
        path.write_text(self.document, encoding="utf-8")
        return path


def checked_height(height: object) -> int | None:
    """CSS pixels, or None for as high as the document is.

    Raises:
        TypeError: it is no whole number.
        ValueError: it is too small or too large.
    """
    if height is None:
        return None
    if not isinstance(height, int) or isinstance(height, bool):
        raise TypeError(f"height must be a whole number of pixels, or None: got {type(height).__name__} {height!r}")
    if not LOWEST <= height <= HIGHEST:
        raise ValueError(f"height must be from {LOWEST} to {HIGHEST} pixels: got {height}")
    return height
