// What the last answer of a model rests on: how much it changes where one unit of the last layer is silent, or where one token is left out.

import { names } from "./cells.js";
import { Trace } from "./reader.js";
import { products, row } from "./tensors.js";

/**
 * How much the last answer changes where h and c of one unit of the last layer are 0 at every step.
 *
 * @param model a `Reader`; @param {string} text at least one token; @param {number} label the place of what is asked about among the model's labels
 * @returns {Float64Array} (H,), for each unit the answer without it, minus the answer of the whole model
 */
export function silencedUnits(model, text, label) {
  const trace = new Trace(model).read(text);
  const last = answerOf(trace, label);
  const w = model.layers.at(-1);
  const silent = Array.from({ length: w.size }, (_, unit) => unit * w.size + unit); // copy k is without unit k
  const hold = (name, values) => {
    if (name === "h" || name === "c") for (const k of silent) values[k] = 0;
  };
  const h = run(new Copies(w, w.size), inputs(trace), hold);
  const out = new Float64Array(model.labels.length);
  return Float64Array.from(silent, (_, unit) => {
    model.answer(row(h, w.size, unit), out);
    return out[label] - last;
  });
}

/**
 * How much the last answer changes where one token is left out.
 *
 * @param model a `Reader`; @param {string} text at least two tokens; @param {number} label as above; @param {number} from the first step that is left out
 * @returns {Float64Array} (T - from,), for each token the answer to the text without it, minus the answer to the whole text
 */
export function leftOutTokens(model, text, label, from = 0) {
  const trace = new Trace(model).read(text);
  const [last, tokens] = [answerOf(trace, label), [...trace.tokens]];
  if (tokens.length < 2) throw new RangeError(`a text must have two tokens for one to be left out: got ${tokens.length}`);
  const changes = new Float64Array(tokens.length - from);
  for (let t = tokens.length - 1; t >= from; t -= 1) changes[t - from] = answerOf(trace.follow(tokens.toSpliced(t, 1)), label) - last; // the steps before t stay
  return changes;
}

/** What the model says of a label after the last step. */
function answerOf({ model, steps, answers }, label) {
  if (!(label in model.labels)) throw new RangeError(`label must be an integer from 0 to ${model.labels.length - 1}: got ${label}`);
  if (!steps) throw new RangeError("a text must have a token for an answer to change: got none");
  return answers.row(steps - 1)[label];
}

/** What the last layer reads at each step: T vectors. */
function inputs({ model, tokens, layers }) {
  const below = layers.at(-2);
  return tokens.map((token, t) => (below ? below.tables.h.row(t) : model.input(token)));
}

/** The last hidden states of all copies, (count, H). */
function run(copies, xs, hold) {
  const room = (list) => Object.fromEntries(list.map((name) => [name, new Float64Array(copies.size)]));
  let [old, now] = [names, names].map((list) => room(list(copies.cell)));
  for (const x of xs) {
    copies.cell.step(x, old, copies, now, hold);
    [old, now] = [now, old];
  }
  return old.h;
}

/** The parameters of a layer, for several copies of it that read the same: as of one layer of count * H units, so that the cell's step stays as it is. */
class Copies {
  /** @param w `Parameters` */
  constructor(w, count) {
    this.w = w;
    this.count = count;
    this.cell = w.cell;
    this.size = count * w.size;
    this.a = this.#blocks();
    this.b = this.#blocks();
    this.seen = new Float64Array(this.size);
    for (const name of w.cell.peepholes ?? []) this[name] = this.#repeated(w[name], new Float64Array(this.size));
  }

  #blocks() {
    return Object.fromEntries(Array.from(this.w.cell.rows, (name) => [name, new Float64Array(this.size)]));
  }

  #repeated(values, out) {
    for (let k = 0; k < this.count; k += 1) out.set(values, k * values.length);
    return out;
  }

  /** W_ih x + b_ih of the one x that all copies read: {name of the rows: (count * H,)}, until the next call. */
  fromInput(x) {
    const said = this.w.fromInput(x);
    for (const name in this.a) this.#repeated(said[name], this.a[name]);
    return this.a;
  }

  /** W_hh h + b_hh of each copy, as in `Parameters`. */
  fromState(h, rows = this.cell.rows) {
    const { w, b } = this;
    for (const name of rows) {
      products(w.rows(w.weight_hh, w.size, name), h, w.size, b[name]);
      if (w.bias_hh) this.#add(w.rows(w.bias_hh, 1, name), b[name]);
    }
    return b;
  }

  #add(bias, out) {
    for (let k = 0; k < out.length; k += bias.length) for (let j = 0; j < bias.length; j += 1) out[k + j] += bias[j];
  }
}
