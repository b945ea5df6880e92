"""The stages' modules as one file: it behaves as the modules do, and the pages need nothing else."""

import json
import re
import subprocess

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gatelab.live import bundle
from gatelab.live.routes import ROUTES
from tests.browser import NODE, require

MODULES = {
    "main.js": """
import { add, Tally as Count } from "./part/sums.js";
import * as sums from "./part/sums.js";
import { tally } from "./other.js";
import { Tally as passed } from "./all.js";

const said = () => "import and export within a text, and $1 in a sum";
export const { one, two } = { one: 1, two: add(1, 1) };
export function total() {
  return new Count().of([one, two]);
}
const hidden = said();
export { hidden as shown, tally };
export const names = Object.keys(sums);
export const shared = [new Count().constructor === tally.constructor, passed === Count];
export const here = import.meta.url.split("/").slice(-2).join("/");
""",
    "part/sums.js": """
export async function later(a) {
  return await a;
}
export function add(a, b) {
  return a + b;
}
export class Tally {
  of(numbers) {
    return numbers.reduce(add);
  }
}
""",
    "all.js": """
export * from "./part/sums.js";
export const add = "its own, not that of the others";
""",
    "other.js": """
import { Tally } from "./part/sums.js";

export const tally = new Tally();
""",
}
TOLD = "const main = await open('main.js'); console.log(JSON.stringify([Object.keys(main).sort(), {...main, total: main.total()}, await open('all.js')]))"


def written(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.removeprefix("\n"), encoding="utf-8")
    return folder


def told(folder, opening, script):
    """What a script says in Node.js; `open(name)` gives it the exports of a module."""
    require("Node.js", NODE)
    (folder / "script.mjs").write_text(f"{opening}\n{script}", encoding="utf-8")
    run = subprocess.run([NODE, str(folder / "script.mjs")], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def told_by_modules(folder, script):
    return told(folder.parent, f"const open = (name) => import('./{folder.name}/' + name);", script)


def told_by_bundle(folder, script):
    (folder.parent / "bundle").mkdir()
    (folder.parent / "bundle" / "made.mjs").write_text(bundle.bundled(folder), encoding="utf-8")
    return told(folder.parent, "import { load as open } from './bundle/made.mjs';", script)


def test_a_bundle_behaves_as_its_modules(tmp_path):
    static = written(tmp_path / "static", MODULES | {"package.json": '{"type": "module"}'})
    modules = told_by_modules(static, TOLD)
    assert modules[1]["total"] == 3 and modules[1]["here"] == "static/main.js"  # the modules do what they should
    assert told_by_bundle(static, TOLD) == modules


def test_every_module_of_the_engine_exports_from_the_bundle_what_it_exports_as_a_file(tmp_path):
    names = [path.relative_to(bundle.STATIC).as_posix() for path in (bundle.STATIC / "engine").glob("*.js")]
    script = (
        f"const found = {{}}; for (const name of {json.dumps(names)}) found[name] = Object.keys(await open(name)).sort(); console.log(JSON.stringify(found))"
    )
    bundled = told(tmp_path, f"const {{ load: open }} = await import('data:text/javascript,' + encodeURIComponent({json.dumps(bundle.TEXT)}));", script)
    modules = told(tmp_path, f"const open = (name) => import({json.dumps((bundle.STATIC).as_uri())} + '/' + name);", script)
    assert bundled == modules and len(modules) == len(names) > 10


def test_a_page_without_a_server_carries_no_comments_but_the_licences_of_others():
    code = bundle.alone(bundle.STATIC, ["watch/watch.js", "learn/learn.js", "lesson/lesson.js"])
    heads = [path.read_text(encoding="utf-8").split("\n", 1)[0] for path in bundle.STATIC.rglob("*.js") if "vendor" not in path.parts]
    assert len(heads) > 100 and not [head for head in heads if head in code]
    assert "Permission is hereby granted" in code and "Copyright (c) 2023 Anthony Fu" in code  # uqr


@pytest.mark.parametrize(
    "line",
    [
        'import whole from "./other.js";',
        "import { tally } from './other.js';",
        'import "./other.js";',
        'import { tally } from "far";',
        "import {",
        'const other = import("./other.js");',
        "const about = import.meta.resolve;",
        "export default 1;",
        "export let count = 0;",
        'export * as other from "./other.js";',
        'export { tally } from "./other.js";',
        "export const { a: b } = {};",
        "const answer = await fetch('x');",
        "export const $order = [];",
        "const $load = 1;",
    ],
)
def test_syntax_that_the_bundler_does_not_know_is_an_error_that_names_its_place(tmp_path, line):
    written(tmp_path, MODULES | {"new.js": f"// A module.\n\n{line}\n"})
    with pytest.raises(ValueError, match=re.escape("new.js:3 ") + ".*" + re.escape(repr(line))):
        bundle.bundled(tmp_path)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"new.js": 'import { none } from "./other.js";'}, "new.js:1 must import what other.js exports: got 'none'"),
        ({"new.js": 'import { none } from "./none.js";'}, "new.js:1 must import a file that there is: got 'none.js'"),
        ({"new.js": '\nimport none from "./none.css" with { type: "css" };'}, "new.js:1 must import a file that there is: got 'none.css'"),
        ({"a.js": 'import * as b from "./b.js";', "b.js": 'import * as a from "./a.js";'}, "in a circle: got"),
        ({"new.css": "p { background: url(x.png); }"}, "new.css must name no other file"),
    ],
)
def test_an_import_of_what_is_not_there_is_an_error_that_names_it(tmp_path, files, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        bundle.bundled(written(tmp_path, MODULES | files))


def test_browsers_keep_the_bundle_for_good_and_another_content_has_another_name():
    client = TestClient(Starlette(routes=ROUTES))
    answer = client.get(f"/live/bundle/{bundle.NAME}")
    assert answer.text == bundle.TEXT and answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"] and "max-age=31536000" in answer.headers["cache-control"]
    old = client.get("/live/bundle/0123456789abcdef.js")
    assert old.status_code == 404 and "immutable" not in old.headers.get("cache-control", "")


STAGES = ["", "watch", "lstm", "compare", "memory", "attention", "self-attention"]


def test_every_page_opens_with_one_file_for_all_stages_and_a_visit_asks_for_it_once(watched, server):
    watched.allowed = ("404",)  # Streamlit itself asks for /lstm/_stcore/health first; what else fails is in `failed`
    page, asked, failed = watched.page, [], []
    page.on("response", lambda response: failed.append(response.url) if response.status >= 400 and "/_stcore/" not in response.url else None)
    page.on("request", lambda request: asked.append(request.url) if re.search(r"/live/(bundle|static)/", request.url) else None)
    page.add_init_script("window.addEventListener('gatelab:painted', ({detail}) => (window.painted = detail))")
    for path in STAGES:
        page.goto(f"{server.url}/{path}")
        page.wait_for_function("window.painted !== undefined", timeout=30_000)
        page.wait_for_load_state("networkidle")
        assert {url.split("#")[0] for url in asked} == {f"{server.url}/live/bundle/{bundle.NAME}"}, path
    assert not failed
    sizes = page.evaluate("performance.getEntriesByType('resource').filter(({name}) => name.includes('/live/bundle/')).map(({transferSize}) => transferSize)")
    assert sizes and not any(sizes), "a page after the first has the bundle from the browser's cache"


def test_the_worker_of_the_memory_page_runs_a_module_of_the_same_file_and_answers(watched, server):
    watched.allowed = ("404",)  # Streamlit itself asks for /memory/_stcore/health first
    page, asked = watched.page, []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script("window.addEventListener('gatelab:painted', ({detail}) => (window.painted = detail))")
    with page.expect_worker(timeout=30_000) as started:  # once the checkpoints are here
        page.goto(f"{server.url}/memory")
    assert started.value.url == f"{server.url}/live/bundle/{bundle.NAME}#memory/following.js"
    page.locator("textarea").fill("never mind")
    page.wait_for_function("window.painted?.text === 'never mind'", timeout=20_000)
    assert not [url for url in asked if "/live/static/" in url or "/live/memory" in url]
