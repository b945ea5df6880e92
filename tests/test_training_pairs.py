"""What models that write are trained on, how, and how they are measured: on generated dates and sentences, on a small scale."""

import dataclasses
import hashlib
import json
import random
import re
from collections import Counter
from datetime import date, datetime
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sacrebleu import corpus_bleu
from safetensors import deserialize

import gatelab
from gatelab import zoo
from gatelab.networks import ATTENTIONS, PairSpec, build
from gatelab.text import END, START, UNKNOWN, fold, french, join, tokenize
from gatelab.training import dates, measure, shipping, tatoeba
from gatelab.training.__main__ import main
from gatelab.training.loop import Recipe, Run
from gatelab.training.pairs import NO_TARGET, Batches, Pairs
from tests.test_attention_trace import WORDS, one_thread, random_pair  # noqa: F401

SMALL = ["--hidden", "8", "--batch", "8", "--steps", "6", "--heads", "2", "--layers", "1", "--embedding", "6"]
MONTHS = (
    "jan janv january janvier januar ene enero",
    "feb févr february février februar febrero",
    "mar march mars märz marzo",
    "apr april avr avril abr abril",
    "may mai mayo",
    "jun june juin juni junio",
    "jul july juil juillet juli julio",
    "aug august août ago agosto",
    "sep sept september septembre septiembre",
    "oct october octobre oktober octubre",
    "nov november novembre noviembre",
    "dec déc december décembre dezember dic diciembre",
)


WEEKDAYS = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
    "lunes",
    "martes",
    "miércoles",
    "jueves",
    "viernes",
    "sábado",
    "domingo",
]


def parsed(text):
    """The day of a written date, by a parser of our own: four digits are the year, month names stand in the table above."""
    if re.fullmatch(r"\d\d\.\d\d\.\d{4}", text):
        return datetime.strptime(text, "%d.%m.%Y").date()
    letters = re.sub(r"[\W\d_]", "", text.lower())  # whatever stands between them
    letters = re.sub(f"^({'|'.join(WEEKDAYS)})", "", letters)
    name = re.sub(r"^de(.+)de$", r"\1", letters)
    (month,) = {k + 1 for k, names in enumerate(MONTHS) if name in names.split()}
    (year,), (day,) = re.findall(r"\d{4}", text), re.findall(r"(?<!\d)\d{1,2}(?!\d)", text)
    return date(int(year), month, int(day))


@pytest.fixture(scope="module")
def written_dates():
    return dates.pairs(count=3000)


def test_every_target_is_the_day_that_its_source_says(written_dates):
    sources = [("".join(source), "".join(target)) for source, target in written_dates.training]
    assert len(sources) == 3000 and len(written_dates.held_out) == 1000
    for source, target in sources + [(source, right) for source, (right,) in written_dates.held_out]:
        assert parsed(source).isoformat() == target, source


def test_dates_come_in_five_locales_three_forms_and_any_capitals(written_dates):
    held_out = [source for source, _ in written_dates.held_out]
    for sign in ("tuesday", "mardi", "dienstag", "martes", " de ", "sept ", "janv.", ", 19"):
        assert any(sign in source.lower() for source in held_out), sign
    for form in (str.islower, str.isupper, str.istitle):
        assert 50 < sum(map(form, held_out)) < 950
    assert all(re.search(r"19\d\d|20\d\d", source) for source in held_out)


def test_half_of_what_is_learned_is_typed_in_haste_and_nothing_that_is_held_out(written_dates):
    neat = {re.sub(r"\d+", "0", source.lower()) for source, _ in written_dates.held_out}
    shapes = [re.sub(r"\d+", "0", "".join(source)) for source, _ in written_dates.training]
    assert 0.3 < sum(shape not in neat for shape in shapes) / 3000 < 0.6
    assert any(" " not in shape and "0" in shape[:2] for shape in shapes) and any("/" in shape for shape in shapes)


def test_no_day_is_both_learned_and_held_out(written_dates):
    learned = {"".join(target) for _, target in written_dates.training}
    assert len(learned) > 2500 and not learned & {right for _, (right,) in written_dates.held_out}


def test_dates_are_the_same_each_time_and_others_for_another_seed(written_dates):
    again, other = dates.pairs(count=3000), dates.pairs(seed=1, count=3000)
    assert (again.training, again.held_out) == (written_dates.training, written_dates.held_out)
    assert other.training != again.training and other.held_out != again.held_out


def test_what_is_read_and_written_has_a_token(written_dates):
    sources, targets = zip(*written_dates.training)
    assert set().union(*targets) == set(written_dates.target) - {UNKNOWN, START, END}
    assert set().union(*sources) == set(written_dates.source) - {UNKNOWN}
    assert {letter for source, _ in written_dates.held_out for letter in map(fold, source)} <= set(written_dates.source)


@pytest.mark.parametrize(
    ("text", "day", "year", "month", "number"),
    [
        ("05.05.2005", date(2005, 5, 5), (6, 10), None, (0, 2)),
        ("20.12.2012", date(2012, 12, 20), (6, 10), None, (0, 2)),
        ("1 de enero de 2001", date(2001, 1, 1), (14, 18), (5, 10), (0, 1)),
        ("martes, 3 de marzo de 2020", date(2020, 3, 3), (22, 26), (13, 18), (8, 9)),
        ("MAY 5, 1905", date(1905, 5, 5), (7, 11), (0, 3), (4, 5)),
        ("Dec 12, 2012", date(2012, 12, 12), (8, 12), (0, 3), (4, 6)),
        ("Thursday, 20 May 2020", date(2020, 5, 20), (17, 21), (13, 16), (10, 12)),
        ("1 Sept 2005", date(2005, 9, 1), (7, 11), (2, 6), (0, 1)),
        ("3 mars 1903", date(1903, 3, 3), (7, 11), (2, 6), (0, 1)),
        ("MARDI 3 FÉVRIER 1920", date(1920, 2, 3), (16, 20), (8, 15), (6, 7)),
        ("19 janv. 1919", date(1919, 1, 19), (9, 13), (3, 8), (0, 2)),
        ("Freitag, 20. März 2020", date(2020, 3, 20), (18, 22), (13, 17), (9, 11)),
    ],
)
def test_fields_are_where_a_reader_sees_them(text, day, year, month, number):
    found = dates.fields(text, day)
    assert (found["year"], found["day"]) == (range(*year), range(*number))
    assert found.get("month") == (month and range(*month))


def test_fields_of_every_kind_of_date_hold_what_they_are_called(written_dates):
    for text, (right,) in written_dates.held_out:
        day = date.fromisoformat(right)
        found = {name: text[where.start : where.stop] for name, where in dates.fields(text, day).items()}
        assert int(found["year"]) == day.year and int(found["day"]) == day.day
        assert ("month" in found) == any(map(str.isalpha, text))
        assert "month" not in found or found["month"].lower().rstrip(".") in MONTHS[day.month - 1].split()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I’m not  here, Tom!", ["I’m", "not", "here", ",", "Tom", "!"]),
        ("A well-known\tman's (old) hat...", ["A", "well-known", "man's", "(", "old", ")", "hat", ".", ".", "."]),
        ("", []),
        (" 3.5% 'so'", ["3", ".", "5", "%", "'", "so", "'"]),
    ],
)
def test_words_and_marks_are_tokens(text, words):
    assert list(tokenize(text, "words")) == words and tokenize(text, "characters") == tuple(text)


@pytest.mark.parametrize(("token", "folded"), [("I’m", "i'm"), ("ÉTÉ", "été"), ("İ", "İ"), ("ẞ", "ß"), ("don't", "don't"), ("😀", "😀")])
def test_a_folded_token_has_small_letters_and_as_many(token, folded):
    assert fold(token) == folded and len(fold(token)) == len(token)


SENTENCES = [
    "Où est-il ?",
    "J'ai faim.",
    "Qu'est-ce que c'est ?",
    "Attends ! Je viens.",
    "Aujourd'hui, il fait beau…",
    "C'est-à-dire : non ; oui.",
    "Il a dit : « Bonjour ! »",
    "Va-t'en !",
    "Donne-m'en un peu.",
    "Y a-t-il quelqu'un ?",
    "Les États-Unis, l'Italie (et Rome).",
    "Peut-être. Ou pas.",
    "Entre 1939-1945.",
    "Ça va. Être ou ne pas être ?",
    "Vraiment ?! Oui.",
]


def spaced(text):
    """A sentence with one kind of space before ? ! ; : and within « », which typists differ in."""
    return re.sub(r"\s*([?!;:»])", r" \1", re.sub(r"«\s*", "« ", text)).replace("’", "'")


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_french_sentence_comes_back_from_its_tokens(sentence):
    assert spaced(join(french(sentence), "words")) == spaced(sentence)
    assert french(sentence.replace("'", "’")) == french(sentence)
    assert not re.search(r"[^\N{NARROW NO-BREAK SPACE}][?!;:»]", join(french(sentence), "words"))


@pytest.mark.parametrize("sentence", [*SENTENCES, "« Attends ! » Il vient.", '"Bonjour."', "- Bonjour."])
def test_capitals_that_are_taken_back_return(sentence):
    """Nobody has seen the first words anywhere else, so each is learned with a small letter."""
    learned = tatoeba.Spelling([])(sentence)
    assert learned[0] == learned[0].lower()
    assert spaced(join(learned, "words")).casefold() == spaced(join(french(sentence), "words")).casefold()
    assert spaced(join(learned, "words")) == spaced(join(french(sentence), "words"))


def test_characters_are_joined_as_they_are():
    assert join(list("2005-05-05 ?"), "characters") == "2005-05-05 ?"


ANIMALS = (("dog", "chien"), ("cat", "chat"), ("bird", "oiseau"), ("horse", "cheval"), ("mouse", "rat"))
VERBS = (("sees", "voit"), ("hears", "entend"), ("likes", "aime"), ("follows", "suit"))
PLACES = (("here", "ici"), ("there", "là"), ("today", "aujourd'hui"), ("now", "maintenant"))


def lines():
    """English, tab, French, tab, credit: small sentences in two spellings and translations."""
    for (a, un), (b, deux), (verb, agit), (where, ou) in ((a, b, v, w) for a in ANIMALS for b in ANIMALS for v in VERBS for w in PLACES if a != b):
        yield f"The {a} {verb} Tom's {b} {where}.", f"Le {un} {agit} le {deux} de Tom {ou}."
        yield f"the {a.upper()} {verb} Tom’s {b} {where}!", f"Tom, le {un} {agit} le {deux} {ou} !"
    yield "The dog " * 10 + "sees.", "Trop long."
    yield "The dog sees.", "Le chien voit."
    yield "The dog sees.", "Il voit, le chien."


@pytest.fixture(scope="module")
def sentences(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "fra.txt"
    path.write_text("".join(f"{english}\t{right}\tCC-BY\n" for english, right in lines()), encoding="utf-8")
    return path


def plain(text):
    """The words of a sentence without case and marks."""
    return re.sub(r"[^a-z]+", " ", text.lower()).strip()


def test_two_spellings_of_a_sentence_are_on_the_same_side_of_the_split(sentences):
    pairs = tatoeba.pairs(sentences)
    learned, held_out = {plain(" ".join(source)) for source, _ in pairs.training}, {plain(source) for source, _ in pairs.held_out}
    assert learned and held_out and not learned & held_out
    every = {plain(english) for english, _ in lines()}
    assert learned | held_out >= {one for one in every if len(one.split()) < 10} and 0.01 < len(held_out) / len(every) < 0.1
    assert all(tatoeba.unseen(english) == tatoeba.unseen(f"« {english.upper()} »") for english, _ in lines())


def test_a_held_out_sentence_has_all_its_translations(sentences):
    references = {}
    for english, right in lines():
        references.setdefault(english, []).append(right)
    held_out = tatoeba.pairs(sentences).held_out
    assert len({source for source, _ in held_out}) == len(held_out)
    for source, right in held_out:
        assert list(map(spaced, right)) == list(map(spaced, references[source]))


def test_training_reads_small_letters_and_writes_true_ones(sentences):
    pairs = tatoeba.pairs(sentences)
    assert all(token == token.lower() for source, _ in pairs.training for token in source)
    assert "tom's" in pairs.source and "Tom" in pairs.target and "le" in pairs.target  # Tom keeps his capital wherever he stands
    assert not {"tom", "Le", "Il"} & set(pairs.target)
    assert max(len(source) for source, _ in pairs.training) <= tatoeba.LONGEST + 1  # a mark behind the words
    assert all(join(target, "words")[0].isupper() for _, target in pairs.training)


def test_vocabularies_hold_the_most_frequent_tokens(sentences, monkeypatch):
    whole = tatoeba.pairs(sentences)
    monkeypatch.setattr(tatoeba, "SOURCE_SIZE", 9)
    monkeypatch.setattr(tatoeba, "TARGET_SIZE", 10)
    cut = tatoeba.pairs(sentences)
    assert len(cut.source) == 9 and len(cut.target) == 10 and cut.training == whole.training
    for side, few, special in ((0, cut.source, 1), (1, cut.target, 3)):
        count = Counter(token for pair in cut.training for token in pair[side])
        assert min(count[token] for token in few[special:]) >= max(count[token] for token in set(count) - set(few))
    assert cut.source[0] == UNKNOWN and cut.target[:3] == (UNKNOWN, START, END) and set(cut.source) < set(whole.source)


def test_a_card_says_which_file_it_was(sentences):
    assert tatoeba.pairs(sentences).about["sha256"] == hashlib.sha256(sentences.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "No such file"), (b"\xff\xfe\x00", "must be UTF-8"), (b"", "English, tab, French"), (b"Go.\tVa !\nHi. Salut !\n", "English, tab, French")],
)
def test_bad_data_is_refused_in_one_line(tmp_path, capsys, content, said):
    path = tmp_path / "bad.txt"
    if content is not None:
        path.write_bytes(content)
    assert main(["translate", "--data", str(path), "--out", str(tmp_path), *SMALL]) == 2
    said_all = capsys.readouterr().err
    assert said in said_all and said_all.count("\n") == 1


HYPOTHESES = ["Le chat est là.", "Je ne sais pas !", "Où est-il\N{NARROW NO-BREAK SPACE}?", "", "Tom aime beaucoup le petit chien de Marie."]
REFERENCES = [
    ["Le chat est ici.", "Le chat est là."],
    ["Je l'ignore.", "Je ne sais pas.", "Aucune idée !"],
    ["Où est-il ?"],
    ["Viens."],
    ["Tom aime le petit chien que Marie a.", "Tom aime beaucoup le chien de Marie."],
]


def test_bleu_is_that_of_sacrebleu_over_as_many_references_as_there_are():
    """A reference given twice counts once: so every list can be as long as the longest."""
    streams = [[right[k % len(right)] for right in REFERENCES] for k in range(3)]
    assert measure.bleu(HYPOTHESES, REFERENCES) == pytest.approx(corpus_bleu(HYPOTHESES, streams).score)
    one = [right[:1] for right in REFERENCES]
    assert measure.bleu(HYPOTHESES, one) == pytest.approx(corpus_bleu(HYPOTHESES, [[right for (right,) in one]]).score)
    assert measure.bleu(HYPOTHESES, REFERENCES) > measure.bleu(HYPOTHESES, one) > 0
    assert measure.bleu([right[0] for right in REFERENCES], REFERENCES) == pytest.approx(100)


def test_exact_match_is_with_any_reference():
    assert measure.exact(["a", "b", "c", ""], [["a"], ["x", "b"], ["cc"], ["y"]]).tolist() == [1, 1, 0, 0]


def test_translations_are_measured_within_the_vocabulary_and_over_all():
    """Random words come out now and then: what counts is which sentences each figure is taken over."""
    model = random_pair("additive", **WORDS, end=2.0)
    inside, outside = ("I'm here.", ["J'ai faim.", "Zut, j'ai faim."]), [("I'm there.", ["J'ai faim."]), ("I'm here.", ["J'ai soif."])]
    right = measure.outputs(model, ["I'm here"])[0]
    held_out = [inside] * 30 + outside * 30 + [("here here here here here here here here", ["Faim."])] * 25 + [("I'm here", [right])] * 5
    facts, written = measure.translations(model, held_out), measure.outputs(model, [source for source, _ in held_out])
    known = [*range(30), *range(115, 120)]
    assert [measure.known(model, *pair) for pair in (inside, *outside, held_out[-1])] == [True, False, False, True]

    def bleu(chosen):
        return round(measure.bleu([written[k] for k in chosen], [held_out[k][1] for k in chosen]), 2)

    scores = facts["scores"]
    assert (scores["BLEU to 7 words"], scores["BLEU to 7 words, unknown ones too"]) == (bleu(known), bleu([*range(90), *known[30:]]))
    assert scores["BLEU to 7 words"] != scores["BLEU to 7 words, unknown ones too"] and scores["exact to 7 words"] == round(5 / 35, 4)
    assert [(one["from"], one["count"]) for one in facts["by_length"]["bins"]] == [(2, 35), (8, 25)]


def test_an_interval_is_that_of_the_binomial_distribution():
    low, high = measure.interval(np.array([0.0, 1.0] * 200), np.mean)
    assert (low, high) == pytest.approx((0.5 - 1.96 * 0.025, 0.5 + 1.96 * 0.025), abs=0.006)


def test_bins_hold_the_sources_of_their_lengths():
    lengths = np.array([3] * 25 + [5] * 30 + [11] * 19 + [14] * 20)
    right = (lengths == 5).astype(float)
    bins = measure.by_length(lengths, 5, lambda chosen: (right[chosen], np.mean))
    assert [(one["from"], one["to"], one["count"], one["score"]) for one in bins] == [(0, 4, 25, 0), (5, 9, 30, 1), (10, 14, 39, 0)]
    assert measure.by_length(lengths, 1, lambda chosen: (right[chosen], np.mean))[-1]["from"] == 14  # 19 sources are too few


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_outputs_are_those_of_the_traces_in_the_order_of_the_sources(attention):
    model, rng = random_pair(attention, end=2.0), random.Random(0)
    sources = ["".join(rng.choices("abcdefghijX", k=rng.choice([1, 4, 4, 4, 4, 7]))) for _ in range(110)]
    assert sum(len(source) == 4 for source in sources) > measure.AT_ONCE
    sources += sources[:10]
    assert measure.outputs(model, sources) == [gatelab.trace(model, source).output for source in sources]
    model, sources = random_pair(attention, **WORDS, end=2.0), ["I’m here.", "HERE here.", "X"]
    assert measure.outputs(model, sources) == [gatelab.trace(model, source).output for source in sources]


def test_the_right_field_is_counted_by_field_and_by_digit_of_dates_that_were_written_right(monkeypatch):
    looks = {  # for each digit of YYYY-MM-DD the column that has the largest weight
        "12 mai 2003": ("2003-05-12", [3, 7, 7, 8, 0, 3, 5, 0, 2, 1]),  # the first digits of year and day look beside it; the year as a whole does not
        "05.06.2001": ("2001-06-05", [0, 0, 8, 9, 0, 0, 0, 0, 1, 0]),  # the year as a whole looks at the day; no name of a month to look at
        "3 mars 1903": ("1903-03-04", [0] * 10),  # written wrong
    }

    def traced(model, source):
        output, columns = looks[source]
        return type("Seen", (dict,), {"output": output})(weights=np.eye(len(source))[[*columns, 0]] * np.linspace(0.6, 0.5, 11)[:, None])

    monkeypatch.setattr(measure, "trace", traced)
    held_out = [("12 mai 2003", ["2003-05-12"]), ("05.06.2001", ["2001-06-05"]), ("3 mars 1903", ["1903-03-03"])]
    model = SimpleNamespace(spec=SimpleNamespace(attention="additive"))
    assert measure.in_the_right_field(model, held_out) == {
        "the year": 1 / 2,
        "a digit of the year": 5 / 8,
        "the month": 1,
        "a digit of the month": 2 / 2,
        "the day": 1 / 2,
        "a digit of the day": 3 / 4,
    }
    assert measure.in_the_right_field(SimpleNamespace(spec=SimpleNamespace(attention="none")), held_out) == {}


TOY = Pairs(
    unit="words",
    source=(UNKNOWN, "a", "b", "c", "."),
    target=(UNKNOWN, START, END, "x", "y", "z"),
    training=[
        (("a",), ("x",)),
        (("b",), ("y", "y")),
        (("a", "."), ("x", "z")),
        (("b", "c"), ("y", "z", "x")),
        (("c", "."), ("z", "rare", "x", "y")),
        (("a", "b", "c", "."), ("x", "y", "z", "x", "y")),
        (("c", "b", "rare", "c"), ("z",)),
        ((".",), ("z",)),
    ],
    held_out=[],
)


def known(tokens, vocabulary):
    return tuple(token if token in vocabulary else UNKNOWN for token in tokens)


def drawn(pairs, seed, size=16):
    """A batch as tokens: source and target with its end, of each pair."""
    source, target = Batches(pairs).draw(size, torch.Generator().manual_seed(seed))
    assert source.shape[1] == target.shape[1] == size
    for read, right in zip(source.T.tolist(), target.T.tolist()):
        right = [id for k, id in enumerate(right) if id != NO_TARGET or any(later != NO_TARGET for later in right[k:])]
        yield tuple(pairs.source[id] for id in read), tuple(pairs.target[id] for id in right)


def test_a_batch_has_whole_pairs_of_one_source_length():
    pairs = {(known(source, TOY.source), (*known(target, TOY.target), END)) for source, target in TOY.training}
    seen = Counter()
    for seed in range(60):
        batch = list(drawn(TOY, seed))
        assert len({len(source) for source, _ in batch}) == 1 and set(batch) <= pairs
        seen.update(batch)
    assert set(seen) == pairs


def test_every_pair_has_the_same_chance_whatever_its_length():
    long = [(("a", "b"), ("x", "y")), (("b", "c"), ("y", "z")), (("c", "a"), ("z", "x")), (("a", "c"), ("x", "z")), (("c", "b"), ("z", "y"))]
    uneven = dataclasses.replace(TOY, training=[(("a",), ("x",)), *long])
    seen = Counter(source for seed in range(200) for source, _ in drawn(uneven, seed))
    assert len(seen) == 6
    assert all(count / seen.total() == pytest.approx(1 / 6, abs=0.05) for count in seen.values())


def test_dropped_marks_are_those_at_the_end_alone():
    pairs = dataclasses.replace(TOY, dropped=1.0)
    sources = {source for seed in range(60) for source, _ in drawn(pairs, seed)}
    assert sources == {("a",), ("b",), (".",), ("c",), ("a", "b", "c")}  # a mark alone stays
    assert all(target[0] == "x" for seed in range(60) for source, target in drawn(pairs, seed) if source == ("a", "b", "c"))


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_the_loss_is_the_mean_cross_entropy_of_the_known_tokens(attention):
    model = random_pair(attention, source=TOY.source, target=TOY.target, unit="words")
    model.load_state_dict({name: weight / 3 for name, weight in model.state_dict().items()})
    for seed in range(12):
        source, target = Batches(TOY).draw(8, torch.Generator().manual_seed(seed))
        losses = []
        for read, right in zip(source.T, target.T):
            right = right[right != NO_TARGET]
            scores = model(read[:, None], torch.cat((torch.tensor([TOY.target.index(START)]), right[:-1]))[:, None])[:, 0]
            each = torch.nn.functional.cross_entropy(scores, right, reduction="none")
            losses += each[right != TOY.target.index(UNKNOWN)].tolist()
        loss = Batches(TOY).loss(model, Recipe(batch=8, dropout=0.0), torch.Generator().manual_seed(seed))
        assert loss.item() == pytest.approx(np.mean(losses), rel=0.01)  # the last product has 16 bits


def test_a_smoothed_loss_is_a_mixture_with_the_mean_over_all_labels():
    """Szegedy et al. 2016: of each target the given share is spread evenly."""
    model, generator = random_pair("additive", source=TOY.source, target=TOY.target, unit="words"), torch.Generator
    source, target = Batches(TOY).draw(8, generator().manual_seed(0))
    read = torch.cat((torch.full_like(target[:1], TOY.target.index(START)), target[:-1]))
    each = -model(source, read.masked_fill(read == NO_TARGET, TOY.target.index(UNKNOWN))).log_softmax(-1)
    known = (target != NO_TARGET) & (target != TOY.target.index(UNKNOWN))
    wanted = 0.8 * each[known].gather(1, target[known][:, None]).mean() + 0.2 * each[known].mean()
    loss = Batches(TOY).loss(model, Recipe(batch=8, dropout=0.0, smoothing=0.2), generator().manual_seed(0))
    assert loss.item() == pytest.approx(wanted.item(), rel=0.01)


def test_a_device_that_is_not_there_is_refused_by_name(sentences, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert train("translate", "none", tmp_path, sentences, "--device", "cuda") == 2
    assert "--device must be cpu here: PyTorch finds no CUDA device" in capsys.readouterr().err


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_training_learns(attention):
    torch.manual_seed(0)
    spec = PairSpec("toy", attention, "words", TOY.source, TOY.target, 16, 16, *((1, 2) if attention == "transformer" else ()))
    run = Run(build(spec), Recipe(steps=100, batch=8, learning_rate=0.05, dropout=0.0), Batches(TOY))
    losses = [run.advance() for _ in range(100)]
    assert np.mean(losses[-10:]) < 0.4 * np.mean(losses[:5])


def test_pairs_that_differ_have_different_fingerprints():
    swapped = [(source, TOY.training[k ^ 1][1]) if k < 2 else (source, target) for k, (source, target) in enumerate(TOY.training)]
    for training in (TOY.training[1:], swapped):
        assert Batches(dataclasses.replace(TOY, training=training)).fingerprint() != Batches(TOY).fingerprint()
    assert Batches(dataclasses.replace(TOY)).fingerprint() == Batches(TOY).fingerprint()


@pytest.fixture(scope="module")
def few_dates(written_dates):
    return dataclasses.replace(written_dates, training=written_dates.training[:400], held_out=written_dates.held_out[:40])


def train(task, attention, out, data, *options):
    return main([task, "--attention", attention, "--out", str(out), *(["--data", str(data)] if task == "translate" else []), *SMALL, *options])


@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize("task", ["dates", "translate"])
def test_training_writes_a_checkpoint_and_its_card(task, attention, few_dates, sentences, tmp_path, monkeypatch, capsys):
    pairs = few_dates if task == "dates" else tatoeba.pairs(sentences)
    monkeypatch.setattr(dates, "pairs", lambda: pairs)
    assert train(task, attention, tmp_path, sentences) == 0
    path, card = tmp_path / f"{task}-{attention}.safetensors", json.loads((tmp_path / f"{task}-{attention}.json").read_text(encoding="utf-8"))
    assert {about["dtype"] for _, about in deserialize(path.read_bytes())} == {"F16"}
    model = zoo.load(str(path))
    assert card["parameters"] == sum(weight.numel() for weight in model.parameters()) and card["hidden_size"] == 8
    assert (card["task"], card["attention"], card["unit"]) == (task, attention, pairs.unit) and card["data"] == pairs.about
    facts = (measure.dates if task == "dates" else measure.translations)(model, pairs.held_out)
    assert json.loads(json.dumps(facts)) == {key: card[key] for key in facts}  # what is measured is what is shipped
    seen = gatelab.trace(model, pairs.held_out[0][0])
    assert len(seen.written) >= 1 and seen.probs.shape == (len(seen.written), len(pairs.target))
    assert "6/6" in capsys.readouterr().err and not path.with_suffix(".resume").exists()


def test_a_checkpoint_measured_anew_has_the_same_card(few_dates, sentences, tmp_path, monkeypatch):
    monkeypatch.setattr(dates, "pairs", lambda: few_dates)
    for task in ("dates", "translate"):
        train(task, "multiplicative", tmp_path, sentences)
        path = tmp_path / f"{task}-multiplicative.json"
        card = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(card | {"scores": "forgotten"}), encoding="utf-8")
        assert measure.main([str(path.with_suffix(".safetensors")), "--data", str(sentences)]) == 0
        assert json.loads(path.read_text(encoding="utf-8")) == card


def test_a_shipped_card_is_rewritten_only_if_it_is_said(few_dates, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(dates, "pairs", lambda: few_dates)
    train("dates", "none", tmp_path / "package", None)
    monkeypatch.setattr(shipping, "PACKAGE", tmp_path / "package")
    path = tmp_path / "package" / "dates-none.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(card | {"scores": "old"}), encoding="utf-8")
    measured = [str(path.with_suffix(".safetensors")), "--out", str(tmp_path / "out")]
    assert measure.main(measured) == 0
    assert json.loads(path.read_text(encoding="utf-8"))["scores"] == "old"
    assert json.loads((tmp_path / "out" / "dates-none.json").read_text(encoding="utf-8")) == card
    assert "The package is as it was" in capsys.readouterr().out
    assert measure.main([*measured, "--ship"]) == 0
    assert json.loads(path.read_text(encoding="utf-8")) == card


def test_measuring_a_translation_without_its_file_says_what_is_missing(sentences, tmp_path, capsys):
    train("translate", "none", tmp_path, sentences)
    capsys.readouterr()
    assert measure.main([str(tmp_path / "translate-none.safetensors")]) == 2
    assert "--data" in capsys.readouterr().err


@pytest.mark.parametrize("attention", ["additive", "transformer"])
def test_the_card_s_command_makes_the_same_model_again(attention, sentences, tmp_path):
    train("translate", attention, tmp_path / "one", sentences, "--seed", "3")
    name = f"translate-{attention}"
    again = json.loads((tmp_path / "one" / f"{name}.json").read_text())["command"].split()[3:]
    again[again.index("--data") + 1] = str(sentences)
    main([*again, "--out", str(tmp_path / "two")])
    one, two = ((tmp_path / folder / f"{name}.safetensors").read_bytes() for folder in ("one", "two"))
    assert one == two


@pytest.mark.parametrize("attention", ["multiplicative", "transformer"])
def test_an_interrupted_run_goes_on_and_ends_as_if_nothing_had_happened(attention, sentences, tmp_path, monkeypatch, capsys):
    train("translate", attention, tmp_path / "whole", sentences)
    advance = Run.advance

    def interrupted(run):
        if run.step == 4:
            raise KeyboardInterrupt
        return advance(run)

    monkeypatch.setattr(Run, "advance", interrupted)
    assert train("translate", attention, tmp_path / "parts", sentences) == 130
    monkeypatch.undo()
    assert "Stopped at step 4" in capsys.readouterr().err
    assert train("translate", attention, tmp_path / "parts", sentences) == 0
    assert "Going on at step 4 of 6" in capsys.readouterr().out
    whole, parts = (tmp_path / folder / f"translate-{attention}.safetensors" for folder in ("whole", "parts"))
    assert whole.read_bytes() == parts.read_bytes()


def test_a_run_with_other_sentences_is_not_taken_for_the_interrupted_one(sentences, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(Run, "advance", lambda run: (_ for _ in ()).throw(KeyboardInterrupt))
    train("translate", "none", tmp_path, sentences)
    other = tmp_path / "other.txt"
    other.write_text("".join(sentences.read_text(encoding="utf-8").splitlines(keepends=True)[:-40]), encoding="utf-8")
    assert train("translate", "none", tmp_path, other) == 2
    assert "another" in capsys.readouterr().err


def test_a_vocabulary_that_lacks_the_unknown_is_refused():
    for vocabulary in ({"source": ("a", "b", "c", ".")}, {"target": (START, END, "x", "y", "z")}):
        with pytest.raises(ValueError, match="unknown"):
            Batches(dataclasses.replace(TOY, **vocabulary))
