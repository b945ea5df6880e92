"""Ready-made experiments: what courses and papers do to the gates of a cell, as holds that a page can offer and a link can carry.

Each is told by role: how much of the old memory is kept, of the candidate written, of the old state seen by the candidate, of the
memory shown. The record of a cell (roles.py) says which gate has the role, so that one table serves all cells.

What no hold says is not among them, see `REMOVED`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gatelab import notation, roles
from gatelab.holds import Hold, write
from gatelab.languages import marked

LSTMS = ("lstm", "peephole", "coupled")
GRUS = ("gru", "gru-cho")


@dataclass(frozen=True)
class Experiment:
    """Gates that are held, for all units.

    Attributes:
        key: a short name, for links and stored results.
        name: what courses call it.
        look: one sentence on what to look for; it has no letters, so that it holds in every notation.
        through: role, one of `roles.GATES` -> how much is let through in that role, 0 or 1.
        cells: keys of `roles.ROLES`.
        later: whether it shows more from a later step on: from the first step, it leaves a state of zeros as it is.
    """

    key: str
    name: str
    look: str
    through: Mapping[str, int]
    cells: tuple[str, ...]
    later: bool = False

    def holds(self, cell: str, first: int = 0) -> tuple[Hold, ...]:
        """What is held in a cell, from a step on.

        Args:
            cell: one of `cells`.
            first: the first step, counted from 0.

        Raises:
            ValueError: the experiment is not for that cell.
        """
        return tuple(Hold(name, value, steps=slice(first, None)) for name, value in self._values(cell).items())

    def text(self, cell: str, first: int = 0) -> str:
        """The same as text, e.g. "f:all:all:=1"."""
        return write(self.holds(cell, first))

    def letters(self, cell: str, letters: str = "pytorch") -> str:
        """What is held, as LaTeX in the letters of a notation, e.g. r"f = 1, i = 0".

        In a notation in which the update gate says how much of the candidate comes in, its value is turned: 1 - z of PyTorch.

        Args:
            cell: one of `cells`.
            letters: one of `notation.NOTATIONS`.
        """
        titles, turned = roles.of(cell).titles, notation.turned(letters)
        values = {name: 1 - value if turned and titles[name] == "update gate" else value for name, value in self._values(cell).items()}
        return ", ".join(notation.formula(f"{name} = {value}", letters) for name, value in values.items())

    def _values(self, cell):
        """The name of each gate -> 0 or 1."""
        if cell not in self.cells:
            raise ValueError(f"the experiment {self.key} must be made with {', '.join(self.cells)}: got {cell!r}")
        shares = ((roles.of(cell).share(role), through) for role, through in self.through.items())
        return {share.name: 1 - through if share.rest else through for share, through in shares if share}


EXPERIMENTS = (
    Experiment(
        "lstm-1997",
        marked("The LSTM of 1997"),
        marked("It had no forget gate: the old cell state stays whole and what is written is only added, so it may grow large over a long text."),
        {"keep": 1},
        ("lstm", "peephole"),
    ),
    Experiment(
        "no-memory",
        marked("No memory"),
        marked("The cell state holds what this step writes and nothing older: the past is seen only through the last hidden state."),
        {"keep": 0},
        LSTMS,
    ),
    Experiment(
        "conveyor-belt",
        marked("The conveyor belt"),
        marked("All is kept and nothing is written: from here on the cell state stays as it is, whatever is read."),
        {"keep": 1, "write": 0},
        LSTMS,
        later=True,
    ),
    Experiment(
        "writes-everything",
        marked("Writes everything"),
        marked("There is no input gate: each candidate goes into the cell state in full, that of an unimportant token, too."),
        {"write": 1},
        LSTMS,
    ),
    Experiment(
        "shows-everything",
        marked("Shows everything"),
        marked("There is no output gate: all that is remembered is seen at once, by the answer and by the gates of the next step."),
        {"show": 1},
        LSTMS,
    ),
    Experiment(
        "mute",
        marked("Mute"),
        marked("The cell state goes on, but nothing of it is shown: the hidden state is zero, and the answer is the same after every token."),
        {"show": 0},
        LSTMS,
    ),
    Experiment(
        "alice",
        marked("Alice: a reset gate alone"),
        marked("There is no update gate: each step writes its state anew, and the past comes in only through the candidate."),
        {"keep": 0},
        GRUS,
    ),
    Experiment(
        "betty",
        marked("Betty: an update gate alone"),
        marked("There is no reset gate: the candidate always sees all of the old state."),
        {"reset": 1},
        GRUS,
    ),
    Experiment(
        "simple-rnn",
        marked("All gates out of the way: a simple RNN"),
        marked("The state is the candidate, which sees all of the old state: what is left is the equation of the simple RNN."),
        {"keep": 0, "reset": 1},
        (*GRUS, "mgu"),
    ),
    Experiment(
        "all-kept",
        marked("Everything is kept"),
        marked("Nothing of the candidate comes in: from here on the state stays as it is, whatever is read."),
        {"keep": 1},
        (*GRUS, "mgu"),
        later=True,
    ),
)
"""All experiments, those of the LSTM first.

Alice and Betty are of a much-copied exam question of the course "Sequence Models" (deeplearning.ai): Alice removes the update gate, Γu = 1,
which is z = 0 in PyTorch's letters; Betty removes the reset gate, Γr = 1. Γu = 0, which keeps all, is neither's.
"""


@dataclass(frozen=True)
class Look:
    """Energies of an attention that are held, from which the weights follow.

    Attributes:
        key, name, look: as of an `Experiment`.
        energy: what the energies are held at.
        one: whether that of one token alone is held; else those of all.
    """

    key: str
    name: str
    look: str
    energy: float
    one: bool = False

    def holds(self, token: int = 0, first: int = 0) -> tuple[Hold, ...]:
        """What is held of a model that writes, from a step of writing on.

        Args:
            token: the place of the one token in the source, counted from 0.
            first: the first step, counted from 0.
        """
        return (Hold("decoder.scores", self.energy, units=[token] if self.one else None, steps=slice(first, None)),)

    def text(self, token: int = 0, first: int = 0) -> str:
        """The same as text, e.g. "decoder.scores:all:all:=0"."""
        return write(self.holds(token, first))


LOOKS = (
    Look(
        "even",
        marked("Attention spread evenly"),
        marked("Every step sees the same mean of all states of the encoder: is what the decoder itself remembers enough to write from?"),
        0,
    ),
    Look(
        "one-token",
        marked("Attention on one token"),
        marked("Every step sees the state at the chosen token and nothing else: what does the decoder know of the rest, and does it repeat itself?"),
        1000,
        one=True,
    ),
)
"""All experiments with an attention. Equal energies have equal weights; one that is far above all others has all of the weight."""

NO_OUTPUT_ACTIVATION, NO_PEEPHOLES = "no-output-activation", "no-peepholes"

REMOVED = {NO_OUTPUT_ACTIVATION: marked("No output activation (h = o ⊙ c)"), NO_PEEPHOLES: marked("Peepholes cut")}
"""What no hold says, so that no page offers it: another equation, and weights at zero (a hold of i, f and o takes all that they see, not the
peephole alone). `python -m gatelab.training.held` measures both: key -> what it is called."""


def of(cell: str) -> tuple[Experiment, ...]:
    """The experiments for a cell, in the order of the table; none for one without gates.

    Raises:
        ValueError: there is no such cell.
    """
    roles.of(cell)
    return tuple(one for one in EXPERIMENTS if cell in one.cells)


def named(key: str) -> Experiment:
    """The experiment of a key.

    Raises:
        ValueError: there is none.
    """
    found = next((one for one in EXPERIMENTS if one.key == key), None)
    if found is None:
        raise ValueError(f"experiment must be one of {', '.join(one.key for one in EXPERIMENTS)}: got {key!r}")
    return found
