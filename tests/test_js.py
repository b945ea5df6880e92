"""The stage's JavaScript, by Node's own test runner."""

import subprocess

from tests.browser import NODE, ROOT, require


def test_the_javascript_keeps_its_promises():
    require("Node.js", NODE)
    files = sorted(str(path) for path in (ROOT / "tests" / "js").glob("*.test.mjs"))
    run = subprocess.run([NODE, "--test", *files], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stdout
