// The arithmetic of one attention step: how an energy comes about, how energies become weights, and how the context adds up.

import { weighted } from "../kit/attentionsums.js";
import { listed } from "../kit/terms.js";

/**
 * The energy of step q with column k: one term for each of the A entries of query and key.
 *
 * additive: v tanh(query + key); multiplicative: query key.
 * @returns - {value, sum of the terms, which is the value unless another is held, terms: [{entry, query, key, v, value} | {rest, value}]}
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
  return { value: reading.row("scores", q)[k], sum: terms.reduce((sum, term) => sum + term.value, 0), terms: listed(terms) };
}

/**
 * Entry `unit` of the context of step q: one term for each column, weight times state.
 *
 * @returns - {value, products: [K numbers], terms: [{column, weight, of: state, value} | {rest, value}]}
 */
export function context(reading, q, unit) {
  const terms = weighted(reading.row("weights", q), (column) => reading.row("states", column)[unit]);
  return { value: reading.row("context", q)[unit], products: terms.map(({ value }) => value), terms: listed(terms) };
}
