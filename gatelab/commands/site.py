"""`gatelab site`: all pages that need no server, as files."""

import argparse
from pathlib import Path

from gatelab.commands import given

HELP = "Write all pages that need no server as files, for any host or a disk."


def add(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    given.models(parser)
    given.lessons(parser)
    parser.add_argument("--lang", help="the languages, with commas between: the first stands in the folder, each other one in a folder in it (default: all)")
    parser.add_argument("folder", type=Path, help="the folder to write; it is made, and must be empty or hold a site")


def run(args: argparse.Namespace) -> int:
    """Write the site, and say how large it is.

    Raises:
        ValueError: the folder holds something else, or there is no such language.
        OSError: a file cannot be written.
    """
    given.tell(args)
    from tqdm import tqdm

    from gatelab.languages import languages
    from gatelab.standalone.site import site  # reads the folders of one's own

    written = list(tqdm(site(args.folder, args.lang.split(",") if args.lang else list(languages())), unit=" files"))
    size = sum(path.stat().st_size for path in written) / 1e6
    print(f"{args.folder}: {len(written)} files, {size:,.0f} MB. Open {args.folder / 'index.html'}, or copy the folder to any host.")
    return 0
