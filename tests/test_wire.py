"""What is written for the browser is safetensors as its own library reads it, and a browser can read each array in place."""

import json

import numpy as np
import pytest
from safetensors.numpy import load

from gatelab.live import wire

TYPES = ("float64", "float32", "int64", "int32", "uint8")


@pytest.fixture(params=[(0,), (3,), (2, 5), (0, 4), (3, 1, 3)], ids=str)
def arrays(request):
    numbers = np.random.default_rng(len(request.param))
    return {f"{kind} é": (100 * numbers.random(request.param)).astype(kind) for kind in TYPES}


def test_the_library_reads_the_same_arrays_and_words(arrays):
    body = wire._body(arrays, {"tokens": '["ü", "\U0001f600"]'})
    read = load(body)
    assert read.keys() == arrays.keys()
    for name, array in arrays.items():
        assert read[name].dtype == array.dtype and read[name].shape == array.shape
        np.testing.assert_array_equal(read[name], array)


def test_each_array_begins_where_a_browser_can_read_it_in_place(arrays):
    body = wire._body(arrays | {"a": np.zeros(3, np.uint8)}, {})
    length = int.from_bytes(body[:8], "little")
    for about in json.loads(body[8 : 8 + length]).values():
        if about:
            width = int(about["dtype"][1:]) // 8
            assert (8 + length + about["data_offsets"][0]) % width == 0


def test_the_rows_of_a_larger_array_are_written_as_they_are_seen():
    table = np.arange(24, dtype=np.float32).reshape(4, 6)
    np.testing.assert_array_equal(load(wire._body({"a": table[1:, ::2]}, {}))["a"], table[1:, ::2])
