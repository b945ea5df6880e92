// The sums of an attention: its softmax, and what each column adds to the weighted sum. Pure: no page, no server.

import { inner, number } from "./words.js";

export const total = (values) => values.reduce((a, b) => a + b, 0);

/** The softmax of a row of energies: {largest energy, shares, their sum, weights}; shares are exp(energy - largest). */
export function softmax(energies) {
  const largest = energies.reduce((a, b) => Math.max(a, b), -Infinity);
  const shares = Array.from(energies, (energy) => Math.exp(energy - largest));
  const sum = total(shares);
  return { largest, shares, sum, weights: shares.map((share) => share / sum) };
}

/** The terms of a weighted sum, weight times value: [{column, weight, of, value}]; `of(column)` is the value of a column. */
export const weighted = (weights, of) => Array.from(weights, (weight, column) => ({ column, weight, of: of(column), value: weight * of(column) }));

/** How the weight of a column comes about, in numbers, up to its quotient. */
export function weightParts(energies, column) {
  const { largest, shares, sum } = softmax(energies);
  return { formula: `exp(${number(energies[column])} \u2212 ${inner(largest)}) / ${number(sum)}`, share: shares[column], sum };
}
