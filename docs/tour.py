"""The notebook docs/tour.ipynb: its cells, and what runs them. Make it again with `make tour`; `python docs/tour.py FILE` writes it elsewhere."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

HERE = Path(__file__).parent
FILE = HERE / "tour.ipynb"

SOURCE = """
# %% md
# A tour of GateLab in a notebook

Each picture below is a stage of its own: it asks for nothing, so it works in this notebook wherever it is opened, without a kernel too. In Jupyter, trust the notebook first.

# %% md
## Load a model, and keep everything that it computes

# %%
import gatelab

model = gatelab.load("prose-small")
trace = gatelab.trace(model, "It is a truth")
print(trace)

# %%
trace["f"][:3, :4].round(3)  # the forget gate: rows are steps, columns are units

# %% md
## See it

A trace as the last line of a cell is its stage. Type into it: the network itself stands in the notebook.

# %%
trace

# %% md
## Hold a value

What if unit 5 kept all of its memory from step 3 on? All that follows is computed from it.

# %%
held = gatelab.trace(model, "It is a truth", hold=gatelab.Hold("f", 1.0, units=[5], steps=slice(2, None)))
gatelab.show(held, unit=5)

# %% md
## Compare two models on one text

# %%
gatelab.show(["sentiment-lstm", "sentiment-gru"], "not bad at all")

# %% md
## A network of your own

Any `nn.LSTM`, `nn.GRU` or `nn.RNN`, with as many layers as you like, in one direction or both. Steps and units have the names that you give them. The numbers are fixed here; where
your kernel runs, `gatelab.show(None, "not bad", encode=f)` lets you type: `f` takes the text and gives a trace.

# %%
import torch
from torch import nn

torch.manual_seed(0)
words = ["the", "food", "was", "not", "bad"]
vectors = torch.randn(5, 8)
lstm = nn.LSTM(8, 6, num_layers=2, bidirectional=True)
gatelab.trace(lstm, vectors, tokens=words)

# %% md
## Every recurrent module inside a model, while your own code runs

# %%
class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.GRU(8, 6)
        self.head = nn.Linear(6, 3)

    def forward(self, x):
        return self.head(self.encoder(x)[0])


tagger = Tagger()
with gatelab.watch(tagger) as seen:
    tagger(vectors)
seen["encoder"][0]["z"].shape

# %%
gatelab.show(seen["encoder"][0].labelled(tokens=words), value="z")

# %% md
## Weights from elsewhere

Keras, JAX and NumPy have the rows of an LSTM in another order; say which.

# %%
import numpy as np

rng = np.random.default_rng(0)
kernel, recurrent_kernel, bias = (rng.normal(size=shape).astype("float32") for shape in ((8, 16), (4, 16), 16))
keras = gatelab.from_arrays("lstm", kernel=kernel, recurrent_kernel=recurrent_kernel, bias=bias, order="ifco")
gatelab.trace(keras, vectors, tokens=words)["h"].round(3)

# %% md
## Arrays alone

Of a network of any other kind it is enough to have its values, by any names.

# %%
gates = rng.random((5, 3))
gatelab.Trace.of(words, gate=gates, state=np.cumsum(gates - 0.5, axis=0), units=["noun", "verb", "mood"], title="my network")

# %% md
## Save

A trained network as a file, which `gatelab.load` and the app read; and a stage as a page that works alone.

# %%
import tempfile
from pathlib import Path

folder = Path(tempfile.mkdtemp())
path = gatelab.save(model, folder / "mine.safetensors", title="Pride and Prejudice", licence="public domain")
mine = gatelab.load(path)
page = gatelab.show(mine, "It is").save(folder / "mine.html")
mine.spec.name, page.name
"""


def cells() -> list:
    """The cells of the tour, without outputs."""
    found = []
    for k, piece in enumerate(SOURCE.split("# %%")[1:]):
        kind, _, text = piece.partition("\n")
        make = nbformat.v4.new_markdown_cell if kind.strip() == "md" else nbformat.v4.new_code_cell
        found.append(make(text.strip(), id=f"cell-{k}"))
    return found


def run() -> nbformat.NotebookNode:
    """The tour, run from top to bottom."""
    about = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}, "language_info": {"name": "python"}}
    notebook = nbformat.v4.new_notebook(cells=cells(), metadata=about)
    line = Config({"KernelManager": {"transport": "tcp" if sys.platform == "win32" else "ipc"}})  # nobody else on this machine listens
    NotebookClient(notebook, kernel_name="python3", config=line, timeout=300, record_timing=False, resources={"metadata": {"path": str(HERE.parent)}}).execute()
    return notebook


if __name__ == "__main__":
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    nbformat.write(run(), file)
    print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB")
