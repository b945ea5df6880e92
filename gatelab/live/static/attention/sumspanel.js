// The panels under the board: how the energy, the weight and the context came about, and what the decoder made of them.

import { sign } from "../kit/alignment.js";
import { weightParts } from "../kit/attentionsums.js";
import { el, math, refill } from "../kit/dom.js";
import { table } from "../kit/terms.js";
import { inner, number, spoken } from "../kit/words.js";
import { tr } from "../language.js";
import { instead } from "./heldwords.js";
import { context, energy } from "./sums.js";

const FORMULA = {
  additive: "e = v^{\u22a4} tanh(W s_{t\u22121} + U h_{k})",
  multiplicative: "e = s_{t\u22121}^{\u22a4} W h_{k}",
};

/** The panels; `choose` is called with a column that the visitor picks from the terms. */
export function build(choose) {
  const panel = (label) => el("section", { className: "panel", "aria-label": label });
  const [energies, weights, next] = [panel(tr("How the energy is computed")), panel(tr("How the weight and the context are computed")), panel(tr("What the decoder writes next"))];
  return {
    element: el("div", { className: "below thirds" }, energies, weights, next),
    /** Paint them for the scene of attention.js and the reading where nothing is taken over or held, null where that is the same. */
    paint(scene, own) {
      const { reading, q, k, veiled } = scene;
      energies.hidden = weights.hidden = !reading.attends || q < 0 || k < 0 || veiled;
      next.hidden = q < 0;
      if (!energies.hidden) energies.replaceChildren(...ofEnergy(scene));
      if (!weights.hidden) refill(weights, ...ofWeight(scene), ...ofContext(scene, choose));
      if (!next.hidden) next.replaceChildren(...made(scene, own));
    },
  };
}

function ofEnergy({ reading, q, k, held }) {
  const { terms, value, sum } = energy(reading, q, k);
  const detail = ({ query, key, v }) => (v === undefined ? `${inner(query)} \u00d7 ${inner(key)}` : `${inner(v)} \u00d7 tanh(${number(query)} + ${inner(key)})`);
  return [
    el("h3", {}, tr("Energy: does {token} fit step {step}?", { token: spoken(reading.tokens[k]), step: q + 1 })),
    el("p", { className: "equation" }, math(FORMULA[reading.model.attention])),
    table(terms.map((term) => ({ label: term.rest ? tr("{count} more", { count: term.rest }) : tr("entry {entry}", { entry: term.entry }), detail: term.rest ? "" : detail(term), value: term.value })), { name: tr("energy"), value: sum }),
    ...(held?.score(q, k) ? [el("p", { className: "held-here" }, instead(value, sum))] : []),
  ];
}

function ofWeight({ reading, q, k }) {
  const weight = reading.weight(q, k);
  const { formula: parts, share, sum } = weightParts(reading.row("scores", q), k);
  return [
    el("h3", {}, tr("Weight of {token}", { token: spoken(reading.tokens[k]) })),
    el("p", { className: "equation", title: tr("The largest energy is subtracted from all of them first: that changes no weight and keeps the numbers small.") }, math("a_{k} = exp(e_{k} \u2212 max) / \u03a3_{j} exp(e_{j} \u2212 max)")),
    el("p", { className: "numbers" }, reading.forced.includes(q) ? tr("taken over: {weight}; the energies would give {equation}", { weight: number(weight), equation: `${parts} = ${number(share / sum)}` }) : `${parts} = ${number(share)} / ${number(sum)} = ${number(weight)}`),
  ];
}

function ofContext({ reading, q, unit }, choose) {
  const { terms, value } = context(reading, q, unit);
  return [
    el("h3", {}, tr("Context of unit {unit}", { unit })),
    el("p", { className: "equation" }, math("c = \u03a3_{k} a_{k} h_{k}")),
    table(
      terms.map(({ column, weight, of, value: term, rest }) => ({ label: rest ? tr("{count} more", { count: rest }) : spoken(reading.tokens[column]), detail: rest ? "" : `${number(weight)} \u00d7 ${inner(of)}`, value: term, column })),
      { name: tr("context"), value },
      choose,
    ),
  ];
}

/** The likeliest next tokens, and beside them those of the model itself where its attention was taken over or something is held. */
function made({ reading, q }, own) {
  const changed = own && q < own.steps;
  return [
    el("h3", {}, tr("What the decoder made of step {step}", { step: q + 1 })),
    guesses(reading.best[q], reading.written[q]),
    ...(changed ? [el("h3", {}, reading.held ? tr("Where nothing is held") : tr("With its own attention")), guesses(own.best[q], own.written[q])] : []),
    el("p", { className: "quiet" }, tr("Its state, the context and the token before give each token of the target a probability; these are the five likeliest. \u25A0 is the end.")),
  ];
}

function guesses(best, written) {
  const one = ([token, probability]) => {
    const level = el("span", { className: "level" });
    level.style.width = `${100 * probability}%`;
    return el("span", { className: token === written ? "guess written" : "guess" }, level, el("b", {}, sign(token)), el("span", {}, probability < 0.0005 ? "<\u20090.001" : number(probability)));
  };
  return el("div", { className: "guesses" }, ...best.map(one));
}
