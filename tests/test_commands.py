"""What can be typed after `gatelab`, and what is answered."""

import json
import os
import re
import socket
import tomllib

import click
import pytest

from gatelab import addresses, zoo
from gatelab.__main__ import COMMANDS, main
from gatelab.commands import given, train
from gatelab.folders import top
from gatelab.live import server
from tests.browser import ROOT


@pytest.fixture
def streamlit(monkeypatch):
    """What `gatelab app` would hand to Streamlit, in place of a server; and no variable that it sets stays."""
    asked = []
    for variable in given.VARIABLES.values():
        monkeypatch.setenv(variable, "")
    monkeypatch.setattr("streamlit.web.cli.main", lambda words, **options: asked.append(words))
    return asked


def said(capsys, *words):
    """The exit code of a command line, and what it printed."""
    try:
        code = main(words)
    except SystemExit as end:
        code = end.code
    out, err = capsys.readouterr()
    return code, out, err


APP = str(top() / "app.py")


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ([], [APP]),
        (["app"], [APP]),
        (["--no-browser"], [APP, "--server.headless", "true"]),
        (["app", "--port", "0", "--address", "127.0.0.1"], None),
        (["--address", "localhost", "--", "--server.baseUrlPath", "lab"], [APP, "--server.address", "localhost", "--server.baseUrlPath", "lab"]),
        (["app", "--", "--server.maxUploadSize", "5"], [APP, "--server.maxUploadSize", "5"]),
    ],
)
def test_without_a_command_the_app_starts_and_streamlit_gets_its_options(streamlit, words, asked):
    assert main(words) == (0 if asked else 2)
    assert streamlit == ([["run", *asked]] if asked else [])


def test_streamlit_reads_the_options_that_stand_beside_the_script():
    """In the repository and in an installed package, wherever the command is given: no folder of a visitor's is asked first."""
    from streamlit import file_util

    path = file_util.get_main_script_streamlit_file_path(APP, "config.toml")
    assert path == str(top() / ".streamlit" / "config.toml")
    assert tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["runner"]["postScriptGC"] is False


def test_the_app_is_told_of_folders_by_their_full_names(streamlit, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    assert main(["app", "--models", "mine", "--lessons", "."]) == 0
    assert {name: os.environ[name] for name in given.VARIABLES.values()} == {"GATELAB_MODELS": str(tmp_path / "mine"), "GATELAB_LESSONS": str(tmp_path)}


@pytest.mark.parametrize("option", given.VARIABLES)
def test_a_folder_that_is_none_is_refused(streamlit, capsys, tmp_path, option):
    file = tmp_path / "file"
    file.touch()
    for path in (file, tmp_path / "nothing"):
        assert said(capsys, "app", f"--{option}", f"{path}") == (2, "", f"gatelab app: --{option} must be a folder that exists: got {str(path)!r}\n")
    assert said(capsys, "models", "--models", "nothing")[2] == "gatelab models: --models must be a folder that exists: got 'nothing'\n"
    assert streamlit == []


def test_a_port_that_is_taken_is_refused(streamlit, capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        for words in (["--port", f"{port}"], ["--port", f"{port}", "--address", "127.0.0.1"]):
            assert said(capsys, *words) == (2, "", f"gatelab app: --port must be free: another program listens on {port}\n")
    assert main(["--port", f"{port}", "--address", "127.0.0.1"]) == 0


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["trian"], "gatelab: COMMAND must be one of {commands}: got 'trian'; did you mean 'train'?"),
        (["zzz"], "gatelab: COMMAND must be one of {commands}: got 'zzz'"),
        (["card", "prose-lsmt"], "gatelab card: NAME must be one that gatelab models lists: got 'prose-lsmt'; did you mean 'prose-lstm'?"),
        (["card", "../secret"], "gatelab card: NAME must be one that gatelab models lists: got '../secret'"),
        (["card"], "gatelab card: the following arguments are required: NAME"),
        (["--prot", "3"], "gatelab: options must be among those that --help lists: got --prot; did you mean '--port'?"),
        (["--port", "many"], "gatelab app: --port must be of type int: got 'many'"),
        (["--port", "65536"], "gatelab app: --port must be from 1 to 65535: got 65536"),
        (["--port", "8599", "--address", "198.51.100.7"], "gatelab app: --address must be one of this machine's: got '198.51.100.7'"),
        (["--port", "8599", "--address", "a" * 70], "gatelab app: --address must be one of this machine's: got '" + "a" * 70 + "'"),
    ],
    ids=lambda value: " ".join(value)[:24] if isinstance(value, list) else "",
)
def test_what_is_wrong_is_said_in_one_line(streamlit, capsys, words, answer):
    answer = answer.replace("{commands}", ", ".join(COMMANDS))
    assert said(capsys, *words) == (2, "", f"{answer}\n") and streamlit == []


def test_an_option_that_streamlit_does_not_know_is_said_in_one_line(capsys, monkeypatch):
    def refuse(words, **options):
        raise click.NoSuchOption(words[-1])

    monkeypatch.setattr("streamlit.web.cli.main", refuse)
    code, _, err = said(capsys, "--", "--server.nothing")
    assert code == 2 and err.startswith("gatelab app: the options after -- must be Streamlit's: ") and "--server.nothing" in err and err.count("\n") == 1


def test_help_names_every_command(capsys):
    code, out, _ = said(capsys, "--help")
    assert code == 0 and all(re.search(rf"\n    {name}\s", out) for name in COMMANDS)
    for name, option in {"app": "--models", "card": "NAME", "models": "--help", "train": "sentiment"}.items():
        code, out, _ = said(capsys, name, "--help")
        assert code == 0 and option in out


def test_training_gets_every_word_after_train(monkeypatch):
    monkeypatch.setattr(train, "main", lambda words: words)
    assert main(["train", "prose", "--help", "--cell", "gru"]) == ["prose", "--help", "--cell", "gru"]


def test_every_model_is_listed_with_what_its_card_says(capsys):
    code, out, err = said(capsys, "models")
    rows = out.splitlines()
    assert (code, err) == (0, "") and [row.split()[0] for row in rows] == list(zoo.models())
    for row in rows:
        name, parameters, title = row.split(maxsplit=2)
        card = json.loads((zoo.ZOO / f"{name}.json").read_text(encoding="utf-8"))
        assert (int(parameters.replace(",", "")), title) == (card["parameters"], card["data"].get("title", card["task"]))


@pytest.mark.parametrize("name", zoo.models())
def test_a_card_is_shown_whole(capsys, name):
    """Every word and number of the file stands in what is printed."""
    code, out, err = said(capsys, "card", name)
    assert (code, err) == (0, "") and "{" not in out.replace("{}", "")

    def leaves(value):
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return [value] if parts is None else [leaf for part in parts for leaf in leaves(part)]

    for leaf in leaves(json.loads((zoo.ZOO / f"{name}.json").read_text(encoding="utf-8"))):
        assert str(leaf) in out or (isinstance(leaf, int) and f"{leaf:,}" in out), leaf


def routes(monkeypatch, table):
    """A machine that has the addresses of a table: the beginning of where to -> its own address on the way there."""

    class Way:
        def __init__(self, *kind):
            assert kind == (socket.AF_INET, socket.SOCK_DGRAM)

        __enter__ = lambda self: self
        __exit__ = lambda self, *error: None

        def connect(self, there):
            self.address = next((own for start, own in table.items() if there[0].startswith(start)), None)
            if self.address is None:
                raise OSError(101, "Network is unreachable")

        def getsockname(self):
            return self.address, 40_000

    monkeypatch.setattr(addresses.socket, "socket", Way)


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ({"": "192.168.1.7"}, ["http://192.168.1.7:8501"]),
        ({"10.": "10.8.0.3", "": "192.168.1.7"}, ["http://192.168.1.7:8501", "http://10.8.0.3:8501"]),
        ({"10.42.": "10.42.0.1"}, ["http://10.42.0.1:8501"]),
        ({"": "127.0.0.1"}, []),
        ({"": "0.0.0.0"}, []),
        ({"": "169.254.3.4"}, []),
        ({}, []),
    ],
    ids=["one", "a second network", "its own hotspot", "itself alone", "no address", "no router", "no network"],
)
def test_the_addresses_for_other_devices_are_those_of_the_networks_that_the_machine_is_in(monkeypatch, table, found):
    routes(monkeypatch, table)
    assert addresses.reachable(8501) == found
    for base in ("a/b", "/a/b/"):
        assert addresses.reachable(8501, base) == [f"{url}/a/b" for url in found]


def test_a_port_that_is_none_has_no_address():
    for port in (0, -1, 65_536):
        with pytest.raises(ValueError, match=f"port must be from 1 to 65535: got {port}"):
            addresses.reachable(port)


def test_what_is_named_can_be_reached():
    """A server on all addresses answers under each of them."""
    with socket.create_server(("", 0)) as listening:
        for url in addresses.reachable(listening.getsockname()[1]):
            host, _, port = url.removeprefix("http://").partition(":")
            socket.create_connection((host, int(port)), timeout=5).close()


@pytest.mark.parametrize(("address", "told"), [(None, 1), ("0.0.0.0", 1), ("::", 1), ("127.0.0.1", 0), ("localhost", 0), ("192.168.1.7", 0)])
def test_an_app_that_listens_on_one_address_alone_names_no_other(monkeypatch, address, told):
    routes(monkeypatch, {"": "192.168.1.7"})
    given = {"server.address": address, "server.port": 8600, "server.baseUrlPath": "lab"}
    monkeypatch.setattr(server.st, "get_option", given.get)
    assert server.others_reach() == ["http://192.168.1.7:8600/lab"] * told
