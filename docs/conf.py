"""The API reference, made by `make docs`: Sphinx reads the docstrings of what `gatelab` offers."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import gatelab

project = "GateLab"
copyright = "the GateLab authors, MIT licence"
release = gatelab.__version__
extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode", "myst_parser"]
exclude_patterns = ["build"]
html_theme = "furo"
html_title = f"GateLab {release}"
html_static_path: list[str] = []
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
napoleon_numpy_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
highlight_language = "none"
default_role = "code"  # docstrings write names in single backticks, as Markdown has them
python_maximum_signature_line_length = 100
