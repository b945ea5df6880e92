"""The commands of `gatelab`, one a module: `HELP`, `add(parser)` and `run(args)`; the table of them is in `gatelab/__main__.py`."""
