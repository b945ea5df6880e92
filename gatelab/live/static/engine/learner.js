// A reader that learns: the loss of a batch, its gradient by backpropagation through time (Werbos 1990), and one update after the other.

import { Batch } from "./batches.js";
import { apart, cellOf, states } from "./cells.js";
import { part } from "./checkpoint.js";
import { Derivative } from "./derivatives.js";
import { begin, room } from "./initial.js";
import { clip, OPTIMIZERS } from "./optimizers.js";
import { Steps } from "./steps.js";

/**
 * Strings of one length side by side, as a task makes them (tasks.js).
 *
 * @typedef {Object} Strings
 * @property {number} steps T
 * @property {number} size B
 * @property {Int32Array | null} ids (T, B), or null where numbers are read
 * @property {Float64Array | null} numbers (T, 2, B): the number and its mark
 * @property {Float64Array} targets (T, B): the label's place, or a number; NaN where no answer is asked
 */

export class Learner {
  /** @type {Float64Array} every parameter in a row */ all;
  /** @type {Object<string, {shape: number[], data: Float64Array}>} the parameters, views of `all` */ weights;
  /** @type {Float64Array} of the last batch, in the order of `all` */ gradient;
  /** @type {Object<string, {shape: number[], data: Float64Array}>} views of `gradient` */ gradients;

  /**
   * @param spec a `ModelSpec`, see gatelab/networks/reader.py
   * @param {{seed: number, init?: string, forgetBias?: number | null, optimizer?: string, rate?: number, clip?: number}} how see initial.js and optimizers.js;
   *   clip is the largest norm of a gradient, 0 leaves every gradient as it is
   */
  constructor(spec, how) {
    if (!Object.hasOwn(OPTIMIZERS, how.optimizer ?? "adam")) {
      throw new RangeError(`optimizer must be one of ${Object.keys(OPTIMIZERS).join(", ")}: got ${how.optimizer}`);
    }
    this.spec = spec;
    this.how = { optimizer: "adam", rate: 0.01, clip: 0, ...how };
    Object.assign(this, begin(spec, this.how));
    const { all, weights } = room(spec);
    Object.assign(this, { gradient: all, gradients: weights });
    this.kept = [new Float64Array(this.all.length), new Float64Array(this.all.length)];
    this.updates = 0;
    this.batches = new Map(); // size of a batch -> its layers and their derivatives
  }

  /** Learn from a batch of `Strings` once: {loss, norm}, its mean loss before in nats an answer (or squared error), and the norm of its gradient before it was made shorter. */
  update(strings) {
    const loss = this.follow(strings);
    const norm = clip(this.gradient, this.how.clip);
    this.updates += 1;
    OPTIMIZERS[this.how.optimizer](this.all, this.gradient, this.how.rate, this.kept, this.updates);
    return { loss, norm };
  }

  /** The mean loss of a batch, and its gradient in `this.gradient`. */
  follow(strings) {
    this.gradient.fill(0);
    const { layers, inputs } = this.read(strings);
    const top = layers.at(-1);
    const answering = new Answering(this, strings);
    const passed = Array.from({ length: strings.steps }, () => null);
    const loss = answering.follow(top, passed);
    for (let k = layers.length - 1; k >= 0; k -= 1) this.#back(layers, k, inputs, passed, strings);
    return loss;
  }

  /**
   * The way back of the gradient through the last layer, of the mean loss of one string.
   *
   * @param strings one of them
   * @returns {{h: Float64Array, c: Float64Array | null}} at each step, (T,), the norm of dL/dh_t, and of dL/dc_t where the cell has a memory of its own
   */
  wayBack(strings) {
    const { steps } = strings;
    const norms = { h: new Float64Array(steps), c: apart(cellOf(this.spec.cell)) ? new Float64Array(steps) : null };
    this.seen = (t, d, derivative, now) => {
      norms.h[t] = norm(d.h);
      if (norms.c) norms.c[t] = norm(derivative.ofMemory(d, now));
    };
    this.follow(strings);
    this.seen = null;
    return norms;
  }

  /** The mean loss of a batch alone, and what was right: {loss, right: for each string whether every answer was, share: of all answers}. */
  judge(strings, near) {
    const { layers } = this.read(strings);
    return new Answering(this, strings).judge(layers.at(-1), near);
  }

  /** Read a batch: {layers: the `Steps` of each layer, inputs: what the first layer read at each step}. */
  read(strings) {
    const layers = this.#layers(strings.size);
    const inputs = Array.from({ length: strings.steps }, (_, t) => this.#input(strings, t));
    for (let t = 0; t < strings.steps; t += 1) layers.reduce((x, layer) => layer.take(t, x), inputs[t]);
    return { layers, inputs };
  }

  /** The layers for batches of a size, and what they need. */
  #layers(size) {
    const { spec, weights, batches } = this;
    if (!batches.has(size)) {
      const made = (k) => new Batch(spec.cell, part(weights, "recurrent.", `_l${k}`), size);
      const layers = Array.from({ length: spec.num_layers }, (_, k) => new Steps(made(k)));
      batches.set(size, { layers, derivatives: layers.map((layer) => new Derivative(layer.w)) });
    }
    for (const { w } of batches.get(size).layers) w.widen();
    return batches.get(size).layers;
  }

  /** What the first layer reads at step t: (D, B). */
  #input({ ids, numbers, size: B }, t) {
    const D = this.spec.embedding_size;
    if (numbers) return numbers.subarray(t * D * B, (t + 1) * D * B);
    const table = this.weights["embedding.weight"].data;
    const x = new Float64Array(D * B);
    for (let b = 0; b < B; b += 1) for (let k = 0; k < D; k += 1) x[k * B + b] = table[ids[t * B + b] * D + k];
    return x;
  }

  /** Through the steps of layer `k`, from the last to the first. `passed` has the gradient of its hidden state at each step from above, null for none, and then that of what the layer read. */
  #back(layers, k, inputs, passed, { steps, ids, size: B }) {
    const layer = layers[k];
    const derivative = this.batches.get(B).derivatives[k];
    const parameters = part(this.gradients, "recurrent.", `_l${k}`);
    for (const name in parameters) parameters[name] = parameters[name].data;
    let [d, before] = [0, 1].map(() => Object.fromEntries(states(layer.w.cell).map((name) => [name, new Float64Array(layer.w.size)])));
    for (let t = steps - 1; t >= 0; t -= 1) {
      if (passed[t]) for (let j = 0; j < passed[t].length; j += 1) d.h[j] += passed[t][j];
      if (k === layers.length - 1) this.seen?.(t, d, derivative, layer.at(t));
      const x = k ? layers[k - 1].tables.h.row(t) : inputs[t];
      const needed = k || ids ? new Float64Array(x.length) : null;
      derivative.back(d, x, layer.state(t - 1), layer.at(t), { ...before, x: needed, parameters });
      passed[t] = needed;
      if (!k && ids) this.#embed(ids, t, needed, B);
      [d, before] = [before, d];
    }
  }

  /** What a gradient (D, B) of what was read is of the embedding. */
  #embed(ids, t, d, B) {
    const D = this.spec.embedding_size;
    const { data } = this.gradients["embedding.weight"];
    for (let b = 0; b < B; b += 1) for (let j = 0; j < D; j += 1) data[ids[t * B + b] * D + j] += d[j * B + b];
  }
}

/** The head on top of the layers: what it says, the loss, and the gradient's beginning. */
class Answering {
  constructor(learner, strings) {
    this.learner = learner;
    this.strings = strings;
    const { outputs, tokens } = learner.spec;
    this.labels = (outputs.length ? outputs : tokens).length;
    this.scores = new Float64Array(this.labels);
    this.asked = strings.targets.reduce((sum, target) => sum + Number(!Number.isNaN(target)), 0);
  }

  /** The scores of string b at a step whose hidden states are h (H, B), as probabilities, or the number itself: (O,), until the next call. */
  #said(h, b) {
    const { scores, strings: { size: B } } = this;
    const { "head.weight": { data: weight, shape: [, H] }, "head.bias": { data: bias } } = this.learner.weights;
    for (let o = 0; o < scores.length; o += 1) {
      let sum = bias[o];
      for (let j = 0; j < H; j += 1) sum += weight[o * H + j] * h[j * B + b];
      scores[o] = sum;
    }
    return scores;
  }

  /** For each answer that is asked, in order. */
  #each(top, visit) {
    const { targets, steps, size: B } = this.strings;
    for (let t = 0; t < steps; t += 1) {
      for (let b = 0; b < B; b += 1) if (!Number.isNaN(targets[t * B + b])) visit(targets[t * B + b], this.#said(top.tables.h.row(t), b), t, b);
    }
  }

  /** The mean loss; the gradient of each hidden state goes into `passed`, that of the head into the learner's. */
  follow(top, passed) {
    const { asked, strings: { size: B } } = this;
    let total = 0;
    this.#each(top, (target, scores, t, b) => {
      total += loss(target, scores);
      slope(target, scores);
      passed[t] ??= new Float64Array(top.w.size);
      this.#learn(scores, top.tables.h.row(t), passed[t], b, B, asked);
    });
    return asked ? total / asked : 0;
  }

  #learn(slopes, h, d, b, B, asked) {
    const { weights, gradients } = this.learner;
    const { data: weight, shape: [O, H] } = weights["head.weight"];
    const [of, bias] = [gradients["head.weight"].data, gradients["head.bias"].data];
    for (let o = 0; o < O; o += 1) {
      const one = slopes[o] / asked;
      bias[o] += one;
      for (let j = 0; j < H; j += 1) {
        of[o * H + j] += one * h[j * B + b];
        d[j * B + b] += one * weight[o * H + j];
      }
    }
  }

  /** {loss, right}: right has for each string whether every answer was right, or within `near`. */
  judge(top, near) {
    const right = new Uint8Array(this.strings.size).fill(1);
    let [total, good] = [0, 0];
    this.#each(top, (target, scores, t, b) => {
      const fits = scores.length > 1 ? best(scores) === target : Math.abs(scores[0] - target) <= near;
      good += Number(fits);
      if (!fits) right[b] = 0;
      total += loss(target, scores);
    });
    return { loss: this.asked ? total / this.asked : 0, right, share: this.asked ? good / this.asked : 0 };
  }
}

const norm = (values) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

function best(scores) {
  let found = 0;
  for (let k = 1; k < scores.length; k += 1) if (scores[k] > scores[found]) found = k;
  return found;
}

/** The loss of one answer: nats, or the squared error of a number. */
function loss(target, scores) {
  if (scores.length === 1) return (scores[0] - target) ** 2;
  return most(scores) + Math.log(sum(scores)) - scores[target];
}

const most = (scores) => scores.reduce((top, score) => (score > top ? score : top), -Infinity);

/** The sum of e to the power of each score over the largest. */
function sum(scores) {
  const top = most(scores);
  return scores.reduce((all, score) => all + Math.exp(score - top), 0);
}

/** Turn scores into the gradient of the loss with respect to them. */
function slope(target, scores) {
  if (scores.length === 1) {
    scores[0] = 2 * (scores[0] - target);
    return;
  }
  const [top, all] = [most(scores), sum(scores)];
  for (let o = 0; o < scores.length; o += 1) scores[o] = Math.exp(scores[o] - top) / all - Number(o === target);
}
