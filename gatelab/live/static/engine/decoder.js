// The decoder of a recurrent model over one source: what taking the likeliest token, a beam search and a trace share.

import { additive, attend, context, multiplicative } from "./attention.js";
import { product, row, softmax } from "./tensors.js";
import { END, START } from "./text.js";
import { likeliest, stacked } from "./writing.js";

const vector = (length) => new Float64Array(length);

/** Vectors one after the other. */
function joined(...parts) {
  const all = vector(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const values of parts) {
    all.set(values, at);
    at += values.length;
  }
  return all;
}

export class Decoder {
  /**
   * @param model an `EncoderDecoder`
   * @param states the encoder's, a matrix (K, H)
   * @param forced {step: K weights} in the place of the model's own
   */
  constructor(model, states, forced) {
    const H = model.spec.hidden_size;
    Object.assign(this, { model, states, forced, H, K: states.length / H });
    this.summary = this.#summary();
    this.start = product(model.start.weight, this.summary, model.start.bias, vector(H)).map(Math.tanh);
    if (model.key) this.keys = joined(...Array.from({ length: this.K }, (_, k) => product(model.key, row(states, H, k), undefined, vector(H)))); // (K, A), A = H
  }

  /** The last state of each direction; zeros where nothing was read. */
  #summary() {
    const { H, K, states } = this;
    return K ? joined(row(states, H, K - 1).subarray(0, H / 2), row(states, H, 0).subarray(H / 2)) : vector(H);
  }

  /** Where step q looks from a state: {query, scores, weights, context}; without attention the context alone, which is the summary. */
  #look(q, state) {
    const { model, keys } = this;
    if (!keys) return { context: this.summary };
    const query = model.query ? product(model.query, state, undefined, vector(this.H)) : state;
    const scores = model.query ? additive(query, keys, model.v, vector(this.K)) : multiplicative(query, keys, vector(this.K));
    const weights = this.forced[q] ?? attend(scores);
    return { query, scores, weights, context: context(weights, this.states, vector(this.H)) };
  }

  /** Step q from a state (H,) and the id of the last token: where it looks, the gates {r, z, n, h}, and the probabilities of the next token (V,). */
  step(q, state, id) {
    const { model } = this;
    const look = this.#look(q, state);
    const token = row(model.embeddings.target, model.spec.embedding_size, id);
    const gates = { r: vector(this.H), z: vector(this.H), n: vector(this.H), h: vector(this.H) };
    model.cell.step(joined(token, look.context), { h: state }, gates);
    const seen = product(model.readout.weight, joined(gates.h, look.context, token), model.readout.bias, vector(token.length)).map(Math.tanh);
    const probs = product(model.embeddings.target, seen, model.bias, vector(model.bias.length));
    return { ...look, gates, probs: softmax(probs, probs) };
  }

  /** The steps that write a path of ids, or, where that is empty, the likeliest token each time: {taken: steps, written: ids}. */
  along(path, longest) {
    const { ids } = this.model.target;
    const [taken, written] = [[], []];
    let [state, id] = [this.start, ids.get(START)];
    while (written.length < longest && id !== ids.get(END)) {
      taken.push(this.step(written.length, state, id));
      const { gates, probs } = taken[taken.length - 1];
      id = path[written.length] ?? likeliest(probs, 1)[0];
      state = gates.h;
      written.push(id);
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
