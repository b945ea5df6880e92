"""The command `gatelab`, or `python -m gatelab`: without a word more it starts the app. `gatelab --help` tells the rest."""

import sys
from collections.abc import Sequence

import gatelab
from gatelab.commands import app, card, models, page, site, train, worksheet
from gatelab.training.commandline import Parser

COMMANDS = {"app": app, "page": page, "site": site, "worksheet": worksheet, "models": models, "card": card, "train": train}
"""A word -> its module: one sentence in `HELP`, its options by `add(parser)`, and `run(args)`, which returns the exit code and raises ValueError or OSError for what it refuses."""

OWN = ("-h", "--help", "--version")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what a command line asks for; returns the exit code.

    Args:
        arguments: the words after `gatelab`; None takes those that this process was started with.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or (words[0].startswith("-") and words[0] not in OWN):
        words = ["app", *words]
    if words[0] == "train":
        return train.main(words[1:])  # it has a command line of its own
    args = _parser().parse_args(words)
    try:
        return COMMANDS[args.command].run(args)
    except (OSError, ValueError) as error:
        print(f"gatelab {args.command}: {error}", file=sys.stderr)
        return 2


def _parser():
    parser = Parser(
        prog="gatelab",
        description="Watch every gate of a trained recurrent network. Without a command, GateLab starts and opens in the browser.",
        epilog="gatelab COMMAND --help tells the options of a command.",
    )
    parser.add_argument("--version", action="version", version=f"gatelab {gatelab.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, command in COMMANDS.items():
        command.add(commands.add_parser(name, help=command.HELP, description=command.HELP))
    return parser


if __name__ == "__main__":
    sys.exit(main())
