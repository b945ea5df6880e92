"""The stages' JavaScript: its tests, by Node's own test runner, and its types, by TypeScript's compiler (tsconfig.json)."""

import subprocess

from tests.browser import NODE, ROOT, TSC, require


def test_the_javascript_keeps_its_promises():
    require("Node.js", NODE)
    files = sorted(str(path) for path in (ROOT / "tests" / "js").glob("*.test.mjs"))
    run = subprocess.run([NODE, "--test", *files], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stdout


def test_the_javascript_fits_its_types():
    require("Node.js", NODE)
    require("TypeScript", TSC)
    run = subprocess.run([TSC], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stdout
