"""A small encoder-decoder transformer (Vaswani et al. 2017): attention without any recurrent cell."""

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout as drop
from torch.nn.functional import linear

from gatelab.networks.pairs import PairSpec
from gatelab.text import END, START, Vocabulary


class Transformer(nn.Module):
    """Reads all tokens of a source at once, and writes a target token by token.

    Its parts are plain PyTorch: `encoder` and `decoder`, each a list of `nn.TransformerEncoderLayer` or
    `nn.TransformerDecoderLayer` as in the paper (normalization after each sum, ReLU), embeddings of H entries with
    sinusoidal positions, and the target's embedding once more as the last layer, with `bias`.
    """

    def __init__(self, spec: PairSpec) -> None:
        super().__init__()
        self.spec = spec
        self.source, self.target = Vocabulary(spec.source), Vocabulary(spec.target)
        h, sizes = spec.hidden_size, (spec.hidden_size, spec.num_heads, 2 * spec.hidden_size)
        self.source_embedding = nn.Embedding(len(self.source), h)
        self.target_embedding = nn.Embedding(len(self.target), h)
        for embedding in (self.source_embedding, self.target_embedding):
            nn.init.normal_(embedding.weight, std=h**-0.5)
        self.encoder = nn.ModuleList(nn.TransformerEncoderLayer(*sizes, dropout=0.0) for _ in range(spec.num_layers))
        self.decoder = nn.ModuleList(nn.TransformerDecoderLayer(*sizes, dropout=0.0) for _ in range(spec.num_layers))
        self.bias = nn.Parameter(torch.zeros(len(self.target)))

    def embed(self, embedding: nn.Embedding, ids: Tensor) -> Tensor:
        """Tokens and their places as vectors: (T, ..., H) from ids (T, ...)."""
        x = embedding(ids) * self.spec.hidden_size**0.5
        return x + positions(len(ids), self.spec.hidden_size).to(x).view(len(ids), *[1] * (x.ndim - 2), x.shape[-1])

    def forward(self, source: Tensor, target: Tensor, dropout: float = 0.0) -> Tensor:
        """Scores of each target token, given those before it; arguments and result as of `EncoderDecoder.forward`."""
        return self.score(self.read(source, target, dropout))

    def read(self, source: Tensor, target: Tensor, dropout: float = 0.0) -> Tensor:
        """The decoder's last states, (Q, B, H); arguments as of `EncoderDecoder.read`."""
        for module in (*self.encoder.modules(), *self.decoder.modules()):
            if isinstance(module, nn.Dropout):
                module.p = dropout
        memory = drop(self.embed(self.source_embedding, source), dropout, self.training)
        for layer in self.encoder:
            memory = layer(memory)
        return self.decode(drop(self.embed(self.target_embedding, target), dropout, self.training), memory)

    def decode(self, x: Tensor, memory: Tensor) -> Tensor:
        """The decoder's last states (Q, ..., H) over embedded tokens (Q, ..., H) and the encoder's last states (K, ..., H)."""
        for layer in self.decoder:
            x = layer(x, memory, tgt_mask=causal(len(x)).to(x.device))
        return x

    def score(self, x: Tensor) -> Tensor:
        """Scores of the next token, (..., V), from the decoder's last states, (..., H)."""
        return linear(x, self.target_embedding.weight, self.bias)

    @torch.inference_mode()
    def greedy(self, source: Tensor, limit: int) -> Tensor:
        """The likeliest token at each step, without a trace; as `EncoderDecoder.greedy`."""
        memory = self.embed(self.source_embedding, source)
        for layer in self.encoder:
            memory = layer(memory)
        ids = torch.full((1, source.shape[1]), self.target.ids[START])
        while len(ids) <= limit and not (ids == self.target.ids[END]).any(0).all():
            x = self.decode(self.embed(self.target_embedding, ids), memory)
            ids = torch.cat((ids, self.score(x[-1:]).argmax(-1)))
        return ids[1:]


def positions(length: int, size: int) -> Tensor:
    """Sines and cosines of the place, with wavelengths from 2 pi to 10,000 times 2 pi (section 3.5 of the paper): (length, size)."""
    angle = torch.arange(length)[:, None] / 10_000 ** (torch.arange(0, size, 2) / size)
    return torch.stack((angle.sin(), angle.cos()), -1).flatten(1)


def causal(length: int) -> Tensor:
    """True where a step would look at one after it: (length, length)."""
    return torch.ones(length, length, dtype=torch.bool).triu(1)
