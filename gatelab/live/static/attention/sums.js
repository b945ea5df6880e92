// The arithmetic of one attention step: how an energy comes about, how energies become weights, and how the context adds up.

import { listed } from "../kit/terms.js";

/**
 * The energy of step q with column k: one term for each of the A entries of query and key.
 *
 * additive: v tanh(query + key); multiplicative: query key.
 * @returns - {value, terms: [{entry, query, key, v, value} | {rest, value}]}
 */
export function energy(reading, q, k) {
  const [query, key, { v }] = [reading.row("query", q), reading.row("key", k), reading.model];
  const terms = Array.from(query, (of, entry) => ({
    entry,
    query: of,
    key: key[entry],
    ...(v && { v: v[entry] }),
    value: v ? v[entry] * Math.tanh(of + key[entry]) : of * key[entry],
  }));
  return { value: reading.row("scores", q)[k], terms: listed(terms) };
}

/** The softmax of step q at column k: {largest energy, share of this one, sum over all, weight}; shares are exp(energy - largest). */
export function softmax(reading, q, k) {
  const scores = reading.row("scores", q);
  const largest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const shares = Array.from(scores, (score) => Math.exp(score - largest));
  return { energy: scores[k], largest, share: shares[k], sum: shares.reduce((a, b) => a + b, 0), weight: reading.weight(q, k) };
}

/**
 * Entry `unit` of the context of step q: one term for each column, weight times state.
 *
 * @returns - {value, products: [K numbers], terms: [{column, weight, state, value} | {rest, value}]}
 */
export function context(reading, q, unit) {
  const weights = reading.row("weights", q);
  const terms = Array.from(weights, (weight, column) => {
    const state = reading.row("states", column)[unit];
    return { column, weight, state, value: weight * state };
  });
  return { value: reading.row("context", q)[unit], products: terms.map(({ value }) => value), terms: listed(terms) };
}
