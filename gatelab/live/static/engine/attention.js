// Attention, written as its equations, as in gatelab/attention.py: scores say where to look, weights share the look out, the context is
// what is seen.
//
// One query (A,) looks at K keys, a matrix (K, A); the scores go into `scores` (K,).

import { product, softmax } from "./tensors.js";

/** Energies of Bahdanau, Cho and Bengio (2015): v . tanh(W s + U h); `query` is W s, `keys` are U h, `v` says what each of the A sums counts for. */
export function additive(query, keys, v, scores) {
  for (let k = 0; k < scores.length; k += 1) {
    let energy = 0;
    for (let a = 0; a < query.length; a += 1) energy += v[a] * Math.tanh(query[a] + keys[k * query.length + a]);
    scores[k] = energy;
  }
  return scores;
}

/** Energies of Luong, Pham and Manning (2015), their "general" form: s . W h; `query` is s, `keys` are W h. */
export const multiplicative = (query, keys, scores) => product(keys, query, undefined, scores);

/** Energies of Vaswani et al. (2017): q . k / sqrt(A). */
export function scaled(query, keys, scores) {
  multiplicative(query, keys, scores);
  for (let k = 0; k < scores.length; k += 1) scores[k] /= Math.sqrt(query.length);
  return scores;
}

/** Scores (K,) as weights that sum to 1. */
export const attend = (scores) => softmax(scores, new Float64Array(scores.length));

/** What is seen: the sum of the values (K, H) by their weights (K,), into `out` (H,). */
export function context(weights, values, out) {
  out.fill(0);
  for (let k = 0; k < weights.length; k += 1) {
    for (let a = 0; a < out.length; a += 1) out[a] += weights[k] * values[k * out.length + a];
  }
  return out;
}
