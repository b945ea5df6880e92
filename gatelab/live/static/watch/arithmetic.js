// The arithmetic of one entry: its equation, the same with numbers, and the terms that weigh most. Pure: no page, no server.

import { inner, number, spoken } from "../words.js";

const LARGEST = 6; // hidden units that are listed one by one

const SQUASH = { "\u03c3": (x) => 1 / (1 + Math.exp(-x)), tanh: Math.tanh };

// Entries of two kinds: a squashed sum of dot products, or a combination of other entries of the same unit.

const GATE = { squash: "\u03c3" };
const CANDIDATE = { squash: "tanh" };
const SEES_OLD = { squash: "\u03c3", peephole: { back: -1, state: "c_{t\u22121}", label: "peephole on the old c" } };
const SEES_NEW = { squash: "\u03c3", peephole: { back: 0, state: "c_{t}", label: "peephole on the new c" } };

const memory = (at) => ({
  equation: "c_{t} = f_{t} \u00b7 c_{t\u22121} + i_{t} \u00b7 g_{t}",
  numbers: `${number(at("f"))} \u00b7 ${inner(at("c", -1))} + ${number(at("i"))} \u00b7 ${inner(at("g"))} = ${number(at("c"))}`,
  terms: [
    { label: "kept", detail: "f \u00b7 c of the step before", value: at("f") * at("c", -1) },
    { label: "added", detail: "i \u00b7 g", value: at("i") * at("g") },
  ],
});

const shown = (at) => ({
  equation: "h_{t} = o_{t} \u00b7 tanh(c_{t})",
  numbers: `${number(at("o"))} \u00b7 tanh(${number(at("c"))}) = ${number(at("o"))} \u00b7 ${inner(Math.tanh(at("c")))} = ${number(at("h"))}`,
  terms: [],
});

const room = (at) => ({
  equation: "i_{t} = 1 \u2212 f_{t}",
  numbers: `1 \u2212 ${number(at("f"))} = ${number(at("i"))}`,
  terms: [],
});

const mixed = (at) => ({
  equation: "h_{t} = z_{t} \u00b7 h_{t\u22121} + (1 \u2212 z_{t}) \u00b7 n_{t}",
  numbers: `${number(at("z"))} \u00b7 ${inner(at("h", -1))} + ${number(1 - at("z"))} \u00b7 ${inner(at("n"))} = ${number(at("h"))}`,
  terms: [
    { label: "kept", detail: "z \u00b7 h of the step before", value: at("z") * at("h", -1) },
    { label: "added", detail: "(1 \u2212 z) \u00b7 n", value: (1 - at("z")) * at("n") },
  ],
});

/** How each entry of a cell comes about; those that are sums stand in the order of their blocks of rows in the weight matrices. */
const CELLS = {
  rnn: { h: CANDIDATE },
  lstm: { i: GATE, f: GATE, g: CANDIDATE, o: GATE, c: memory, h: shown },
  peephole: { i: SEES_OLD, f: SEES_OLD, g: CANDIDATE, o: SEES_NEW, c: memory, h: shown },
  coupled: { f: GATE, g: CANDIDATE, o: GATE, i: room, c: memory, h: shown },
  gru: { r: GATE, z: GATE, n: { squash: "tanh", reset: "after" }, h: mixed },
  "gru-cho": { r: GATE, z: GATE, n: { squash: "tanh", reset: "before" }, h: mixed },
};

/** What the old state contributes to a sum: as it is, or let in by the reset gate after the matrix product or before it. */
const FROM_STATE = {
  plain: (name) => `W_{h${name}} h_{t\u22121} + b_{h${name}}`,
  after: (name) => `r_{t} \u00b7 ( W_{h${name}} h_{t\u22121} + b_{h${name}} )`, // PyTorch's GRU
  before: (name) => `W_{h${name}} ( r_{t} \u00b7 h_{t\u22121} ) + b_{h${name}}`, // Cho et al. 2014
};

/** Which layer the values of a record are of, e.g. ", layer 2 of 2", to stand behind a unit; "" where there is one. */
export const place = ({ layers }) => (layers > 1 ? `, layer ${layers} of ${layers}` : "");

/**
 * What stands in the panel for one entry.
 * @param weights tensors of the checkpoint, or null while they are on their way (then without the terms)
 * @returns {{equation: string, note: string, numbers: string, value: number, terms: [{label, value, detail}], sum: {label, value}|null}}
 */
export function explain(record, weights, name, t, unit) {
  const at = (other, back = 0) => record.value(other, t + back, unit);
  const how = CELLS[record.model.cell][name];
  if (typeof how === "function") return { value: at(name), note: "", sum: null, ...how(at) };
  const below = record.layers > 1 ? `layer ${record.layers - 1}` : "";
  const about = { value: at(name), equation: `${name}_{t} = ${how.squash}( ${contributions(name, how)} )`, note: below && `Here x_{t} is the hidden state h_{t} of ${below}.` };
  if (!weights) return { ...about, numbers: "", terms: [], sum: null };
  return { ...about, ...summed(products(record, weights, name, t, unit), how, below ? `h of ${below}` : `input ${spoken(record.tokens[t])}`) };
}

function contributions(name, { reset = "plain", peephole }) {
  const seen = peephole ? [`w_{c${name}} \u00b7 ${peephole.state}`] : [];
  return [`W_{i${name}} x_{t} + b_{i${name}}`, FROM_STATE[reset](name), ...seen].join(" + ");
}

/**
 * The dot products behind one entry.
 * @returns {{input, inputs, inputBias, gate, hidden, hiddenBias, units, peephole}} what goes into the sum
 *   input + inputBias + gate * (hidden + hiddenBias) + peephole; hidden = sum over all units of the product of their factors,
 *   units = [{unit, factors, value}], the largest first; inputs = [[weight, number]] where a model reads numbers, not tokens
 */
function products(record, weights, name, t, unit) {
  const cell = CELLS[record.model.cell];
  const { reset, peephole } = cell[name];
  const sums = Object.keys(cell).filter((other) => cell[other].squash);
  const at = sums.indexOf(name) * record.model.hidden_size + unit;
  const first = record.layers === 1;
  const parameter = (which) => weights[`recurrent.${which}_l${record.layers - 1}`];
  const x = first ? read(record, weights, t) : record.row("x", t);
  const inputs = Array.from(row(parameter("weight_ih"), at), (weight, k) => [weight, x[k]]);
  const gate = reset === "after" ? record.value("r", t, unit) : 1;
  const units = Array.from(row(parameter("weight_hh"), at), (weight, k) => {
    const state = record.value("h", t - 1, k);
    const factors = reset === "before" ? [weight, record.value("r", t, k), state] : [weight, state];
    return { unit: k, factors, value: gate * product(factors) };
  });
  return {
    input: total(inputs.map(product)),
    inputs: first && !weights["embedding.weight"] ? inputs : null,
    inputBias: parameter("bias_ih").data[at],
    gate,
    hidden: total(units.map(({ factors }) => product(factors))),
    hiddenBias: parameter("bias_hh").data[at],
    units: units.sort((a, b) => Math.abs(b.value) - Math.abs(a.value)),
    peephole: peephole ? [parameter(`weight_c${name}`).data[unit], record.value("c", t + peephole.back, unit)] : null,
  };
}

/** What the first layer reads at step t: the token's row of the embedding; without an embedding, the number and its mark. */
function read(record, weights, t) {
  const embedding = weights["embedding.weight"];
  return embedding ? row(embedding, record.ids[t]) : record.ids[t];
}

const row = ({ shape: [, width], data }, k) => data.subarray(k * width, (k + 1) * width);
const total = (values) => values.reduce((a, b) => a + b, 0);
const product = (factors) => factors.reduce((a, b) => a * b);
const times = ([first, ...others], write = number) => [write(first), ...others.map((factor) => inner(factor))].join(" \u00b7 ");

/** Gates, candidates and the simple RNN's state: the numbers, the terms, and their sum. */
function summed({ input, inputs, inputBias, gate, hidden, hiddenBias, units, peephole }, how, label) {
  const after = how.reset === "after";
  const sum = input + inputBias + gate * (hidden + hiddenBias) + (peephole ? product(peephole) : 0);
  const state = after ? `${number(gate)} \u00b7 (${number(hidden)} + ${inner(hiddenBias)})` : `${inner(hidden)} + ${inner(hiddenBias)}`;
  const inside = [number(input), inner(inputBias), state, ...(peephole ? [times(peephole, inner)] : [])].join(" + ");
  const [listed, others] = [units.slice(0, LARGEST), units.slice(LARGEST)];
  return {
    numbers: `${how.squash}( ${inside} ) = ${how.squash}(${number(sum)}) = ${number(SQUASH[how.squash](sum))}`,
    terms: [
      { label, detail: inputs ? inputs.map((pair, k) => times(pair, k ? inner : number)).join(" + ") : "its numbers, each times a weight", value: input },
      ...listed.map(({ unit, factors, value }) => ({ label: `unit ${unit}`, detail: after ? `r \u00b7 ${times(factors, inner)}` : times(factors), value, unit })),
      ...(others.length ? [{ label: others.length === 1 ? "1 other unit" : `${others.length} other units`, detail: "together", value: total(others.map(({ value }) => value)) }] : []),
      ...(peephole ? [{ label: how.peephole.label, detail: times(peephole), value: product(peephole) }] : []),
      { label: "biases", detail: after ? "b_in + r \u00b7 b_hn" : "of input and state", value: inputBias + gate * hiddenBias },
    ],
    sum: { label: `sum, then ${how.squash}`, value: sum },
  };
}

/** One or two sentences on a step, for a screen reader. */
export function summary(record, t, unit) {
  if (t < 0) return "No text.";
  const values = record.names.map((name) => `${name} ${number(record.value(name, t, unit), 2)}`).join(", ");
  const [best] = record.guesses(t, 1);
  return `Step ${t + 1}, ${spoken(record.tokens[t])}${record.unknown(t) ? ", which the model never saw" : ""}. Unit ${unit}${place(record)}: ${values}. Most likely next: ${spoken(best.token)}, ${Math.round(best.probability * 100)} percent.`;
}
