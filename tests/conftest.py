"""What several tests share: a small untrained model, and (in browser.py) a real server and a real browser."""

import pytest
import torch
from streamlit.components.v2 import manifest_scanner

from gatelab.networks import ModelSpec, Reader
from gatelab.text import Vocabulary
from tests.browser import chromium, pytest_collection_modifyitems, pytest_runtest_setup, pytest_terminal_summary, server, watched  # noqa: F401

torch.set_num_threads(1)  # as in the app; two threads only wait for each other on small models

ALPHABET = "abcdefghijklmnopqrstuvwxyz .,\n"


manifest_scanner.scan_component_manifests = list  # no package brings a component; to search all of them takes every page of AppTest 0.2 s


@pytest.fixture(params=["rnn", "lstm", "gru"])
def cell(request):
    return request.param


@pytest.fixture
def model(cell):
    """A character model with random weights."""
    return random_model(cell)


def random_model(cell, layers=1, name=None):
    torch.manual_seed(0)
    spec = ModelSpec(name or f"random-{cell}", cell, Vocabulary.of(ALPHABET).tokens, 6, 8, layers)
    return Reader(spec).eval().requires_grad_(False)
