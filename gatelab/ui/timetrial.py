"""The time trial: what to time, the button, how far it is, and what came of it."""

from collections.abc import Sequence
from contextlib import closing
from time import monotonic

import streamlit as st

from gatelab import figures, trial, zoo
from gatelab.languages import grouped, marked, tr
from gatelab.live.endpoint import LIMIT
from gatelab.live.serving import trials
from gatelab.text import beginning, tokenize
from gatelab.ui.languages import fragment
from gatelab.ui.layout import color_theme, figure_settings
from gatelab.words import FAMILY, TASKS

WORKS = {"train": marked("a training step"), "read": marked("reading a text")}
SAMPLE = 200
"""Tokens of the text that a time trial reads if the visitor has no other."""


def time_trial(names: Sequence[str]) -> None:
    """A time trial between models of one family: what to time, the button, how far it is, and what came of it.

    It runs in the script and not in a fragment, so that a click on Stop, or on anything else that runs the page anew, ends it.

    Args:
        names: some models of the family to begin with.
    """
    if not trials.may(st.context.ip_address, st.context.headers):
        st.info(
            tr(
                "A time trial takes the whole processor of the computer that GateLab runs on, and everybody else's keys would wait for it. So it is for whoever "
                "sits at that computer: ask your teacher to run one for all to see."
            )
        )
        return
    asked = st.session_state.get("trial", {})
    running = asked.get("waits", False)
    _trial_choice(names, running)
    if running:
        asked["waits"] = False  # the next run of the page shows the rounds done so far, however this one ends
        _trial_run(asked)
    elif asked:
        _trial_shown(asked)


@fragment
def _trial_choice(names, running):
    families = zoo.families()
    titles = {task: tr(TASKS.get(task, task)).split(":")[0] for task in families}
    task = st.segmented_control(
        tr("Family"), list(families), format_func=titles.__getitem__, default=zoo.task(names[0]), key="trial family", required=True, disabled=running
    )
    plain = [name for name in families[task] if not zoo.matched(name)]
    models = st.pills(tr("Models"), families[task], selection_mode="multi", format_func=_called, default=plain, key=f"trial models {task}", disabled=running)
    work = st.segmented_control(
        tr("Time"), list(WORKS), format_func=lambda work: tr(WORKS[work]), default="train", key="trial work", required=True, disabled=running
    )
    text = ""
    if work == "read":
        text = st.text_area(tr("Text"), _sample(families[task][0]), max_chars=LIMIT, key=f"trial text {task}", disabled=running)[:LIMIT]
        st.caption(tr("Each model as it is makes the trace of this text: every gate at every step, which is what GateLab does when you paste it."))
    else:
        st.caption(
            tr(
                "A fresh, untrained copy of each model takes optimizer steps (AdamW) on {batch} random texts of {steps} steps.",
                batch=trial.BATCH,
                steps=trial.STEPS,
            )
        )
    enough = len(models) > 1 and (work == "train" or text.strip())
    wanted = "" if enough else tr("Choose two models or more.") if len(models) < 2 else tr("Type a text.")
    about = tr(
        "The models take turns, in another order each round: a warm-up and {rounds} rounds, about **{seconds} seconds**, never more than {most}.",
        rounds=trial.ROUNDS,
        seconds=f"{trial.BUDGET:.0f}",
        most=f"{trial.DEADLINE:.0f}",
    )
    st.markdown(f"{about} {wanted}".rstrip())
    if not running and st.button(tr("Start the time trial"), type="primary", disabled=not enough, key="trial start"):  # Stop takes its place
        st.session_state["trial"] = {"models": [name for name in families[task] if name in models], "work": work, "text": text, "laps": [], "waits": True}
        st.rerun()


def _sample(name):
    """A text of `SAMPLE` tokens: the one that a model opens on, over and over."""
    unit, text = zoo.load(name).spec.unit, zoo.opening(name).text
    return beginning(("" if unit == "characters" else " ").join([text] * SAMPLE), unit, SAMPLE)


def _trial_run(asked):
    st.button(tr("Stop"), key="trial stop")
    bar = st.progress(0.0, tr("Warming up"))
    work = trial.training if asked["work"] == "train" else trial.reading(asked["text"])
    total, began = trial.ROUNDS * len(asked["models"]), 0.0
    if rest := trials.rest(monotonic()):
        asked["busy"] = tr("the last time trial has just ended, and everybody's keys come first for {rest} s", rest=f"{rest:.0f}")
        st.rerun()
    try:
        with closing(trial.rounds([zoo.load(name) for name in asked["models"]], work, trial.ROUNDS, trial.BUDGET)) as laps:
            for lap in laps:
                asked["laps"].append(lap)
                done = len(asked["laps"]) - len(asked["models"])
                began = began or (monotonic() if done >= 0 else 0.0)
                if done > 0:
                    left = (monotonic() - began) / done * (total - done)
                    bar.progress(done / total, tr("Round {round} of {most}, about {left} s to go", round=lap.round, most=trial.ROUNDS, left=f"{left:.0f}"))
        trials.ended(monotonic())
    except trial.Busy as busy:
        asked["busy"] = str(busy)
    st.rerun()


def _trial_shown(asked):
    if "busy" in asked:
        st.info(tr("Somebody else on this server is in the way: {busy}. Two at once would measure each other, so please try again then.", busy=asked["busy"]))
        return
    names, laps = asked["models"], asked["laps"]
    specs = {name: zoo.load(name).spec for name in names}
    reference = next((name for name in names if specs[name].cell == "lstm"), names[0])
    found = trial.results(laps, reference)
    if not found:
        st.info(tr("It was stopped before the first round was over: there is nothing to show."))
        return
    if found[0].rounds < trial.ROUNDS:
        st.info(tr("It was stopped after {rounds} of {most} rounds; this is what they say.", rounds=found[0].rounds, most=trial.ROUNDS))
    count = {name: zoo.card(name)["parameters"] for name in names}
    others = [one for one in found if one.model != reference]
    st.markdown("\n".join(f"- {trial.verdict(one, _called(one.model), _called(reference), count[one.model] / count[reference])}" for one in others))
    st.plotly_chart(
        figures.trial(laps, {name: _called(name) for name in names}, color_theme()),
        theme=None,
        key="trial figure",
        config=figure_settings("time-trial"),
        alt=tr("Milliseconds of each round, one row a model, with the median"),
    )
    st.markdown(_trial_table(found, count, reference))
    _trial_notes(asked, specs, laps)


def _trial_table(found, count, reference):
    head = [tr("model"), tr("median"), tr("middle half"), tr("× the {cell}", cell=_called(reference)), tr("95 % interval"), tr("parameters")]
    rows = [
        [
            _called(one.model),
            f"{_short(one.median)} ms",
            tr("{low} to {high}", low=_short(one.low), high=_short(one.high)),
            f"{one.ratio:.2f}",
            tr("{low} to {high}", low=f"{one.interval[0]:.2f}", high=f"{one.interval[1]:.2f}") if one.interval and one.model != reference else "–",
            grouped(count[one.model]),
        ]
        for one in found
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] + ["---:"] * 5, *rows])


def _short(seconds):
    """Milliseconds with three digits."""
    return f"{1000 * seconds:#.3g}".rstrip(".")


def _trial_notes(asked, specs, laps):
    """What explains much of the difference, and how it was measured."""
    if asked["work"] == "train":
        ways: dict[str, list[str]] = {}
        for name, spec in specs.items():
            ways.setdefault(trial.way(spec.cell), []).append(_called(name))
        lines = "; ".join(f"{', '.join(called)}: {way}" for way, called in ways.items())
        st.markdown(
            tr("**What is timed is code, not only arithmetic.** {lines}. On another processor, or on a graphics card, the order can be another.", lines=lines)
        )
    else:
        steps = len(tokenize(asked["text"], next(iter(specs.values())).unit))
        st.markdown(
            tr(
                "**What is timed is code, not only arithmetic.** A trace of these {steps} tokens keeps every gate, so here each "
                "cell runs in GateLab's own loop over its steps; an LSTM over a long text first asks PyTorch's fused kernel for h.",
                steps=grouped(steps),
            )
        )
    repeats = max(lap.repeats for lap in laps)
    turn = (
        tr("Each turn repeats the work {repeats} times; times are for one.", repeats=grouped(repeats)) if repeats > 1 else tr("Each turn does the work once.")
    )
    st.caption(
        tr("{turn} The ratio is the median over the rounds of the ratio within a round, so a machine that is slow for a while is slow for both.", turn=turn)
    )


def _called(name):
    cell = tr(FAMILY[zoo.load(name).spec.cell])
    return tr("{cell}, matched", cell=cell) if zoo.matched(name) else cell
