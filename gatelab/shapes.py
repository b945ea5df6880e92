"""What `nn.LSTM` hands out, as tensors in which each number says what it is: the same number in two tensors has the same name.

A view is one way to call it: with one layer or two, in one direction or both, on a batch of two texts. T = 5 steps, B = 2 texts, H = 3 units,
D = 4 inputs; the weights are random, drawn once from a fixed seed.
"""

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

from gatelab.languages import language, marked, tr

TEXTS = (("the", "film", "was", "really", "good"), ("a", "dull", "film"))
INPUTS, UNITS = 4, 3


@dataclass(frozen=True)
class Shown:
    """One tensor of a view.

    Attributes:
        name: as in code, e.g. "output".
        axes: what each axis counts, one name an axis, e.g. ("time", "units").
        labels: for each axis what its places are called.
        values: numbers, of any shape.
        meanings: for each number in row-major order what it is, e.g. "h of layer 1, unit 0, after “film”"; equal meanings are the same number.
        inside: whether PyTorch keeps it to itself.
    """

    name: str
    axes: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    values: Tensor
    meanings: tuple[str, ...]
    inside: bool = False

    def __post_init__(self) -> None:
        sizes = tuple(map(len, self.labels))
        if not len(self.axes) == len(sizes) == self.values.ndim or sizes != tuple(self.values.shape) or len(self.meanings) != self.values.numel():
            raise ValueError(f"{self.name!r} must have a name and labels for each axis and a meaning for each number: got {self}")


@dataclass(frozen=True)
class View:
    """One way to call `nn.LSTM`, and what comes out.

    Attributes:
        key: its name in a question's `figure: shapes KEY`.
        title: what it shows.
        code: the call.
        tensors: what is handed out, and what is not.
        opens: the tensor and the place in it that are chosen at first.
        keras: the same in Keras, as a sentence.
    """

    key: str
    title: str
    code: str
    tensors: tuple[Shown, ...]
    opens: tuple[int, int]
    keras: str


def _unit_labels():
    return tuple(tr("unit {unit}", unit=k) for k in range(UNITS))


def _network(**options):
    with torch.random.fork_rng():
        torch.manual_seed(7)
        return nn.LSTM(INPUTS, UNITS, **options).eval().requires_grad_(False)


def _texts():
    """Vectors for the tokens of both texts: (5, D) and (3, D)."""
    with torch.random.fork_rng():
        torch.manual_seed(8)
        vocabulary = {token: torch.randn(INPUTS) for text in TEXTS for token in text}
    return [torch.stack([vocabulary[token] for token in text]) for text in TEXTS]


def _after(token):
    return tr("after “{token}”", token=token)


def _h(token, unit, layer="", what="h"):
    of = tr("{what} of {layer}", what=what, layer=layer) if layer else what
    return f"{of}, {tr('unit {unit}', unit=unit)}, {_after(token)}"


def _layers(count):
    return tuple(tr("layer {layer}", layer=k + 1) for k in range(count))


def _each(*parts):
    """The meanings of tensors that are stacked."""
    return tuple(meaning for part in parts for meaning in part)


def _rows(tokens, layer="", what="h"):
    """The meanings of (T, H)."""
    return tuple(_h(token, unit, layer, what) for token in tokens for unit in range(UNITS))


def one() -> View:
    """One layer, one direction, one text."""
    network, (text, _), (tokens, _) = _network(), _texts(), TEXTS
    output, (h_n, c_n) = network(text)
    last = tokens[-1:]
    return View(
        "one",
        marked("One layer"),
        "lstm = nn.LSTM(4, 3)\noutput, (h_n, c_n) = lstm(x)  # x: (5, 4)",
        (
            Shown("output", (marked("time"), marked("units")), (tokens, _unit_labels()), output, _rows(tokens)),
            Shown("h_n", (marked("layers"), marked("units")), (_layers(1), _unit_labels()), h_n, _rows(last)),
            Shown("c_n", (marked("layers"), marked("units")), (_layers(1), _unit_labels()), c_n, _rows(last, what="c")),
        ),
        (0, 12),
        marked("Keras: LSTM(3, return_sequences=True, return_state=True) hands out the same three, with the batch in front and no axis for layers."),
    )


def two() -> View:
    """Two layers: what the lower one says at each step stays inside."""
    network, (text, _), (tokens, _) = _network(num_layers=2), _texts(), TEXTS
    output, (h_n, c_n) = network(text)
    lower = nn.LSTM(INPUTS, UNITS).requires_grad_(False)
    lower.load_state_dict({name: weight for name, weight in network.state_dict().items() if name.endswith("_l0")})
    inside, _ = lower(text)
    layers, last = _layers(2), tokens[-1:]
    return View(
        "two",
        marked("Two layers"),
        "lstm = nn.LSTM(4, 3, num_layers=2)\noutput, (h_n, c_n) = lstm(x)  # x: (5, 4)",
        (
            Shown(
                tr("{what} of {layer}", what="h", layer=layers[0]),
                (marked("time"), marked("units")),
                (tokens, _unit_labels()),
                inside,
                _rows(tokens, layers[0]),
                inside=True,
            ),
            Shown("output", (marked("time"), marked("units")), (tokens, _unit_labels()), output, _rows(tokens, layers[1])),
            Shown("h_n", (marked("layers"), marked("units")), (layers, _unit_labels()), h_n, _each(*(_rows(last, layer) for layer in layers))),
            Shown("c_n", (marked("layers"), marked("units")), (layers, _unit_labels()), c_n, _each(*(_rows(last, layer, "c") for layer in layers))),
        ),
        (2, 0),
        marked("Keras: two LSTM layers, the lower one with return_sequences=True; each hands out its own state."),
    )


def directions() -> View:
    """Both directions: each finishes at another end of the text."""
    network, (text, _), (tokens, _) = _network(bidirectional=True), _texts(), TEXTS
    output, (h_n, c_n) = network(text)
    ways, cells, ends = (tr("forward"), tr("backward")), (tr("the forward cell"), tr("the backward cell")), (tokens[-1:], tokens[:1])
    columns = tuple(f"{way} {unit}" for way in ways for unit in range(UNITS))
    meanings = tuple(_h(token, unit, cell) for token in tokens for cell in cells for unit in range(UNITS))
    return View(
        "directions",
        marked("Both directions"),
        "lstm = nn.LSTM(4, 3, bidirectional=True)\noutput, (h_n, c_n) = lstm(x)  # x: (5, 4)",
        (
            Shown("output", (marked("time"), marked("2 × units")), (tokens, columns), output, meanings),
            Shown("h_n", (marked("directions"), marked("units")), (ways, _unit_labels()), h_n, _each(*(_rows(end, cell) for end, cell in zip(ends, cells)))),
            Shown(
                "c_n", (marked("directions"), marked("units")), (ways, _unit_labels()), c_n, _each(*(_rows(end, cell, "c") for end, cell in zip(ends, cells)))
            ),
        ),
        (1, 3),
        marked(
            "Keras: Bidirectional(LSTM(3, return_sequences=True)) puts both side by side too. Without return_sequences it hands out h_n[0] and h_n[1] side by side."
        ),
    )


def _padded():
    """The batch of both texts: input (T, B, D), and what a packed call gives, with the batch as the second axis."""
    texts = _texts()
    lengths = [len(text) for text in texts]
    x = pad_sequence(texts)
    packed, (h_n, c_n) = _network()(pack_padded_sequence(x, lengths, enforce_sorted=False))
    output, _ = pad_packed_sequence(packed)
    return x, lengths, output, h_n, c_n


def _batch():
    return tuple(tr("text {text}", text=k + 1) for k in range(2))


def _place(text, t, unit):
    """The meaning of an entry of a padded batch; behind the end of a text there is nothing but 0."""
    if t >= len(TEXTS[text]):
        return tr("padding behind text {text}, step {step}, unit {unit}", text=text + 1, step=t + 1, unit=unit)
    return _of_text("h", text, unit, TEXTS[text][t])


def _of_text(what, text, unit, token):
    return tr("{what} of text {text}, unit {unit}, after “{token}”", what=what, text=text + 1, unit=unit, token=token)


def _ends(what):
    """The meanings of h_n or c_n of both texts, (1, B, H)."""
    return tuple(_of_text(what, text, unit, TEXTS[text][-1]) for text in range(2) for unit in range(UNITS))


def _steps():
    return tuple(tr("step {step}", step=t + 1) for t in range(max(map(len, TEXTS))))


def padded() -> View:
    """Two texts of different lengths, packed."""
    _, lengths, output, h_n, c_n = _padded()
    mask = (torch.arange(len(_steps()))[:, None] < torch.tensor(lengths)).float()
    real = tuple(tr("the mask of text {text}, step {step}", text=text + 1, step=t + 1) for t in range(len(_steps())) for text in range(2))
    return View(
        "padded",
        marked("A padded batch"),
        "x = pad_sequence([text1, text2])  # (5, 2, 4)\n"
        "packed = pack_padded_sequence(x, lengths=[5, 3])\n"
        "packed, (h_n, c_n) = lstm(packed)\n"
        "output, lengths = pad_packed_sequence(packed)",
        (
            Shown(
                "output",
                (marked("time"), marked("batch"), marked("units")),
                (_steps(), _batch(), _unit_labels()),
                output,
                tuple(_place(text, t, unit) for t in range(len(_steps())) for text in range(2) for unit in range(UNITS)),
            ),
            Shown("h_n", (marked("layers"), marked("batch"), marked("units")), (_layers(1), _batch(), _unit_labels()), h_n, _ends("h")),
            Shown("c_n", (marked("layers"), marked("batch"), marked("units")), (_layers(1), _batch(), _unit_labels()), c_n, _ends("c")),
            Shown("mask", (marked("time"), marked("batch")), (_steps(), _batch()), mask, real),
            Shown(
                "lengths", (marked("batch"),), (_batch(),), torch.tensor(lengths), tuple(tr("the length of text {text}", text=text + 1) for text in range(2))
            ),
        ),
        (1, 3),
        marked("Keras: Embedding(…, mask_zero=True) makes the mask, and the layer skips masked steps."),
    )


def batch_first() -> View:
    """The same batch with the batch in front; the states keep their order."""
    _, _, output, h_n, _ = _padded()
    turned = output.transpose(0, 1)
    meanings = tuple(_place(text, t, unit) for text in range(2) for t in range(len(_steps())) for unit in range(UNITS))
    return View(
        "batch_first",
        marked("The batch in front"),
        "lstm = nn.LSTM(4, 3, batch_first=True)\npacked = pack_padded_sequence(x, lengths=[5, 3], batch_first=True)  # x: (2, 5, 4)",
        (
            Shown("output, batch_first=True", (marked("batch"), marked("time"), marked("units")), (_batch(), _steps(), _unit_labels()), turned, meanings),
            Shown(tr("h_n, as before"), (marked("layers"), marked("batch"), marked("units")), (_layers(1), _batch(), _unit_labels()), h_n, _ends("h")),
            Shown(tr("Keras, by default"), (marked("batch"), marked("units")), (_batch(), _unit_labels()), h_n[0], _ends("h")),
        ),
        (0, 12),
        marked("Keras: return_sequences=True hands out the first tensor, without it the third; there, return_state=True adds h and c, each (batch, units)."),
    )


VIEWS = {make.__name__: make for make in (one, two, directions, padded, batch_first)}


def view(key: str) -> View:
    """A view: names, labels and meanings in the visitor's language, all else in English and marked.

    Raises:
        ValueError: there is no such view.
    """
    if key not in VIEWS:
        raise ValueError(f"a view of shapes must be one of {', '.join(VIEWS)}: got {key!r}")
    return _view(key, language())


@cache
def _view(key, spoken):
    with torch.inference_mode():
        return VIEWS[key]()
