"""Training of models that answer: probes against plain Python rules, sentiment on a made-up folder, series on a small scale."""

import json
import random
import re

import numpy as np
import pytest
import torch

from gatelab import zoo
from gatelab.cells import CELLS
from gatelab.networks import ModelSpec, build
from gatelab.text import UNKNOWN, tokenize
from gatelab.training import again, sentiment, series, shipping
from gatelab.training.__main__ import main
from gatelab.training.answering import Answers, matched
from gatelab.training.loop import Recipe, Run
from gatelab.training.probes import PROBES, SKIP, Adding, Brackets, Counter, Recall
from gatelab.training.sentiment import Sentiment, held_out


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def brackets():
    return Brackets()


@pytest.fixture
def little(monkeypatch):
    """Probes that are trained on little and measured in no time."""
    monkeypatch.setattr(Counter, "trained", 12)
    monkeypatch.setattr(Counter, "longest", 24)
    monkeypatch.setattr(Adding, "longest", 20)
    monkeypatch.setattr(Adding, "lengths", (10, 20))
    monkeypatch.setattr(Recall, "delays", (1, 4))
    monkeypatch.setattr(Brackets, "count", 300)
    sample = Brackets.sample
    monkeypatch.setattr(Brackets, "sample", staticmethod(lambda lengths, count, rng: sample(lengths, min(count, 20), rng)))


def columns(task, ids, targets):
    """The strings of a batch, each with what is asked after each of its tokens; padding, of which nothing may be asked, is cut off."""
    for read, asked in zip(ids.T.tolist(), targets.T.tolist()):
        string = "".join(task.tokens[id] for id in read).rstrip(UNKNOWN)
        assert UNKNOWN not in string and set(asked[len(string) :]) <= {SKIP}
        yield string, asked[: len(string)]


class Oracle:
    """What stands in the place of a model: says what a rule says at each step of a string."""

    def __init__(self, task, rule):
        self.task, self.rule = task, rule

    def eval(self):
        return self

    def __call__(self, ids):
        scores = np.zeros((*ids.shape, len(self.task.outputs)), np.float32)
        for k, read in enumerate(ids.T.tolist()):
            string = "".join(self.task.tokens[id] for id in read).rstrip(UNKNOWN)
            for t, label in enumerate(self.rule(string)):
                scores[t, k, self.task.outputs.index(label)] = 1
        return torch.from_numpy(scores)


# Brackets


def openness(string):
    """By a stack, as a child would do it."""
    stack, found = [], []
    for sign in string:
        stack.append(sign) if sign == "(" else stack.pop()
        found.append("open" if stack else "balanced")
    return found


def test_the_target_of_each_bracket_is_whether_one_is_still_open(brackets):
    seen = [pair for seed in range(20) for pair in columns(brackets, *brackets.batch(64, generator(seed)))]
    for string, asked in seen:
        assert [brackets.outputs[label] for label in asked] == openness(string) and openness(string)[-1] == "balanced"
    assert {len(string) for string, _ in seen} <= set(range(2, 51, 2)) and max(len(string) for string, _ in seen) > 30


def test_brackets_are_trained_on_strings_of_2_to_50_and_measured_beyond(brackets):
    assert all(2 <= len(ids) <= 50 for ids in brackets.strings) and len(brackets.strings) == 10_000
    for seed in (0, 1):
        for string in Brackets.sample(Brackets.tested, 20, random.Random(seed)):
            assert 52 <= len(string) <= 100 and openness(string)[-1] == "balanced"


def test_brackets_come_from_the_paper_s_grammar():
    """S -> (S) with 1/2, S S with 1/4, nothing with 1/4: how likely each string is follows by algebra."""
    nothing = 2 - 3**0.5  # the smaller root of p = 1/4 + p^2 / 4
    one = 0.5 * nothing / (1 - nothing / 2)  # of "()", alone or beside an S S whose other half is nothing
    nested, beside = 0.5 * one / (1 - nothing / 2), 0.25 * one**2 / (1 - nothing / 2)
    strings = Brackets.sample((4, 4), 4000, random.Random(0))
    assert set(strings) == {"(())", "()()"}
    assert strings.count("()()") / 4000 == pytest.approx(beside / (nested + beside), abs=0.015)


def test_brackets_measure_an_oracle_at_1_and_one_that_is_wrong_on_deep_strings_at_their_share(monkeypatch):
    asked, sample = {}, Brackets.sample
    monkeypatch.setattr(Brackets, "sample", staticmethod(lambda lengths, count, rng: asked.setdefault(lengths, sample(lengths, min(count, 60), rng))))
    task = Brackets()
    score, curve, scores = task.measure(Oracle(task, openness))
    assert score == 1 and {share for _, share in curve} == {1} and list(scores.values()) == ["100.0%"]
    deep = lambda string: max(string[:k].count("(") - string[:k].count(")") for k in range(len(string) + 1)) > 8
    score, curve, _ = task.measure(Oracle(task, lambda string: ["open"] * len(string) if deep(string) else openness(string)))
    assert score == pytest.approx(1 - sum(map(deep, asked[Brackets.tested])) / 60) and 0 < score < 1
    assert dict(curve) == pytest.approx({high: 1 - sum(map(deep, asked[low, high])) / 60 for low, high in asked if high - low == 8})
    assert [length for length, _ in curve] == list(range(10, 101, 10))


# Counting


def following(string):
    """What comes next in a^n b^n."""
    return [*string[1:], "end"]


def test_the_target_of_each_letter_is_the_one_that_comes_next():
    task = Counter()
    counts = set()
    for seed in range(20):
        for string, asked in columns(task, *task.batch(64, generator(seed))):
            found = re.fullmatch("(a+)(b+)", string)
            assert len(found[1]) == len(found[2])
            assert [task.outputs[label] for label in asked] == following(string)
            counts.add(len(found[1]))
    assert counts == set(range(1, 51))


def test_counting_measures_the_largest_n_up_to_which_every_string_is_right():
    task = Counter()
    assert task.measure(Oracle(task, following))[:2] == (400, [(n, 1.0) for n in range(8, 401, 8)])

    def up_to_61(string):  # and right at 70 again, which must not count
        n = len(string) // 2
        return following(string) if n <= 61 or n == 70 else ["a"] * len(string)

    score, curve, scores = task.measure(Oracle(task, up_to_61))
    assert score == 61 and scores == {"every n right up to": "61"}
    assert dict(curve) == {n: 1 if n <= 56 else 5 / 8 if n == 64 else 1 / 8 if n == 72 else 0 for n in range(8, 401, 8)}


def test_counting_asks_nothing_of_the_letters_that_nobody_can_know():
    """While it reads a, a model may say what it likes."""
    task = Counter()
    assert task.measure(Oracle(task, lambda string: ["end"] * string.count("a") + following(string)[string.count("a") :]))[0] == 400
    assert task.measure(Oracle(task, lambda string: following(string)[:-1] + ["b"]))[0] == 0  # but the end must be foretold


# Recall


def marked(string):
    """Nothing until the question mark, there the letter behind the exclamation mark."""
    return [None] * (len(string) - 1) + [string[string.index("!") + 1]]


@pytest.mark.parametrize("longest", [1, 10, 100])
def test_the_only_target_is_the_letter_behind_the_mark_when_it_is_asked_for(longest):
    task, delays, befores, letters = Recall(longest), set(), set(), set()
    for seed in range(120):
        for string, asked in columns(task, *task.batch(3, generator(seed))):
            found = re.fullmatch("([ABCD]*)!([ABCD])([ABCD]+)[?]", string)
            assert [None if label == SKIP else task.outputs[label] for label in asked] == marked(string)
            delays.add(len(found[3])), befores.add(len(found[1])), letters.add(found[2])
    assert delays <= set(range(1, longest + 1)) and {1, longest} & delays and max(delays) > 0.9 * longest
    assert befores == set(range(11)) and letters == set("ABCD")


def test_recall_is_measured_after_longer_delays_than_those_of_training():
    task = Recall(10)
    asked = []
    strings = task._strings
    task._strings = lambda delay, *given: asked.append(delay) or strings(delay, *given)
    rule = lambda string: [label or "A" for label in marked(string)]
    score, curve, scores = task.measure(Oracle(task, rule))
    assert score == 1 and scores == {"right after 10 steps": "100.0%"}
    assert sorted(asked) == [delay for delay, _ in curve] == sorted({*Recall.delays, 10}) and max(asked) > 10
    forgets = Oracle(task, lambda string: rule(string) if len(string) - string.index("!") - 3 <= 30 else ["A"] * len(string))
    score, curve, _ = task.measure(forgets)
    assert score == 1 and all(share == (1 if delay <= 30 else pytest.approx(0.25, abs=0.08)) for delay, share in curve)


def test_a_delay_of_nothing_is_refused():
    with pytest.raises(ValueError, match="longest must be at least 1: got 0"):
        Recall(0)


# Adding


def test_the_target_is_the_sum_of_the_two_marked_numbers_and_stands_at_the_end():
    task, lengths = Adding(), set()
    for seed in range(60):
        numbers, targets = task.batch(16, generator(seed))
        length = len(numbers)
        lengths.add(length)
        for column, asked in zip(numbers.transpose(0, 1).tolist(), targets.T.tolist()):
            (first, a), (second, b) = [(t, number) for t, (number, mark) in enumerate(column) if mark == 1]
            assert first < length // 2 <= second and {mark for _, mark in column} == {0, 1}
            assert asked[-1] == pytest.approx(a + b) and set(asked[:-1]) <= {SKIP}
            assert all(0 <= number <= 1 for number, _ in column)
    assert min(lengths) < 20 and max(lengths) == 100


class Adder:
    """What stands in the place of a model that reads numbers."""

    def __init__(self, rule):
        self.rule = rule

    def eval(self):
        return self

    def __call__(self, numbers):
        return torch.tensor(
            [
                [[self.rule(column[: t + 1])] for column in numbers.transpose(0, 1).tolist()] if t == len(numbers) - 1 else [[9.0]] * numbers.shape[1]
                for t in range(len(numbers))
            ]
        )


def test_adding_measures_an_oracle_at_0_and_the_answer_1_at_a_sixth():
    task = Adding()
    score, curve, _ = task.measure(Adder(lambda column: sum(number * mark for number, mark in column)))
    assert score < 1e-10 and dict(curve) == dict.fromkeys(Adding.lengths, 1.0) and max(Adding.lengths) > task.longest
    score, curve, scores = task.measure(Adder(lambda column: 1.0))
    assert score == pytest.approx(1 / 6, abs=0.02) and scores == {"mean squared error at 100 numbers": f"{score:.4f}"}
    near = 2 * Adding.near - Adding.near**2  # how much of a triangle on [0, 2] lies within that of its middle
    assert all(share == pytest.approx(near, abs=0.04) for _, share in curve)


# All probes


@pytest.mark.parametrize("name", PROBES)
def test_a_batch_is_decided_by_its_generator_alone(name, little):
    one, other = PROBES[name](), PROBES[name]()
    random.seed(1), torch.manual_seed(1)
    first = one.batch(5, generator(7))
    random.seed(2), torch.manual_seed(2)
    assert all(map(torch.equal, first, other.batch(5, generator(7))))
    assert first[0].shape != (later := other.batch(5, generator(8))[0]).shape or not torch.equal(first[0], later)


@pytest.mark.parametrize("name", PROBES)
def test_a_model_of_a_probe_reads_its_batches_and_is_measured_twice_alike(name, little):
    task = PROBES[name]()
    model = build(ModelSpec(f"{name}-gru", "gru", task.tokens, task.embedding_size, 3, unit=task.unit, outputs=task.outputs))
    read, targets = task.batch(4, generator())
    assert model(read).shape == (*targets.shape, len(task.outputs)) and read.shape[:2] == targets.shape
    assert task.measure(model) == task.measure(model)
    score, curve, _ = task.measure(model)
    assert all(0 <= share <= 1 for _, share in curve) and score >= 0 and task.held_out and task.question


@pytest.mark.parametrize("name", PROBES)
def test_the_loss_counts_the_steps_that_ask_and_no_other(name, little):
    task = PROBES[name]()
    model = build(ModelSpec(f"{name}-gru", "gru", task.tokens, task.embedding_size, 3, unit=task.unit, outputs=task.outputs)).eval()
    read, targets = task.batch(6, generator(3))
    losses = []
    with torch.no_grad():
        scores = model(read)
        for t, k in zip(*(targets != SKIP).nonzero(as_tuple=True)):
            right = targets[t, k]
            losses.append(-scores[t, k].log_softmax(-1)[right] if len(task.outputs) > 1 else (scores[t, k, 0] - right) ** 2)
        loss = Answers(task).loss(model, Recipe(batch=6), generator(3))
    assert loss.item() == pytest.approx(torch.stack(losses).mean().item(), rel=1e-5)


@pytest.mark.parametrize("hidden", [1, 2, 3, 10, 16])
@pytest.mark.parametrize("width", [1, 8, 64])
@pytest.mark.parametrize("cell", CELLS)
def test_a_matched_model_comes_as_near_to_the_lstm_s_parameters_as_any(cell, width, hidden):
    def count(cell, hidden):
        return sum(p.numel() for p in build(ModelSpec("a", cell, (UNKNOWN, "a"), width, hidden, outputs=("no", "yes"))).parameters())

    spec = ModelSpec(f"a-{cell}", cell, (UNKNOWN, "a"), width, hidden, outputs=("no", "yes"))
    found, wanted = matched(spec), count("lstm", hidden)
    assert found.name == f"a-{cell}-matched" and (found.cell, found.embedding_size) == (cell, width)
    assert abs(count(cell, found.hidden_size) - wanted) == min(abs(count(cell, size) - wanted) for size in range(1, 5 * hidden + 2))
    assert cell != "lstm" or found.hidden_size == hidden


# Sentiment


@pytest.fixture
def folder(tmp_path):
    """The three sets, made up: a word says whether a text is good, another makes it one of its kind."""

    def texts(prefix, count, label):
        rng = random.Random(f"{prefix} {label}")
        words = ["fine", "lovely", "great"] if label else ["dull", "awful", "poor"]
        return [f"{prefix}{k} {' '.join(rng.choices(['the', 'film', 'a', *words], k=rng.randint(1, 9)))} {rng.choice(words)}" for k in range(count)]

    for label, name in enumerate(("neg", "pos")):
        twins = ["Twin text here !", "twin  TEXT here!"] if label else ["said of both"]
        (tmp_path / f"rt-polarity.{name}").write_text(
            "\n".join([*texts("r", 200, label), *twins, "SAID of both", "", "!?  " if label else "..."]) + "\n", encoding="utf-8"
        )
    for name in ("amazon_cells", "imdb", "yelp"):
        lines = [f"{text}\t{label}" for label in (0, 1) for text in texts(name[0], 40, label)]
        lines += ["a tab\tin the middle \t1", "Twin text, again\t0", "long " * 61 + f"{name}\t0"]
        (tmp_path / f"{name}_labelled.txt").write_text("\r\n".join(lines), encoding="utf-8")
    for label, name in enumerate(("Cons", "Pros")):
        tagged = "\n".join(f"<{name}>{text}</{name}>" for text in [*texts("p", 200, label), "Twin text here!" if label else "café"])
        (tmp_path / f"Integrated{name}.txt").write_text(tagged, encoding="utf-8")
    return tmp_path


def plain(text):
    """The words of a text by a rule of our own: in lower case, punctuation marks by themselves."""
    return tuple(re.findall(r"\w+|[^\w\s]", text.lower()))


def everything(folder):
    """Every line of the three sets as words and label, read by hand."""
    found = {"RT": [], "UCI": [], "pros and cons": []}
    for label, name in enumerate(("neg", "pos")):
        found["RT"] += [(plain(line), label) for line in (folder / f"rt-polarity.{name}").read_text().splitlines()]
    for name in ("amazon_cells", "imdb", "yelp"):
        lines = (folder / f"{name}_labelled.txt").read_text().splitlines()
        found["UCI"] += [(plain(line[: line.rindex("\t")]), int(line[line.rindex("\t") + 1 :])) for line in lines]
    for label, name in enumerate(("Cons", "Pros")):
        lines = (folder / f"Integrated{name}.txt").read_text().splitlines()
        found["pros and cons"] += [(plain(line.replace(f"<{name}>", "").replace(f"</{name}>", "")), label) for line in lines]
    return {name: [pair for pair in pairs if pair[0]] for name, pairs in found.items()}


def trained_on(task):
    """The texts that training may read, as words (rare ones as unknown) and label."""
    return {name: [(tuple(task.tokens[id] for id in ids), label) for ids, label in texts] for name, texts in task.training.items()}


def test_each_text_is_kept_once_and_one_with_both_labels_not_at_all(folder):
    found = sentiment.sets(folder)
    for name, pairs in everything(folder).items():
        labels = {}
        for words, label in pairs:
            labels.setdefault(words, set()).add(label)
        assert sorted(found[name]) == sorted((words, *which) for words, which in labels.items() if len(which) == 1)
    assert plain("twin text here !") in dict(found["RT"]) and plain("said of both") not in dict(found["RT"])


def test_what_is_held_out_is_never_trained_on_and_twins_fall_on_the_same_side(folder):
    task = Sentiment(folder)
    tests = {words for texts in task.tests.values() for words, _ in texts}
    kept = {words for texts in trained_on(task).values() for words, _ in texts}
    assert tests and not tests & kept
    trained = trained_on(task)
    for name, texts in sentiment.sets(folder).items():
        for words, label in texts:
            assert ((words, label) in task.tests[name]) == held_out(words)
            assert held_out(words) or len(words) > 60 or (words, label) in trained[name]
    share = len(tests) / sum(len({words for words, _ in texts}) for texts in sentiment.sets(folder).values())
    assert 0.06 < share < 0.15  # one in ten
    both = [name for name, texts in sentiment.sets(folder).items() if plain("twin text here!") in dict(texts)]
    assert both == ["RT", "pros and cons"]  # twins of two sets
    sides = {name: plain("twin text here!") in dict(task.tests[name]) for name in both}
    assert len(set(sides.values())) == 1


def test_the_vocabulary_is_that_of_the_training_texts_alone(folder, monkeypatch):
    task = Sentiment(folder)
    words = {word for texts in trained_on(task).values() for text, _ in texts for word in text}
    assert set(task.tokens) - {UNKNOWN, "long", "amazon_cells", "imdb", "yelp"} <= words and task.tokens[0] == UNKNOWN
    own = {text[0] for texts in task.tests.values() for text, _ in texts if re.fullmatch(r"[a-z]\d+", text[0])}
    assert own - words and not (own - words) & set(task.tokens)
    monkeypatch.setattr(sentiment, "WORDS", 5)
    small, texts = Sentiment(folder), [text for texts in trained_on(task).values() for text, _ in texts]
    assert len(small.tokens) == 5
    count = {word: sum(text.count(word) for text in texts) for word in words}
    assert min(count[word] for word in small.tokens[1:]) >= max(count[word] for word in words - set(small.tokens) - {"long"})


def test_texts_of_more_than_60_words_are_left_out_of_training_but_not_of_the_measure(folder):
    task = Sentiment(folder)
    everywhere = sentiment.sets(folder)["UCI"]
    long = [words for words, _ in everywhere if len(words) > 60]
    assert len(long) == 3 and max(len(text) for text, _ in trained_on(task)["UCI"]) <= 60
    assert [words for words, _ in task.tests["UCI"] if len(words) > 60] == [words for words in long if held_out(words)]


def test_a_batch_asks_after_the_last_word_mixes_the_sets_and_hides_its_share_of_the_words(folder):
    task = Sentiment(folder)
    label_of = {name: dict(texts) for name, texts in trained_on(task).items()}
    ids, targets = task.batch(2000, generator())
    asked = targets != SKIP
    assert (asked.sum(0) == 1).all()
    drawn, hidden, total = dict.fromkeys(label_of, 0), 0, 0
    for read, where, label in zip(ids.T.tolist(), asked.int().argmax(0).tolist(), targets.max(0).values.tolist()):
        text = [task.tokens[id] for id in read[: where + 1]]
        assert not any(read[where + 1 :])
        hidden, total = hidden + text.count(UNKNOWN), total + len(text)
        fits = lambda words: len(words) == len(text) and all(a in (UNKNOWN, b) for a, b in zip(text, words))
        if text[0] != UNKNOWN and text[0][0] in "rp" and text[0][1:].isdigit():  # it can only be one
            name = {"r": "RT", "p": "pros and cons"}[text[0][0]]
            assert any(fits(words) and right == label for words, right in label_of[name].items())
            drawn[name] += 1
    assert hidden / total == pytest.approx(sentiment.BLANKED, abs=0.02)
    assert drawn["pros and cons"] / drawn["RT"] == pytest.approx(0.55 / 0.3, rel=0.2)
    again = task.batch(2000, generator())
    assert torch.equal(ids, again[0]) and torch.equal(targets, again[1])


def test_sentiment_is_measured_on_the_held_out_texts_by_set_and_by_length(folder):
    task = Sentiment(folder)
    truth = {words: label for texts in task.tests.values() for words, label in texts}

    class Judge:
        """Knows the label of a text by its first word, when it has read it whole."""

        def __init__(self, right):
            self.right = right

        def eval(self):
            return self

        def __call__(self, ids):
            scores = torch.zeros(*ids.shape, 2)
            texts = [tuple(column) for column in ids.T.tolist()]
            for words, label in truth.items():
                read = tuple(task.vocabulary.encode(words))
                for k, text in enumerate(texts):
                    if text[: len(read)] == read and not any(text[len(read) :]):
                        scores[len(read) - 1, k, label if self.right(words) else 1 - label] = 1
            return scores

    score, curve, scores = task.measure(Judge(lambda words: True))
    assert score == 1 and {share for _, share in curve} == {1} and scores.pop("negation and contrast") and set(scores.values()) == {"100.0%"}
    assert task.by_set == dict.fromkeys(task.tests, 1.0)
    score, curve, _ = task.measure(Judge(lambda words: len(words) <= 5))
    shares = [sum(len(words) <= 5 for words, _ in texts) / len(texts) for texts in task.tests.values()]
    assert score == pytest.approx(sum(shares) / 3) and dict(curve)[5] == 1 and dict(curve)[10] == 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("imdb_labelled.txt", "no label here\n", "imdb_labelled.txt must have lines of a text, a tab, and 0 or 1: got 'no label here'"),
        ("yelp_labelled.txt", "good\t2\n", r"yelp_labelled.txt must have lines of a text, a tab, and 0 or 1: got 'good\t2'"),
        ("rt-polarity.pos", None, "rt-polarity.pos"),
        ("IntegratedCons.txt", "no tags at all", ""),
    ],
)
def test_a_broken_folder_is_refused_in_one_line(folder, tmp_path, capsys, name, content, said):
    (folder / name).unlink() if content is None else (folder / name).write_text(content, encoding="utf-8")
    if said == "":
        (folder / "IntegratedPros.txt").write_text("", encoding="utf-8")
        said = "pros and cons must have texts to train on and texts to measure: got 0 and 0"
    assert main(["sentiment", "--data", str(folder), "--out", str(tmp_path / "out"), "--steps", "1"]) == 2
    assert said in capsys.readouterr().err


def test_sentiment_learns_the_words_that_decide(folder, tmp_path):
    assert main(["sentiment", "--data", str(folder), "--out", str(tmp_path), "--steps", "150", "--batch", "32", "--hidden", "6", "--cell", "gru"]) == 0
    card = json.loads((tmp_path / "sentiment-gru.json").read_text())
    assert card["score"] > 0.85 and card["sets"].keys() == {"RT", "UCI", "pros and cons"} and "texts never read in training" in card["held_out"]
    assert len(card["data"]["sha256"]) == 7 and not any(str(folder) in json.dumps(value) for value in card.values())
    model = zoo.load(str(tmp_path / "sentiment-gru.safetensors"))
    assert model.spec.unit == "words" and model.spec.outputs == ("negative", "positive") and tokenize("a fine film", "words")


# Every cell, a little


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("task", ["brackets", "counter", "recall", "adding"])
def test_a_little_training_of_any_cell_on_any_probe_lowers_its_loss_and_moves_every_parameter(task, cell, little):
    torch.manual_seed(0)
    probe = PROBES[task](*([1] if task == "recall" else []))
    model = build(ModelSpec(f"{task}-{cell}", cell, probe.tokens, probe.embedding_size, 6, unit=probe.unit, outputs=probe.outputs))
    before = {name: p.clone() for name, p in model.named_parameters()}
    run = Run(model, Recipe(steps=60, batch=16, learning_rate=0.1, dropout=0.0), Answers(probe))
    losses = [run.advance() for _ in range(60)]
    assert all(not torch.equal(p, before[name]) for name, p in model.named_parameters())
    assert sum(losses[-15:]) < sum(losses[:15])


@pytest.mark.parametrize("cell", CELLS)
def test_an_interrupted_run_of_any_cell_ends_as_if_nothing_had_happened(cell, little, tmp_path, monkeypatch, capsys):
    options = ["--cell", cell, "--steps", "12", "--batch", "4", "--dropout", "0.3", "--seed", "5"]
    assert main(["counter", *options, "--out", str(tmp_path / "whole")]) == 0
    advance = Run.advance

    def interrupted(run):
        if run.step == 7:
            raise KeyboardInterrupt
        return advance(run)

    with monkeypatch.context() as patch:
        patch.setattr(Run, "advance", interrupted)
        assert main(["counter", *options, "--out", str(tmp_path / "parts")]) == 130
    assert not (tmp_path / "parts" / f"counter-{cell}.safetensors").exists()
    assert main(["counter", *options, "--out", str(tmp_path / "parts")]) == 0
    assert "Going on at step 7 of 12" in capsys.readouterr().out
    whole, parts = (tmp_path / name / f"counter-{cell}.safetensors" for name in ("whole", "parts"))
    assert whole.read_bytes() == parts.read_bytes()
    cards = [json.loads(path.with_suffix(".json").read_text()) for path in (whole, parts)]
    assert next(card | {"training_minutes": 0} for card in cards) == cards[1] | {"training_minutes": 0}


@pytest.mark.parametrize("task", PROBES)
def test_a_card_tells_what_was_measured_and_its_command_makes_the_same_model_again(task, little, tmp_path, capsys):
    options = ["--cell", "peephole", "--steps", "3", "--batch", "4", "--matched", *(["--longest", "6"] if task == "recall" else [])]
    assert main([task, *options, "--out", str(tmp_path / "one")]) == 0
    path = tmp_path / "one" / f"{task}-peephole-matched.safetensors"
    card, model = json.loads(path.with_suffix(".json").read_text()), zoo.load(str(path))
    probe = PROBES[task](*([6] if task == "recall" else []))
    score, curve, scores = probe.measure(model)  # on the weights as they were written
    assert card["score"] == round(score, 6) and card["scores"] == scores and card["curve"] == [[x, round(y, 4)] for x, y in curve]
    assert card["parameters"] == sum(p.numel() for p in model.parameters()) and card["hidden_size"] == model.spec.hidden_size
    assert card["held_out"] == probe.held_out and (card["task"], card["cell"]) == (task, "peephole")
    assert sorted(model.by_mean.tolist()) == sorted(model.by_similarity.tolist()) == list(range(model.spec.hidden_size))
    assert main([*card["command"].split()[3:], "--out", str(tmp_path / "two")]) == 0
    assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["brackets", "--hidden", "0"], "hidden_size must be a positive integer: got 0"),
        (["brackets", "--hidden", "-3", "--matched"], "hidden_size must be a positive integer: got -3"),
        (["brackets", "--embedding", "0"], "embedding_size must be a positive integer: got 0"),
        (["adding", "--embedding", "5"], "a model that reads numbers must have outputs, no tokens and embedding_size 2"),
        (["counter", "--steps", "0"], "steps must be at least 1: got 0"),
        (["counter", "--batch", "-1"], "batch must be at least 1: got -1"),
        (["counter", "--rate", "0"], "learning_rate must be a positive number: got 0.0"),
        (["counter", "--rate", "nan"], "learning_rate must be a positive number: got nan"),
        (["counter", "--rate", "inf"], "learning_rate must be a positive number: got inf"),
        (["counter", "--dropout", "1"], "dropout must be at least 0 and below 1: got 1.0"),
        (["counter", "--dropout", "nan"], "dropout must be at least 0 and below 1: got nan"),
        (["dates", "--smoothing", "1"], "smoothing must be at least 0 and below 1: got 1.0"),
        (["counter", "--seed", "-1"], "seed must be at least 0 and below 2**40: got -1"),
        (["counter", "--seed", "9" * 30], "seed must be at least 0 and below 2**40: got 999"),
        (["counter", "--threads", "0"], "threads must be at least 1: got 0"),
        (["recall", "--longest", "0"], "longest must be at least 1: got 0"),
        (["sentiment", "--data", "nowhere"], "nowhere/rt-polarity.neg must be a file that can be read: No such file or directory"),
        (["sentiment"], "the following arguments are required: --data"),
        (["counter", "--steps", "many"], "--steps must be of type int: got 'many'"),
        (["counter", "--cell", "elman"], "peephole, coupled, gru, gru-cho, mgu: got 'elman'"),
        (["counter", "--longest", "5"], "options must be among those that --help lists: got --longest 5"),
        (["counters"], "got 'counters'; did you mean 'counter'"),
        ([], "the following arguments are required: TASK"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_nonsense_on_the_command_line_is_refused_with_2_and_named(arguments, said, little, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    try:
        code = main(arguments)
    except SystemExit as end:
        code = end.code
    error = capsys.readouterr().err
    assert code == 2 and said in error and "Traceback" not in error
    assert not list(tmp_path.rglob("*.safetensors"))


# Series


def run_series(tmp_path, *options, task="counter", name="out"):
    return series.main([task, "--steps", "4", "--cells", "rnn", "lstm", "--seeds", "0", "1", "--out", str(tmp_path / name), *options])


def stored(tmp_path, task="counter", name="out"):
    return json.loads((tmp_path / name / "results" / f"{task}.json").read_text())


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A folder in the place of the package: what is shipped goes there."""
    for name, folder in (("RESULTS", tmp_path / "package" / "results"), ("ZOO", tmp_path / "package" / "zoo")):
        folder.mkdir(parents=True)
        monkeypatch.setattr(series, name, folder)
    monkeypatch.setattr(shipping, "ZOO", tmp_path / "package" / "zoo")
    return tmp_path / "package"


def test_nothing_enters_the_package_unless_it_is_said(little, tmp_path, package, capsys):
    """Not by a try-out, not even by a whole series: with --ship alone results and models go there."""
    every = ["--cells", *series.FAMILY]
    assert run_series(tmp_path, *every) == 0 and main(["counter", "--steps", "2", "--out", str(tmp_path / "one")]) == 0
    assert [path for path in package.rglob("*") if path.is_file()] == []
    said = capsys.readouterr().out
    assert said.count("The package is as it was: --ship puts this into it.") == 2
    assert str(tmp_path / "out" / "results" / "counter.json") in said and str(tmp_path / "out" / "zoo") in said
    assert run_series(tmp_path, *every, "--ship") == 0
    assert (package / "results" / "counter.json").read_bytes() == (tmp_path / "out" / "results" / "counter.json").read_bytes()
    assert {path.name for path in (package / "zoo").iterdir()} == {path.name for path in (tmp_path / "out" / "zoo").iterdir()}
    assert main(["counter", "--cell", "gru-cho", "--steps", "2", "--out", str(tmp_path / "one"), "--ship"]) == 0
    assert (package / "zoo" / "counter-gru-cho.safetensors").read_bytes() == (tmp_path / "one" / "counter-gru-cho.safetensors").read_bytes()
    assert "The package has it now." in capsys.readouterr().out


def test_results_of_fewer_than_five_cells_are_not_shipped_but_their_models_are(little, tmp_path, package, capsys):
    assert run_series(tmp_path, "--ship") == 0
    assert not list((package / "results").iterdir()) and (package / "zoo" / "counter-lstm.json").exists()
    assert "stays as it is: it holds all five cells, these are 2" in capsys.readouterr().out


@pytest.mark.parametrize("command", [main, series.main, again.main])
def test_no_command_takes_the_package_for_its_folder(command, capsys):
    with pytest.raises(SystemExit) as stopped:
        command([*([] if command is again.main else ["counter"]), "--out", str(zoo.ZOO / ".." / "zoo")])
    assert stopped.value.code == 2 and "must lie outside the package gatelab, which only --ship changes" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda path: run_options(path, "--steps 4", "--steps 3"), "its card says --steps 3, this run --steps 4"),
        (lambda path: run_options(path, "--rate 0.01", "--rate 0.02"), "its card says --rate 0.02, this run --rate 0.01"),
        (lambda path: path.write_text(path.read_text().replace(torch.__version__, "1.0")), "it was made with torch 1.0, this is"),
        (lambda path: path.write_text(path.read_text()[:-30]), "it is not a whole card"),
        (lambda path: path.write_text("[]"), "it is not a whole card"),
        (lambda path: path.with_suffix(".safetensors").unlink(), "its checkpoint is gone"),
    ],
)
def test_a_run_is_taken_over_only_if_it_is_just_the_one_that_is_wanted(change, why, little, tmp_path, monkeypatch, capsys):
    """A try-out with five steps must not become the result of the whole series."""
    one = ["--cells", "rnn", "--seeds", "0"]
    run_series(tmp_path, *one)
    path = tmp_path / "out" / "counter-hidden-seed0" / "counter-rnn.json"
    whole = {**json.loads(path.read_text()), "training_minutes": 0}
    change(path)
    capsys.readouterr()
    assert run_series(tmp_path, *one) == 0
    assert f"{path} is made anew: {why}" in capsys.readouterr().out
    assert {**json.loads(path.read_text()), "training_minutes": 0} == whole and "--steps 4" in stored(tmp_path)["runs"][0]["command"]


def run_options(path, old, new):
    """Let a card say that its model was made with other options."""
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_a_run_on_other_data_is_not_taken_over(folder, tmp_path, capsys):
    one = ["--cells", "rnn", "--seeds", "0", "--data", str(folder)]
    run_series(tmp_path, *one, task="sentiment")
    assert run_series(tmp_path, *one, task="sentiment") == 0 and "made anew" not in capsys.readouterr().out
    with (folder / "rt-polarity.pos").open("a", encoding="utf-8") as file:
        file.write("one more lovely film\n")
    assert run_series(tmp_path, *one, task="sentiment") == 0
    assert "made anew: it was made from other data" in capsys.readouterr().out


def test_an_interrupted_run_with_other_options_is_not_gone_on_with(little, tmp_path, monkeypatch, capsys):
    """By a series it is replaced, and it says so; by the command for one run it is kept, until --fresh."""
    with monkeypatch.context() as patch:
        patch.setattr(Run, "advance", lambda run: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(SystemExit):
            run_series(tmp_path, "--steps", "9")
    assert run_series(tmp_path) == 0
    assert "counter-rnn.resume belongs to a run with another recipe: steps 9 and not 4, so this one starts anew" in capsys.readouterr().out
    assert all("--steps 4" in run["command"] for run in stored(tmp_path)["runs"])


def test_an_interrupted_run_with_another_delay_is_not_gone_on_with(little, tmp_path, monkeypatch, capsys):
    with monkeypatch.context() as patch:
        patch.setattr(Run, "advance", lambda run: (_ for _ in ()).throw(KeyboardInterrupt))
        assert main(["recall", "--steps", "3", "--longest", "5", "--out", str(tmp_path)]) == 130
    assert main(["recall", "--steps", "3", "--longest", "6", "--out", str(tmp_path)]) == 2
    assert "another set of data (--fresh starts anew)" in capsys.readouterr().err
    assert main(["recall", "--steps", "3", "--longest", "5", "--out", str(tmp_path)]) == 0
    (tmp_path / "recall-lstm.resume").write_text("no run")
    assert main(["recall", "--steps", "3", "--longest", "5", "--out", str(tmp_path)]) == 2
    assert "recall-lstm.resume must be an interrupted run: it cannot be read" in capsys.readouterr().err


def test_a_series_stores_every_run_and_each_cell_s_best_model(little, tmp_path):
    assert run_series(tmp_path, "--sizes", "hidden", "parameters") == 0
    found = stored(tmp_path)
    runs = [(run["seed"], run["size"], run["cell"]) for run in found["runs"]]
    assert runs == [(seed, *rest) for seed in (0, 1) for rest in (("hidden", "rnn"), ("hidden", "lstm"), ("parameters", "rnn"))]
    assert found["task"] == "counter" and found["seeds"] == [0, 1] and found["torch"] == torch.__version__
    assert all(found[what] == getattr(Counter, what) for what in ("title", "question", "x", "y", "chance")) and found["score"] == Counter.scored
    for run in found["runs"]:
        name = f"counter-{run['cell']}" + ("-matched" if run["size"] == "parameters" else "")
        path = tmp_path / "out" / f"counter-{run['size']}-seed{run['seed']}" / f"{name}.safetensors"
        score, curve, _ = Counter().measure(zoo.load(str(path)))
        assert run["score"] == score and run["curve"] == [[x, round(y, 4)] for x, y in curve]
        assert run["parameters"] == sum(p.numel() for p in zoo.load(str(path)).parameters())
        assert f"--seed {run['seed']}" in run["command"] and f"--cell {run['cell']}" in run["command"]
    shipped = {path.name for path in (tmp_path / "out" / "zoo").iterdir()}
    assert shipped == {f"counter-{name}.{kind}" for name in ("rnn", "lstm", "rnn-matched") for kind in ("json", "safetensors")}
    for name, size, cell in (("rnn", "hidden", "rnn"), ("lstm", "hidden", "lstm"), ("rnn-matched", "parameters", "rnn")):
        scores = {str(run["seed"]): run["score"] for run in found["runs"] if (run["cell"], run["size"]) == (cell, size)}
        card = json.loads((tmp_path / "out" / "zoo" / f"counter-{name}.json").read_text())
        assert card["score_by_seed"] == scores and card["score"] == max(scores.values()) and card["chosen"] == "the best of seeds 0, 1"
        best = max(scores, key=scores.get)
        ours, theirs = (tmp_path / "out" / "zoo", tmp_path / "out" / f"counter-{size}-seed{best}")
        assert (ours / f"counter-{name}.safetensors").read_bytes() == (theirs / f"counter-{name}.safetensors").read_bytes()


def test_where_a_lower_score_is_better_the_lowest_is_shipped(little, tmp_path, monkeypatch):
    scores = iter([0.3, 0.1, 0.2])
    monkeypatch.setattr(Adding, "measure", lambda self, model: (next(scores), [(10, 0.5)], {"mean squared error at 100 numbers": "made up"}))
    assert run_series(tmp_path, "--cells", "gru", "--seeds", "0", "1", "2", task="adding") == 0
    card = json.loads((tmp_path / "out" / "zoo" / "adding-gru.json").read_text())
    assert card["score"] == 0.1 and card["seed"] == 1 and card["score_by_seed"] == {"0": 0.3, "1": 0.1, "2": 0.2}


def test_a_series_makes_no_run_twice(little, tmp_path, monkeypatch):
    run_series(tmp_path)
    first, kept = stored(tmp_path), {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.*")}
    monkeypatch.setattr(Run, "advance", lambda run: pytest.fail("it was trained again"))
    assert run_series(tmp_path) == 0
    assert stored(tmp_path) == first and all(path.read_bytes() == content for path, content in kept.items())


def test_an_interrupted_series_goes_on_where_it_stopped_and_ends_as_if_nothing_had_happened(little, tmp_path, monkeypatch, capsys):
    run_series(tmp_path, name="whole")
    advance, steps = Run.advance, []

    def interrupted(run):
        if len(steps) == 10:  # in the middle of the third run
            raise KeyboardInterrupt
        steps.append(run.step)
        return advance(run)

    with monkeypatch.context() as patch:
        patch.setattr(Run, "advance", interrupted)
        with pytest.raises(SystemExit) as end:
            run_series(tmp_path, name="parts")
    assert end.value.code == 130 and not (tmp_path / "parts" / "results").exists() and not (tmp_path / "parts" / "zoo").exists()
    monkeypatch.setattr(Run, "advance", lambda run: steps.append(run.step) or advance(run))
    assert run_series(tmp_path, name="parts") == 0
    assert len(steps) == 4 * 4 and "Going on at step 2 of 4" in capsys.readouterr().out  # no step was taken twice
    timeless = [[run | {"minutes": 0} for run in stored(tmp_path, name=name)["runs"]] for name in ("whole", "parts")]
    assert timeless[0] == timeless[1]
    for path in (tmp_path / "whole" / "zoo").glob("*.safetensors"):
        assert path.read_bytes() == (tmp_path / "parts" / "zoo" / path.name).read_bytes()


def test_recall_makes_one_curve_of_runs_with_longer_and_longer_delays(little, tmp_path, monkeypatch):
    monkeypatch.setattr(series, "DELAYS", (2, 5))
    assert run_series(tmp_path, "--cells", "gru", "--seeds", "3", task="recall") == 0
    (run,) = stored(tmp_path, "recall")["runs"]
    cards = [json.loads((tmp_path / "out" / f"recall-hidden-seed3-{delay}" / "recall-gru.json").read_text()) for delay in (2, 5)]
    assert run["curve"] == [[2, cards[0]["score"]], [5, cards[1]["score"]]] and run["score"] == cards[1]["score"]
    assert "--longest 2" in cards[0]["command"] and "--longest 5" in json.loads((tmp_path / "out" / "zoo" / "recall-gru.json").read_text())["command"]


def test_a_series_of_sentiment_names_its_folder_and_keeps_the_scores_of_each_set(folder, tmp_path):
    assert run_series(tmp_path, "--cells", "rnn", "--seeds", "0", "--data", str(folder), task="sentiment") == 0
    found = stored(tmp_path, "sentiment")
    assert found["runs"][0]["sets"].keys() == {"RT", "UCI", "pros and cons"} and str(folder) not in json.dumps(found)


def test_the_stored_command_makes_the_same_series_again(little, tmp_path):
    run_series(tmp_path, "--sizes", "hidden", "parameters")
    again = series.parse(stored(tmp_path)["command"].split()[3:])
    assert (again.task, again.seeds, again.cells, again.sizes, again.steps) == ("counter", [0, 1], ["rnn", "lstm"], ["hidden", "parameters"], 4)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["counters"], "got 'counters'; did you mean 'counter'"),
        (["counter", "--seeds", "x"], "--seeds must be of type int: got 'x'"),
        (["counter", "--seeds"], "--seeds: expected at least one argument"),
        (["counter", "--cells", "elman"], "peephole, coupled, gru, gru-cho, mgu: got 'elman'"),
        (["counter", "--sizes", "large"], "--sizes must be one of hidden, parameters: got 'large'"),
        (["counter", "--steps", "0"], "steps must be at least 1: got 0"),
        (["counter", "--seeds", "-1"], "seed must be at least 0 and below 2**40: got -1"),
        (["sentiment"], "the following arguments are required: --data"),
        (["sentiment", "--data", "nowhere"], "nowhere/rt-polarity.neg must be a file that can be read: No such file or directory"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_series_of_nonsense_is_refused_with_2_and_named(arguments, said, little, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        series.main(arguments)
    error = capsys.readouterr().err
    assert end.value.code == 2 and said in error and "Traceback" not in error
    assert not list(tmp_path.glob("checkpoints/results")) and not list(tmp_path.glob("checkpoints/zoo"))
