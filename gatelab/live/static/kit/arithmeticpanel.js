// The arithmetic panel: what arithmetic.js explains, as text and bars.

import { tr } from "../language.js";
import { explain, place } from "./arithmetic.js";
import { el, math, refill, within } from "./dom.js";
import { writing } from "./notation.js";
import { number, signed, spoken } from "./words.js";

/**
 * Fill the panel for the chosen entry. `choose` is called with a unit that the visitor picks from the terms.
 *
 * @param scene - {record, weights, name, cursor, unit, held: whether the entry is held, ghost: the record where nothing is held, or null}
 */
export function show(panel, { record, weights, name, cursor, unit, held = false, ghost = null }, choose) {
  if (cursor < 0) {
    panel.replaceChildren(el("p", { className: "quiet" }, tr("The arithmetic of one entry stands here as soon as there is text.")));
    return;
  }
  const letter = writing(record).letter(name);
  const { equation, note, numbers, value, terms, sum } = explain(record, weights, name, cursor, unit, held);
  const most = Math.max(1e-9, ...terms.map((term) => Math.abs(term.value)));
  refill(
    panel,
    el("h3", {}, ...within(tr("{letter} \u00b7 {what} of {unit}, step {step} {token}"), { letter: math(letter), what: tr(record.model.titles[name]), unit: place(record, unit), step: `${cursor + 1}`, token: spoken(record.tokens[cursor]) })),
    el("p", { className: "equation" }, math(equation)),
    ...(held ? [el("p", { className: "held-here" }, tr("Held at {value}: what its equation gives is not used.", { value: number(value) }))] : []),
    ...(note ? [el("p", { className: "quiet" }, math(note))] : []),
    el("p", { className: "numbers" }, numbers || tr("fetching the weights \u2026")),
    el("table", { className: "terms" }, el("tbody", {}, ...terms.map((term) => row(term, most, choose)), ...total(sum, letter, value), ...(ghost ? [before(letter, ghost.value(name, cursor, unit))] : []))),
  );
}

/** @param {{label: string, detail: string, value: number, unit?: number, kind?: string}} term its unit can be chosen, where it has one; `kind` is its color in the flow */
function row({ label, detail, value, unit, kind = "" }, most, choose) {
  const bar = el("span", { className: `bar ${value < 0 ? "minus" : "plus"} ${kind}` });
  bar.style.width = `${(50 * Math.abs(value)) / most}%`;
  const title = unit === undefined ? label : el("button", { type: "button", className: "link", onclick: () => choose(unit) }, label);
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, title),
    el("td", { className: "detail" }, detail),
    el("td", { className: "amount" }, signed(value)),
    el("td", { className: "bars", "aria-hidden": "true" }, bar),
  );
}

/** The value where nothing is held, under that of now. */
const before = (letter, value) => el("tr", { className: "before" }, el("th", { scope: "row" }, ...within(tr("{letter} where nothing is held"), { letter: math(letter) })), el("td", {}), el("td", { className: "amount" }, number(value)), el("td", {}));

function total(sum, letter, value) {
  const lines = sum ? [[sum.label, signed(sum.value)]] : [];
  return [...lines, [letter, number(value)]].map(([label, amount], k, all) =>
    el(
      "tr",
      { className: k === all.length - 1 ? "total result" : "total" },
      el("th", { scope: "row" }, math(label)),
      el("td", {}),
      el("td", { className: "amount" }, amount),
      el("td", {}),
    ),
  );
}
