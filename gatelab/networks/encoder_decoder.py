"""A recurrent encoder and decoder, with attention between them or without: the score alone differs."""

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout as drop
from torch.nn.functional import linear

from gatelab import attention
from gatelab.networks.pairs import PairSpec
from gatelab.text import END, START, Vocabulary


class EncoderDecoder(nn.Module):
    """Reads a source in both directions, then writes a target token by token.

    The frame is that of Bahdanau, Cho and Bengio (2015): the decoder's state *before* a step, s, is the query; the
    context goes into the step together with the token written last. Energies are Bahdanau's (additive), Luong's "general"
    (multiplicative) or none at all: then the context of each step is the encoder's summary, its two last states. Luong's
    own decoder looks after its step instead; here everything but the score is the same, so that the score alone is compared.

    Its parts are plain PyTorch: `encoder` (a bidirectional `nn.GRU`), `decoder` (an `nn.GRUCell` over token and context),
    `start` (summary -> first state), `query` and `key` (-> A = H), `v` (A,), `readout` (state, context, token -> D), and the
    target's embedding once more as the last layer, with `bias`.
    """

    def __init__(self, spec: PairSpec) -> None:
        super().__init__()
        self.spec = spec
        self.source, self.target = Vocabulary(spec.source), Vocabulary(spec.target)
        d, h = spec.embedding_size, spec.hidden_size
        self.source_embedding = nn.Embedding(len(self.source), d)
        self.target_embedding = nn.Embedding(len(self.target), d)
        self.encoder = nn.GRU(d, h // 2, bidirectional=True)
        self.start = nn.Linear(h, h)
        self.decoder = nn.GRUCell(d + h, h)
        self.query = nn.Linear(h, h, bias=False) if spec.attention == "additive" else None
        self.key = nn.Linear(h, h, bias=False) if spec.attention != "none" else None
        self.v = nn.Parameter(torch.empty(h).uniform_(-1, 1) * h**-0.5) if spec.attention == "additive" else None
        self.readout = nn.Linear(2 * h + d, d)
        self.bias = nn.Parameter(torch.zeros(len(self.target)))
        nn.init.normal_(self.target_embedding.weight, std=d**-0.5)  # it is the last layer as well

    def forward(self, source: Tensor, target: Tensor, dropout: float = 0.0) -> Tensor:
        """Scores before the softmax of each target token, given those before it: (Q, B, V); arguments as of `read`."""
        return self.score(self.read(source, target, dropout))

    def read(self, source: Tensor, target: Tensor, dropout: float = 0.0) -> Tensor:
        """What `score` sees at each step of the decoder.

        Args:
            source: ids, (K, B).
            target: ids from `START` on, (Q, B).
            dropout: share of the embeddings' and the result's entries that are left out, while training.

        Returns:
            State, context and the token before, (Q, B, 2 H + D).
        """
        states, s, keys = self.encode(source, dropout)
        tokens = drop(self.target_embedding(target), dropout, self.training)
        steps = []
        for token in tokens:
            s, context = self.step(token, s, states, keys)
            steps.append(torch.cat((s, context, token), -1))
        return drop(torch.stack(steps), dropout, self.training)

    def encode(self, source: Tensor, dropout: float = 0.0) -> tuple[Tensor, Tensor, Tensor | None]:
        """The encoder's states (K, B, H), the decoder's first state (B, H), and the keys (B, K, A) or None."""
        states, last = self.encoder(drop(self.source_embedding(source), dropout, self.training))
        s = self.start(torch.cat((last[0], last[1]), -1)).tanh()
        return states, s, None if self.key is None else self.key(states).transpose(0, 1)

    def energies(self, s: Tensor, keys: Tensor) -> Tensor:
        """Energies of one step, (..., 1, K), from the state before it (..., H) and the keys (..., K, A)."""
        if self.query is not None and self.v is not None:  # additive
            return attention.additive(self.query(s).unsqueeze(-2), keys, self.v)
        return attention.multiplicative(s.unsqueeze(-2), keys)

    def summary(self, states: Tensor) -> Tensor:
        """The last state of each direction, (..., H), from all states (K, ..., H)."""
        if not len(states):
            return states.new_zeros(self.spec.hidden_size)  # nothing was read
        half = self.spec.hidden_size // 2
        return torch.cat((states[-1, ..., :half], states[0, ..., half:]), -1)

    def step(self, token: Tensor, s: Tensor, states: Tensor, keys: Tensor | None) -> tuple[Tensor, Tensor]:
        """One decoder step over a batch: the new state and the context, each (B, H)."""
        if keys is None:
            context = self.summary(states)
        else:
            context = attention.attend(self.energies(s, keys), states.transpose(0, 1)).context.squeeze(-2)
        return self.decoder(torch.cat((token, context), -1), s), context

    def score(self, seen: Tensor) -> Tensor:
        """Scores of the next token, (..., V), from state, context and token, (..., 2 H + D)."""
        return linear(self.readout(seen).tanh(), self.target_embedding.weight, self.bias)

    @torch.inference_mode()
    def greedy(self, source: Tensor, limit: int) -> Tensor:
        """The likeliest token at each step, without a trace: ids (Q, B) with Q at most `limit`; what follows an `END` means nothing.

        Args:
            source: ids, (K, B).
        """
        states, s, keys = self.encode(source)
        ids = torch.full_like(source[0], self.target.ids[START])
        ended = torch.zeros_like(ids, dtype=torch.bool)
        out: list[Tensor] = []
        while len(out) < limit and not ended.all():
            token = self.target_embedding(ids)
            s, context = self.step(token, s, states, keys)
            ids = self.score(torch.cat((s, context, token), -1)).argmax(-1)
            ended |= ids == self.target.ids[END]
            out.append(ids)
        return torch.stack(out)
