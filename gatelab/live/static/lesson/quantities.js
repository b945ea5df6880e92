// What flows through each cell, one number for every wire: its words, its formula, and how it follows from the trace. Pure.
//
// `of(at)` makes the number of one unit from at(name, back): the trace's value of the unit, `back` steps before. Where the
// weights are needed, at.weighted(name) gives a sum that the trace does not hold; it is null until they are here.

import { apart, cellOf, derived, entry, isCoupled, share, titles } from "../engine/cells.js";
import { inLetters } from "../kit/arithmetic.js";
import { inner, number } from "../kit/words.js";

const product = (a, b) => (v) => `${number(v[a])} \u00d7 ${inner(v[b])}`;

/** A value of the trace itself: its equation is that of the arithmetic (kit/arithmetic.js). */
const traced = (name, words, span = name) => ({ words, math: `${name}_{t}`, name, span, of: (at) => at(name) });

const old = (name, words) => ({ words, math: `${name}_{t\u22121}`, span: name, of: (at) => at(name, -1) });

const TOKEN = { x: { words: "what is read", math: "x_{t}" }, in: { words: "what is read, and the old hidden state", math: "x_{t}, h_{t\u22121}" }, "h-": old("h", "old hidden state") };

/** The key of a share: that of its gate, or of what the gate leaves. */
const keyOf = ({ name, rest }) => (rest ? `1-${name}` : name);

/** The keys of what is kept and of what is written, products that are named by their factors: {kept, written}. */
export function products(cell) {
  const [keep, write] = [share(cell, "keep"), share(cell, "write")];
  return { kept: `${keyOf(keep)}${cell.memory}`, written: `${write.name}${cell.candidate}` };
}

/** What is kept of a state, and what is written to it. */
function updates(cell) {
  const { memory, candidate } = cell;
  const [keys, keep, write] = [products(cell), share(cell, "keep"), share(cell, "write")];
  return {
    [keys.kept]: { words: "what is kept", math: `${inLetters(keep)} \u2299 ${memory}_{t\u22121}`, span: memory, of: (at) => keep.of(at) * at(memory, -1), numbers: product(keyOf(keep), `${memory}-`) },
    [keys.written]: { words: "what is written", math: `${inLetters(write)} \u2299 ${candidate}_{t}`, span: memory, of: (at) => write.of(at) * at(candidate), numbers: product(keyOf(write), candidate) },
  };
}

/** A memory apart: what it was, what stays, what is written, what came of it, what is shown. */
function ofMemory(cell) {
  const { keep, write, candidate, memory, show } = cell;
  const [called, { kept, written }, made] = [titles(cell), products(cell), updates(cell)];
  const room = { words: called[write], math: `${write}_{t} = 1 \u2212 ${keep}_{t}`, name: write, span: write, of: (at) => at(write), numbers: (v) => `1 \u2212 ${number(v[keep])}` };
  return {
    [`${memory}-`]: old(memory, `old ${called[memory]}`),
    [keep]: traced(keep, called[keep]),
    [kept]: made[kept],
    [write]: isCoupled(cell) ? room : traced(write, called[write]),
    [candidate]: traced(candidate, called[candidate]),
    [written]: made[written],
    [memory]: traced(memory, called[memory]),
    [`t${memory}`]: { words: `squashed ${called[memory]}`, math: `tanh(${memory}_{t})`, span: "one", of: (at) => Math.tanh(at(memory)), numbers: (v) => `tanh(${number(v[memory])})` },
    [show]: traced(show, called[show]),
  };
}

/** A state that is a mixture of the old one and a candidate: both, and their shares. */
function ofMixture(cell) {
  const { reset, candidate } = cell;
  const [called, { kept, written }, made, gate] = [titles(cell), products(cell), updates(cell), share(cell, "write").name];
  return {
    ...(reset && { [reset]: traced(reset, called[reset]) }),
    [candidate]: traced(candidate, called[candidate]),
    [gate]: traced(gate, called[gate]),
    [kept]: made[kept],
    [`1-${gate}`]: { words: `the rest of the ${called[gate]}`, math: `1 \u2212 ${gate}_{t}`, span: gate, of: (at) => 1 - at(gate), numbers: (v) => `1 \u2212 ${number(v[gate])}` },
    [written]: made[written],
  };
}

/** How the old state comes to the candidate: through the matrix first, and then the reset gate, or the other way round. */
const SEEN = {
  after(cell) {
    const { candidate: n, reset: r } = cell;
    const said = (at) => at.dot(n, (k) => at.of("h", -1, k));
    return {
      a: { words: "what the old state says to the candidate", math: `W_{h${n}} h_{t\u22121} + b_{h${n}}`, span: "c", of: (at) => at.weighted(() => said(at)) },
      [`${r}a`]: { words: `as much of it as the ${titles(cell)[r]} lets through`, math: `${r}_{t} \u2299 (W_{h${n}} h_{t\u22121} + b_{h${n}})`, span: "c", of: (at) => at.weighted(() => at(r) * said(at)), numbers: product(r, "a") },
    };
  },
  before(cell) {
    const { candidate: n, reset: r } = cell;
    const said = (at) => at.dot(n, (k) => at.of(r, 0, k) * at.of("h", -1, k));
    return {
      [`${r}h`]: { words: `as much of the old state as the ${titles(cell)[r]} lets through`, math: `${r}_{t} \u2299 h_{t\u22121}`, span: "h", of: (at) => at(r) * at("h", -1), numbers: product(r, "h-") },
      a: { words: "what that says to the candidate", math: `W_{h${n}} (${r}_{t} \u2299 h_{t\u22121}) + b_{h${n}}`, span: "c", of: (at) => at.weighted(() => said(at)) },
    };
  },
};

/** What a gate sees of the memory through a peephole: i and f of the old one, o of the new. */
function peep(cell, gate) {
  const { memory } = cell;
  const [when, back, key] = gate === cell.show ? ["t", 0, memory] : ["t\u22121", -1, `${memory}-`];
  return {
    words: `what the ${titles(cell)[gate]} sees of the memory`,
    math: `w_{c${gate}} \u2299 ${memory}_{${when}}`,
    span: "one",
    of: (at) => at.weighted(() => at.weight(`weight_c${gate}`) * at(memory, back)),
    numbers: (v) => `w_{c${gate}} \u00d7 ${inner(v[key])}`,
  };
}

/** What flows through each cell: {key: {words, math, name, span, of, numbers}}, name where it is a value of the trace itself. The keys are those of gatelab/live/lesson.py. */
export const QUANTITIES = derived((cell) => ({
  ...TOKEN,
  ...(apart(cell) ? ofMemory(cell) : cell.keep ? ofMixture(cell) : {}),
  h: traced("h", "hidden state"),
  ...SEEN[cell.resets]?.(cell),
  ...Object.fromEntries((cell.peepholes ?? []).map((name) => name.replace("weight_c", "")).map((gate) => [`p${gate}`, peep(cell, gate)])),
}));

/** Reads one unit of a record at step t; `weights` are tensors of the checkpoint, or null while they are on their way. */
function reader(record, weights, t, unit) {
  const at = (name, back = 0) => record.value(name, t + back, unit);
  const last = record.layers - 1; // the layer that the record holds
  at.of = (name, back, k) => record.value(name, t + back, k);
  at.weighted = (make) => (weights ? make() : null);
  at.weight = (name) => weights[`recurrent.${name}_l${last}`].data[unit];
  at.dot = (name, state) => {
    const size = record.model.hidden_size;
    const row = cellOf(record.model.cell).rows.indexOf(name) * size + unit;
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
  const made = Object.entries(entry(QUANTITIES, record.model.cell)).filter(([, { of }]) => of);
  const units = unit === null ? Array.from({ length: record.model.hidden_size }, (_, k) => k) : [unit];
  const readers = units.map((k) => reader(record, weights, t, k));
  return Object.fromEntries(made.map(([key, { of }]) => {
    const values = readers.map(of);
    return [key, values[0] === null ? null : values.reduce((a, b) => a + b, 0) / values.length];
  }));
}

/** The equation of one quantity with its numbers, from what is carried: "0.5 × 2.0 = 1.0" without its left side; "" where the trace has its own. */
export function filled(cell, key, values) {
  const { numbers } = QUANTITIES[cell][key];
  if (!numbers || values[key] === null) return "";
  return `${numbers(values)} = ${number(values[key])}`;
}
