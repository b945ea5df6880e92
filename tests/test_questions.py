"""The questions that students ask: all are answered, briefly, with a link or a figure that shows it, and every number is recomputed."""

import json
import math
import re
from statistics import mean

import pytest
import torch
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest
from torch import nn
from torch.nn.utils.rnn import pad_sequence

from gatelab import facts, lessons, questions, results, shapes, sizes, zoo
from gatelab.training.loop import Recipe
from gatelab.ui.path import PLACES
from tests.browser import ROOT
from tests.test_results import STORED as TASKS

GROUPS = questions.read(ROOT / "pages" / "questions")
ALL = [question for group in GROUPS for question in group.questions]
BY_ID = {question.id: question for question in ALL}
STORED = {stored["task"]: stored for stored in TASKS}

UNANSWERED = ("how-learned", "word-to-numbers", "go-on-writing", "which-word", "still-used")
"""What a student asked and no page answered; it stands in no list."""


def test_every_question_of_the_list_is_answered_and_the_five_that_no_page_answered():
    assert sorted(question.asked for question in ALL if question.asked) == list(range(1, 35))
    assert {question.id for question in ALL if not question.asked} == set(UNANSWERED)


def test_groups_have_the_names_that_students_look_for():
    assert [group.title for group in GROUPS] == ["Units and steps", "Gates and states", "Training", "Variants", "Shapes in PyTorch and Keras", "Attention"]


@pytest.mark.parametrize("question", ALL, ids=lambda question: question.id)
def test_an_answer_is_short_and_something_shows_it(question):
    said = re.sub(r"```.*?```", "", facts.filled(question.answer), flags=re.DOTALL).replace("\N{NO-BREAK SPACE}%", "%")
    assert len(re.findall(r"\S*\w\S*", said)) <= 125  # by another count, of the filled text
    assert question.see or question.figure
    assert question.asks.endswith(("?", "chosen?"))


@pytest.fixture(scope="module")
def app():
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        yield AppTest.from_file(str(ROOT / "gatelab" / "shell.py"), default_timeout=60).run()


LINKS = [(question.id, see) for question in ALL for see in question.see]


@pytest.mark.parametrize(("id", "see"), LINKS, ids=[f"{id}-{see.page}" for id, see in LINKS])
def test_every_link_is_understood_by_the_page_that_it_leads_to(app, id, see):
    app.session_state["visited"] = ""  # a visit of its own
    app.query_params.clear()
    for key, value in see.fields.items():
        app.query_params[key] = value
    page = app.switch_page(f"../pages/{see.page.replace('-', '_')}.py").run()
    assert not page.exception and not page.info, [text.value for text in page.text]
    (stage, *_) = page.get("bidi_component")
    body = stage.proto.bytes
    told = json.loads(body[8 : 8 + int.from_bytes(body[:8], "little")])["__metadata__"]
    if "text" in see.fields:
        assert json.loads(told["page"])["start"]["text"] == see.fields["text"]


def test_the_page_has_every_question_link_and_figure(app):
    page = app.switch_page("../pages/questions.py").run()
    assert not page.exception
    assert {heading.proto.anchor: heading.value for heading in page.subheader} == {question.id: question.asks for question in ALL}
    shown = [component.proto.component_name for component in page.get("bidi_component")]
    assert shown.count("gatelab.shapes") == sum(question.figure.startswith("shapes") for question in ALL) > 4
    assert len(page.get("plotly_chart")) == 1 + sum(
        bool(question.figure) and not question.figure.startswith(("shapes", "squashing")) for question in ALL
    )  # forecast has two
    assert not re.search(r"\{\{|\}\}", " ".join(markdown.value for markdown in page.markdown))


def test_a_page_ends_with_the_questions_that_come_up_on_it(app):
    assert {page for question in ALL for page in question.pages} <= {place.path for place in PLACES}
    app.query_params.clear()
    page = app.switch_page("../pages/lstm.py").run()
    labels = [link.proto.label for link in page.get("page_link")]
    wanted = [question.asks for question in ALL if "lstm" in question.pages]
    assert "Hidden state and cell state: why two?" in wanted and wanted == [label for label in labels if label in {question.asks for question in ALL}]


# Numbers.


def softmax_first(temperature):
    first, second = math.exp(2 / temperature), math.exp(1 / temperature)
    return f"{100 * first / (first + second):.0f}"


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


RECOMPUTED = {
    "sigmoid-tanh": [f"{3**10:,}"],
    "second-tanh": ["10"],
    "forget-bias": [f"{sigmoid(0):.1f}", f"{0.5**10:.3f}", f"{sigmoid(1):.2f}"],
    "keep-gradient": ["0.99", f"{100 * 0.99:.0f}", f"{100 * 0.99**10:.0f}"],
    "exploding": ["1.1", f"{1.1**100:,.0f}"],
    "decoding": ["0.5", softmax_first(1), softmax_first(0.5), softmax_first(2)],
    "only-bigger": [str(STORED["recall"]["runs"][0]["curve"][-1][0])],
    "root-of-size": ["64", f"{math.exp(8):,.0f}"],
}
"""A question -> the numbers in its answer that are no small count, each computed here."""


@pytest.mark.parametrize("question", ALL, ids=lambda question: question.id)
def test_no_number_of_an_answer_comes_from_anywhere_else(question):
    prose = re.sub(r"```.*?```|`[^`]*`|\{\{.*?\}\}", "", question.answer, flags=re.DOTALL)
    prose = "\n".join(part for part in prose.split("\n\n") if not part.startswith("Source"))
    prose = re.sub(r"Source:.*", "", prose)
    numbers = [number.rstrip(".,") for number in re.findall(r"\d[\d,.]*", prose)]
    large = [number for number in numbers if not re.fullmatch(r"\d|(19|20)\d\d", number)]
    assert set(large) <= set(RECOMPUTED.get(question.id, ())), question.asks


def test_what_the_answers_say_in_words_is_so():
    assert "three quarters" not in BY_ID["gru-or-lstm"].answer and "3/4" in BY_ID["gru-or-lstm"].answer
    assert 4 * sizes.recurrent("gru", 5, 7) == 3 * sizes.recurrent("lstm", 5, 7) and sizes.recurrent("rnn", 5, 7) * 4 == sizes.recurrent("lstm", 5, 7)
    slopes = torch.linspace(-9, 9, 2001).sigmoid()
    assert float((slopes * (1 - slopes)).max()) == pytest.approx(1 / 4)
    assert Recipe().clip == 1
    score = {cell: [run["score"] for run in results.runs(STORED["adding"], cell)] for cell in ("gru", "lstm")}
    assert mean(score["gru"]) < mean(score["lstm"])
    further = {cell: [run["score"] for run in results.runs(STORED["counter"], cell)] for cell in ("gru", "lstm")}
    assert mean(further["lstm"]) > mean(further["gru"])


def test_measured_numbers_are_those_of_the_stored_files():
    def scores(task, cell, size):
        return [run["score"] for run in STORED[task]["runs"] if (run["cell"], run["size"]) == (cell, size)]

    def written(share):
        return f"{100 * share:.1f}".removesuffix(".0") + "\N{NO-BREAK SPACE}%"

    studies = {path.stem: json.loads(path.read_text(encoding="utf-8"))["runs"] for path in results.STUDIES.glob("*.json")}
    late = [run for run in studies["forget-bias"] if run["steps"] == 4000]
    biased = {bias: [run["score"] for run in late if run["bias"] == bias] for bias in (0, 1)}
    better = sum(one < other for one, other in zip(biased[1], biased[0]))
    wanted = {
        "recall lstm": written(mean(scores("recall", "lstm", "hidden"))),
        "recall rnn": written(mean(scores("recall", "rnn", "hidden"))),
        "recall rnn matched": written(mean(scores("recall", "rnn", "parameters"))),
        "recall chance": written(STORED["recall"]["chance"]),
        **{f"sentiment {cell}": written(mean(scores("sentiment", cell, "hidden"))) for cell in ("lstm", "rnn", "gru")},
        **{f"forecast {kind}": written(mean(run["score"] for run in studies["forecast"] if run["series"] == kind)) for kind in ("walk", "wave")},
        **{f"bias {bias}": f"{mean(values):.2g}" for bias, values in biased.items()},
        "bias 1 better": f"{better} of 3" if better < 3 else "all 3",
        "bias steps": "4,000",
        **{f"forcing {feed}": written(mean(run[feed] for run in studies["forcing"] if run["model"] == "dates-none")) for feed in ("own", "fed")},
        "units of sentiment-lstm": str(zoo.load("sentiment-lstm").recurrent.weight_hh_l0.shape[1]),
        "width of sentiment-lstm": str(zoo.load("sentiment-lstm").recurrent.weight_ih_l0.shape[1]),
        **{
            f"turns {cell}": f"{100 * json.loads((zoo.ZOO / f'sentiment-{cell}.json').read_text(encoding='utf-8'))['turns']['score']:.0f}"
            for cell in ("lstm", "rnn")
        },
        "layer of sentiment-lstm": f"{sum(p.numel() for p in zoo.load('sentiment-lstm').recurrent.parameters()):,}",
    }
    assert {name: facts.FACTS[name]() for name in wanted} == wanted
    ratios = [one["ratio"] for one in results.times()["trials"] if one["cell"] == "gru"]
    assert facts.FACTS["gru time"]() == f"{min(ratios):.2f} to {max(ratios):.2f}"
    opened = zoo.load(zoo.models("transformer")[0])  # what the link of the question opens on
    size = opened.spec.hidden_size // opened.spec.num_heads
    assert (facts.FACTS["head size"](), facts.FACTS["head root"]()) == (str(size), f"{math.sqrt(size):.3g}")
    assert set(wanted) | {"gru time", "head size", "head root"} == set(facts.FACTS)
    prose = [question.answer for question in ALL] + [getattr(block, "text", "") for lesson in lessons.shipped() for block in lesson.all_blocks()]
    assert {name for text in prose for name in re.findall(r"\{\{(.*?)\}\}", text)} == set(facts.FACTS)


def test_a_number_that_nobody_measured_is_refused_by_name():
    with pytest.raises(ValueError, match="must be one of .*recall lstm.*: got 'recall gnu'"):
        facts.filled("{{recall gnu}}")


# The reader.

GOOD = "# Gates\n\n## Why?\nid: why\nsee: Look | lstm?step=3\n\nBecause.\n"


def written(folder, text):
    (folder / "1-gates.md").write_text(text, encoding="utf-8")
    return questions.read(folder)


def test_a_file_is_read_as_it_is_written(tmp_path):
    (group,) = written(tmp_path, GOOD + "\n```python\n## no heading\n```\n\n## And?\nid: and\nasked: 7\npages: lstm, gru\nfigure: shapes one\n\nSo.\n")
    why, other = group.questions
    assert (group.title, why.asks, why.see[0].fields, why.asked, why.pages) == ("Gates", "Why?", {"step": "3"}, None, ())
    assert "## no heading" in why.answer and (other.asked, other.pages, other.figure, other.answer) == (7, ("lstm", "gru"), "shapes one", "So.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("# Gates", "Gates"), r"1-gates\.md:1: the first line must be"),
        (GOOD.replace("see:", "look:"), r"1-gates\.md:5: a line of a question's head must be 'key: value'"),
        (GOOD.replace(" | ", " "), r"1-gates\.md:5: see must be"),
        (GOOD.replace("step=3", "step"), r"1-gates\.md:5: see must be"),
        (GOOD.replace("id: why", "id: Why Not"), r"1-gates\.md:3: id must be lower-case words"),
        (GOOD.replace("see: Look | lstm?step=3\n", ""), r"1-gates\.md:3: a question must have a link or a figure"),
        (GOOD.replace("Because.", "word " * 121), r"1-gates\.md:3: an answer must have 1 to 120 words: got 121"),
        (GOOD.replace("Because.", ""), r"1-gates\.md:3: an answer must have 1 to 120 words: got 0"),
        (GOOD.replace("id: why", "id: why\nid: why"), r"1-gates\.md:5: id must stand once"),
        (GOOD.replace("id: why", "id: why\nasked: seven"), r"1-gates\.md:3: asked must be a number: got 'seven'"),
        (GOOD + GOOD.split("\n\n", 1)[1], r"1-gates\.md:8: id must be one that no other question has: got 'why'"),
    ],
)
def test_a_fault_in_a_file_is_named_with_its_line(tmp_path, text, said):
    with pytest.raises(ValueError, match=said):
        written(tmp_path, text)


# Shapes: every number against a network that is run here in another way.


def steps(layer, text, suffix=""):
    """h and c after each step by `nn.LSTMCell`, which knows no sequences: two tensors (T, H)."""
    cell = nn.LSTMCell(layer.input_size, layer.hidden_size)
    cell.load_state_dict({name: getattr(layer, f"{name}_l0{suffix}") for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")})
    h = c = torch.zeros(1, layer.hidden_size)
    hs, cs = [], []
    for x in text:
        h, c = cell(x[None], (h, c))
        hs.append(h[0])
        cs.append(c[0])
    return torch.stack(hs), torch.stack(cs)


def told(view, name):
    return next(tensor.values for tensor in shapes.view(view).tensors if tensor.name == name)


@torch.inference_mode()
def test_every_shown_tensor_is_what_torch_gives_step_by_step():
    close = torch.testing.assert_close
    (one, two), network = shapes._texts(), shapes._network()
    h, c = steps(network, one)
    short_h, short_c = steps(network, two)
    close(told("one", "output"), h)
    close(told("one", "h_n"), h[-1:])
    close(told("one", "c_n"), c[-1:])

    both = shapes._network(bidirectional=True)
    ahead, back = steps(both, one), steps(both, one.flip(0), "_reverse")
    close(told("directions", "output"), torch.cat((ahead[0], back[0].flip(0)), 1))
    close(told("directions", "h_n"), torch.stack((ahead[0][-1], back[0][-1])))
    close(told("directions", "c_n"), torch.stack((ahead[1][-1], back[1][-1])))

    deep = shapes._network(num_layers=2)
    upper = nn.LSTM(shapes.UNITS, shapes.UNITS)
    upper.load_state_dict({name.replace("_l1", "_l0"): weight for name, weight in deep.state_dict().items() if name.endswith("_l1")})
    low_h, low_c = steps(deep, one)
    top_h, top_c = steps(upper, low_h)
    close(told("two", "h of layer 1"), low_h)
    close(told("two", "output"), top_h)
    close(told("two", "h_n"), torch.stack((low_h[-1], top_h[-1])))
    close(told("two", "c_n"), torch.stack((low_c[-1], top_c[-1])))

    batch = pad_sequence([h, short_h])
    close(told("padded", "output"), batch)
    close(told("padded", "h_n"), torch.stack((h[-1], short_h[-1]))[None])
    close(told("padded", "c_n"), torch.stack((c[-1], short_c[-1]))[None])
    close(told("padded", "lengths"), torch.tensor([5, 3]))
    assert told("padded", "mask").T.tolist() == [[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]
    close(told("batch_first", "output, batch_first=True"), pad_sequence([h, short_h], batch_first=True))
    close(told("batch_first", "h_n, as before"), torch.stack((h[-1], short_h[-1]))[None])
    close(told("batch_first", "Keras, by default"), torch.stack((h[-1], short_h[-1])))
    assert sum(len(shapes.view(key).tensors) for key in shapes.VIEWS) == 18  # no tensor is left out above


@pytest.mark.parametrize("key", shapes.VIEWS)
def test_two_entries_have_one_meaning_exactly_where_they_are_the_same_number(key):
    """Only numbers of the state are compared; the zeros behind a text are alike without being the same."""
    view = shapes.view(key)
    numbers = [(meaning, value) for tensor in view.tensors for meaning, value in zip(tensor.meanings, tensor.values.flatten().tolist()) if meaning[0] in "hc"]
    by_meaning = {}
    for meaning, value in numbers:
        by_meaning.setdefault(meaning, set()).add(value)
    assert all(max(values) - min(values) < 1e-6 for values in by_meaning.values())
    assert len({round(min(values), 5) for values in by_meaning.values()}) == len(by_meaning)
    assert len(numbers) > len(by_meaning)  # something is lit in more than one place
    chosen, place = view.opens
    assert sum(tensor.meanings.count(view.tensors[chosen].meanings[place]) for tensor in view.tensors) > 1


def test_there_is_no_other_view():
    with pytest.raises(ValueError, match="must be one of one, two, directions, padded, batch_first: got 'three'"):
        shapes.view("three")


# In a browser.


@pytest.fixture
def page(watched, server):
    watched.allowed = ("404",)
    watched.page.add_init_script("window.addEventListener('gatelab:painted', ({detail}) => ((window.painted ??= []).push(detail.text)))")
    watched.page.goto(f"{server.url}/questions?ask=stacked")
    watched.page.get_by_role("status").get_by_text("questions").wait_for()
    return watched.page


def test_a_link_to_a_question_brings_it_into_sight_and_the_search_hides_the_others(page):
    page.wait_for_function("Math.abs(document.getElementById('stacked').getBoundingClientRect().top - 68) < 40")
    page.wait_for_timeout(2000)  # figures above have grown
    assert abs(page.locator("#stacked").bounding_box()["y"] - 68) < 40
    page.get_by_role("searchbox", name="Search the questions").fill("Forget gate bias")
    expect(page.get_by_role("heading", name="Attention", exact=True)).to_be_hidden()
    shown = page.evaluate("[...document.querySelectorAll('h3')].filter((h) => h.checkVisibility()).map((h) => h.id)")
    assert "forget-bias" in shown and len(shown) < 6
    page.get_by_text(f"{len(shown)} of {len(ALL)} questions").wait_for()
    page.get_by_role("searchbox", name="Search the questions").fill("")
    page.wait_for_function("(all) => [...document.querySelectorAll('h3')].filter((h) => h.checkVisibility()).length === all", arg=len(ALL))


def test_keys_and_the_pointer_light_a_number_in_every_tensor(page):
    section = page.get_by_role("region", name="Two layers")
    section.scroll_into_view_if_needed()
    says = section.get_by_role("status")
    expect(says).to_have_text(re.compile(r"^This is h of layer 1, unit 0, after “good”: .*h of layer 1\[4, 0\] and h_n\[0, 0\]\.$"))
    h_n = section.get_by_role("grid", name="h_n (2, 3)")
    h_n.locator("td[tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(says).to_have_text(re.compile(r"It stands in output\[4, 1\] and h_n\[1, 1\]\.$"))
    lit = section.locator("td.lit").all_inner_texts()
    assert len(lit) == 2 and len(set(lit)) == 1
    assert lit[0].replace("−", "-") == f"{told('two', 'output')[4, 1]:.2f}"
    section.get_by_role("grid", name="output (5, 3)").locator("td").nth(0).hover()
    expect(says).to_have_text(re.compile(r"It stands in output\[0, 0\] alone\.$"))
    page.wait_for_function("window.painted.includes('Two layers')")
