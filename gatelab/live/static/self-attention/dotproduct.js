// The arithmetic of one row of a head: energies q⊤ k / sqrt(A), their softmax, and the values' weighted sum. Pure: no page, no server.

import { total, weighted, weightParts } from "../kit/attentionsums.js";
import { number } from "../kit/words.js";

/**
 * The energy of row q with column k, whether or not a mask hides it.
 * @returns - {products: A numbers, sum, root, energy}
 */
export function energy(head, q, k) {
  const key = head.row("key", k);
  const products = Array.from(head.row("query", q), (of, entry) => of * key[entry]);
  const [sum, root] = [total(products), Math.sqrt(head.size)];
  return { products, sum, root, energy: sum / root };
}

/** The energies of row q with the columns that it may look at. */
export const energies = (head, q) => Array.from({ length: head.seen(q) }, (_, k) => energy(head, q, k).energy);

/** One entry of the head's output in row q: a term for each column that it may look at, weight times value. */
export const terms = (head, q, entry) => weighted(head.row("weights", q), (column) => head.row("value", column)[entry]);

/** The head's output in row q: A numbers. */
export const output = (head, q) => Array.from({ length: head.size }, (_, entry) => total(terms(head, q, entry).map(({ value }) => value)));

// The same with numbers, as they are printed.

const whole = (root) => (Number.isInteger(root) ? String(root) : number(root));

export function energyLine(head, q, k) {
  const { sum, root, energy: e } = energy(head, q, k);
  return `${number(sum)} / \u221A${head.size} = ${number(sum)} / ${whole(root)} = ${number(e)}`;
}

export function weightLine(head, q, k) {
  const { formula, share, sum } = weightParts(energies(head, q), k);
  return `${formula} = ${number(share)} / ${number(sum)} = ${number(head.row("weights", q)[k])}`;
}
