"""Where the files stand that are no modules of the package: beside it in the repository, inside it where it is installed.

The wheel holds `app.py`, `pages/` and `.streamlit/` as `gatelab/app/`, see `package-dir` in `pyproject.toml`.
"""

from pathlib import Path

PACKAGE = Path(__file__).parent


def top() -> Path:
    """The folder of `app.py`, `pages/` and `.streamlit/`: the repository's, or `gatelab/app` of an installed package."""
    installed = PACKAGE / "app"
    return installed if (installed / "app.py").is_file() else PACKAGE.parent


PAGES = top() / "pages"
"""The scripts of the pages, and what they read: `questions/`."""
