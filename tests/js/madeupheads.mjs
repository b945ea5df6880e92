// A made-up transformer's answer for the tests: random vectors, and weights from the equations with plain loops.

import { Reading } from "../../gatelab/live/static/reading.js";
import { random } from "./madeup.mjs";

const [LAYERS, HEADS] = [2, 3];

/** Nested arrays of random numbers in [-2, 2). */
const nested = (next, [first, ...others]) => Array.from({ length: first }, () => (others.length ? nested(next, others) : 2 * next()));

const tensor = (shape, values) => ({ shape, data: Float32Array.from(values.flat(Infinity)) });

/** softmax(q . k / sqrt(A)) of one head; a query sees no key after it where `causal`. */
function weights(query, key, causal) {
  return query.map((q, i) => {
    const exps = key.map((k, j) => (causal && j > i ? 0 : Math.exp(q.reduce((sum, of, a) => sum + of * k[a], 0) / Math.sqrt(q.length))));
    const sum = exps.reduce((a, b) => a + b, 0);
    return exps.map((x) => x / sum);
  });
}

/**
 * A source and what was written, with everything random but the weights.
 * @returns {reading, nested: {encoder, decoder, across}}: nested arrays [layer][head][row][entry] of each name
 */
export function madeUp(seed, { tokens = ["a", "b", " ", "c"], written = ["x", "y", "<end>"], size = 5, unit = "characters" } = {}) {
  const next = random(seed);
  const [tensors, plain] = [{}, {}];
  const [k, q] = [tokens.length, written.length];
  for (const [where, rows, columns] of [["encoder", k, k], ["decoder", q, q], ["across", q, k]]) {
    const of = (count) => nested(next, [LAYERS, HEADS, count, size]);
    const own = (plain[where] = { query: of(rows), key: of(columns), value: of(columns) });
    for (const name of ["query", "key", "value"]) tensors[`${where}.${name}`] = tensor([LAYERS, HEADS, name === "query" ? rows : columns, size], own[name]);
    own.weights = own.query.map((heads, l) => heads.map((query, h) => weights(query, own.key[l][h], where === "decoder")));
    tensors[`${where}.weights`] = tensor([LAYERS, HEADS, rows, columns], own.weights);
  }
  const model = { name: "made-up-transformer", layers: LAYERS, heads: HEADS, unit };
  const metadata = { text: tokens.join(""), tokens, unknown: tokens.map((token) => token === "?"), written, output: "xy", best: [], chances: [], forced: [], tree: [] };
  return { reading: new Reading({ metadata, tensors }, model), nested: plain };
}

/** Calls `look` for every head of every attention of a few made-up answers: (reading, where, layer, head, its nested arrays). */
export function everyHead(look, options) {
  for (const seed of [1, 2, 3]) {
    const { reading, nested: plain } = madeUp(seed, options);
    for (const where of ["encoder", "decoder", "across"])
      for (let layer = 0; layer < LAYERS; layer += 1)
        for (let head = 0; head < HEADS; head += 1) look(reading, where, layer, head, Object.fromEntries(Object.entries(plain[where]).map(([name, of]) => [name, of[layer][head]])));
  }
}
