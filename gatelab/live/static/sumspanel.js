// The panels under the board: how the energy, the weight and the context came about, and what the decoder made of them.

import { sign } from "./alignment.js";
import { el, math } from "./dom.js";
import { context, energy, softmax } from "./sums.js";
import { inner, number, signed, spoken } from "./words.js";

const FORMULA = {
  additive: "e = v \u00b7 tanh(W s_{t\u22121} + U h_{k})",
  multiplicative: "e = s_{t\u22121} \u00b7 W h_{k}",
};

/** Fill the panel for the chosen step, column and unit. `choose` is called with a column that the visitor picks from the terms. */
export function show(panel, { reading, q, k, unit, veiled }, choose) {
  panel.hidden = !reading.attends || q < 0 || k < 0 || veiled;
  if (panel.hidden) return;
  const of = spoken(reading.tokens[k]);
  const e = energy(reading, q, k);
  const s = softmax(reading, q, k);
  const c = context(reading, q, unit);
  const forced = reading.forced.includes(q);
  panel.replaceChildren(
    el("h3", {}, `Energy of step ${q + 1} with ${of}`),
    el("p", { className: "equation" }, math(FORMULA[reading.model.attention])),
    table(e.terms.map(({ entry, query, key, v, value, rest }) => ({
      label: rest ? `${rest} more` : `entry ${entry}`,
      detail: rest ? "" : v === undefined ? `${inner(query)} \u00b7 ${inner(key)}` : `${inner(v)} \u00b7 tanh(${number(query)} + ${inner(key)})`,
      value,
    })), "energy", e.value),
    el("h3", {}, "Weight"),
    el("p", { className: "equation" }, math("a_{k} = exp(e_{k}) / \u03a3_{j} exp(e_{j})")),
    el("p", { className: "numbers" }, forced ? `taken over: ${number(s.weight)}; the energies would give ${number(s.share / s.sum)}` : `exp(${number(s.energy)} \u2212 ${inner(s.largest)}) / ${number(s.sum)} = ${number(s.share)} / ${number(s.sum)} = ${number(s.weight)}`),
    el("p", { className: "quiet" }, "The largest energy is taken off all of them first: it changes no weight and keeps the numbers small."),
    el("h3", {}, `Context of unit ${unit}`),
    el("p", { className: "equation" }, math("c = \u03a3_{k} a_{k} h_{k}")),
    table(c.terms.map(({ column, weight, state, value, rest }) => ({
      label: rest ? `${rest} more` : spoken(reading.tokens[column]),
      detail: rest ? "" : `${number(weight)} \u00b7 ${inner(state)}`,
      value,
      column,
    })), "context", c.value, choose),
  );
}

function table(terms, name, value, choose) {
  const most = Math.max(1e-9, ...terms.map((term) => Math.abs(term.value)));
  return el("table", { className: "terms" }, el("tbody", {}, ...terms.map((term) => line(term, most, choose)), el("tr", { className: "total result" }, el("th", { scope: "row" }, name), el("td", {}), el("td", { className: "amount" }, number(value)), el("td", {}))));
}

function line({ label, detail, value, column }, most, choose) {
  const bar = el("span", { className: `bar ${value < 0 ? "minus" : "plus"}` });
  bar.style.width = `${(50 * Math.abs(value)) / most}%`;
  const title = column === undefined || !choose ? label : el("button", { type: "button", className: "link", onclick: () => choose(column) }, label);
  return el("tr", {}, el("th", { scope: "row" }, title), el("td", { className: "detail" }, detail), el("td", { className: "amount" }, signed(value)), el("td", { className: "bars", "aria-hidden": "true" }, bar));
}

/** What the decoder made of the context: the likeliest next tokens, and beside them those of its own attention where it was taken over. */
export function made(panel, { reading, q }, own) {
  panel.hidden = q < 0;
  if (panel.hidden) return;
  const changed = reading.forced.length > 0 && own.text === reading.text && own.model === reading.model && q < own.steps;
  panel.replaceChildren(
    el("h3", {}, `What the decoder made of step ${q + 1}`),
    guesses(reading.best[q], reading.written[q]),
    ...(changed ? [el("h3", { className: "ghost" }, "With its own attention"), guesses(own.best[q], own.written[q])] : []),
    el("p", { className: "quiet" }, "State, context and the token before give each token of the target its probability; the five likeliest. \u25A0 is the end."),
  );
}

function guesses(best, written) {
  return el("div", { className: "guesses" }, ...best.map(([token, probability]) => {
    const level = el("span", { className: "level" });
    level.style.width = `${100 * probability}%`;
    return el("span", { className: token === written ? "guess written" : "guess" }, level, el("b", {}, sign(token)), el("span", {}, probability < 0.0005 ? "<\u20090.001" : number(probability)));
  }));
}
