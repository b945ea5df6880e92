"""Page furniture: what stands around every page, and the panels that Streamlit draws."""

from contextlib import closing, nullcontext
from functools import partial
from pathlib import Path
from time import monotonic

import streamlit as st

from gatelab import figures, findings, results, sizes, trial, zoo
from gatelab.live.attend import AttendRequest
from gatelab.live.component import lesson_stage
from gatelab.live.endpoint import LIMIT, BadRequest
from gatelab.live.lesson import read_lesson
from gatelab.live.memory import recent
from gatelab.live.routes import TraceRequest
from gatelab.text import beginning, tokenize
from gatelab.trace import trace
from gatelab.words import FAMILY, TASKS, TITLES, glyph

LOGO = Path(__file__).parent / "logo.svg"


def furnish():
    """Title, logo and margins, the same on every page."""
    st.set_page_config(page_title="GateLab", page_icon=str(LOGO), layout="wide")
    st.logo(str(LOGO), size="large")
    st.html(
        """<style>
        .stMainBlockContainer { padding: 3.9rem clamp(1rem, 3vw, 3.5rem) 3rem; max-width: 2200px; }
        .stMainBlockContainer h1 { padding: 0 0 0.4rem; font-size: clamp(1.3rem, 1.9vw, 1.9rem); }
        </style>"""
    )


def notes(lines):
    """Sentences that may quote a visitor's text, so they are shown as they are, never as Markdown."""
    if lines:
        st.info("Some of this link could not be followed.")
        st.text("\n".join(lines))


def _checked(request, asked):
    """What a stage handed over as a checked request; None where it is none, which is then said."""
    try:
        return request.of(asked)
    except BadRequest as bad:
        st.error("This cannot be explored.")
        st.text(str(bad))
        return None


def explore(asked):
    """The Explore panel: figures to zoom and select, distributions, downloads.

    Args:
        asked: {"model", "text", "unit", "order"} as the stage handed it over; it comes from a browser, so it is checked again.
    """
    wanted = _checked(TraceRequest, asked)
    if wanted is None:
        return
    model = zoo.load(wanted.model)
    seen = recent.trace(model, wanted.text)
    if not len(seen):
        st.info("There is nothing to explore yet: type some text above.")
        return
    theme = _theme()
    titles = TITLES[model.spec.cell]
    order = model.orders.get(str(asked.get("order")), model.orders["similarity"])
    _downloads(seen, titles, theme, order)
    _figures(seen, titles, theme, order, _unit(asked.get("unit"), model))


def explore_attention(asked):
    """The Explore panel of a model that writes: its alignment as a figure, and downloads.

    Args:
        asked: {"model", "text"} as the stage handed it over; it comes from a browser, so it is checked again.
    """
    wanted = _checked(AttendRequest, asked)
    if wanted is None:
        return
    seen = trace(zoo.load(wanted.model), wanted.text)
    if "weights" not in seen or not seen.written:
        st.info("There is no alignment to explore: " + ("type a source above." if not seen.written else f"{wanted.model} has no attention."))
        return
    name = wanted.model
    with st.container(horizontal=True):
        st.download_button("Download CSV", partial(figures.alignment_csv, seen), f"{name}.csv", "text/csv", on_click="ignore", key="alignment CSV")
        st.download_button("Download NumPy", partial(figures.npz, seen), f"{name}.npz", "application/octet-stream", on_click="ignore", key="alignment NumPy")
    layered = seen["weights"].ndim == 4
    where = st.columns(2) if layered else ()
    layer = where[0].segmented_control("Layer", range(len(seen["weights"])), format_func=lambda n: str(n + 1), default=len(seen["weights"]) - 1, required=True) if layered else None
    heads = [None, *range(seen["weights"].shape[1])] if layered else []
    head = where[1].segmented_control("Head", heads, format_func=lambda n: "mean" if n is None else str(n + 1), default=0, required=True) if layered else None
    st.plotly_chart(figures.alignment(seen, _theme(), layer, head), theme=None, key="explore alignment", config=_picture(name), alt="Attention weights: steps by tokens")


def lengths(names, alt):
    """How well models do against the length of the source, as measured on text that they never saw."""
    st.plotly_chart(figures.lengths([zoo.card(name) for name in names], _theme()), theme=None, key=f"lengths {names[0]}", config=_picture("lengths"), alt=alt)


def scores(names):
    """The measured scores of models, as they stand in their cards."""
    cards = [zoo.card(name) for name in names]
    scores = list(dict.fromkeys(what for card in cards for what in card["scores"]))
    columns = {"model": [card["name"] for card in cards], "parameters": [card["parameters"] for card in cards]}
    columns |= {what: [str(card["scores"].get(what, "")) for card in cards] for what in scores}
    st.dataframe(columns | {"trained in minutes": [card["training_minutes"] for card in cards]}, hide_index=True)


SIZES = {"hidden": "the same number of units", "parameters": "as many parameters as the LSTM"}


@st.fragment
def measured(task):
    """What was measured of a task over several seeds: the figure, how it was made, and what is to be seen in it."""
    stored = results.results(task)
    size, *others = results.sizes(stored)
    if others:
        size = st.segmented_control("All cells with", [size, *others], format_func=SIZES.get, default=size, required=True, key=f"size {task}")
    st.markdown(f"**{stored['question']}**")
    st.plotly_chart(figures.curve(stored, _theme(), size), theme=None, key=f"curve {task}", config=_picture(f"{task}-{size}"),
                    alt=f"{stored['y']} against {stored['x']}, one line a cell, with the span over the seeds")  # fmt: skip
    st.caption(findings.conditions(stored, size))
    st.markdown("\n".join(f"- {sentence}" for sentence in findings.sentences(stored, size)))
    st.code(stored["command"], language="bash", wrap_lines=True)


VERDICTS = {"all": ("green", ":material/check:"), "some": ("orange", ":material/contrast:"), "none": ("red", ":material/close:")}


def _badge(held, text):
    color, icon = VERDICTS["all" if all(held) else "some" if any(held) else "none"]
    return f":{color}-badge[{icon} {text}]"


def verdicts(found):
    """All claims in one table, each with its verdict.

    Args:
        found: `gatelab.claims.Claim`s.
    """
    rows = [f"| [{claim.said}](#{claim.key}) :gray[{claim.by}] | {_badge(claim.held, claim.verdict)} |" for claim in found]
    st.markdown("\n".join(["| claim | measured here |", "| --- | --- |", *rows]))


def claim(found):
    """One claim: what was said and by whom, what was measured, every seed, and what decides it."""
    with st.container(border=True):
        st.subheader(found.said, anchor=found.key)
        st.markdown(_badge(found.held, found.verdict))
        st.caption(found.source)
        words, numbers = st.columns([5, 4], gap="medium")
        with words:
            st.markdown(found.measured)
            st.markdown("\n\n".join(f"{_badge(check.held, _share(check.held))} {check.what}" for check in found.checks))
            for note in found.notes:
                st.markdown(note)
        with numbers:
            for table in found.tables:
                st.caption(findings.capital(table.title))
                st.markdown(_rows(table))
        with st.expander(f"The {len(found.commands)} commands") if len(found.commands) > 1 else nullcontext():
            st.code("\n".join(found.commands), language="bash", wrap_lines=True)


def _share(held):
    return f"{findings.count(held)} seeds" if len(held) > 1 else "yes" if held[0] else "no"


def _rows(table):
    lines = [table.head, ("---", *["---:"] * (len(table.head) - 1)), *table.rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


WORKS = {"train": "a training step", "read": "reading a text"}
SAMPLE = 200
"""Tokens of the text that a time trial reads if the visitor has no other."""


def time_trial(names):
    """A time trial between models of one family: what to time, the button, how far it is, and what came of it.

    It runs in the script and not in a fragment, so that a click on Stop, or on anything else that runs the page anew, ends it.

    Args:
        names: some models of the family to begin with.
    """
    asked = st.session_state.get("trial", {})
    running = asked.get("waits", False)
    _trial_choice(names, running)
    if running:
        asked["waits"] = False  # the next run of the page shows the rounds done so far, however this one ends
        _trial_run(asked)
    elif asked:
        _trial_shown(asked)


@st.fragment
def _trial_choice(names, running):
    families = zoo.families()
    titles = {task: TASKS.get(task, task).split(":")[0] for task in families}
    task = st.segmented_control("Family", list(families), format_func=titles.get, default=zoo.load(names[0]).spec.task, key="trial family", required=True, disabled=running)
    plain = [name for name in families[task] if not name.endswith("-matched")]
    models = st.pills("Models", families[task], selection_mode="multi", format_func=_called, default=plain, key=f"trial models {task}", disabled=running)
    work = st.segmented_control("Time", list(WORKS), format_func=WORKS.get, default="train", key="trial work", required=True, disabled=running)
    text = ""
    if work == "read":
        text = st.text_area("Text", _sample(families[task][0]), max_chars=LIMIT, key=f"trial text {task}", disabled=running)[:LIMIT]
        st.caption("Each model as it is makes the trace of this text: every gate at every step, which is what GateLab does when you paste it.")
    else:
        st.caption(f"A fresh, untrained copy of each model takes optimizer steps (AdamW) on {trial.BATCH} random texts of {trial.STEPS} steps.")
    enough = len(models) > 1 and (work == "train" or text.strip())
    wanted = "" if enough else " Choose two models or more." if len(models) < 2 else " Type a text."
    st.markdown(f"The models take turns, in another order each round: a warm-up and {trial.ROUNDS} rounds, about **{trial.BUDGET:.0f} seconds**, never more than {trial.DEADLINE:.0f}.{wanted}")
    if not running and st.button("Start the time trial", type="primary", disabled=not enough, key="trial start"):  # Stop takes its place
        st.session_state["trial"] = {"models": [name for name in families[task] if name in models], "work": work, "text": text, "laps": [], "waits": True}
        st.rerun()


def _sample(name):
    """A text of `SAMPLE` tokens: the one that a model opens on, over and over."""
    unit, text = zoo.load(name).spec.unit, zoo.opening(name).text
    return beginning(("" if unit == "characters" else " ").join([text] * SAMPLE), unit, SAMPLE)


def _trial_run(asked):
    st.button("Stop", key="trial stop")
    bar = st.progress(0.0, "Warming up")
    work = trial.training if asked["work"] == "train" else trial.reading(asked["text"])
    total, began = trial.ROUNDS * len(asked["models"]), None
    try:
        with closing(trial.rounds([zoo.load(name) for name in asked["models"]], work, trial.ROUNDS, trial.BUDGET)) as laps:
            for lap in laps:
                asked["laps"].append(lap)
                done = len(asked["laps"]) - len(asked["models"])
                began = began or (monotonic() if done >= 0 else None)
                if done > 0:
                    left = (monotonic() - began) / done * (total - done)
                    bar.progress(done / total, f"Round {lap.round} of {trial.ROUNDS}, about {left:.0f} s to go")
    except trial.Busy as busy:
        asked["busy"] = str(busy)
    st.rerun()


def _trial_shown(asked):
    if "busy" in asked:
        st.info(f"Somebody else on this server is in the way: {asked['busy']}. Two at once would measure each other, so please try again then.")
        return
    names, laps = asked["models"], asked["laps"]
    specs = {name: zoo.load(name).spec for name in names}
    reference = next((name for name in names if specs[name].cell == "lstm"), names[0])
    found = trial.results(laps, reference)
    if not found:
        st.info("It was stopped before the first round was over: there is nothing to show.")
        return
    if found[0].rounds < trial.ROUNDS:
        st.info(f"It was stopped after {found[0].rounds} of {trial.ROUNDS} rounds; this is what they say.")
    count = {name: zoo.card(name)["parameters"] for name in names}
    others = [one for one in found if one.model != reference]
    st.markdown("\n".join(f"- {trial.verdict(one, _called(one.model), _called(reference), count[one.model] / count[reference])}" for one in others))
    st.plotly_chart(figures.trial(laps, {name: _called(name) for name in names}, _theme()), theme=None, key="trial figure", config=_picture("time-trial"),
                    alt="Milliseconds of each round, one row a model, with the median")  # fmt: skip
    st.markdown(_trial_table(found, count, reference))
    _trial_notes(asked, specs, laps)


def _trial_table(found, count, reference):
    head = ["model", "median", "middle half", f"× the {_called(reference)}", "95 % interval", "parameters"]
    rows = [[_called(one.model), f"{_short(one.median)} ms", f"{_short(one.low)} to {_short(one.high)}", f"{one.ratio:.2f}",
             f"{one.interval[0]:.2f} to {one.interval[1]:.2f}" if one.interval and one.model != reference else "–", f"{count[one.model]:,}"] for one in found]  # fmt: skip
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] + ["---:"] * 5, *rows])


def _short(seconds):
    """Milliseconds with three digits."""
    return f"{1000 * seconds:#.3g}".rstrip(".")


def _trial_notes(asked, specs, laps):
    """What explains much of the difference, and how it was measured."""
    if asked["work"] == "train":
        ways = {}
        for name, spec in specs.items():
            ways.setdefault(trial.way(spec.cell), []).append(_called(name))
        lines = "; ".join(f"{', '.join(called)}: {way}" for way, called in ways.items())
        st.markdown(f"**What is timed is code, not only arithmetic.** {lines}. On another processor, or on a graphics card, the order can be another.")
    else:
        steps = len(tokenize(asked["text"], next(iter(specs.values())).unit))
        st.markdown(f"**What is timed is code, not only arithmetic.** A trace of these {steps:,} tokens keeps every gate, so here each cell runs in GateLab's own "
                    "loop over its steps; an LSTM over a long text first asks PyTorch's fused kernel for h.")  # fmt: skip
    repeats = max(lap.repeats for lap in laps)
    turn = f"Each turn repeats the work {repeats:,} times; times are for one." if repeats > 1 else "Each turn does the work once."
    st.caption(f"{turn} The ratio is the median over the rounds of the ratio within a round, so a machine that is slow for a while is slow for both.")


def _called(name):
    return FAMILY[zoo.load(name).spec.cell] + (", matched" if name.endswith("-matched") else "")


def lesson(models, **opening):
    """A lesson: its stage on one side, which stays in sight, and the text that is written inside this `with` on the other.

    Args:
        models: those that the stage can show, the first one at the front.
        opening: what the lesson opens on, see `live.lesson.read_lesson`.
    """
    start, broken = read_lesson(st.query_params, models, **opening)
    notes(broken)
    st.html(
        """<style>
        @media (min-width: 1000px) { .stColumn:has(.st-key-lesson-stage) { position: sticky; top: 3.9rem; max-height: calc(100vh - 4rem); overflow-y: auto; } }
        .st-key-lesson-text { font-size: 1.06rem; line-height: 1.6; max-width: 46rem; }
        .st-key-lesson-text a[href*="#look:"] { text-decoration: underline dotted; text-underline-offset: 0.2em; }
        </style>"""
    )
    left, right = st.columns([6, 4], gap="large")
    with left.container(key="lesson-stage"):
        lesson_stage(start)
    return right.container(key="lesson-text")


def onward(page, label):
    """A link to another page, named by its file."""
    st.page_link(f"../pages/{page}.py", label=label)


def parameters(names):
    """What the recurrent layer of each model has to learn, by its formula: a table."""
    specs = [zoo.load(name).spec for name in names]
    parts = [next(part for part in sizes.parts(spec) if part.what.startswith("recurrent")) for spec in specs]
    rows = [f"| {FAMILY[spec.cell]} | {part.formula} | {part.count:,} |" for spec, part in zip(specs, parts)]
    first = specs[0]
    st.markdown("\n".join(["| cell | learns | numbers |", "|---|---|---:|", *rows]))
    st.caption(f"One recurrent layer with H = {first.hidden_size} units that reads vectors of D = {first.embedding_size} numbers.")


def _theme():
    return "dark" if st.context.theme.type == "dark" else "light"


def _picture(name):
    return {"displaylogo": False, "toImageButtonOptions": {"format": "png", "scale": 2, "filename": name}}


def _unit(asked, model):
    valid = isinstance(asked, int) and not isinstance(asked, bool) and 0 <= asked < model.spec.hidden_size
    return asked if valid else 0


def _downloads(seen, titles, theme, order):
    name = seen.model.spec.name
    files = {
        "CSV": (partial(figures.csv, seen), f"{name}.csv", "text/csv"),
        "NumPy": (partial(figures.npz, seen), f"{name}.npz", "application/octet-stream"),
        "PNG": (partial(figures.png, seen, titles, theme, order, name), f"{name}.png", "image/png"),
    }
    with st.container(horizontal=True):
        for label, (make, file_name, mime) in files.items():
            st.download_button(f"Download {label}", make, file_name, mime, key=f"download {label}", on_click="ignore")


def _figures(seen, titles, theme, order, index):
    name = st.segmented_control("Heatmap of", list(titles), format_func=lambda n: f"{n}, {titles[n]}", default=list(titles)[0],
                                key=f"explore {seen.model.spec.cell}", required=True)  # fmt: skip
    picture = _picture(seen.model.spec.name)
    st.plotly_chart(figures.heatmap(seen, name, theme, order), theme=None, key="explore heatmap", config=picture,
                    alt=f"{titles[name]}: units by steps")  # fmt: skip
    chosen = st.plotly_chart(figures.unit(seen, index, theme), theme=None, key="explore unit", config=picture,
                             on_select="rerun", selection_mode=("box", "points"), alt=f"All values of unit {index} at each step")  # fmt: skip
    steps = sorted({point["x"] for point in chosen.selection.points if isinstance(point.get("x"), int)})
    if steps:
        rows = [step - 1 for step in steps if 1 <= step <= len(seen)]
        table = {"step": [t + 1 for t in rows], "token": [glyph(seen.tokens[t]) for t in rows]}
        st.dataframe(table | {n: seen[n][rows, index] for n in titles}, hide_index=True)
    else:
        st.caption(f"Drag over the lines to read the numbers of unit {index} at those steps.")
    st.caption("How the values are spread over all units and steps: near the ends a gate stands open or shut.")
    st.plotly_chart(figures.distribution(seen, theme), theme=None, key="explore distribution", config=picture,
                    alt="How the values of each name are spread over all units and steps")  # fmt: skip
