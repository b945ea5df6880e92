"""Small studies: a forecast that can only repeat, forget gates that begin open, and one wrong digit."""

import json
import math

import pytest
import torch

from gatelab import results, zoo
from gatelab.figures import studies as pictures
from gatelab.networks import ModelSpec, build
from gatelab.text import fold
from gatelab.training import __main__ as training
from gatelab.training import made, studies
from gatelab.training.answering import Answers
from gatelab.training.forecast import NOISE, SERIES, Forecast, fit
from gatelab.training.loop import OtherRun, Recipe, Run
from gatelab.training.probes import Adding

STORED = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in results.STUDIES.glob("*.json")}


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


# Forecast


class Repeats:
    """What stands in the place of a model: says again what it has just read."""

    def eval(self):
        return self

    def __call__(self, read):
        return read[..., :1]


@pytest.mark.parametrize("series", SERIES)
def test_the_target_of_a_forecast_is_the_number_that_is_read_next(series):
    read, targets = Forecast(series).batch(7, generator())
    assert read.shape == (100, 7, 2) and targets.shape == (100, 7) and not read[..., 1].any()
    torch.testing.assert_close(read[1:, :, 0], targets[:-1])


def test_a_step_of_the_walk_is_chance_and_a_step_of_the_wave_is_not():
    walk, wave = (SERIES[series](400, 500, generator()).diff(dim=0) for series in ("walk", "wave"))
    assert walk.std().item() == pytest.approx(NOISE, rel=0.02) and abs(fit(walk[1:], walk[:-1], 0)) < 0.01  # a step says nothing about the next
    assert wave.abs().mean() > walk.abs().mean()


@pytest.mark.parametrize("series", SERIES)
def test_repeating_the_last_number_scores_1_and_lags_by_1(series):
    score, curve, _ = Forecast(series).measure(Repeats())
    assert score == pytest.approx(1) and [lag for lag, _ in curve] == list(range(6))
    assert dict(curve)[1] == pytest.approx(1, abs=1e-5) and max(dict(curve).values()) == dict(curve)[1]


def test_fit_is_the_correlation_with_the_moved_series():
    said, following = torch.randn(30, 1, generator=generator()), torch.randn(30, 1, generator=generator(1))
    for lag in (0, 1, 4):
        pair = torch.stack((said[lag:, 0], following[: 30 - lag, 0]))
        assert fit(said, following, lag) == pytest.approx(torch.corrcoef(pair)[0, 1].item(), abs=1e-5)


def test_there_is_no_other_series():
    with pytest.raises(ValueError, match="series must be one of walk, wave: got 'price'"):
        Forecast("price")


def test_the_stored_forecast_lags_on_the_walk_alone_and_is_no_better_there():
    runs = STORED["forecast"]["runs"]
    assert [(run["series"], run["seed"]) for run in runs] == [(series, seed) for series in SERIES for seed in studies.SEEDS]
    for run in runs:
        lags = dict(map(tuple, run["curve"]))
        assert max(lags, key=lags.get) == (run["series"] == "walk")
        assert 0.98 < run["score"] < 1.05 if run["series"] == "walk" else run["score"] < 0.5


# The bias of the forget gate


def adding(cell="lstm"):
    torch.manual_seed(0)
    return build(ModelSpec(f"adding-{cell}", cell, (), 2, 4, unit="numbers", outputs=("sum",)))


@pytest.mark.parametrize("cell", ["lstm", "peephole", "coupled"])
def test_forget_gates_begin_where_the_option_says_and_nothing_else_is_changed(cell):
    plain = adding(cell)
    before = {name: weight.clone() for name, weight in plain.state_dict().items()}
    run = Run(plain, Recipe(steps=10, forget_bias=2.0), Answers(Adding()))
    bias = (run.model.recurrent.bias_ih_l0 + run.model.recurrent.bias_hh_l0).detach()
    row = {"lstm": 1, "peephole": 1, "coupled": 0}[cell]
    assert bias.view(-1, 4)[row].tolist() == [2.0] * 4
    for name, weight in run.model.state_dict().items():
        changed = (weight != before[name]).nonzero()[:, 0].tolist() if name.split(".")[-1].startswith("bias_") else (weight != before[name]).any()
        assert set(changed) <= set(range(4 * row, 4 * row + 4)) if isinstance(changed, list) else not changed
    if cell == "lstm":  # an nn.LSTM with these weights forgets by σ(2): what it holds after a step without any input
        layer = torch.nn.LSTM(2, 4)
        layer.load_state_dict({name: torch.zeros_like(weight) for name, weight in layer.state_dict().items()} | {"bias_ih_l0": bias * (bias == 2)})
        _, (_, c) = layer(torch.zeros(1, 2), (torch.zeros(1, 4), torch.ones(1, 4)))
        assert c[0].tolist() == pytest.approx([1 / (1 + math.exp(-2))] * 4, abs=1e-6)


@pytest.mark.parametrize("cell", ["rnn", "gru", "mgu"])  # the minimal gated unit keeps 1 - f
def test_a_cell_without_a_forget_gate_refuses_the_option_by_name(cell):
    with pytest.raises(ValueError, match=f"forget_bias must be left out for a cell without a forget gate: got adding-{cell}"):
        Run(adding(cell), Recipe(forget_bias=1.0), Answers(Adding()))
    assert training.main(["adding", "--cell", cell, "--forget-bias", "1", "--steps", "1"]) == 2


def test_a_bias_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="forget_bias must be a number: got nan"):
        Recipe(forget_bias=math.nan)


def test_a_run_with_another_bias_is_not_gone_on_with(tmp_path):
    Run(adding(), Recipe(forget_bias=1.0), Answers(Adding())).save(tmp_path / "run.resume")
    with pytest.raises(OtherRun, match="recipe: forget_bias 1.0 and not 0.0"):
        Run(adding(), Recipe(forget_bias=0.0), Answers(Adding())).restore(tmp_path / "run.resume")


def test_the_command_of_a_card_names_its_bias():
    args = training.parse(["adding", "--forget-bias", "1"])
    assert "--forget-bias 1.0" in made.command(args)
    assert training.parse(made.command(args).split()[3:]).forget_bias == 1
    assert "bias" not in made.command(training.parse(["adding"]))


def test_the_stored_biases_are_compared_step_by_step_with_the_same_seeds():
    runs = STORED["forget-bias"]["runs"]
    assert {(run["steps"], run["bias"], run["seed"]) for run in runs} == {
        (steps, bias, seed) for steps in studies.STEPS for bias in studies.BIASES for seed in studies.SEEDS
    }
    for run in runs:
        assert f"--steps {run['steps']} " in run["command"] and f"--seed {run['seed']} " in run["command"]
        assert float(run["command"].split("--forget-bias ")[1].split()[0]) == run["bias"]


# One wrong digit


def test_without_a_given_character_a_model_writes_what_it_writes_greedily():
    model = zoo.load("dates-additive")
    for source in ("24. Dezember 1998", "March 3, 2001"):
        read = torch.tensor(model.source.encode(map(fold, source)))[:, None]
        greedy = "".join(model.target.tokens[id] for id in model.greedy(read, 10)[:, 0].tolist())
        assert studies._written(model, model.encode(read), "0000-00-00", {}) == greedy


def test_the_shares_after_a_wrong_digit_are_those_of_the_stored_file_s_form():
    pairs = [("24. Dezember 1998", "1998-12-24"), ("3 mars 2001", "2001-03-03")]
    found = studies.after(zoo.load("dates-additive"), pairs)
    assert list(found) == [run["place"] for run in STORED["forcing"]["runs"] if run["model"] == "dates-additive"] == [0, 1, 2, 3, 5, 6, 8]
    assert all(fed == 1 for _, fed in found.values())


def test_the_stored_shares_are_those_of_the_shipped_models():
    """Where a model was trained anew: `python -m gatelab.training.studies forcing --ship`."""
    assert STORED["forcing"]["models"] == {name: studies.fingerprint(name) for name in studies.FORCED}


def test_a_wrong_digit_spreads_in_the_model_without_attention():
    runs = STORED["forcing"]["runs"]
    assert all(run["own"] <= run["fed"] for run in runs)
    lost = {model: sum(run["fed"] - run["own"] for run in runs if run["model"] == model) for model in studies.FORCED}
    assert lost["dates-none"] > 10 * lost["dates-additive"]


# What is stored and drawn


def test_every_study_is_stored_with_its_command():
    assert set(STORED) == set(studies.STUDIES)
    for name, stored in STORED.items():
        assert stored["command"] == f"python -m gatelab.training.studies {name}" and stored == results.study(name)
    with pytest.raises(ValueError, match="study must be one of forcing, forecast, forget-bias: got 'x'"):
        results.study("x")


def test_a_study_is_made_again_by_its_command(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(studies, "SEEDS", (0,))
    monkeypatch.setattr(studies, "STEPS", (2,))
    monkeypatch.setattr(Adding, "lengths", (100,))
    assert studies.main(["forget-bias", "--out", str(tmp_path)]) == 0
    made = json.loads((tmp_path / "studies" / "forget-bias.json").read_text(encoding="utf-8"))
    assert [(run["bias"], run["seed"], run["steps"]) for run in made["runs"]] == [(0, 0, 2), (1, 0, 2)]
    assert made["runs"][0]["score"] != made["runs"][1]["score"] and "The package is as it was" in capsys.readouterr().out
    monkeypatch.setattr(training, "make", lambda *args, **kwargs: pytest.fail("a run that is there was made again"))
    assert studies.main(["forget-bias", "--out", str(tmp_path)]) == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_show_the_stored_numbers(theme):
    forecast, lags = pictures.forecast(STORED["forecast"], theme), pictures.lags(STORED["forecast"], theme)
    first = {run["series"]: run for run in STORED["forecast"]["runs"] if run["seed"] == 0}
    assert [list(mark.y) for mark in forecast.data] == [first[series]["example"][name] for series in SERIES for name in ("truth", "forecast")]
    for mark, series in zip(lags.data, SERIES):
        curves = [dict(map(tuple, run["curve"])) for run in STORED["forecast"]["runs"] if run["series"] == series]
        assert list(mark.y) == pytest.approx([sum(curve[lag] for curve in curves) / 3 for lag in mark.x])
    dots = [mark for mark in pictures.forget_bias(STORED["forget-bias"], theme).data if mark.mode == "markers"]
    assert sorted(y for mark in dots for y in mark.y) == sorted(run["score"] for run in STORED["forget-bias"]["runs"])
    bars = pictures.forcing(STORED["forcing"], theme).data
    assert [list(bar.y) for bar in bars] == [
        [run[feed] for run in STORED["forcing"]["runs"] if run["model"] == model] for model in studies.FORCED for feed in ("fed", "own")
    ]
