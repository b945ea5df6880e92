"""Whatever options a module has together, and in whatever form its input and its state come: the trace is what PyTorch computes."""

import random

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from gatelab import trace, watch
from tests.own import equal

pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN", "error:gatelab.watch")


def drawn(seed):
    """A module, an input, a state or None, the index of a sequence or None, all drawn at random; and the tolerance."""
    draw = random.Random(seed)
    torch.manual_seed(seed)
    kind = draw.choice([nn.RNN, nn.LSTM, nn.GRU])
    size, width, layers, ways = draw.randint(1, 6), draw.randint(2, 9), draw.randint(1, 3), draw.randint(1, 2)
    options = {
        "bias": draw.random() < 0.8,
        "batch_first": draw.random() < 0.5,
        "bidirectional": ways == 2,
        "dropout": draw.choice([0.0, 0.5]) if layers > 1 else 0.0,
    }
    if kind is nn.LSTM and draw.random() < 0.4:
        options["proj_size"] = draw.randint(1, width - 1)
    if kind is nn.RNN:
        options["nonlinearity"] = draw.choice(["tanh", "relu"])
    dtype, tolerance = draw.choice([(torch.float32, 1e-5), (torch.float64, 1e-12)])
    made = kind(size, width, layers, **options).to(dtype).eval()
    batch = draw.choice([None, 1, 3])
    steps = draw.choice([1, 2, 7, 130])
    shape = (steps,) if batch is None else (batch, steps) if options["batch_first"] else (steps, batch)
    x = torch.randn(*shape, size, dtype=dtype)
    state = None
    if draw.random() < 0.6:
        each = [options.get("proj_size") or width, width][: 2 if kind is nn.LSTM else 1]
        parts = tuple(torch.randn(layers * ways, *([] if batch is None else [batch]), h, dtype=dtype) for h in each)
        state = parts if kind is nn.LSTM else parts[0]
    packed = None
    if batch and draw.random() < 0.4:
        packed = [draw.randint(1, steps) for _ in range(batch)]
        x = pack_padded_sequence(x, packed, options["batch_first"], enforce_sorted=False)
    index = None if batch is None or (batch == 1 and draw.random() < 0.5) else draw.randrange(batch)
    return made, x, state, index, packed, tolerance


@pytest.mark.parametrize("seed", range(250))
def test_any_combination_of_options_equals_pytorch(seed):
    made, x, state, index, packed, tolerance = drawn(seed)
    with torch.no_grad(), watch(made, index=index or 0) as seen:
        h, _ = made(x, state)
    if packed:
        h = pad_packed_sequence(h, made.batch_first)[0]
    if h.ndim == 3:
        h = h[index or 0] if made.batch_first else h[:, index or 0]
    h = h[: packed[index or 0]] if packed else h
    equal(trace(made, x, state, index=index)["h"], h, tolerance)
    equal(seen[""][0]["h"], h, tolerance)
