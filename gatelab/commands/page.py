"""`gatelab page`: a stage as one HTML file that works alone."""

import argparse
from pathlib import Path

from gatelab.commands import given
from gatelab.languages import ENGLISH, speaking

HELP = "Write a stage with its network and a text as one HTML file that works without a server."


def add(parser: argparse.ArgumentParser) -> None:
    """What stands on the stage, and where to."""
    parser.add_argument(
        "--stage", default="watch", help="the page: watch, compare, memory, attention, self-attention, or a lesson such as lstm (default: watch)"
    )
    parser.add_argument("--model", help="the model; on Compare and Memory two to five, with commas between")
    parser.add_argument("--text", help="the text")
    parser.add_argument("--link", default="", help="more of what is chosen, as a copied link has it: 'unit=70&step=3'")
    given.models(parser)
    given.lessons(parser)
    parser.add_argument("--lang", default=ENGLISH, help="the language, such as es (default: en)")
    parser.add_argument("file", type=Path, help="the file to write, e.g. watch.html")


def run(args: argparse.Namespace) -> int:
    """Write the file, and say how large it is.

    Raises:
        ValueError: there is no such stage, or what is chosen breaks a rule.
        OSError: the file cannot be written.
    """
    given.tell(args)
    from gatelab.standalone.page import fields, page  # reads the folders of one's own

    if args.file.suffix not in (".html", ".htm"):
        raise ValueError(f"the file must end in .html: got {str(args.file)!r}")
    with speaking(args.lang):
        text = page(args.stage, **fields(args.stage, args.link, args.model, args.text))
    args.file.write_text(text, encoding="utf-8")
    print(f"{args.file}: {len(text.encode()) / 1000:,.0f} kB")
    return 0
