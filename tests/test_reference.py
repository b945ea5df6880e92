"""The API reference, how to cite GateLab, and what a container is made of."""

import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch

import pytest
import yaml
from PIL import Image

import gatelab
from gatelab import figures
from tests.browser import ROOT


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """The pages of the reference, made as `make docs` makes them."""
    out = tmp_path_factory.mktemp("reference")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-d", f"{out}/kept", str(ROOT / "docs"), f"{out}/pages"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return out / "pages"


def test_the_reference_tells_of_everything_that_the_package_offers(reference):
    told = set(re.findall(r'<dt [^>]*id="([\w.]+)"', "".join(path.read_text(encoding="utf-8") for path in reference.glob("reference/*.html"))))
    wanted = (
        {f"gatelab.{name}" for name in gatelab.__all__}
        | {f"gatelab.figures.{name}" for name in figures.__all__ if name != "studies"}
        | {"gatelab.training.learn"}
    )
    assert wanted <= told, f"write these into docs/reference: {', '.join(sorted(wanted - told))}"


def test_the_reference_asks_nobody_for_anything(reference):
    for path in reference.rglob("*.html"):
        loaded = re.findall(r'<(?:script|img|link)\b[^>]*?(?:src|href)="(\w+://[^"]+)"', path.read_text(encoding="utf-8"))
        assert not loaded, path


def test_how_to_cite_gatelab_is_in_the_form_that_tools_read():
    """Citation File Format 1.2.0: its required keys, and the same facts as the package has."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert cited["cff-version"] == "1.2.0" and cited["type"] == "software" and cited["message"] and cited["title"].startswith("GateLab")
    assert cited["authors"] == project["authors"] and (cited["version"], cited["license"]) == (gatelab.__version__, project["license"])
    known = {
        "abstract",
        "authors",
        "cff-version",
        "date-released",
        "doi",
        "keywords",
        "license",
        "message",
        "repository-code",
        "title",
        "type",
        "url",
        "version",
    }
    assert set(cited) <= known and all(isinstance(word, str) for word in cited["keywords"])


DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def copied():
    """What the Dockerfile copies out of the repository."""
    return [path for line in re.findall(r"^COPY (.*)", DOCKERFILE, re.MULTILINE) for path in line.split()[:-1]]


def test_the_container_gets_what_the_package_is_built_from_and_nothing_else():
    from tests.test_package import PARTS

    kept = [line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")]
    assert {*PARTS, "requirements.txt"} == set(copied()) == set(kept)
    assert all((ROOT / path).exists() and not fnmatch(path, "**/__pycache__") for path in kept)


def test_the_container_runs_without_rights_and_answers_where_it_says():
    user, port = DOCKERFILE.index("\nUSER visitor"), re.search(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE)[1]
    assert "useradd" in DOCKERFILE[:user] and DOCKERFILE.index("\nCMD") > user
    assert f"'http://127.0.0.1:{port}' + " in DOCKERFILE and "'/_stcore/health'" in DOCKERFILE and f'"--port", "{port}"' in DOCKERFILE
    assert f"app_port: {port}\n" in (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")


def test_the_picture_at_the_top_of_the_readme_moves_and_is_small():
    (name,) = re.findall(r"\((docs/\w+\.webp)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    with Image.open(ROOT / name) as picture:
        assert picture.n_frames > 30 and picture.width >= 1000
    assert (ROOT / name).stat().st_size <= 1_500_000
