// The decoder of a recurrent model over one source: what taking the likeliest token, a beam search and a trace share.

import { additive, attend, context, multiplicative } from "./attention.js";
import { applying } from "./holds.js";
import { add, product, products, row, softmax } from "./tensors.js";
import { END, START } from "./text.js";
import { likeliest, stacked } from "./writing.js";

/** @import { EncoderDecoder } from "./encoderdecoder.js" */

const vector = (length) => new Float64Array(length);

/** Vectors one after the other. */
function joined(parts) {
  const all = vector(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const values of parts) {
    all.set(values, at);
    at += values.length;
  }
  return all;
}

export class Decoder {
  /** @type {EncoderDecoder} */ model;
  /** @type {Float64Array} the encoder's, (K, H) */ states;
  forced; // {step: K weights} in the place of the model's own
  /** @type {number} */ H;
  /** @type {number} */ D;
  /** @type {number} */ K;

  /**
   * @param model an `EncoderDecoder`
   * @param states the encoder's, a matrix (K, H)
   * @param forced - {step: K weights} in the place of the model's own
   * @param holds of its cell, under the cell's own names, and of its "scores", see holds.js
   * @param begun the first state, (H,), in the place of the model's own
   */
  constructor(model, states, forced, holds = [], begun = null) {
    const { hidden_size: H, embedding_size: D } = model.spec;
    Object.assign(this, { model, states, forced, H, D, K: states.length / H });
    this.holding = applying(holds);
    this.summary = this.#summary();
    this.start = begun ?? product(model.start.weight, this.summary, model.start.bias, vector(H)).map(Math.tanh);
    this.keys = model.key && products(model.key, states, H, vector(states.length)); // (K, A), A = H
  }

  /** The last state of each direction; zeros where nothing was read. */
  #summary() {
    const { H, K, states } = this;
    return K ? joined([row(states, H, K - 1).subarray(0, H / 2), row(states, H, 0).subarray(H / 2)]) : vector(H);
  }

  /** Where step q looks from a state: {query, scores, weights, context}; without attention the context alone, which is the summary. */
  #look(q, state) {
    const { model, keys } = this;
    if (!keys) return { context: this.summary };
    const query = model.query ? product(model.query, state, undefined, vector(this.H)) : state;
    const scores = model.query ? additive(query, keys, model.v, vector(this.K)) : multiplicative(query, keys, vector(this.K));
    this.holding(q)?.("scores", scores);
    const weights = this.forced[q] ?? attend(scores);
    return { query, scores, weights, context: context(weights, this.states, vector(this.H)) };
  }

  /**
   * Step q of several beginnings of a target, [{state: (H,), id: of the last token}]: for each where it looks, see above, the gates {r, z, n, h},
   * and the probabilities of the next token (V,).
   */
  steps(q, beginnings) {
    const { embeddings, bias } = this.model;
    const begun = beginnings.map(({ state, id }) => this.#read(q, state, id));
    const scores = products(embeddings.target, joined(begun.map(({ said }) => said)), this.D, vector(begun.length * bias.length));
    return begun.map((step, k) => {
      const mine = row(scores, bias.length, k);
      add(bias, mine);
      return { ...step, probs: softmax(mine, mine) };
    });
  }

  /** The same up to what the last layer reads, `said` (D,). */
  #read(q, state, id) {
    const { embeddings, cell, readout } = this.model;
    const look = this.#look(q, state);
    const token = row(embeddings.target, this.D, id);
    const gates = { r: vector(this.H), z: vector(this.H), n: vector(this.H), h: vector(this.H) };
    cell.step(joined([token, look.context]), { h: state }, gates, this.holding(q));
    const said = product(readout.weight, joined([gates.h, look.context, token]), readout.bias, vector(this.D)).map(Math.tanh);
    return { ...look, gates, said };
  }

  /** The likeliest token at each step: {taken: steps, written: ids}. */
  greedy(longest) {
    const { ids } = this.model.target;
    const [taken, written] = [[], []];
    let last = { state: this.start, id: ids.get(START) };
    while (written.length < longest && last.id !== ids.get(END)) {
      const [step] = this.steps(written.length, [last]);
      last = { state: step.gates.h, id: likeliest(step.probs, 1)[0] };
      taken.push(step);
      written.push(last.id);
    }
    return { taken, written };
  }

  /** The arrays of a trace: {name: {shape, data}}. */
  arrays(taken) {
    const { H, K } = this;
    const rows = (name, width) => stacked(taken.map((step) => step[name]), width);
    const arrays = { context: rows("context", H), states: { shape: [K, H], data: this.states } };
    if (!this.keys) return arrays;
    return { scores: rows("scores", K), weights: rows("weights", K), ...arrays, query: rows("query", H), key: { shape: [K, H], data: this.keys } };
  }
}
