// What flows through each cell, one number for every wire: its words, its formula, and how it follows from the trace. Pure.
//
// `of(at)` makes the number of one unit from at(name, back): the trace's value of the unit, `back` steps before. Where the
// weights are needed, at.weighted(name) gives a sum that the trace does not hold; it is null until they are here.

import { apart, FAMILY, isCoupled, share } from "../engine/cells.js";
import { entries, writing } from "../kit/notation.js";
import { called as titled } from "../kit/titles.js";
import { inner, number } from "../kit/words.js";
import { tr } from "../language.js";

const product = (a, b) => (v) => `${number(v[a])} \u00d7 ${inner(v[b])}`;

/** A value of the trace itself: its equation is that of the arithmetic (kit/arithmetic.js). */
const traced = (written, name, words) => ({ words, math: written.at(name), name, span: name, of: (at) => at(name) });

const old = (written, name, words) => ({ words, math: written.before(name), span: name, of: (at) => at(name, -1) });

/** The key of a share: that of its gate, or of what the gate leaves. */
const keyOf = ({ name, rest }) => (rest ? `1-${name}` : name);

/** The keys of what is kept and of what is written, products that are named by their factors, as PyTorch has them: {kept, written}. */
export function products({ cell, turned }) {
  const [keep, write] = [share(cell, "keep"), share(cell, "write")];
  return { kept: `${keep.name === turned ? turned : keyOf(keep)}${cell.memory}`, written: `${write.name}${cell.candidate}` };
}

/** What is kept of a state, and what is written to it. */
function updates(written) {
  const { cell } = written;
  const { memory, candidate } = cell;
  const [keys, keep, write] = [products(written), share(cell, "keep"), share(cell, "write")];
  return {
    [keys.kept]: { words: tr("what is kept"), math: `${written.share(keep)} \u2299 ${written.before(memory)}`, span: memory, of: (at) => keep.of(at) * at(memory, -1), numbers: product(keyOf(keep), `${memory}-`) },
    [keys.written]: { words: tr("what is written"), math: `${written.share(write)} \u2299 ${written.at(candidate)}`, span: memory, of: (at) => write.of(at) * at(candidate), numbers: product(keyOf(write), candidate) },
  };
}

/** A memory apart: what it was, what stays, what is written, what came of it, what is shown. */
function ofMemory(written) {
  const { cell } = written;
  const { keep, write, candidate, memory, show } = cell;
  const [called, keys, made] = [titled(cell), products(written), updates(written)];
  const value = (name) => traced(written, name, called[name]);
  const room = { ...value(write), math: `${written.at(write)} = 1 \u2212 ${written.at(keep)}`, numbers: (v) => `1 \u2212 ${number(v[keep])}` };
  return {
    [`${memory}-`]: old(written, memory, tr("old {state}", { state: called[memory] })),
    [keep]: value(keep),
    [keys.kept]: made[keys.kept],
    [write]: isCoupled(cell) ? room : value(write),
    [candidate]: value(candidate),
    [keys.written]: made[keys.written],
    [memory]: value(memory),
    [`t${memory}`]: { words: tr("squashed {state}", { state: called[memory] }), math: `tanh(${written.at(memory)})`, span: "one", of: (at) => Math.tanh(at(memory)), numbers: (v) => `tanh(${number(v[memory])})` },
    [show]: value(show),
  };
}

/** A state that is a mixture of the old one and a candidate: both, and their shares. */
function ofMixture(written) {
  const { cell } = written;
  const { reset, candidate } = cell;
  const [called, keys, made, gate] = [titled(cell), products(written), updates(written), share(cell, "write").name];
  const value = (name) => traced(written, name, called[name]);
  return {
    ...(reset && { [reset]: value(reset) }),
    [candidate]: value(candidate),
    [gate]: value(gate),
    [keys.kept]: made[keys.kept],
    [`1-${gate}`]: { words: tr("the rest of the {gate}", { gate: called[gate] }), math: `1 \u2212 ${written.at(gate)}`, span: gate, of: (at) => 1 - at(gate), numbers: (v) => `1 \u2212 ${number(v[gate])}` },
    [keys.written]: made[keys.written],
  };
}

/** How the old state comes to the candidate: through the matrix first, and then the reset gate, or the other way round. */
const SEEN = {
  after(written) {
    const { candidate: n, reset: r } = written.cell;
    const [said, math] = [(at) => at.dot(n, (k) => at.of("h", -1, k)), written.fromState(n, "after")];
    return {
      a: { words: tr("what the old state says to the candidate"), math, span: "c", of: (at) => at.weighted(() => said(at)) },
      [`${r}a`]: { words: tr("as much of it as the {gate} lets through", { gate: titled(written.cell)[r] }), math: `${written.at(r)} \u2299 ( ${math} )`, span: "c", of: (at) => at.weighted(() => at(r) * said(at)), numbers: product(r, "a") },
    };
  },
  before(written) {
    const { candidate: n, reset: r } = written.cell;
    const said = (at) => at.dot(n, (k) => at.of(r, 0, k) * at.of("h", -1, k), !written.oneBias("before"));
    return {
      [`${r}h`]: { words: tr("as much of the old state as the {gate} lets through", { gate: titled(written.cell)[r] }), math: `${written.at(r)} \u2299 ${written.before("h")}`, span: "h", of: (at) => at(r) * at("h", -1), numbers: product(r, "h-") },
      a: { words: tr("what that says to the candidate"), math: written.fromState(n, "before"), span: "c", of: (at) => at.weighted(() => said(at)) },
    };
  },
};

/** What a gate sees of the memory through a peephole: i and f of the old one, o of the new. */
function peep(written, gate) {
  const { cell } = written;
  const [when, back, key] = gate === cell.show ? ["t", 0, cell.memory] : ["t\u22121", -1, `${cell.memory}-`];
  const math = written.peephole(gate, when);
  return {
    words: tr("what the {gate} sees of the memory", { gate: titled(cell)[gate] }),
    math,
    span: "one",
    of: (at) => at.weighted(() => at.weight(`weight_c${gate}`) * at(cell.memory, back)),
    numbers: (v) => `${math.split(" ")[0]} \u00d7 ${inner(v[key])}`,
  };
}

/**
 * What flows through the cell of a record, as its notation writes it: {key: {words, math, name, span, of, numbers}}, name where it is a value
 * of the trace itself. The keys are those of gatelab/live/lesson.py, the same in every notation.
 */
export const quantities = entries((written) => {
  const { cell } = written;
  const [x, h] = [written.at("x"), written.before("h")];
  return {
    x: { words: tr("what is read"), math: x },
    in: { words: tr("what is read, and the old hidden state"), math: `${x}, ${h}` },
    "h-": old(written, "h", tr("old hidden state")),
    ...(apart(cell) ? ofMemory(written) : cell.keep ? ofMixture(written) : {}),
    h: traced(written, "h", tr("hidden state")),
    ...SEEN[cell.resets]?.(written),
    ...Object.fromEntries((cell.peepholes ?? []).map((name) => name.replace("weight_c", "")).map((gate) => [`p${gate}`, peep(written, gate)])),
  };
});

/** The same of every cell in PyTorch's letters: {cell: {key: ...}}. */
export const QUANTITIES = Object.fromEntries(FAMILY.map((cell) => [cell, quantities({ model: { cell } })]));

/** Reads one unit of a record at step t; `weights` are tensors of the checkpoint, or null while they are on their way. */
function reader(record, weights, t, unit) {
  const at = (name, back = 0) => record.value(name, t + back, unit);
  const last = record.layers - 1; // the layer that the record holds
  at.of = (name, back, k) => record.value(name, t + back, k);
  at.weighted = (make) => (weights ? make() : null);
  at.weight = (name) => weights[`recurrent.${name}_l${last}`].data[unit];
  at.dot = (name, state, biased = true) => {
    const size = record.model.hidden_size;
    const row = writing(record).cell.rows.indexOf(name) * size + unit;
    const matrix = weights[`recurrent.weight_hh_l${last}`].data;
    let sum = biased ? weights[`recurrent.bias_hh_l${last}`].data[row] : 0;
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
  const made = Object.entries(quantities(record)).filter(([, { of }]) => of);
  const units = unit === null ? Array.from({ length: record.model.hidden_size }, (_, k) => k) : [unit];
  const readers = units.map((k) => reader(record, weights, t, k));
  return Object.fromEntries(made.map(([key, { of }]) => {
    const values = readers.map(of);
    return [key, values[0] === null ? null : values.reduce((a, b) => a + b, 0) / values.length];
  }));
}

/** The equation of one quantity with its numbers, from what is carried: "0.5 × 2.0 = 1.0" without its left side; "" where the trace has its own. */
export function filled(record, key, values) {
  const { numbers } = quantities(record)[key];
  if (!numbers || values[key] === null) return "";
  return `${numbers(values)} = ${number(values[key])}`;
}
