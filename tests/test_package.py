"""GateLab as a package: what the wheel holds, what it asks for, and that it runs where the repository is not."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import tomllib
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import gatelab
from gatelab import folders
from tests.browser import ROOT, free_port

PARTS = ("gatelab", "pages", ".streamlit", "app.py", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy: a build leaves folders behind."""
    source = tmp_path_factory.mktemp("source")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, source)
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--disable-pip-version-check")
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", "dist", "."], cwd=source, check=True)
    (built,) = (source / "dist").glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_package_and_the_app(wheel):
    kept = {path.relative_to(ROOT).as_posix() for path in (ROOT / "gatelab").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    app = [ROOT / "app.py", ROOT / ".streamlit" / "config.toml", *(ROOT / "pages").rglob("*.py"), *(ROOT / "pages").rglob("*.md")]
    kept |= {f"gatelab/app/{path.relative_to(ROOT).as_posix()}" for path in app}
    with zipfile.ZipFile(wheel) as held:
        names = {name for name in held.namelist() if ".dist-info/" not in name}
        (about,) = (held.read(name).decode() for name in held.namelist() if name.endswith("METADATA"))
    assert names == kept
    assert f"Version: {gatelab.__version__}" in about and "License-Expression: MIT" in about


def test_what_stands_beside_the_package_is_found_in_the_repository_and_in_an_installed_package(tmp_path, monkeypatch):
    assert folders.top() == ROOT and folders.PAGES == ROOT / "pages"
    monkeypatch.setattr(folders, "PACKAGE", tmp_path)
    assert folders.top() == tmp_path.parent
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "app.py").touch()
    assert folders.top() == tmp_path / "app"


def test_no_file_looks_for_the_pages_in_a_way_of_its_own():
    """A path from the repository's top leads nowhere in an installed package; `folders.PAGES` and `ui.script` lead there in both."""
    for path in [*(ROOT / "gatelab").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        assert "../pages" not in text and not re.search(r"parents\[[2-9]\]", text), path


def test_the_versions_that_are_tested_are_among_those_that_the_package_takes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [line for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    taken, tested = ({one.name: one for one in map(Requirement, listed)} for listed in (project["dependencies"], lines))
    assert list(taken) == sorted(taken) == list(tested)
    for name, pin in tested.items():
        ((how, version),) = [(one.operator, one.version) for one in pin.specifier]
        assert how == "==" and taken[name].specifier.contains(version), name
        assert any(one.operator == ">=" for one in taken[name].specifier) and f"{taken[name].marker}" == f"{pin.marker}", name


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An environment of its own that holds the wheel, and sees what the tests' environment has; a folder to start in; and the variables of the process."""
    place = tmp_path_factory.mktemp("elsewhere")
    venv.create(place / "environment", with_pip=False)
    scripts = place / "environment" / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / f"python{sysconfig.get_config_var('EXE')}"
    where = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = subprocess.run(where, capture_output=True, text=True, check=True).stdout
    (Path(packages.strip()) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    options = ("--no-deps", "--no-index", "--quiet", "--disable-pip-version-check")
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", *options, wheel], check=True)
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"HOME": str(place)}
    (place / "work").mkdir()
    return scripts, place / "work", variables


def fetched(url):
    with urllib.request.urlopen(url, timeout=10) as response:
        return response.read().decode()


@pytest.mark.browser
def test_the_installed_command_starts_the_app_in_any_folder(installed):
    scripts, work, variables = installed
    url = f"http://127.0.0.1:{(port := free_port())}"
    command = [scripts / "gatelab", "app", "--no-browser", "--address", "127.0.0.1", "--port", f"{port}", "--", "--server.baseUrlPath", "lab"]
    with (work / "log").open("wb") as log, subprocess.Popen(command, cwd=work, env=variables, stdout=log, stderr=log) as app:
        try:
            _wait_for(f"{url}/lab/_stcore/health", app, work / "log")
            assert "<title>Streamlit</title>" in fetched(f"{url}/lab/")
            assert '"prose-lstm"' in fetched(f"{url}/lab/live/models") and "forget gate" in fetched(f"{url}/lab/live/glossary")
            theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
            assert theme["browser"]["serverAddress"] == "localhost" and f"URL: http://localhost:{port}/lab" in (work / "log").read_text()
            again = subprocess.run(command, cwd=work, env=variables, capture_output=True, text=True, timeout=60)
            assert (again.returncode, again.stderr) == (2, f"gatelab app: --port must be free: another program listens on {port}\n")
        finally:
            app.terminate()
            app.wait(20)
    assert "Error" not in (said := (work / "log").read_text()), said


def _wait_for(address, process, log):
    end = time.monotonic() + 90
    while time.monotonic() < end and process.poll() is None:
        try:
            return fetched(address)
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the app did not start:\n{log.read_text()}")


@pytest.mark.browser
def test_what_the_container_runs_starts_the_app_and_its_check_finds_it_well(installed):
    """The command and the health check of the Dockerfile, on a free port; and a visitor of a Space, whose page has another name than the server, is let in."""
    from websockets.sync.client import connect

    scripts, work, variables = installed
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("7860", f"{(port := free_port())}")
    check, command = (json.loads(words) for words in re.findall(r"CMD (\[.*\])$", dockerfile, re.MULTILINE))
    variables = variables | dict(re.findall(r'^ENV (\w+)="(.*)"$', dockerfile, re.MULTILINE))
    with (work / "log").open("wb") as log, subprocess.Popen([scripts / command[0], *command[1:]], cwd=work, env=variables, stdout=log, stderr=log) as app:
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", app, work / "log")
            assert subprocess.run([scripts / check[0], *check[1:]], env=variables, timeout=30).returncode == 0
            way = socket.create_connection(("127.0.0.1", port))
            with connect("ws://me-gatelab.hf.space/_stcore/stream", origin="https://me-gatelab.hf.space", sock=way):
                pass
        finally:
            app.terminate()
            app.wait(20)
    assert subprocess.run([scripts / check[0], *check[1:]], env=variables, capture_output=True, timeout=30).returncode != 0


@pytest.mark.browser
def test_each_page_of_the_installed_app_runs(installed):
    """The scripts of the pages find their texts, and the links between them."""
    scripts, work, variables = installed
    program = """
from pathlib import Path
from streamlit.testing.v1 import AppTest
import gatelab
from gatelab import folders
assert folders.top() == Path(gatelab.__file__).parent / "app", folders.top()
app = AppTest.from_file(str(Path(gatelab.__file__).with_name("shell.py")), default_timeout=60).run()
for page in sorted(folders.PAGES.glob("*.py")):
    app.switch_page(str(page)).run()
    assert not app.exception, (page, app.exception)
"""
    done = subprocess.run([scripts / "python", "-c", program], cwd=work, env=variables, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]


HAD = """
import numpy, torch, types
import plotly.graph_objects as go
go.Figure.show = lambda figure: None  # it would open a browser
shapes = ((8, 128), (32, 128), (128,))
keras_layer = types.SimpleNamespace(get_weights=lambda: [numpy.ones(shape, "float32") for shape in shapes])
tagger = torch.nn.ModuleDict({"encoder": torch.nn.ModuleDict({"lstm": torch.nn.LSTM(8, 4)})})
tagger.forward = lambda batch: tagger["encoder"]["lstm"](batch)
batch, gate, state = torch.randn(3, 2, 8), numpy.ones((2, 3)), numpy.ones((2, 3))
"""
"""What a reader of the README has already."""


@pytest.mark.browser
def test_the_python_of_the_readme_runs_in_any_folder(installed):
    scripts, work, variables = installed
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert blocks
    program = "\n".join([HAD, *blocks])
    done = subprocess.run([scripts / "python", "-c", program], cwd=work, env=variables, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
