// A sum as a table: its largest terms one by one, the rest together, and under them what they add up to.

import { el } from "./dom.js";
import { number, signed } from "./words.js";

const LARGEST = 6; // terms that are listed one by one

/** The terms {value, column} of a sum, the largest first and the chosen column's in any case; what is not listed stands together in the last. */
export function listed(terms, chosen) {
  const sorted = [...terms].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const shown = sorted.filter(({ column }, place) => place < LARGEST || (chosen !== undefined && column === chosen));
  const rest = sorted.filter((term) => !shown.includes(term));
  return rest.length ? [...shown, { rest: rest.length, value: rest.reduce((sum, { value }) => sum + value, 0) }] : shown;
}

/**
 * @param terms [{label, detail, value, column}], a column can be chosen from the table
 * @param result - {name, value}; @param write how an amount is written
 */
export function table(terms, result, choose, write = signed) {
  const most = Math.max(1e-9, ...terms.map(({ value }) => Math.abs(value)));
  return el(
    "table",
    { className: "terms" },
    el(
      "tbody",
      {},
      ...terms.map((term) => line(term, most, choose, write)),
      el("tr", { className: "total result" }, el("th", { scope: "row" }, result.name), el("td", {}), el("td", { className: "amount" }, number(result.value)), el("td", {})),
    ),
  );
}

function line({ label, detail, value, column, chosen }, most, choose, write) {
  const bar = el("span", { className: `bar ${value < 0 ? "minus" : "plus"}` });
  bar.style.width = `${(50 * Math.abs(value)) / most}%`;
  const title = column === undefined ? label : el("button", { type: "button", className: "link", onclick: () => choose(column) }, label);
  return el(
    "tr",
    { className: chosen ? "chosen" : "" },
    el("th", { scope: "row" }, title),
    el("td", { className: "detail" }, detail),
    el("td", { className: "amount" }, write(value)),
    el("td", { className: "bars", "aria-hidden": "true" }, bar),
  );
}
