// The arithmetic of one entry: its equation, the same with numbers, and the terms that weigh most. Pure: no page, no server.

import { cellOf, share } from "../engine/cells.js";
import { inner, number, spoken } from "./words.js";

const LARGEST = 6; // hidden units that are listed one by one

const SQUASH = { "\u03c3": (x) => 1 / (1 + Math.exp(-x)), tanh: Math.tanh };

/** A share as an equation writes it, z_{t} or (1 − z_{t}), and as a few words do, z or (1 − z). */
export const inLetters = ({ name, rest }) => (rest ? `(1 \u2212 ${name}_{t})` : `${name}_{t}`);
const called = ({ name, rest }) => (rest ? `(1 \u2212 ${name})` : name);

/** A state that keeps a share of what was and takes a share of the candidate. */
function updated(cell, at) {
  const [keep, write] = [share(cell, "keep"), share(cell, "write")];
  const { memory, candidate } = cell;
  return {
    equation: `${memory}_{t} = ${inLetters(keep)} \u2299 ${memory}_{t\u22121} + ${inLetters(write)} \u2299 ${candidate}_{t}`,
    numbers: `${number(keep.of(at))} \u00d7 ${inner(at(memory, -1))} + ${number(write.of(at))} \u00d7 ${inner(at(candidate))} = ${number(at(memory))}`,
    terms: [
      { label: "kept", detail: `${called(keep)} \u2299 ${memory} of the step before`, value: keep.of(at) * at(memory, -1) },
      { label: "added", detail: `${called(write)} \u2299 ${candidate}`, value: write.of(at) * at(candidate) },
    ],
  };
}

/** What is shown of a memory apart. */
const shown = ({ show, memory }, at) => ({
  equation: `h_{t} = ${show}_{t} \u2299 tanh(${memory}_{t})`,
  numbers: `${number(at(show))} \u00d7 tanh(${number(at(memory))}) = ${number(at(show))} \u00d7 ${inner(Math.tanh(at(memory)))} = ${number(at("h"))}`,
  terms: [],
});

/** A gate that is what the keep gate leaves. */
const room = ({ write, keep }, at) => ({
  equation: `${write}_{t} = 1 \u2212 ${keep}_{t}`,
  numbers: `1 \u2212 ${number(at(keep))} = ${number(at(write))}`,
  terms: [],
});

/**
 * How a squashed sum of dot products comes about: {squash, reset, peephole}, how the reset gate lets the old state in and what the gate sees of
 * the memory; null for an entry that is a combination of others of the same unit.
 */
function sumOf(cell, name) {
  if (!cell.rows.includes(name)) return null;
  if (name === cell.candidate) return { squash: "tanh", reset: cell.resets ?? "plain", peephole: null };
  if (!cell.peepholes?.includes(`weight_c${name}`)) return { squash: "\u03c3", reset: "plain", peephole: null };
  const [when, back, state] = name === cell.show ? ["new", 0, `${cell.memory}_{t}`] : ["old", -1, `${cell.memory}_{t\u22121}`];
  return { squash: "\u03c3", reset: "plain", peephole: { back, state, label: `peephole on the ${when} ${cell.memory}` } };
}

/** How an entry that is no sum comes about, from the values at(name, back) of its unit. */
const combined = (cell, name, at) => (name === cell.memory ? updated : name === "h" ? shown : room)(cell, at);

/** What the old state contributes to a sum: as it is, or let in by the reset gate after the matrix product or before it. */
const FROM_STATE = {
  plain: (name) => `W_{h${name}} h_{t\u22121} + b_{h${name}}`,
  after: (name, reset) => `${reset}_{t} \u2299 ( W_{h${name}} h_{t\u22121} + b_{h${name}} )`, // PyTorch's GRU
  before: (name, reset) => `W_{h${name}} ( ${reset}_{t} \u2299 h_{t\u22121} ) + b_{h${name}}`, // Cho et al. 2014
};

/** Which layer the values of a record are of, e.g. ", layer 2 of 2", to stand behind a unit; "" where there is one. */
export const place = ({ layers }) => (layers > 1 ? `, layer ${layers} of ${layers}` : "");

/**
 * What stands in the panel for one entry.
 * @param weights tensors of the checkpoint, or null while they are on their way (then without the terms)
 * @returns {{equation: string, note: string, numbers: string, value: number, terms: {label: string, value: number, detail: string, unit?: number}[], sum: {label: string, value: number} | null}}
 */
export function explain(record, weights, name, t, unit) {
  const at = (other, back = 0) => record.value(other, t + back, unit);
  const cell = cellOf(record.model.cell);
  const how = sumOf(cell, name);
  if (!how) return { value: at(name), note: "", sum: null, ...combined(cell, name, at) };
  const below = record.layers > 1 ? `layer ${record.layers - 1}` : "";
  const about = { value: at(name), equation: `${name}_{t} = ${how.squash}( ${contributions(cell, name, how)} )`, note: below && `Here x_{t} is the hidden state h_{t} of ${below}.` };
  if (!weights) return { ...about, numbers: "", terms: [], sum: null };
  return { ...about, ...summed(products(record, weights, name, t, unit), cell, how, below ? `h of ${below}` : `input ${spoken(record.tokens[t])}`) };
}

function contributions(cell, name, { reset, peephole }) {
  const seen = peephole ? [`w_{c${name}} \u2299 ${peephole.state}`] : [];
  return [`W_{i${name}} x_{t} + b_{i${name}}`, FROM_STATE[reset](name, cell.reset), ...seen].join(" + ");
}

/**
 * The dot products behind one entry.
 * @returns {{input, inputs, inputBias, gate, hidden, hiddenBias, units, peephole}} what goes into the sum
 *   input + inputBias + gate * (hidden + hiddenBias) + peephole; hidden = sum over all units of the product of their factors,
 *   units = [{unit, factors, value}], the largest first; inputs = [[weight, number]] where a model reads numbers, not tokens
 */
function products(record, weights, name, t, unit) {
  const cell = cellOf(record.model.cell);
  const { reset, peephole } = sumOf(cell, name);
  const at = cell.rows.indexOf(name) * record.model.hidden_size + unit;
  const first = record.layers === 1;
  const parameter = (which) => weights[`recurrent.${which}_l${record.layers - 1}`];
  const x = first ? read(record, weights, t) : record.row("x", t);
  const inputs = Array.from(row(parameter("weight_ih"), at), (weight, k) => [weight, x[k]]);
  const gate = reset === "after" ? record.value(cell.reset, t, unit) : 1;
  const units = Array.from(row(parameter("weight_hh"), at), (weight, k) => {
    const state = record.value("h", t - 1, k);
    const factors = reset === "before" ? [weight, record.value(cell.reset, t, k), state] : [weight, state];
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
    peephole: peephole ? [parameter(`weight_c${name}`).data[unit], record.value(cell.memory, t + peephole.back, unit)] : null,
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
const times = ([first, ...others], write = number) => [write(first), ...others.map((factor) => inner(factor))].join(" \u00d7 ");

/** Gates, candidates and the simple RNN's state: the numbers, the terms, and their sum. */
function summed({ input, inputs, inputBias, gate, hidden, hiddenBias, units, peephole }, cell, how, label) {
  const after = how.reset === "after";
  const sum = input + inputBias + gate * (hidden + hiddenBias) + (peephole ? product(peephole) : 0);
  const state = after ? `${number(gate)} \u00d7 (${number(hidden)} + ${inner(hiddenBias)})` : `${inner(hidden)} + ${inner(hiddenBias)}`;
  const inside = [number(input), inner(inputBias), state, ...(peephole ? [times(peephole, inner)] : [])].join(" + ");
  const [listed, others] = [units.slice(0, LARGEST), units.slice(LARGEST)];
  return {
    numbers: `${how.squash}( ${inside} ) = ${how.squash}(${number(sum)}) = ${number(SQUASH[how.squash](sum))}`,
    terms: [
      { label, detail: inputs ? inputs.map((pair, k) => times(pair, k ? inner : number)).join(" + ") : "its numbers, each times a weight", value: input },
      ...listed.map(({ unit, factors, value }) => ({ label: `unit ${unit}`, detail: after ? `${cell.reset} \u00d7 ${times(factors, inner)}` : times(factors), value, unit })),
      ...(others.length ? [{ label: others.length === 1 ? "1 other unit" : `${others.length} other units`, detail: "together", value: total(others.map(({ value }) => value)) }] : []),
      ...(peephole ? [{ label: how.peephole.label, detail: times(peephole), value: product(peephole) }] : []),
      { label: "biases", detail: after ? `b_i${cell.candidate} + ${cell.reset} \u2299 b_h${cell.candidate}` : "of input and state", value: inputBias + gate * hiddenBias },
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
