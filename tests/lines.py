"""Prints which lines of the stages' JavaScript no test has run: `make coverage` collects what Node.js and Chromium say of it.

What runs in the worker of the Memory page is not seen. Both write V8's coverage: for each script its functions, and for each function nested ranges of characters with how often they ran.
"""

import json
import os
import re
import sys
from pathlib import Path

import numpy as np

from gatelab.live import bundle

COVERAGE = os.environ.get("NODE_V8_COVERAGE")  # the folder; Node.js knows this variable by itself
STARTED = {"callCount": True, "detailed": True}
MODULE = re.compile(r'("[\w./-]+\.js"): \(\) => \{')


def covered(browser):
    """A browser whose pages leave their coverage in the folder when they or their context are closed; the browser itself where none is wanted."""
    if COVERAGE:
        make = browser.new_context
        browser.new_context = lambda **options: _covered_context(make(**options))
    return browser


def _covered_context(context):
    make, close, sessions = context.new_page, context.close, []

    def new_page():
        page = make()
        session = context.new_cdp_session(page)
        session.send("Profiler.enable")
        session.send("Profiler.startPreciseCoverage", STARTED)
        leave = page.close
        page.close = lambda **options: (_written(sessions, session), leave(**options))
        sessions.append(session)
        return page

    def close_all(**options):
        for session in [*sessions]:
            _written(sessions, session)
        close(**options)

    context.new_page, context.close = new_page, close_all
    return context


def _written(sessions, session):
    if session in sessions:
        sessions.remove(session)
        report = [script for script in session.send("Profiler.takePreciseCoverage")["result"] if bundle.NAME in script["url"]]
        path = Path(COVERAGE, f"browser-{os.getpid()}-{len(os.listdir(COVERAGE))}.json")
        path.write_text(json.dumps({"result": report}), encoding="utf-8")


def lines_run(text, functions):
    """Which lines of a script have run at least in part, and which could have: two arrays of Booleans."""
    ran = np.full(len(text), -1)
    for at in sorted((part for one in functions for part in one["ranges"]), key=lambda part: (part["startOffset"], -part["endOffset"])):
        ran[at["startOffset"] : at["endOffset"]] = at["count"]
    lines, at = text.split("\n"), 0
    some = np.zeros((2, len(lines)), bool)
    for k, line in enumerate(lines):
        inside = ran[at : at + len(line)][[not sign.isspace() for sign in line]]
        some[:, k] = (inside > 0).any(), (inside >= 0).any()
        at += len(line) + 1
    return some


def main(folder):
    """Print the lines of each module that no report says have run, and in a last line how many there are."""
    texts = {path.relative_to(bundle.STATIC).as_posix(): path.read_text(encoding="utf-8") for path in sorted(bundle.STATIC.rglob("*.js"))}
    seen = {name: np.zeros((2, len(text.split("\n"))), bool) for name, text in texts.items()}
    starts = {json.loads(found[1]): k for k, line in enumerate(bundle.TEXT.split("\n")) if (found := MODULE.match(line))}
    for path in Path(folder).glob("*.json"):
        for script in json.loads(path.read_text(encoding="utf-8"))["result"]:
            if bundle.NAME in script["url"]:
                some = lines_run(bundle.TEXT, script["functions"])
                for name, start in starts.items():
                    seen[name] |= some[:, start : start + seen[name].shape[1]]
            elif (name := script["url"].removeprefix(bundle.STATIC.as_uri() + "/")) in texts:
                seen[name] |= lines_run(texts[name], script["functions"])
    missed = {}
    for name, (ran, could) in seen.items():
        code = np.array([_is_code(line) for line in texts[name].split("\n")])
        missed[name] = np.flatnonzero(code & ~ran & (could | ~could.any())) + 1
        if len(missed[name]):
            print(f"{name}: {_spans(missed[name]) if could.any() else 'no test has loaded it'}")
    lines = [line for text in texts.values() for line in text.split("\n") if _is_code(line)]
    print(f"{sum(map(len, missed.values())):,} of {len(lines):,} lines of JavaScript have not run.")


def _is_code(line):
    return not re.match(r"\s*(//|/?\*|$|[\]})(;,]+\s*$)", line)


def _spans(numbers):
    """1, 2, 3, 7 as 1-3, 7."""
    breaks = np.flatnonzero(np.diff(numbers) > 1) + 1
    return ", ".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else f"{part[0]}" for part in np.split(numbers, breaks))


if __name__ == "__main__":
    main(sys.argv[1])
