"""What each page's texts are there to show comes out of the shipped models, computed anew."""

import json

import pytest

from gatelab import zoo
from gatelab.live import attention
from gatelab.live.stages import STAGES
from gatelab.training import openings

TABLE = [(page, task, text) for page, tasks in zoo.pages().items() for task, texts in tasks.items() for text in texts]
LESSONS = {"simple-rnn": "sentiment-rnn", "lstm": "sentiment-lstm", "gru": "sentiment-gru", "answers": "sentiment-lstm"}


def opened(page):
    """What a page opens on when no link asks for anything."""
    if page in LESSONS:
        return STAGES["lesson"].read({}, models=(LESSONS[page],), page=page)[0]
    return STAGES[page.replace("-", "_")].read({})[0]


@pytest.mark.parametrize(("page", "task", "text"), TABLE, ids=lambda value: value["text"] if isinstance(value, dict) else value)
def test_every_text_of_a_page_shows_what_it_is_there_to_show(page, task, text):
    assert openings.kept(task, text), f"run `python -m gatelab.training.openings --ship`: this text no longer shows that {text['shows']}"


@pytest.mark.parametrize("page", openings.CANDIDATES)
def test_a_page_opens_on_the_first_text_of_its_table(page):
    task, texts = next(iter(zoo.pages()[page].items()))
    begun = opened(page)
    assert begun.text == texts[0]["text"]
    assert all(name.startswith(f"{task}-") for name in (begun.models if hasattr(begun, "models") else [begun.model]))


def test_no_two_pages_open_on_the_same_sentence():
    texts = [*(opened(page).text for page in openings.CANDIDATES), opened("watch").text]
    assert len(set(texts)) == len(texts)


def test_a_text_that_shows_nothing_is_found():
    """Every promise can be broken: by another text, another answer, or words in another order."""
    for _, task, text in TABLE:
        other = {"negative": "positive", "positive": "negative"}
        broken = {**text, "text": "1 mai 2001" if task == "dates" else "a"} | {key: other.get(text[key], "rien") for key in ("answer", "label") if key in text}
        if "crossed" in text:
            broken = {**text, "crossed": text["crossed"][::-1]}
        assert not openings.kept(task, broken), text


def test_texts_that_prove_nothing_are_left_out_and_chosen_anew(tmp_path, monkeypatch, capsys):
    table = {"attention": {"dates": [{"text": "5 May 2005", "shows": "only attention is right", "answer": "1999-09-09"}]}}
    file = tmp_path / "pages.json"
    file.write_text(json.dumps(table))
    assert openings.main(["--table", str(file)]) == 1 and "NO " in capsys.readouterr().out
    monkeypatch.setattr(openings, "CANDIDATES", {"attention": {"dates": [openings.CANDIDATES["attention"]["dates"][1]]}})
    assert openings.main(["--ship", "--table", str(file)]) == 0
    (text,) = json.loads(file.read_text())["attention"]["dates"]
    assert text["shows"] == "only attention is right" and openings.kept("dates", text)


def test_the_stage_is_told_the_texts_of_its_page_and_their_answers():
    texts = zoo.pages()["attention"]["dates"]
    told = next(model["opening"] for model in attention.listing("attention", "attention") if model["name"] == "dates-additive")
    assert [told["text"], *told["others"]] == [text["text"] for text in texts]
    assert told["answers"] == {text["text"]: text["answer"] for text in texts}
