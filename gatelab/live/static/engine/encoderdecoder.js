// A recurrent encoder and decoder, with attention between them or without, as gatelab/networks/encoder_decoder.py says what they are.

import { search } from "./beams.js";
import { names } from "./cells.js";
import { numbers, part } from "./checkpoint.js";
import { Decoder } from "./decoder.js";
import { among, checked, checkedState, within } from "./holds.js";
import { Parameters } from "./parameters.js";
import { Steps } from "./steps.js";
import { row } from "./tensors.js";
import { Vocabulary } from "./text.js";
import { longest, read } from "./writing.js";

export class EncoderDecoder {
  /** @param checkpoint - {spec, weights}, see checkpoint.js */
  constructor({ spec, weights }) {
    const get = (name) => numbers(weights, name);
    this.spec = spec;
    this.source = new Vocabulary(spec.source);
    this.target = new Vocabulary(spec.target);
    this.embeddings = { source: get("source_embedding.weight"), target: get("target_embedding.weight") }; // (V, D)
    this.encoders = ["_l0", "_l0_reverse"].map((suffix) => new Parameters("gru", part(weights, "encoder.", suffix)));
    this.cell = new Parameters("gru", part(weights, "decoder.")); // reads token and context
    this.start = { weight: get("start.weight"), bias: get("start.bias") }; // summary -> first state
    this.key = spec.attention === "none" ? null : get("key.weight");
    this.query = spec.attention === "additive" ? get("query.weight") : null;
    this.v = spec.attention === "additive" ? get("v") : null;
    this.readout = { weight: get("readout.weight"), bias: get("readout.bias") }; // state, context, token -> D
    this.bias = get("bias"); // of the last layer, which is the target's embedding once more
  }

  /**
   * Read a source and write a target.
   *
   * @param text an empty one writes nothing
   * @param forced - {step: K weights} to use there in the place of the model's own; the decoder goes on from them
   * @param beam how many beginnings of a target are kept at each step; 1 takes the likeliest token alone
   * @param holds values in the place of computed ones, of names such as "encoder.z" and "decoder.h", see holds.js. A step of the encoder is the
   *   place of a token, whichever side it is read from; its first H / 2 units read from the left, the others from the right. The units of
   *   "decoder.scores" are the tokens of the source
   * @param state what is begun from, "encoder.h" or "decoder.h": (H,); without, the encoder begins from zeros, and the decoder as the model does
   * @returns the trace, see `answer` in writing.js
   */
  write(text, { forced = {}, beam = 1, holds = [], state = {} } = {}) {
    if (!Number.isInteger(beam) || beam < 1) throw new RangeError(`beam must be an integer of at least 1: got ${beam}`);
    const source = read(this, text);
    const most = longest(source.tokens.length);
    const rows = this.#rows(forced, source.tokens.length, most);
    const begun = checkedState(state, this);
    const gates = Object.fromEntries(names(this.cell.cell).map((name) => [name, new Float64Array(source.ids.length * this.cell.size)]));
    const states = this.encode(source.ids, within(checked(holds, this), ["encoder"]), begun["encoder.h"], gates);
    const decoder = new Decoder(this, states, rows, within(holds, ["decoder"]), begun["decoder.h"]);
    const { tree, taken, written } = beam > 1 && most ? search(decoder, beam, most) : { tree: [], ...decoder.greedy(most) };
    const steps = Object.keys(rows).map(Number).filter((step) => step < written.length);
    return { model: this, source, written, probs: taken.map(({ probs }) => probs), arrays: decoder.arrays(taken), forced: steps, tree, holds, gates: { encoder: gates, decoder: taken.map((step) => step.gates) } };
  }

  /**
   * The encoder's states at each token, a matrix (K, H): half of the units read from the left, half from the right. `gates` is filled with all that its
   * cell computes, {name: (K, H)}.
   */
  encode(ids, holds = [], begun = new Float64Array(this.spec.hidden_size), gates = {}) {
    const { embedding_size: D, hidden_size: H } = this.spec;
    const states = new Float64Array(ids.length * H);
    this.encoders.forEach((w, side) => {
      const mine = among(holds, side * w.size, w.size);
      const steps = new Steps(w, side ? fromTheRight(mine, ids.length) : mine, { h: row(begun, w.size, side) });
      for (let t = 0; t < ids.length; t += 1) {
        const k = side ? ids.length - 1 - t : t;
        states.set(steps.take(t, row(this.embeddings.source, D, ids[k])), k * H + side * w.size);
        for (const name in gates) gates[name].set(steps.tables[name].row(t), k * H + side * w.size);
      }
    });
    return states;
  }

  /** The forced rows, checked: {step: (K,)}. */
  #rows(forced, count, most) {
    if (!this.key && Object.keys(forced).length) throw new TypeError(`${this.spec.name} has no attention weights to force`);
    for (const [step, weights] of Object.entries(forced)) {
      if (!(Number.isInteger(Number(step)) && Number(step) >= 0 && Number(step) < most)) throw new RangeError(`a forced step must be an integer from 0 to ${most - 1}: got ${step}`);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const fits = weights.length === count && weights.every((weight) => weight >= 0) && Math.abs(total - 1) <= 1e-3;
      if (!fits) throw new RangeError(`a forced row must be ${count} weights of at least 0 that sum to 1: got ${weights.length} with sum ${total}`);
    }
    return forced;
  }
}

/** Holds whose steps count from the left, as those of one who reads `count` tokens from the right. */
function fromTheRight(holds, count) {
  return holds.map((hold) => ({ ...hold, steps: hold.steps && [count - hold.steps[1], count - hold.steps[0]] }));
}
