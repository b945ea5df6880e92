// What a model made of a source, as the stage holds it: an answer of `POST /live/attention`.

import { argmax } from "./engine/tensors.js";

export class Reading {
  model;
  tensors;
  /** @type {string} */ text;
  /** @type {string[]} of the source, K */ tokens;
  /** @type {boolean[]} whether the model does not know them */ unknown;
  /** @type {string[]} Q tokens */ written;
  /** @type {string} what they make */ output;
  best; // of each step the likeliest tokens, [token, probability]
  /** @type {number[]} the probability of each token that was written */ chances;
  metadata; // of the answer
  /** @type {number[]} steps whose weights were taken over */ forced;
  /** @type {string} the holds with which it was computed, as text */ held;
  /** @type {((name: string, t: number) => Float64Array) | null} what the cells compute, where the engine answered */ inside;
  tree; // of a beam search

  /** @param answer - {metadata, tensors, inside}; @param model its entry in the listing */
  constructor({ metadata, tensors, inside = null }, model) {
    this.metadata = metadata;
    Object.assign(this, { inside, held: metadata.held ?? "" });
    Object.assign(this, { model, tensors, text: metadata.text, tokens: metadata.tokens, unknown: metadata.unknown });
    Object.assign(this, { written: metadata.written, output: metadata.output, best: metadata.best, chances: metadata.chances });
    Object.assign(this, { forced: metadata.forced, tree: metadata.tree });
  }

  /** What the model without attention wrote, {model, output, ...}, or null; the engine makes it when it is first asked for. */
  get beside() {
    return this.metadata.beside;
  }

  /** K, the tokens of the source. */
  get columns() {
    return this.tokens.length;
  }

  /** Q, the steps of the decoder. */
  get steps() {
    return this.written.length;
  }

  /** Whether there are attention weights at all. */
  get attends() {
    return "weights" in this.tensors;
  }

  /** Row `t` of an array: a view of its numbers. */
  row(name, t) {
    const { shape, data } = this.tensors[name];
    return data.subarray(t * shape[1], (t + 1) * shape[1]);
  }

  weight(q, k) {
    return this.row("weights", q)[k];
  }

  /** The column with the largest weight at step q. */
  focus(q) {
    return argmax(this.row("weights", q));
  }
}

/** Attention row `row` with weight k set to `value`; the others keep their proportions and make room. */
export function taken(row, k, value) {
  const rest = row.reduce((sum, weight, j) => (j === k ? sum : sum + weight), 0); // not 1 - row[k]: the weights have 32 bits
  const others = row.length - 1;
  if (!others) return [1];
  return Array.from(row, (weight, j) => (j === k ? value : rest > 0 ? (weight * (1 - value)) / rest : (1 - value) / others));
}

/** An even row over `count` columns. */
export const even = (count) => new Array(count).fill(1 / count);
