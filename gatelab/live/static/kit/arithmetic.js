// The arithmetic of one entry: its equation, the same with numbers, and the terms that weigh most. Pure: no page, no server.

import { share } from "../engine/cells.js";
import { plural, tr } from "../language.js";
import { writing } from "./notation.js";
import { inner, number, spoken } from "./words.js";

const LARGEST = 6; // hidden units that are listed one by one

const SQUASH = { "\u03c3": (x) => 1 / (1 + Math.exp(-x)), tanh: Math.tanh };

/** A state that keeps a share of what was and takes a share of the candidate. `made` is what the equation gives; where nothing is held, the value itself. */
function updated(written, at, made) {
  const { cell } = written;
  const [keep, write] = [share(cell, "keep"), share(cell, "write")];
  const { memory, candidate } = cell;
  return {
    equation: `${written.at(memory)} = ${written.share(keep)} \u2299 ${written.before(memory)} + ${written.share(write)} \u2299 ${written.at(candidate)}`,
    numbers: `${number(keep.of(at))} \u00d7 ${inner(at(memory, -1))} + ${number(write.of(at))} \u00d7 ${inner(at(candidate))} = ${number(made(memory, keep.of(at) * at(memory, -1) + write.of(at) * at(candidate)))}`,
    terms: [
      { label: tr("kept"), kind: "kept", detail: tr("{product} of the step before", { product: `${written.share(keep, true)} \u2299 ${written.plain(memory)}` }), value: keep.of(at) * at(memory, -1) },
      { label: tr("added"), kind: "added", detail: `${written.share(write, true)} \u2299 ${written.plain(candidate)}`, value: write.of(at) * at(candidate) },
    ],
  };
}

/** What is shown of a memory apart. */
function shown(written, at, made) {
  const { show, memory } = written.cell;
  return {
    equation: `${written.at("h")} = ${written.at(show)} \u2299 tanh(${written.at(memory)})`,
    numbers: `${number(at(show))} \u00d7 tanh(${number(at(memory))}) = ${number(at(show))} \u00d7 ${inner(Math.tanh(at(memory)))} = ${number(made("h", at(show) * Math.tanh(at(memory))))}`,
    terms: [],
  };
}

/** A gate that is what the keep gate leaves. */
function room(written, at, made) {
  const { write, keep } = written.cell;
  return { equation: `${written.at(write)} = 1 \u2212 ${written.at(keep)}`, numbers: `1 \u2212 ${number(at(keep))} = ${number(made(write, 1 - at(keep)))}`, terms: [] };
}

/**
 * How a squashed sum of dot products comes about: {squash, reset, peephole}, how the reset gate lets the old state in and what the gate sees of
 * the memory; null for an entry that is a combination of others of the same unit.
 */
function sumOf({ cell }, name) {
  if (!cell.rows.includes(name)) return null;
  if (name === cell.candidate) return { squash: "tanh", reset: cell.resets ?? "plain", peephole: null };
  if (!cell.peepholes?.includes(`weight_c${name}`)) return { squash: "\u03c3", reset: "plain", peephole: null };
  const [label, when, back] = name === cell.show ? [tr("peephole on the new {letter}"), "t", 0] : [tr("peephole on the old {letter}"), "t\u22121", -1];
  return { squash: "\u03c3", reset: "plain", peephole: { label, when, back } };
}

/** How an entry that is no sum comes about, from the values at(name, back) of its unit. */
const combined = (written, name, at, made) => (name === written.cell.memory ? updated : name === "h" ? shown : room)(written, at, made);

/** Which unit of which layer the values of a record are of: "unit 3, layer 2 of 2"; without the layer where there is one. */
export const place = ({ layers }, unit) => (layers > 1 ? tr("unit {unit}, layer {layer} of {layers}", { unit, layer: layers, layers }) : tr("unit {unit}", { unit }));

/**
 * What stands in the panel for one entry.
 * @param weights tensors of the checkpoint, or null while they are on their way (then without the terms)
 * @param held whether the entry is held at another value than its equation gives
 * @returns {{equation: string, note: string, numbers: string, value: number, terms: {label: string, value: number, detail: string, unit?: number, kind?: string}[], sum: {label: string, value: number} | null}}
 */
export function explain(record, weights, name, t, unit, held = false) {
  const at = (other, back = 0) => record.value(other, t + back, unit);
  const written = writing(record);
  const how = sumOf(written, name);
  if (!how) return { value: at(name), note: "", sum: null, ...combined(written, name, at, (other, computed) => (held ? computed : at(other))) };
  const { squash, reset, peephole } = how;
  const below = record.layers > 1 ? tr("layer {layer}", { layer: record.layers - 1 }) : "";
  const equation = `${written.at(name)} = ${squash}( ${written.sum(name, reset, peephole ? [written.peephole(name, peephole.when)] : [])} )`;
  const about = { value: at(name), equation, note: [...notes(written, name, below)].join(" ") };
  if (!weights) return { ...about, numbers: "", terms: [], sum: null };
  return { ...about, ...summed(products(record, weights, name, t, unit), written, name, how, below ? tr("{letter} of {layer}", { letter: written.plain("h"), layer: below }) : tr("input {token}", { token: spoken(record.tokens[t]) })) };
}

/** What is to be said of a sum: of several layers what x is; of a gate that the notation turns round where its numbers come from. */
function* notes(written, name, below) {
  if (below) yield tr("Here {x} is the hidden state {h} of {layer}.", { x: written.at("x"), h: written.at("h"), layer: below });
  if (name === written.turned) yield tr("This gate is 1 \u2212 {name} of PyTorch: its weights and its bias have the other sign.", { name });
}

/**
 * The dot products behind one entry.
 * @returns {{input, inputs, inputBias, gate, hidden, hiddenBias, units, peephole}} what goes into the sum
 *   input + inputBias + gate * (hidden + hiddenBias) + peephole; hidden = sum over all units of the product of their factors,
 *   units = [{unit, factors, value}], the largest first; inputs = [[weight, number]] where a model reads numbers, not tokens
 */
function products(record, weights, name, t, unit) {
  const written = writing(record);
  const { cell } = written;
  const { reset, peephole } = sumOf(written, name);
  const sign = name === written.turned ? -1 : 1; // 1 - \u03c3(s) is \u03c3(-s)
  const at = cell.rows.indexOf(name) * record.model.hidden_size + unit;
  const first = record.layers === 1;
  const parameter = (which) => weights[`recurrent.${which}_l${record.layers - 1}`];
  const x = first ? read(record, weights, t) : record.row("x", t);
  const inputs = Array.from(row(parameter("weight_ih"), at), (weight, k) => [sign * weight, x[k]]);
  const gate = reset === "after" ? record.value(cell.reset, t, unit) : 1;
  const units = Array.from(row(parameter("weight_hh"), at), (own, k) => {
    const [weight, state] = [sign * own, record.value("h", t - 1, k)];
    const factors = reset === "before" ? [weight, record.value(cell.reset, t, k), state] : [weight, state];
    return { unit: k, factors, value: gate * product(factors) };
  });
  return {
    input: total(inputs.map(product)),
    inputs: first && !weights["embedding.weight"] ? inputs : null,
    inputBias: sign * parameter("bias_ih").data[at],
    gate,
    hidden: total(units.map(({ factors }) => product(factors))),
    hiddenBias: sign * parameter("bias_hh").data[at],
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

/** The numbers of a sum, in the order of its formula, with what each of them is added to. */
function inside({ input, inputBias, gate, hidden, hiddenBias, peephole }, written, reset) {
  const seen = peephole ? [times(peephole, inner)] : [];
  if (reset === "after") return [number(input), inner(inputBias), `${number(gate)} \u00d7 (${number(hidden)} + ${inner(hiddenBias)})`];
  if (!written.oneBias(reset)) return [number(input), inner(inputBias), inner(hidden), inner(hiddenBias), ...seen];
  const [first, second] = written.notation.form.joined ? [hidden, input] : [input, hidden]; // [h, x], or x and h
  return [number(first), inner(second), ...seen, inner(inputBias + hiddenBias)];
}

/** Gates, candidates and the simple RNN's state: the numbers, the terms, and their sum. */
function summed(parts, written, name, { squash, reset, peephole: seen }, label) {
  const { input, inputs, inputBias, gate, hidden, hiddenBias, units, peephole } = parts;
  const [after, letIn] = [reset === "after", written.cell.reset && written.plain(written.cell.reset)];
  const sum = input + inputBias + gate * (hidden + hiddenBias) + (peephole ? product(peephole) : 0);
  const [listed, others] = [units.slice(0, LARGEST), units.slice(LARGEST)];
  return {
    numbers: `${squash}( ${inside(parts, written, reset).join(" + ")} ) = ${squash}(${number(sum)}) = ${number(SQUASH[squash](sum))}`,
    terms: [
      { label, detail: inputs ? inputs.map((pair, k) => times(pair, k ? inner : number)).join(" + ") : tr("its numbers, each times a weight"), value: input },
      ...listed.map(({ unit, factors, value }) => ({ label: tr("unit {unit}", { unit }), detail: after ? `${letIn} \u00d7 ${times(factors, inner)}` : times(factors), value, unit })),
      ...(others.length ? [{ label: plural("{count} other unit", "{count} other units", others.length), detail: tr("together"), value: total(others.map(({ value }) => value)) }] : []),
      ...(peephole ? [{ label: seen.label.replace("{letter}", written.plain(written.cell.memory)), detail: times(peephole), value: product(peephole) }] : []),
      { ...biases(written, name, reset), value: inputBias + gate * hiddenBias },
    ],
    sum: { label: tr("sum, then {squash}", { squash }), value: sum },
  };
}

/** What the last term of a sum is called. */
function biases(written, name, reset) {
  if (written.oneBias(reset)) return { label: tr("bias"), detail: tr("the two of PyTorch, added") };
  if (reset !== "after") return { label: tr("biases"), detail: tr("of input and state") };
  const [input, state] = [written.bias(name, "x"), written.bias(name, written.from)].map((bias) => bias.replace(/[{}]/g, ""));
  return { label: tr("biases"), detail: `${input} + ${written.plain(written.cell.reset)} \u2299 ${state}` };
}

/** One or two sentences on a step, for a screen reader. */
export function summary(record, t, unit) {
  if (t < 0) return tr("No text.");
  const values = record.names.map((name) => `${writing(record).plain(name)} ${number(record.value(name, t, unit), 2)}`).join(", ");
  const [best] = record.guesses(t, 1);
  const said = { step: t + 1, token: spoken(record.tokens[t]), unit, layer: record.layers, layers: record.layers, values };
  return [
    record.unknown(t) ? tr("Step {step}, {token}, which the model never saw.", said) : tr("Step {step}, {token}.", said),
    record.layers > 1 ? tr("Unit {unit}, layer {layer} of {layers}: {values}.", said) : tr("Unit {unit}: {values}.", said),
    tr("Most likely next: {token}, {percent} percent.", { token: spoken(best.token), percent: Math.round(best.probability * 100) }),
  ].join(" ");
}
