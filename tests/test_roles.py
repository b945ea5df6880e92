"""One record a cell: the tables that are keyed by cell have an entry for each, one that lacks an entry names the cell, and Python's record is the page's."""

import json
import runpy
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
import torch

import gatelab
from gatelab import cells, figures, findings, palette, roles, scan, sizes, words
from gatelab.figures.curves import LOOKS
from gatelab.live import lesson
from gatelab.live.compare import VALUES
from gatelab.roles import KNOWN, ROLES, Roles
from tests.browser import NODE, ROOT, require

STATIC = ROOT / "gatelab" / "live" / "static"
ANOTHER = Roles("another cell", "fn", candidate="n", keep="f", write="1 - f", titled={"f": "only gate"})


def node(code, folder=STATIC, fails=False):
    """What a module prints as JSON, run in the folder of the stages' JavaScript; what it says where it fails."""
    require("Node.js", NODE)
    run = subprocess.run([NODE, "--input-type=module", "-e", code], cwd=folder, capture_output=True, text=True)
    assert (run.returncode != 0) == fails, run.stderr
    return run.stderr if fails else json.loads(run.stdout)


# Every cell is in every table


def test_every_table_of_python_has_every_cell():
    for table in (cells.STEPS, scan.SCANS):
        assert set(table) == set(KNOWN)
    for table in (cells.CELLS, cells.NAMES, words.TITLES, words.FAMILY, lesson.WALKS, lesson.PARTS):
        assert list(table) == list(ROLES)
    assert sorted(roles.SHOWN) == sorted(ROLES) and len(roles.SHOWN) <= len(LOOKS)


def test_every_table_of_the_page_has_every_cell():
    said = node("""
        import { CELLS, FAMILY } from "./engine/cells.js";
        import { flowOf } from "./watch/flow.js";
        import * as drawn from "./lesson/cells.js";
        import { QUANTITIES } from "./lesson/quantities.js";
        const flows = Object.fromEntries(FAMILY.map((cell) => [cell, flowOf({ model: { cell } })]));
        const tables = Object.entries({ FAMILY: Object.fromEntries(FAMILY.map((name) => [name, 0])), flows, drawn: drawn.CELLS, QUANTITIES });
        const keys = Object.fromEntries(tables.map(([name, table]) => [name, Object.keys(table)]));
        console.log(JSON.stringify({ CELLS: Object.keys(CELLS), stepless: Object.keys(CELLS).filter((name) => typeof CELLS[name].step !== "function"), ...keys }));
    """)
    assert set(said.pop("CELLS")) == set(KNOWN) and not said.pop("stepless")
    for name, keys in said.items():
        assert keys == list(ROLES), name


# A missing entry is named


@pytest.fixture
def another(monkeypatch):
    """A cell with a record, and nothing else."""
    monkeypatch.setitem(roles.KNOWN, "another", ANOTHER)


@pytest.mark.usefixtures("another")
@pytest.mark.parametrize("module", [cells, scan], ids=lambda module: module.__name__)
def test_a_cell_without_its_step_or_its_loop_is_named(module):
    with pytest.raises(ValueError, match=r"(STEPS|SCANS) must have an entry for every cell: got none for another"):
        runpy.run_path(module.__file__)


@pytest.mark.parametrize(("module", "table"), [("engine/derivatives.js", "SLOPES in engine/derivatives.js"), ("lesson/cells.js", "CELLS in lesson/cells.js")])
def test_a_cell_without_its_derivative_or_its_drawing_is_named_in_the_page(module, table, tmp_path):
    folder = shutil.copytree(STATIC, tmp_path / "static")
    record, first = folder / "engine" / "cells.js", "export const CELLS = {\n"
    code = record.read_text(encoding="utf-8")
    assert code.count(first) == 1
    record.write_text(code.replace(first, first + '  another: { step: rnn, rows: "h", candidate: "h", memory: "h" },\n'), encoding="utf-8")
    said = node(f'await import("./{module}")', folder, fails=True)
    assert f"RangeError: {table} must have an entry for every cell: got none for another\n" in said


@pytest.mark.parametrize("ask", [roles.of, lambda cell: sizes.recurrent(cell, 5, 7), lambda cell: palette.span("h", cell), lesson.parts, lesson.walk])
def test_a_cell_without_a_record_is_named(ask):
    with pytest.raises(ValueError, match="cell must be one of rnn, lstm, .*: got 'elman'"):
        ask("elman")


@pytest.mark.parametrize(
    "code",
    [
        "cellOf('elman')",
        "cellOf('toString')",
        "new Parameters('elman', {})",
        "parts(elman, 0, 0)",
        "carried(elman, null, 0, 0)",
        "story(elman, {}, 0, 0, 0)",
        "explain(elman, null, 'h', 0, 0)",
        "offers(['elman'])",
    ],
)
def test_a_cell_without_a_record_is_named_in_the_page(code):
    said = node(
        f"""
        import {{ cellOf }} from "./engine/cells.js";
        import {{ Parameters }} from "./engine/parameters.js";
        import {{ offers }} from "./compare/values.js";
        import {{ carried }} from "./lesson/quantities.js";
        import {{ story }} from "./lesson/story.js";
        import {{ explain }} from "./kit/arithmetic.js";
        import {{ parts }} from "./watch/flow.js";
        const elman = {{ model: {{ cell: "elman", hidden_size: 1 }}, steps: 1, tokens: ["a"], value: () => 0, unknown: () => false }};
        {code};
    """,
        fails=True,
    )
    assert "RangeError: cell must be one of rnn, rnn-relu, lstm, " in said


# Nothing is left out of a picture


def results_of(*compared):
    runs = [{"cell": cell, "seed": 0, "size": "hidden", "hidden_size": 3, "parameters": 9, "curve": [[10, 0.5], [20, 1.0]]} for cell in compared]
    return {"task": "made-up", "x": "length", "y": "share right", "chance": None, "trained_to": None, "seeds": [0], "torch": "2", "runs": runs}


def test_every_cell_that_the_caption_of_a_curve_names_is_drawn():
    stored = results_of(*ROLES)
    figure = figures.curve(stored)
    assert [mark.name for mark in figure.data] == [words.FAMILY[cell] for cell in roles.SHOWN]
    assert all(mark.name in findings.conditions(stored) for mark in figure.data)
    for tell in ("line.dash", "marker.symbol"):  # each of the two alone tells the cells apart
        assert len({mark[tell] for mark in figure.data}) == len(ROLES)
    widths = [mark.line.width for mark in figure.data]
    assert widths == sorted(widths, reverse=True) and len(set(widths)) == len(widths)  # the first of lines that lie on each other is seen as well


def test_a_cell_that_a_curve_cannot_draw_is_named():
    with pytest.raises(ValueError, match="place among figures.curve.LOOKS, lstm, gru, rnn, .*: got 'elman'"):
        figures.curve(results_of("lstm", "elman"))


class Made:
    """Stands for a trace of two steps by a cell with more names than there are colors."""

    names, tokens, place, cell = tuple("abcdefgh"), ("x", "y"), "", ""

    def __len__(self):
        return 2

    def __getitem__(self, name):
        return np.full((2, 3), ord(name))

    def units(self, name):
        return "0", "1", "2"


def test_every_name_of_a_cell_is_a_line_of_its_own():
    figure = figures.unit(Made(), 0)
    assert [mark.name for mark in figure.data] == list(Made.names)
    assert len({(mark.line.color, mark.line.dash) for mark in figure.data}) == len(Made.names)


# What a record says


def test_the_record_of_a_cell_in_the_page_is_that_of_python():
    said = node("""
        import { CELLS, apart, gates, isCoupled, names, share, states, titles } from "./engine/cells.js";
        const roles = ["rows", "candidate", "memory", "keep", "write", "reset", "show", "resets", "peepholes", "titled", "rectified"];
        const shares = (cell) => ["reset", "write", "keep", "show"].map((role) => share(cell, role)).map((it) => it && [it.name, it.rest, it.of(() => 0.25)]);
        const about = (cell) => [Object.fromEntries(roles.map((role) => [role, cell[role] ?? null])), names(cell), [...gates(cell)], states(cell), Object.entries(titles(cell)), apart(cell), isCoupled(cell), shares(cell)];
        console.log(JSON.stringify(Object.fromEntries(Object.entries(CELLS).map(([name, cell]) => [name, about(cell)]))));
    """)
    assert set(said) == set(KNOWN)
    for name, record in KNOWN.items():
        held = {role: getattr(record, role) or None for role in said[name][0]}
        shares = [share and [share.name, share.rest, 0.75 if share.rest else 0.25] for share in map(record.share, roles.GATES)]
        about = [held, record.names, record.gates, record.states, list(record.titles.items()), record.apart, record.coupled, shares]
        assert said[name] == json.loads(json.dumps(about)), name


def test_what_the_bands_of_a_comparison_can_show_is_the_same_in_links_and_on_the_stage():
    shown = node("""
        import { offers, VALUES } from "./compare/values.js";
        console.log(JSON.stringify([Object.keys(VALUES), offers(["lstm", "gru", "rnn", "peephole", "coupled"]).map(([, label]) => label), offers(["rnn"]).map(([, label]) => label)]));
    """)
    assert shown[0] == list(VALUES)
    assert shown[1] == [
        "memory (c, or h)",
        "what is kept (f, z)",
        "what is written (i)",
        "reset gate (r)",
        "candidate (g, n)",
        "output gate (o)",
        "hidden state (h)",
    ]
    assert shown[2] == ["memory (h)", "what is kept", "what is written", "reset gate", "candidate", "output gate", "hidden state (h)"]


@pytest.mark.parametrize("cell", KNOWN)
def test_a_state_that_is_called_bounded_never_leaves_its_range_and_any_other_does(cell):
    """Where every gate is open and every candidate is 1, over many steps."""
    record = KNOWN[cell]
    made = torch.nn.RNN(1, 1, nonlinearity="relu") if record.rectified else gatelab.Recurrent(cell, 1, 1)
    with torch.no_grad():
        for name, parameter in made.named_parameters():
            parameter.fill_(0.0 if name.startswith("weight_c") else 1.0)
    seen = gatelab.trace(made, torch.full((30, 1), 9.0))
    most = max(np.abs(seen[name]).max() for name in record.states)
    assert (most <= 1) == record.bounded
    for name in record.names:  # colors: the whole range of what is bounded by 1
        low, high = palette.span(name, cell)
        assert (low, high) == ((0, 1) if name in record.gates else (-4, 4) if name == "c" or record.rectified else (-1, 1))


LSTM = ROLES["lstm"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: replace(LSTM, candidate="n"), "candidate of the LSTM must be one of its rows ifgo: got 'n'"),
        (lambda: replace(LSTM, keep=""), "LSTM must have both a keep and a write gate or neither"),
        (lambda: replace(LSTM, memory="h"), "with a memory apart from h both and a show gate"),
        (lambda: replace(LSTM, write="1 - f"), "keep and write of the LSTM, .* must be gates under their own names: got 'f' and '1 - f'"),
        (lambda: replace(LSTM, resets="before"), 'resets of the LSTM must be "before" or "after" where there is a reset gate, else "": got \'before\''),
        (lambda: replace(LSTM, show="z"), "gate z of the LSTM must be one of its rows ifgo"),
        (lambda: replace(ROLES["gru"], titled={}), r"gate z of the GRU has several roles \(write, keep\), so it must have a title: got {}"),
    ],
)
def test_a_record_refuses_to_be_wrong(wrong, said):
    with pytest.raises(ValueError, match=said):
        wrong()
