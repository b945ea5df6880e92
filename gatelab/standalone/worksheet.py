"""A worksheet as HTML that prints on two pages: what is given and asked, then the answers. It has no script and asks for nothing."""

import html
import shlex
from collections.abc import Iterable
from pathlib import Path

from gatelab.findings import listed
from gatelab.languages import LTR, isolated, language, languages, marked, tr
from gatelab.notation import formula, turned
from gatelab.standalone.prose import mathml
from gatelab.worksheet import Worksheet, in_order, worksheet

STYLE = Path(__file__).with_name("worksheet.css")
TITLES = {"rnn": marked("simple RNN"), "lstm": marked("LSTM"), "gru": marked("GRU")}
HEADINGS = {
    "rnn": marked("Two steps of a simple RNN, by hand"),
    "lstm": marked("Two steps of an LSTM, by hand"),
    "gru": marked("Two steps of a GRU, by hand"),
}
EQUATIONS = {
    "rnn": {"h": r"h_t = \tanh(W_{ih}\,x_t + b_{ih} + W_{hh}\,h_{t-1} + b_{hh})"},
    "lstm": {
        "f": r"f_t = \sigma(W_{if}\,x_t + b_{if} + W_{hf}\,h_{t-1} + b_{hf})",
        "i": r"i_t = \sigma(W_{ii}\,x_t + b_{ii} + W_{hi}\,h_{t-1} + b_{hi})",
        "g": r"g_t = \tanh(W_{ig}\,x_t + b_{ig} + W_{hg}\,h_{t-1} + b_{hg})",
        "c": r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
        "o": r"o_t = \sigma(W_{io}\,x_t + b_{io} + W_{ho}\,h_{t-1} + b_{ho})",
        "h": r"h_t = o_t \odot \tanh(c_t)",
    },
    "gru": {
        "r": r"r_t = \sigma(W_{ir}\,x_t + b_{ir} + W_{hr}\,h_{t-1} + b_{hr})",
        "z": r"z_t = \sigma(W_{iz}\,x_t + b_{iz} + W_{hz}\,h_{t-1} + b_{hz})",
        "n": r"n_t = \tanh(W_{in}\,x_t + b_{in} + r_t \odot (W_{hn}\,h_{t-1} + b_{hn}))",
        "h": r"h_t = z_t \odot h_{t-1} + (1 - z_t) \odot n_t",
    },
}
"""Each cell's equations, in PyTorch's letters and in the order in which one can compute them."""


def page(text: str, cell: str = "lstm", notation: str = "pytorch", step: int = 1, unit: int | None = None) -> str:
    """The document of a sheet; arguments and errors as of `gatelab.worksheet.worksheet`."""
    return document(worksheet(text, cell, notation, step, unit))


def document(sheet: Worksheet) -> str:
    """The document of a sheet: two pages of A4, black on white."""
    return _Writer(sheet).document()


LONG = 20
"""Characters of the longest word in a table."""

SIGMA, SIGMOID, TANH = r"\sigma", r"\sigma(s) = 1 / (1 + e^{-s})", r"\tanh(s) = 2 / (1 + e^{-2s}) - 1"


def quoted(token: str) -> str:
    """A word in quotation marks, as HTML; a very long one is cut."""
    return f"\u201c{html.escape(token if len(token) <= LONG else f'{token[:LONG]}...')}\u201d"


def number(value: float, places: int = 4) -> str:
    """A number as it is printed: "\u22120.1234"."""
    printed = f"{value:.{places}f}"
    return (printed.removeprefix("-") if float(printed) == 0 else printed).replace("-", "\u2212")


def percent(value: float) -> str:
    """A probability as it is printed."""
    return f"{100 * value:.1f} %"


def in_html(text: str, **values: str) -> str:
    """A text in the visitor's language as HTML.

    Args:
        text: in English, a literal or marked.
        values: of the names in it, HTML.
    """
    return html.escape(tr(text), quote=False).format(**{name: isolated(value) for name, value in values.items()})


class _Writer:
    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.steps = (sheet.first + 1, sheet.first + 2)

    def math(self, latex):
        """A formula in the sheet's notation."""
        return mathml(formula(latex, self.sheet.notation, alone=self.sheet.cell == "gru"))

    def at(self, name, k):
        """The letter of a value in a step, counted from 1."""
        return self.math(f"{name}_{{{k}}}")

    def document(self):
        title = html.escape(tr("Worksheet: {cell}, “{text}”", cell=tr(TITLES[self.sheet.cell]), text=self.sheet.text))
        of = languages()[language()]
        spoken = f'lang="{of.name}"' + ("" if of.direction == LTR else f' dir="{of.direction}"')
        return (
            f'<!doctype html>\n<html {spoken}>\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f'<meta name="generator" content="GateLab">\n<title>{title}</title>\n<link rel="icon" href="data:,">\n'
            f"<style>\n{STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n"
            f'<section class="sheet">\n{self.asked()}\n</section>\n<section class="sheet answers">\n{self.answered()}\n</section>\n</body>\n</html>\n'
        )

    def asked(self):
        """Page one."""
        return "\n".join(
            (
                f'<div class="top"><h1>{in_html(HEADINGS[self.sheet.cell])}</h1><span>{in_html("Name:")} ____________________</span></div>',
                self.text(),
                _heading(marked("Given")),
                self.given(),
                _heading(marked("Equations")),
                self.equations(),
                _heading(marked("Compute")),
                f"<p>{self.rules()}</p>",
                self.table(blank=True),
                _heading(marked("Questions")),
                f"<ol>{''.join(f'<li>{question}<div class=line></div></li>' for question, _ in self.questions())}</ol>",
            )
        )

    def rules(self):
        """What is to be computed, and how it is written."""
        return in_html(
            "All values are those of unit {unit}. A sum is what goes into {functions}. Write four decimals; {sigmoid}, {tanh}.",
            unit=str(self.sheet.unit),
            functions=self.squashed(),
            sigmoid=mathml(SIGMOID),
            tanh=mathml(TANH),
        )

    def answered(self):
        """Page two."""
        return "\n".join(
            (
                f'<div class="top"><h1>{in_html("Answers")}</h1><span>{in_html(TITLES[self.sheet.cell])}, {self.unit(self.sheet.unit)}</span></div>',
                self.text(),
                _heading(marked("Values")),
                self.table(blank=False),
                f"<p>{in_html('Whoever computes on with rounded numbers may be off by 1 in the third decimal.')}</p>",
                f"{_heading(marked('The first sum in full'))}<p>{self.in_full()}</p>",
                _heading(marked("Questions")),
                f"<ol>{''.join(f'<li>{answer}</li>' for _, answer in self.questions())}</ol>",
                self.about(),
            )
        )

    def text(self):
        """The words, those of the two steps underlined."""
        first = self.sheet.first
        words = (f"<b>{html.escape(token)}</b>" if first <= k < first + 2 else html.escape(token) for k, token in enumerate(self.sheet.tokens))
        return f'<p class="text">{" ".join(words)}</p>'

    def squashed(self):
        """The functions that a cell has."""
        return "tanh" if self.sheet.cell == "rnn" else in_html("{sigma} or tanh", sigma=mathml(SIGMA))

    def unit(self, k):
        """What a unit is called."""
        return in_html("unit {unit}", unit=str(k))

    def given(self):
        sheet = self.sheet
        words = _table(
            "words",
            ["", in_html("1st number"), in_html("2nd number")],
            ((self.word(k), *map(number2, word.x)) for k, word in enumerate(sheet.words)),
        )
        compute = in_html("to compute")
        old = [(self.at(name, sheet.first), *map(number, pair)) for name, pair in sheet.before.items()]
        beside = (self.at("h", self.steps[0]), *(compute if k == sheet.unit else number(sheet.steps[0].beside) for k in (0, 1)))
        after = (self.at("h", self.steps[1]), *(compute if k == sheet.unit else number(sheet.steps[1].beside) for k in (0, 1)))
        states = _table("states", ["", self.unit(0), self.unit(1)], [*old, beside, after])
        x, h = self.math("x_t"), self.math("h_{t-1}")
        two = max(len(row.biases) for row in sheet.rows) > 1
        biases = [in_html("bias, with {letter}", letter=letter) for letter in (x, h)] if two else [in_html("bias")]
        heads = ["", f"{x}, {in_html('1st')}", f"{x}, {in_html('2nd')}", f"{h}, {self.unit(0)}", f"{h}, {self.unit(1)}", *biases]
        rows = ((self.math(row.name), *map(number2, (*row.of_x, *row.of_h, *row.biases)), *[""] * (len(biases) - len(row.biases))) for row in sheet.rows)
        strange = [word.token for word in sheet.words if not word.known]
        said = ""
        if strange:
            named = listed(map(quoted, dict.fromkeys(strange)))
            said = f"<p>{in_html('The network does not know {words}, and reads there what it reads for every unknown word.', words=named)}</p>"
        about = in_html("This network has two units, and reads each word as two numbers. Before the text all its states are 0.")
        weights = in_html("Of unit {unit}, what each number is multiplied by, and what is added:", unit=str(sheet.unit))
        return f'<p>{about}</p><div class="side"><div>{words}{said}</div><div>{states}</div></div><p>{weights}</p>{_table("weights", heads, rows)}'

    def word(self, k):
        return f"{self.at('x', self.steps[k])}: {quoted(self.sheet.words[k].token)}"

    def equations(self):
        return f'<div class="equations">{"".join(f"<div>{self.math(latex)}</div>" for latex in EQUATIONS[self.sheet.cell].values())}</div>'

    def table(self, blank):
        """What is to be computed, step by step, empty or filled."""
        summed = [row.name for row in self.sheet.rows]

        def cells(name):
            for step in self.sheet.steps:
                yield ("" if blank else number(step.sums[name])) if name in summed else "\u2013"
                yield "" if blank else number(step.values[name])

        heads = ["", *(in_html(of, step=str(k)) for k in self.steps for of in (marked("sum, step {step}"), marked("value, step {step}")))]
        return _table("blanks" if blank else "blanks filled", heads, ((self.math(f"{name}_t"), *cells(name)) for name in in_order(self.sheet.cell)))

    def in_full(self):
        """The first sum as one writes it down."""
        sheet = self.sheet
        row, x, h = sheet.rows[0], sheet.words[0].x, sheet.before["h"]
        products = [f"{number2(weight)} \u00b7 {_bracketed(number2(value))}" for weight, value in zip(row.of_x, x)]
        products += [f"{number2(weight)} \u00b7 {_bracketed(number(value))}" for weight, value in zip(row.of_h, h)]
        terms = " + ".join((_bracketed(term) if term.startswith("\u2212") and k else term) for k, term in enumerate([*products, *map(number2, row.biases)]))
        said = in_html("{letter} in step {step}", letter=self.math(row.name), step=str(self.steps[0]))
        return f"{said}: {terms} = {number(sheet.steps[0].sums[row.name])}"

    def about(self):
        sheet = self.sheet
        command = f"gatelab worksheet --cell {sheet.cell} --notation {sheet.notation} --step {sheet.first + 1} --unit {sheet.unit} --text {shlex.quote(sheet.text)} sheet.html"
        said = in_html(
            "The network is {name}, which GateLab trained to answer as its network {other} does, with two units and weights of two decimals: "
            "it is often wrong. All values are those of {function}. This sheet again: {command}",
            name=f"sheet-{sheet.cell}",
            other="sentiment-lstm",
            function="gatelab.trace",
            command=html.escape(command),
        )
        return f'<p class="about">{said}</p>'

    # Questions, each with its answer.

    def questions(self):
        return [*getattr(self, f"questions_{self.sheet.cell}")(), self.answer_of_the_network()]

    def answer_of_the_network(self):
        one, two = self.sheet.steps
        a, b, bias = map(number2, self.sheet.head)
        h, sigma = self.math("h_t"), mathml(SIGMA)
        question = in_html(
            "After each word the network says how likely the text is positive: {sigma} of {a} · ({h} of unit 0) + {b} · ({h} of unit 1) + {bias}. "
            "What does it say after these two words, and which way does the second one move it?",
            sigma=sigma,
            a=a,
            h=h,
            b=_bracketed(b),
            bias=_bracketed(bias),
        )
        up = marked("{mark}{one}, then {two}{unmark}: up. After the whole text it says {end}.")
        down = marked("{mark}{one}, then {two}{unmark}: down. After the whole text it says {end}.")
        moved = up if two.positive > one.positive else down
        return question, in_html(moved, one=number(one.positive), two=number(two.positive), end=percent(self.sheet.end), **_answer("positive"))

    def questions_lstm(self):
        one, two = self.sheet.steps
        k, new = self.steps
        f, c, i, g = (self.at(*each) for each in (("f", new), ("c", k), ("i", new), ("g", new)))
        state = self.at("c", new)
        kept, fresh = two.values["f"] * one.values["c"], two.values["i"] * two.values["g"]
        yield (
            in_html("How much of {state} is kept, {f} · {c}, and how much is newly written, {i} · {g}?", state=state, f=f, c=c, i=i, g=g),
            in_html(
                "{mark}{kept} is kept, {written} is written{unmark}; together {all}.",
                kept=number(kept),
                written=number(fresh),
                all=number(two.values["c"]),
                **_answer("parts"),
            ),
        )
        hidden = self.at("h", new)
        yield (
            in_html("Suppose that the forget gate, {f}, were 0. What would {state} and {hidden} be?", f=f, state=state, hidden=hidden),
            in_html(
                "{state} = {mark}{c} and {hidden} = {h}{unmark}: nothing of the words before is left in this unit’s memory.",
                state=state,
                c=number(self.sheet.instead["c"]),
                hidden=hidden,
                h=number(self.sheet.instead["h"]),
                **_answer("instead"),
            ),
        )

    def questions_gru(self):
        one, two = self.sheet.steps
        k, new = self.steps
        turns = turned(self.sheet.notation)
        z, n, old, state = self.at("z", new), self.at("n", new), self.at("h", k), self.at("h", new)
        keep = 1 - two.values["z"] if turns else two.values["z"]
        of_old, of_new = (f"(1 \u2212 {z})", z) if turns else (z, f"(1 \u2212 {z})")
        asked = marked("How much of {state} is kept, {of_old} · {old}, and how much is new, {of_new} · {n}?")
        yield (
            in_html(asked, state=state, of_old=of_old, old=old, of_new=of_new, n=n),
            in_html(
                "{mark}{kept} is kept, {fresh} is new{unmark}; together {all}.",
                kept=number(keep * one.values["h"]),
                fresh=number((1 - keep) * two.values["n"]),
                all=number(two.values["h"]),
                **_answer("parts"),
            ),
        )
        yield (
            in_html("Suppose that the update gate, {z}, were {value}. What would {state} be?", z=z, value="0" if turns else "1", state=state),
            in_html(
                "{mark}{value}{unmark}, as {old}: the word changes nothing in this unit.",
                value=number(self.sheet.instead["h"]),
                old=old,
                **_answer("instead"),
            ),
        )

    def questions_rnn(self):
        one, two = self.sheet.steps
        k, new = self.steps
        (row,) = self.sheet.rows
        state, old = self.at("h", new), self.at("h", k)
        before = (one.values["h"], one.beside) if self.sheet.unit == 0 else (one.beside, one.values["h"])
        of_old = sum(weight * value for weight, value in zip(row.of_h, before))
        of_word = sum(weight * value for weight, value in zip(row.of_x, self.sheet.words[1].x))
        asked = marked("How much comes to the sum of step {step} from the word, and how much from {old}, that is from the words before? Leave out the bias.")
        yield (
            in_html(asked, step=str(new), old=old),
            in_html(
                "{mark}{of_word} from the word, {of_old} from {old}{unmark}.",
                of_word=number(of_word),
                of_old=number(of_old),
                old=old,
                **_answer("parts"),
            ),
        )
        yield (
            in_html("Suppose that {old} were 0 in both units. What would {state} be?", old=old, state=state),
            in_html(
                "{mark}{value}{unmark} in place of {before}: what the network would say of this word alone.",
                value=number(self.sheet.instead["h"]),
                before=number(two.values["h"]),
                **_answer("instead"),
            ),
        )


def _answer(kind):
    """What stands around the numbers of an answer."""
    return {"mark": f'<span data-answer="{kind}">', "unmark": "</span>"}


def _heading(text):
    return f"<h2>{in_html(text)}</h2>"


def number2(value: float) -> str:
    """A weight as it is printed, with its two decimals."""
    return number(value, 2)


def _bracketed(number):
    return f"({number})" if number.startswith("\u2212") else number


def _table(name: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table: HTML of its heads, and rows whose first cell is a head."""
    body = "".join(f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>' for first, *cells in rows)
    return f'<table class="{name}"><thead><tr>{"".join(f"<th>{head}</th>" for head in heads)}</tr></thead><tbody>{body}</tbody></table>'
