"""Training from scratch: the only place with a batch dimension. Command line: `python -m gatelab.training --help`."""
