// What all models that write have in common: how they read a source, how long they may write, and their traces as answers of the server.

import { told as held } from "./holds.js";
import { row } from "./tensors.js";
import { END, UNKNOWN, fold, join } from "./text.js";
import { split } from "./tokens.js";

/** A source as a model reads it: {text, tokens: as typed, ids: K integers}. */
export function read(model, text) {
  const tokens = split(text, model.spec.unit);
  return { text, tokens, ids: tokens.map((token) => model.source.read(fold(token))) };
}

/** Steps after which a decoder is stopped that has not ended by itself, for a source of so many tokens; an empty one writes nothing. */
export const longest = (tokens) => (tokens ? Math.min(64, 2 * tokens + 10) : 0);

/** Rows of numbers, `width` each, as one array: {shape, data}. */
export function stacked(rows, width) {
  const data = new Float64Array(rows.length * width);
  rows.forEach((values, k) => data.set(values, k * width));
  return { shape: [rows.length, width], data };
}

/**
 * A trace as the server's answer, see `pack_attention` in gatelab/live/wire.py.
 *
 * @param trace what a model's `write` returns: {model, source, written: ids, probs: a row of V a step, arrays: {name: {shape, data}}, forced, tree,
 *   holds, gates: of a recurrent model, {encoder: {name: (K, H)}, decoder: of each step {name: (H,)}}}
 * @param beside makes the trace of the same source by a model without attention, of which only the text is told. It is made when that text
 *   is first asked for: the picture of the one model need not wait for the other.
 * @returns the answer; and of a recurrent model `inside`, (name, t) => (H,), what its cells compute: "encoder.z", "decoder.h"
 */
export function answer(trace, beside = null) {
  const { model, source, written, arrays, forced, tree, holds = [], gates } = trace;
  let other = null;
  return {
    metadata: {
      model: model.spec.name,
      text: source.text,
      tokens: source.tokens,
      unknown: source.ids.map((id) => model.source.tokens[id] === UNKNOWN),
      ...told(trace),
      get beside() {
        if (beside) other ??= named(beside());
        return other;
      },
      forced,
      tree: tree.map((node) => ({ ...node, token: model.target.tokens[node.id] })),
      ...held(holds, holds, (name) => (name.startsWith("encoder.") ? source.tokens : written).length),
    },
    tensors: Object.fromEntries(Object.entries(arrays).map(([name, { shape, data }]) => [name, { shape, data: new Float32Array(data) }])),
    ...(gates && { inside: (name, t) => insideOf(gates, model.spec.hidden_size, name, t) }),
  };
}

/** The row of step or token t of what a recurrent model computes under a name such as "encoder.z". */
function insideOf({ encoder, decoder }, size, name, t) {
  const [place, letter] = name.split(".");
  return place === "encoder" ? row(encoder[letter], size, t) : decoder[t][letter];
}

const BEST = 5; // next tokens that are listed for each step
const rounded = (chance) => Number(chance.toFixed(6));

/** What is told of a trace, and by which model. */
const named = (trace) => ({ model: trace.model.spec.name, ...told(trace) });

/** The tokens written, the text they make, and for each step the likeliest tokens and the chance of the one written. */
function told({ model, written, probs }) {
  const { tokens } = model.target;
  const words = written.map((id) => tokens[id]);
  return {
    written: words,
    output: join(words.filter((token) => token !== END), model.spec.unit),
    best: probs.map((chances) => likeliest(chances, BEST).map((id) => [tokens[id], rounded(chances[id])])),
    chances: probs.map((chances, q) => rounded(chances[written[q]])),
  };
}

/** The places of the largest values, the largest first, of equal ones the first. */
export function likeliest(values, count) {
  const found = [];
  let least = -Infinity; // of as many as are wanted
  for (let k = 0; k < values.length; k += 1) {
    if (found.length === count && !(values[k] > least)) continue;
    const at = found.findIndex((other) => values[k] > values[other]);
    found.splice(at < 0 ? found.length : at, 0, k);
    found.length = Math.min(found.length, count);
    if (found.length === count) least = values[found[count - 1]];
  }
  return found;
}
