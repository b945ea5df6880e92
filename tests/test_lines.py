"""What `make coverage` says of the JavaScript: a script of which it is known what runs."""

import json
import os
import subprocess

from tests.browser import NODE, require
from tests.lines import lines_run

SCRIPT = """const called = (x) => {
  if (x > 1) {
    return "never";
  }
  return x;
};
function never() {
  return called(2);
}
called(1);
"""


def test_lines_that_did_not_run_are_found(tmp_path):
    require("Node.js", NODE)
    (tmp_path / "script.mjs").write_text(SCRIPT, encoding="utf-8")
    subprocess.run([NODE, str(tmp_path / "script.mjs")], check=True, timeout=60, env=os.environ | {"NODE_V8_COVERAGE": str(tmp_path / "said")})
    [report] = (tmp_path / "said").glob("*.json")
    [script] = [script for script in json.loads(report.read_text(encoding="utf-8"))["result"] if script["url"].endswith("/script.mjs")]
    ran, could = lines_run(SCRIPT, script["functions"])
    assert [k + 1 for k in range(len(ran)) if could[k] and not ran[k]] == [3, 4, 7, 8, 9]  # with the bracket that ends what did not run
