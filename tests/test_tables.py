"""The tables of what models learn and how well they do say what the models and their cards say."""

from gatelab import tables, zoo
from gatelab.languages import grouped


def test_a_table_of_parameters_counts_those_of_the_recurrent_layer():
    names = ("sentiment-rnn", "sentiment-gru", "sentiment-lstm")
    table = tables.parameters(names)
    counts = [sum(p.numel() for p in zoo.load(name).recurrent.parameters()) for name in names]
    assert [row[-1] for row in table.rows] == [grouped(count) for count in counts]


def test_a_table_of_scores_has_an_empty_place_where_a_card_has_no_such_score():
    names = ("sentiment-lstm", "dates-additive")
    table = tables.scores(names)
    assert all(len(row) == len(table.head) for row in table.rows)
    for name, row in zip(names, table.rows):
        assert sorted(filter(None, row[2:])) == sorted(map(str, zoo.card(name)["scores"].values()))
    assert "" in table.rows[0][2:] + table.rows[1][2:]
