"""What models learn and how well they do, as tables, for the app and the site alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from gatelab import sizes, zoo
from gatelab.languages import grouped, tr
from gatelab.words import FAMILY


@dataclass(frozen=True)
class Table:
    """A title, a head, and rows as long as the head, all as they are read."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def parameters(names: Sequence[str]) -> Table:
    """What the recurrent layer of each model learns, by its formula.

    Args:
        names: models that read, with one layer of the same size.
    """
    specs = [zoo.load(name).spec for name in names]
    layers = [sizes.first_layer(spec) for spec in specs]
    title = tr(
        "One recurrent layer with H = {units} units that reads vectors of D = {width} numbers.", units=specs[0].hidden_size, width=specs[0].embedding_size
    )
    rows = tuple((tr(FAMILY[spec.cell]), layer.formula, grouped(layer.count)) for spec, layer in zip(specs, layers))
    return Table(title, (tr("cell"), tr("learns"), tr("numbers")), rows)


def scores(names: Sequence[str]) -> Table:
    """The measured scores of models, as they stand in their cards; "" where a card has none of that name."""
    cards = [zoo.card(name) for name in names]
    known = list(dict.fromkeys(what for card in cards for what in card["scores"]))
    rows = tuple((card["name"], grouped(card["parameters"]), *(str(card["scores"].get(what, "")) for what in known)) for card in cards)
    return Table("", (tr("model"), tr("parameters"), *map(tr, known)), rows)
