// All that a network on a stage computed, of every layer: the engine computes it once more. Names, shapes and order are those of gatelab/figures/export.py.

import { names, states } from "../engine/cells.js";
import { parse } from "../engine/holds.js";
import { beginning, Reader } from "../engine/reader.js";
import { START } from "../engine/text.js";

/** @import { Hold } from "../engine/holds.js" */

/**
 * What a file of numbers holds.
 *
 * @typedef {Object} Computed
 * @property {string} model its name
 * @property {string} text what it read
 * @property {Hold[]} holds
 * @property {string} after the text in whose last state it began; "" for its own beginning
 * @property {string[]} states the names of that state, e.g. "h" and "c"
 * @property {{forced?: Object<string, ArrayLike<number>>, beam?: number}} options of a model that writes
 * @property {boolean} writes
 * @property {Object<string, Tensor>} arrays by the names of figures.npz
 * @property {Object<string, readonly string[]>} words by the names of figures.npz: "tokens", "vocab" and the like
 * @property {{tokens: readonly string[], arrays: Object<string, Tensor>}[]} layers of a model that reads; of one that writes without attention its decoder
 * @property {{where: string, weights: Tensor, row: string, written: string, rows: readonly string[], columns: readonly string[]} | null} look at what an attention looks, (L, heads, Q, K)
 */

/** @typedef {{shape: number[], data: Float32Array}} Tensor */

/**
 * @param model the engine's, of which the name is known
 * @param {{text: string, hold?: string, after?: string, forced?: Object<string, ArrayLike<number>>, beam?: number, where?: string}} asked as a request; `where`: which of a transformer's attentions
 * @returns {Computed}
 */
export function computed(model, { text, hold = "", after = "", forced = {}, beam = 1, where = "across" }) {
  const { holds } = hold ? parse(hold, model) : { holds: [] };
  const about = { model: model.spec.name, text, holds, after };
  return model instanceof Reader ? { ...about, ...read(model, about) } : { ...about, ...wrote(model, text, { forced, beam, holds }, where) };
}

function read(model, { text, holds, after }) {
  const trace = beginning(model, after).read(text).hold(holds);
  const { cell } = model.layers[0];
  const layers = trace.layers.map(({ tables }) => ({ tokens: trace.tokens, arrays: Object.fromEntries(names(cell).map((name) => [name, tables[name].copy(0, trace.steps)])) }));
  const arrays = Object.assign({}, ...layers.map(({ arrays: mine }, k) => renamed(mine, (name) => (layers.length > 1 ? `${name}_l${k}` : name))));
  const says = model.labels.length > 1;
  const words = { tokens: trace.tokens, ...(says && model.spec.tokens.length && { vocab: model.spec.tokens }), ...(model.spec.outputs?.length && { labels: model.labels }) };
  return { writes: false, states: states(cell), options: {}, layers, look: null, words, arrays: { ...arrays, [says ? "probs" : "answers"]: trace.answers.copy(0, trace.steps) } };
}

const renamed = (arrays, name) => Object.fromEntries(Object.entries(arrays).map(([old, array]) => [name(old), array]));

// Of a model that writes.

function wrote(model, text, options, where) {
  const { forced, beam } = options;
  const trace = model.write(text, options);
  const [tokens, written] = [trace.source.tokens, trace.written.map((id) => model.target.tokens[id])];
  const arrays = trace.gates ? recurrent(model, trace) : heads(trace);
  const given = { ...(Object.keys(forced).length && { forced }), ...(beam > 1 && { beam }) };
  const layers = trace.gates ? [{ tokens: written, arrays: part(arrays, "decoder.") }] : [];
  const probs = stacked(trace.probs, model.target.tokens.length);
  return { writes: true, states: [], options: given, layers, look: look(arrays, where, tokens, written), words: { tokens, written, vocab: model.target.tokens }, arrays: { ...arrays, probs } };
}

const part = (arrays, before) => Object.fromEntries(Object.entries(arrays).filter(([name]) => name.startsWith(before)).map(([name, array]) => [name.slice(before.length), array]));

function recurrent(model, { arrays, gates, source }) {
  const H = model.spec.hidden_size;
  const letters = names(model.cell.cell);
  const encoder = letters.map((name) => [`encoder.${name}`, { shape: [source.ids.length, H], data: Float32Array.from(gates.encoder[name]) }]);
  const decoder = letters.map((name) => [`decoder.${name}`, stacked(gates.decoder.map((step) => step[name]), H)]);
  const own = Object.entries(arrays).map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }]);
  return Object.fromEntries([...own, ...encoder, ...decoder]);
}

/** The arrays of a transformer, (L, heads, Q, ...): those of the decoder's look at the source have their bare names. */
function heads({ arrays }) {
  return Object.fromEntries(Object.entries(arrays).map(([name, { shape, data }]) => [name.replace(/^across\./, ""), { shape, data: Float32Array.from(data) }]));
}

function stacked(rows, width) {
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, k) => data.set(row, k * width));
  return { shape: [rows.length, width], data };
}

/** Who looks at what, as `kinds.look` in Python; null without attention. */
function look(arrays, where, tokens, written) {
  const weights = arrays[where === "across" ? "weights" : `${where}.weights`];
  if (!weights) return null;
  const whole = weights.shape.length === 2 ? { ...weights, shape: [1, 1, ...weights.shape] } : weights;
  if (where === "encoder") return { where, weights: whole, row: "token", written: "source", rows: tokens, columns: tokens };
  return { where, weights: whole, row: "step", written: "written", rows: written, columns: where === "decoder" ? [START, ...written].slice(0, written.length) : tokens };
}
