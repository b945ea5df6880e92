"""`gatelab worksheet`: two steps of a small network on a text, to compute by hand."""

import argparse
from pathlib import Path

from gatelab.languages import ENGLISH, speaking

HELP = "Write a worksheet to print: two steps of a small network on your text, to compute by hand, with answers on page two."


def add(parser: argparse.ArgumentParser) -> None:
    """What stands on the sheet, and where to."""
    from gatelab.notation import NOTATIONS

    parser.add_argument("--cell", choices=("rnn", "lstm", "gru"), default="lstm", help="rnn, lstm or gru (default: lstm)")
    parser.add_argument("--text", required=True, help="2 to 12 words")
    parser.add_argument("--notation", choices=tuple(NOTATIONS), default="pytorch", help=f"whose letters: {', '.join(NOTATIONS)} (default: pytorch)")
    parser.add_argument("--step", type=int, default=1, help="the first of the two steps (default: 1)")
    parser.add_argument("--unit", type=int, help="whose values are asked: 0 or 1 (default: the one that moves more)")
    parser.add_argument("--lang", default=ENGLISH, help="the language, such as es (default: en)")
    parser.add_argument("file", type=Path, help="the file to write, e.g. sheet.html")


def run(args: argparse.Namespace) -> int:
    """Write the file.

    Raises:
        ValueError: what is chosen breaks a rule.
        OSError: the file cannot be written.
    """
    from gatelab.standalone.worksheet import page

    if args.file.suffix not in (".html", ".htm"):
        raise ValueError(f"the file must end in .html: got {str(args.file)!r}")
    with speaking(args.lang):
        text = page(args.text, args.cell, args.notation, args.step, args.unit)
    args.file.write_text(text, encoding="utf-8")
    print(f"{args.file}: print it, or save it as a PDF, from a browser; the answers are on page two")
    return 0
