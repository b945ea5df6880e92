"""The trace of an encoder and decoder: what each step looked at, what it saw, and what it wrote."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from gatelab import attention, cells, holds
from gatelab.holds import Hold, Holding
from gatelab.naming import meant
from gatelab.networks import EncoderDecoder, Transformer
from gatelab.text import END, START, fold, join, tokenize
from gatelab.traces import beams, directions, shown
from gatelab.traces.layers import Side
from gatelab.traces.modules import check_calls
from gatelab.traces.states import check_state


@dataclass(frozen=True, eq=False)
class AttentionTrace(Mapping):
    """Everything that a model computed while it read a source of K tokens and wrote a target in Q steps.

    Made by `gatelab.trace`. Arrays are read-only NumPy views; iterating gives their names.

    A recurrent model has "weights" and "scores" (Q, K), "context" (Q, H), "states" (K, H), "query" (Q, A) and "key" (K, A);
    one without attention has no scores, weights, queries and keys. A transformer has "scores" and "weights"
    (L, heads, Q, K), "context" (L, heads, Q, A), and "query", "key" and "value" alike, of its decoder's look at the source.

    Attributes:
        model: what was traced.
        text: the source as it was given.
        tokens: the K tokens of the source, as typed.
        written: the Q tokens that were written; the last is `END` unless the decoder had to be stopped.
        arrays: name -> array.
        encoder: the encoder's own arrays: r, z, n, h (K, H), the first half of the units reading from the left, the second
            from the right; for a transformer query, key, value, scores, weights, context, (L, heads, K, ...).
        decoder: the decoder's own: r, z, n, h (Q, H); for a transformer as in the encoder, (L, heads, Q, ...).
        probs: probability of each next token at each step, (Q, V), rows sum to 1.
        forced: step -> attention weights (K,), read only, that were put in place of the model's own.
        tree: what a beam search looked at, each a `beams.Node`; () after a greedy one.
        held: the holds with which it was computed.
        state: what encoder and decoder began from where that is not their own: "encoder.h" or "decoder.h" -> (H,), read only.
    """

    model: EncoderDecoder | Transformer
    text: str
    tokens: tuple[str, ...]
    written: tuple[str, ...]
    arrays: dict[str, np.ndarray]
    encoder: dict[str, np.ndarray]
    decoder: dict[str, np.ndarray]
    probs: np.ndarray
    forced: dict[int, np.ndarray] = field(default_factory=dict)
    tree: tuple = ()
    held: tuple[Hold, ...] = ()
    state: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for array in (self.probs, *(array for group in (self.forced, self.arrays, self.encoder, self.decoder, self.state) for array in group.values())):
            array.flags.writeable = False

    def __getitem__(self, name: str) -> np.ndarray:
        """The array of one name.

        Raises:
            KeyError: the model computes nothing of that name.
        """
        if name not in self.arrays:
            raise KeyError(f"name must be one of {', '.join(self.arrays)}: got {name!r}{meant(name, self.arrays)}")
        return self.arrays[name]

    def layer(self, name: str) -> Side:
        """The gates of "encoder" or "decoder", for figures and files.

        Raises:
            KeyError: there is no such side.
            TypeError: the model is a transformer, which has no gates.
        """
        if isinstance(self.model, Transformer):
            raise TypeError(f"{self.model.spec.name} is a transformer, which has no gates: its heads are in trace.encoder, trace.decoder and the trace itself")
        if name not in ("encoder", "decoder"):
            raise KeyError(f"layer must be encoder or decoder: got {name!r}{meant(name, ('encoder', 'decoder'))}")
        return Side(self, name)

    def held_at(self, name: str) -> np.ndarray:
        """Where the values of one name were held: booleans, (K, H) for "encoder.z", (Q, H) for "decoder.z", (Q, K) for "decoder.scores".

        Raises:
            KeyError: the model computes nothing of that name, or has no recurrent cells.
        """
        if wrong := holds.unnamed(name, places(self.model)) if isinstance(self.model, EncoderDecoder) else "is of a transformer, which has no cells to hold":
            raise KeyError(f"name {wrong}")
        place, letter = holds.split(name)
        count = len(self.tokens if place == "encoder" else self.written)
        width = len(self.tokens) if letter == "scores" else self.model.spec.hidden_size
        return holds.mask(holds.within(self.held, place), letter, count, width)

    __eq__, __hash__ = object.__eq__, object.__hash__  # two traces are the same only if they are one

    def __iter__(self) -> Iterator[str]:
        return iter(self.arrays)

    def __len__(self) -> int:
        """How many arrays there are; a source has `len(trace.tokens)` tokens."""
        return len(self.arrays)

    def __repr__(self) -> str:
        """The model, the source, what was written, and the names with their shapes, in a few lines without values."""
        counted = f"{shown.count(len(self.tokens), 'token')} of {shown.cut(self.text)}"
        return shown.lines(
            f"AttentionTrace of {shown.called(self.model)}: {counted}, {shown.count(len(self.written), 'step')} of writing, {shown.cut(self.output)}",
            shown.shapes(self.arrays),
            f"encoder: {shown.shapes(self.encoder)}",
            f"decoder: {shown.shapes(self.decoder)}",
            shown.shapes({"probs": self.probs}),
            held=self.held,
        )

    def _repr_html_(self) -> str | None:
        """The stage, as the output of a notebook's cell, see `gatelab.show`."""
        return shown.in_notebook(self)

    def __setstate__(self, fields: dict) -> None:
        """What was pickled or copied; NumPy forgets which arrays are read only."""
        self.__dict__.update(fields)
        self.__post_init__()

    @cached_property
    def output(self) -> str:
        """The decoded text."""
        return join([token for token in self.written if token != END], self.model.spec.unit)

    @property
    def vocab(self) -> tuple[str, ...]:
        """The V tokens of the target."""
        return self.model.spec.target

    @property
    def ids(self) -> list[int]:
        """What the model read in place of each token of the source: K integers."""
        return read_as(self.model, self.tokens)


def places(model: EncoderDecoder) -> dict[str, holds.Place]:
    """What of a model can be held: every name of the encoder's and the decoder's GRU, each of H units, and the energies of its attention, if it has one."""
    size = model.spec.hidden_size
    return {"encoder": holds.Place("gru", size), "decoder": holds.Place("gru", size, () if model.key is None else ("scores",))}


def read_as(model: EncoderDecoder | Transformer, tokens: Iterable[str]) -> list[int]:
    """The ids under which a model reads the tokens of a source: K integers."""
    return model.source.encode(map(fold, tokens))


def check(model: EncoderDecoder | Transformer, source: str) -> tuple[str, ...]:
    """The tokens of a source, as typed.

    Raises:
        TypeError: the source is no string.
        ValueError: the model computes more than its equations, see `modules.check_calls`.
    """
    check_calls(model, makers=())
    if not isinstance(source, str):
        raise TypeError(f"{model.spec.name} reads a string: got {type(source).__name__}")
    return tokenize(source, model.spec.unit)


@torch.inference_mode()
def write(
    model: EncoderDecoder,
    source: str,
    forced: Mapping[int, ArrayLike] | None = None,
    beam: int = 1,
    hold: Hold | Iterable[Hold] | None = None,
    state: Mapping[str, ArrayLike] | None = None,
) -> AttentionTrace:
    """Run an `EncoderDecoder` over a source.

    Args:
        source: a string; an empty one writes nothing.
        forced: step (from 0) -> attention weights (K,) to use there instead of the model's own; the decoder goes on from them.
        beam: how many beginnings of a target are kept at each step; 1 takes the likeliest token alone (greedy).
        hold: a `Hold`, or several, which act in the order given. "encoder.z" has H units, the first half reading from the left; its steps are
            the tokens of the source in both directions. Those of "decoder.z" are the steps of writing, as those of "decoder.scores", whose units
            are the tokens of the source; one that the source does not have is left out.
        state: where to begin, "encoder.h" or "decoder.h" -> (H,); without, the encoder begins from zeros, and the decoder as the model does.

    Raises:
        TypeError: the source is no string, the model has no attention to force, or a hold is none.
        KeyError: a hold or the state has a name that the model does not compute.
        ValueError: a forced row is no distribution over the source's tokens, the beam is none, a hold has a unit that the model does not
            have, or the model computes more than its equations or in another precision.
    """
    tokens = check(model, source)
    for name, weight in model.named_parameters():
        if weight.dtype != torch.float32 or weight.device.type != "cpu":
            raise ValueError(f"the model must be float32 on the CPU: got {weight.dtype} on {weight.device} for {name}")
    longest = model.spec.longest(len(tokens)) if tokens else 0
    rows = _rows(model, forced or {}, len(tokens), longest)
    if isinstance(beam, bool) or not isinstance(beam, int) or beam < 1:
        raise ValueError(f"beam must be an integer of at least 1: got {beam!r}")
    held, begun = holds.check(hold, places(model)), check_state(state, places(model), np.float32)
    encoder = _encoded(model, tokens, holds.within(held, "encoder"), begun.get("encoder.h"))
    decoder = Decoder(model, torch.from_numpy(encoder["h"]), rows, holds.within(held, "decoder"), begun.get("decoder.h"))
    tree = beams.search(decoder, beam, longest) if beam > 1 and tokens else ()
    taken, ids = decoder.along(beams.best(tree), longest)
    arrays, own, probs = _stacked(decoder, taken)
    written = tuple(model.spec.target[id] for id in ids)
    used = {step: row for step, row in rows.items() if step < len(written)}
    return AttentionTrace(model, source, tokens, written, arrays, encoder, own, probs, used, tree, held, begun)


def _rows(model, forced, count, longest):
    if not isinstance(forced, Mapping):
        raise TypeError(f"forced must be a mapping of steps to weights: got {type(forced).__name__}")
    for step in forced:
        if isinstance(step, bool) or not isinstance(step, int) or not 0 <= step < longest:
            raise ValueError(f"a forced step must be an integer from 0 to {longest - 1}: got {step!r}")
    return {step: _row(model, row, count) for step, row in forced.items()}


def _row(model, row, count):
    if model.spec.attention == "none":
        raise TypeError(f"{model.spec.name} has no attention weights to force")
    row = np.array(row, np.float32)
    if row.shape != (count,) or not (row >= 0).all() or abs(row.sum(dtype=np.float64) - 1) > 1e-3:
        shown = f"{row.shape} with sum {row.sum():.4g}" if row.ndim == 1 else str(row.shape)
        raise ValueError(f"a forced row must be {count} weights of at least 0 that sum to 1: got {shown}")
    return row


def _encoded(model, tokens, held, begun):
    """r, z, n, h of the bidirectional encoder at each token, (K, H): half of the units from the left, half from the right."""
    half = model.spec.hidden_size // 2
    x = model.source_embedding(torch.tensor(read_as(model, tokens), dtype=torch.long))
    out = {name: np.empty((len(tokens), 2 * half), np.float32) for name in cells.GRUStep._fields}
    begun = np.zeros(2 * half, np.float32) if begun is None else begun.copy()
    halves = [cells.weights(model.encoder, f"_l0{suffix}") for suffix in ("", "_reverse")]
    directions.fill("gru", x, halves, {"h": begun}, out, held)
    return out


class Step(NamedTuple):
    """What one decoder step computes for B beginnings of a target; the first three are None without attention."""

    query: Tensor | None  # W s for additive energies, s for multiplicative ones, (B, A)
    scores: Tensor | None  # energies, (B, K)
    weights: Tensor | None  # attention weights, (B, K), rows sum to 1
    context: Tensor  # (B, H)
    gates: cells.GRUStep  # each (B, H)
    probs: Tensor  # of the next token, (B, V)


class Decoder:
    """A decoder over one source: what a greedy search, a beam and a trace share.

    Args:
        states: the encoder's, (K, H).
        forced: step -> weights (K,) in place of the model's own.
        held: holds of the decoder's cell and energies, under names without a place.
        begun: the first state, (H,), in place of the model's own.
    """

    def __init__(
        self, model: EncoderDecoder, states: Tensor, forced: Mapping[int, np.ndarray], held: Sequence[Hold] = (), begun: np.ndarray | None = None
    ) -> None:
        self.model, self.states = model, states
        self.forced = {step: torch.from_numpy(row.copy()) for step, row in forced.items()}
        self.cell = cells.weights(model.decoder)
        self.keys = None if model.key is None else model.key(states)
        self.summary = model.summary(states)
        self.start = model.start(self.summary).tanh()[None] if begun is None else torch.from_numpy(begun.copy())[None]  # (1, H)
        self.held = held
        self.looks = holds.among((hold for hold in held if hold.name == "scores"), range(len(states)))

    def step(self, q: int, state: Tensor, ids: Tensor) -> Step:
        """Step q of B beginnings: from their states (B, H) and the ids of their last tokens (B,)."""
        model, token = self.model, self.model.target_embedding(ids)
        query = scores = weights = None
        if self.keys is None:
            context = self.summary.expand(len(ids), -1)
        else:
            query = state if model.query is None else model.query(state)
            energies = Holding(self.looks, q)("scores", model.energies(state, self.keys).squeeze(-2))
            scores, weights, context = attention.attend(energies, self.states)
            if q in self.forced:
                weights = self.forced[q].expand(len(ids), -1)
                context = weights @ self.states
        gates = cells.gru(torch.cat((token, context), -1), state, self.cell, Holding(self.held, q))
        probs = model.score(torch.cat((gates.h, context, token), -1)).softmax(-1)
        return Step(query, scores, weights, context, gates, probs)

    def along(self, path: Sequence[int] | None, longest: int) -> tuple[list[Step], list[int]]:
        """The steps that write a path of ids, or without one the likeliest token each time; and the ids written."""
        end, state, ids = self.model.target.ids[END], self.start, self.model.target.ids[START]
        taken: list[Step] = []
        written: list[int] = []
        while len(written) < longest and ids != end:
            step = self.step(len(written), state, torch.tensor([ids]))
            ids = path[len(written)] if path else int(step.probs.argmax())
            state = step.gates.h
            taken.append(step)
            written.append(ids)
        return taken, written


def _stacked(decoder, taken):
    """The arrays of a trace, those of the decoder's cell, and the probabilities."""
    sizes = decoder.model.spec.hidden_size, len(decoder.model.target)

    def rows(of, width):
        return torch.cat([of(step) for step in taken]).numpy() if taken else np.empty((0, width), np.float32)

    arrays = {"context": rows(lambda step: step.context, sizes[0]), "states": decoder.states.numpy()}
    if decoder.keys is not None:
        count = len(decoder.states)
        arrays = {
            "scores": rows(lambda step: step.scores, count),
            "weights": rows(lambda step: step.weights, count),
            **arrays,
            "query": rows(lambda step: step.query, sizes[0]),
            "key": decoder.keys.numpy(),
        }
    own = {name: rows(lambda step: getattr(step.gates, name), sizes[0]) for name in cells.GRUStep._fields}
    return arrays, own, rows(lambda step: step.probs, sizes[1])
