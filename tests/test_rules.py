"""The project's rules: who may import whom, what Streamlit must be told, and where nothing may be fetched from."""

import ast
import functools
import importlib
import re
import tomllib

import pytest
from streamlit import net_util

import gatelab
from tests.browser import ROOT, running

# In the order of imports: a file imports only from modules and packages above it in this list. Those in one line do not import each other.
ORDER = [
    {"folders", "addresses"},
    {"languages"},
    {"roles"},
    {"draws", "naming", "text", "palette", "words", "holds", "notation", "results", "glossary", "questions"},
    {"cells", "attention", "findings", "shapes", "experiments"},
    {"recurrent"},
    {"scan", "arrays"},
    {"steps"},
    {"networks"},
    {"traces", "sizes"},
    {"influence", "backpropagation", "writing"},
    {"zoo", "trial"},
    {"tables"},
    {"figures", "claims", "facts", "worksheet"},
    {"training"},
    {"live"},
    {"lessons", "classroom"},
    {"ui"},
    {"standalone"},
    {"shell", "notebook"},
    {"commands"},
    {"__main__"},
]
STREAMLIT = {"live", "ui", "standalone", "shell", "notebook", "commands"}
TORCHLESS = {
    "roles",
    "folders",
    "addresses",
    "languages",
    "draws",
    "naming",
    "text",
    "palette",
    "words",
    "notation",
    "scan",
    "results",
    "sizes",
    "findings",
    "figures",
    "claims",
    "facts",
    "tables",
    "glossary",
    "questions",
    "lessons",
    "ui",
    "shell",
}
FILES = [path for path in (ROOT / "gatelab").rglob("*.py") if path != ROOT / "gatelab" / "__init__.py"]


def module(path):
    return path.relative_to(ROOT / "gatelab").with_suffix("").parts[0]


def imports(path):
    """Everything that a file imports, as dotted names."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_imports_only_from_what_stands_above_it(path):
    place = {name: k for k, names in enumerate(ORDER) for name in names}
    mine = module(path)
    for name in imports(path):
        if name.startswith("gatelab."):
            other = name.split(".")[1]
            assert other == mine or place[other] < place[mine], f"{mine} must not import {other}"
    if mine not in STREAMLIT:
        assert not any(name.split(".")[0] == "streamlit" for name in imports(path))
    if mine in TORCHLESS:
        assert not any(name.split(".")[0] == "torch" for name in imports(path))


def test_every_module_has_its_place_in_the_order():
    assert {module(path) for path in FILES} == set().union(*ORDER)


def test_pages_are_prose_and_calls():
    for path in (ROOT / "pages").glob("*.py"):
        assert not {name.split(".")[0] for name in imports(path)} & {"torch", "numpy", "plotly"}


def test_streamlit_does_not_collect_garbage_after_every_run():
    """A hidden option: if it vanishes, every visitor waits 0.2 s at each rerun of anybody."""
    from streamlit import config

    configured = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert configured["runner"]["postScriptGC"] is False
    known = {key for key in config._config_options_template}
    unknown = {f"{section}.{key}" for section, keys in configured.items() for key in keys if not isinstance(keys[key], dict)} - known
    assert not unknown, f"Streamlit does not know {unknown}"


def test_streamlit_does_not_show_what_documents_a_constant_of_a_page():
    configured = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert configured["runner"]["magicEnabled"] is False


def test_streamlit_asks_nobody_for_this_machine_s_address(monkeypatch):
    import gatelab.live.server  # noqa: F401

    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda *args, **kwargs: pytest.fail("a request left the machine"))
    assert not net_util.get_external_ip()


def test_text_from_a_visitor_never_meets_inner_html():
    for path in (ROOT / "gatelab" / "live" / "static").rglob("*.js"):
        assert not re.search(r"\.(innerHTML|outerHTML)\s*\+?=[^=]|insertAdjacentHTML|document\.write|eval\(", path.read_text(encoding="utf-8")), path


SVG = '"http://www.w3.org/2000/svg"'  # the name of a namespace: a browser knows it and fetches nothing


def test_nothing_names_an_address_to_fetch_from():
    for path in [*(ROOT / "gatelab" / "live" / "static").rglob("*.*s"), *(ROOT / "pages").glob("*.py")]:
        text = path.read_text(encoding="utf-8")
        code = re.sub(r"(//|/\*|\(https).*", "", text.replace(SVG, "") if path.suffix == ".js" else text)
        assert "http" not in code.replace("overHttp", "").replace("HTTP", ""), path


def test_a_test_without_the_mark_starts_no_server(tmp_path):
    """So `make check`, which leaves out what has the mark, starts none."""
    with pytest.raises(RuntimeError, match="must have the mark"), running(tmp_path / "log"):
        pass
    assert not (tmp_path / "log").exists()


MODULES = ["gatelab", *(f"gatelab.{'.'.join(path.relative_to(ROOT / 'gatelab').with_suffix('').parts)}".removesuffix(".__init__") for path in FILES)]


@pytest.mark.parametrize("name", [name for name in MODULES if not name.endswith(("__main__", ".shell"))])  # these two run what they hold
def test_every_module_can_be_imported_by_its_dotted_name(name):
    """No function of a package takes the place of a module of it: `import gatelab.traces.recurrent` gives the module."""
    module = importlib.import_module(name)
    assert functools.reduce(getattr, name.split(".")[1:], gatelab) is module
