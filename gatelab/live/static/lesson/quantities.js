// What flows through each cell, one number for every wire: its words, its formula, and how it follows from the trace. Pure.
//
// `of(at)` makes the number of one unit from at(name, back): the trace's value of the unit, `back` steps before. Where the
// weights are needed, at.weighted(name) gives a sum that the trace does not hold; it is null until they are here.

import { inner, number } from "../words.js";

const product = (a, b) => (v) => `${number(v[a])} \u00b7 ${inner(v[b])}`;

/** A value of the trace itself: its equation is that of the arithmetic (watch/arithmetic.js). */
const traced = (name, words, span = name) => ({ words, math: `${name}_{t}`, name, span, of: (at) => at(name) });

const old = (name, words) => ({ words, math: `${name}_{t\u22121}`, span: name, of: (at) => at(name, -1) });

const H_BEFORE = { "h-": old("h", "old hidden state") };
const TOKEN = { x: { words: "what is read", math: "x_{t}" }, in: { words: "what is read, and the old hidden state", math: "x_{t}, h_{t\u22121}" } };

const LSTM = {
  ...TOKEN,
  ...H_BEFORE,
  "c-": old("c", "old cell state"),
  f: traced("f", "forget gate"),
  fc: { words: "what is kept", math: "f_{t} \u00b7 c_{t\u22121}", span: "c", of: (at) => at("f") * at("c", -1), numbers: product("f", "c-") },
  i: traced("i", "input gate"),
  g: traced("g", "candidate"),
  ig: { words: "what is written", math: "i_{t} \u00b7 g_{t}", span: "c", of: (at) => at("i") * at("g"), numbers: product("i", "g") },
  c: traced("c", "cell state"),
  tc: { words: "squashed cell state", math: "tanh(c_{t})", span: "h", of: (at) => Math.tanh(at("c")), numbers: (v) => `tanh(${number(v.c)})` },
  o: traced("o", "output gate"),
  h: traced("h", "hidden state"),
};

/** What a gate sees of the memory through a peephole. */
const peep = (gate, when, back) => ({
  words: `what the ${{ i: "input", f: "forget", o: "output" }[gate]} gate sees of the memory`,
  math: `w_{c${gate}} \u00b7 c_{${when}}`,
  span: "h",
  of: (at) => at.weighted(() => at.weight(`weight_c${gate}`) * at("c", back)),
  numbers: (v) => `w_{c${gate}} \u00b7 ${inner(v[back ? "c-" : "c"])}`,
});

const COUPLED = { ...LSTM, i: { words: "input gate", math: "i_{t} = 1 \u2212 f_{t}", name: "i", span: "i", of: (at) => at("i"), numbers: (v) => `1 \u2212 ${number(v.f)}` } };

const GRU = {
  ...TOKEN,
  ...H_BEFORE,
  r: traced("r", "reset gate"),
  n: traced("n", "candidate"),
  z: traced("z", "update gate"),
  zh: { words: "what is kept", math: "z_{t} \u00b7 h_{t\u22121}", span: "h", of: (at) => at("z") * at("h", -1), numbers: product("z", "h-") },
  "1-z": { words: "the rest of the update gate", math: "1 \u2212 z_{t}", span: "z", of: (at) => 1 - at("z"), numbers: (v) => `1 \u2212 ${number(v.z)}` },
  zn: { words: "what is written", math: "(1 \u2212 z_{t}) \u00b7 n_{t}", span: "h", of: (at) => (1 - at("z")) * at("n"), numbers: product("1-z", "n") },
  h: traced("h", "hidden state"),
};

export const QUANTITIES = {
  rnn: { ...TOKEN, ...H_BEFORE, h: traced("h", "hidden state") },
  lstm: LSTM,
  peephole: { ...LSTM, pi: peep("i", "t\u22121", -1), pf: peep("f", "t\u22121", -1), po: peep("o", "t", 0) },
  coupled: COUPLED,
  gru: {
    ...GRU,
    a: { words: "what the old state says to the candidate", math: "W_{hn} h_{t\u22121} + b_{hn}", span: "c", of: (at) => at.weighted(() => at.dot("n", (k) => at.of("h", -1, k))) },
    ra: { words: "as much of it as the reset gate lets through", math: "r_{t} \u00b7 (W_{hn} h_{t\u22121} + b_{hn})", span: "c", of: (at) => at.weighted(() => at("r") * at.dot("n", (k) => at.of("h", -1, k))), numbers: product("r", "a") },
  },
  "gru-cho": {
    ...GRU,
    rh: { words: "as much of the old state as the reset gate lets through", math: "r_{t} \u00b7 h_{t\u22121}", span: "h", of: (at) => at("r") * at("h", -1), numbers: product("r", "h-") },
    a: { words: "what that says to the candidate", math: "W_{hn} (r_{t} \u00b7 h_{t\u22121}) + b_{hn}", span: "c", of: (at) => at.weighted(() => at.dot("n", (k) => at.of("r", 0, k) * at.of("h", -1, k))) },
  },
};

const BLOCKS = { n: 2 }; // place of a name's rows in the stacked matrices of a GRU

/** Reads one unit of a record at step t; `weights` are tensors of the checkpoint, or null while they are on their way. */
function reader(record, weights, t, unit) {
  const at = (name, back = 0) => record.value(name, t + back, unit);
  const last = record.layers - 1; // the layer that the record holds
  at.of = (name, back, k) => record.value(name, t + back, k);
  at.weighted = (make) => (weights ? make() : null);
  at.weight = (name) => weights[`recurrent.${name}_l${last}`].data[unit];
  at.dot = (name, state) => {
    const size = record.model.hidden_size;
    const row = BLOCKS[name] * size + unit;
    const matrix = weights[`recurrent.weight_hh_l${last}`].data;
    let sum = weights[`recurrent.bias_hh_l${last}`].data[row];
    for (let k = 0; k < size; k += 1) sum += matrix[row * size + k] * state(k);
    return sum;
  };
  return at;
}

/**
 * What every wire carries at step t: key -> number, null while it is not known.
 *
 * @param unit one unit, or null for the mean over all of them
 */
export function carried(record, weights, t, unit) {
  const made = Object.entries(QUANTITIES[record.model.cell]).filter(([, { of }]) => of);
  const units = unit === null ? Array.from({ length: record.model.hidden_size }, (_, k) => k) : [unit];
  const readers = units.map((k) => reader(record, weights, t, k));
  return Object.fromEntries(made.map(([key, { of }]) => {
    const values = readers.map(of);
    return [key, values[0] === null ? null : values.reduce((a, b) => a + b, 0) / values.length];
  }));
}

/** The equation of one quantity with its numbers, from what is carried: "f · c = 0.5 · 2.0 = 1.0" without its left side; "" where the trace has its own. */
export function filled(cell, key, values) {
  const { numbers, name } = QUANTITIES[cell][key];
  if (!numbers || values[key] === null || (name && cell !== "coupled")) return "";
  return `${numbers(values)} = ${number(values[key])}`;
}
