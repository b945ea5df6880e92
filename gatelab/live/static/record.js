// The browser's copy of a trace: grows by the new steps of each answer, and never asks for a step twice.

import { apart, cellOf, isCoupled } from "./engine/cells.js";
import { firstChanged } from "./engine/holds.js";
import { PYTORCH, writing } from "./kit/notation.js";

const FINEST = 2 ** 23; // into how many steps three bytes divide a range (wire.py)

/** What an answer may leave out of a cell, because it follows from other values of the same unit and step (wire.py): [name, from which, how]. */
const follows = (cell) => [
  ...(isCoupled(cell) ? [[cell.write, [cell.keep], (f) => 1 - f]] : []),
  ...(apart(cell) ? [["h", [cell.show, cell.memory], (o, c) => o * Math.tanh(c)]] : []),
];

/** The arrays of an answer, {name: {width, data}}: what came in three bytes as numbers in its range, and what follows from it. */
function arrays(cell, { names, ranges }, tensors) {
  const made = Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) => [name, { width: shape[1], data: data instanceof Uint8Array ? fromBytes(data, ranges[name]) : data }]));
  const missing = names.filter((name) => !(name in made));
  for (const [name, from, of] of missing.length ? follows(cellOf(cell)) : []) {
    if (!missing.includes(name) || !from.every((other) => other in made)) continue;
    const [one, other] = from.map((source) => made[source].data);
    made[name] = { width: made[from[0]].width, data: one.map((value, k) => of(value, other?.[k])) };
  }
  return made;
}

/** The numbers between `low` and `high` that three bytes each stand for, the lowest byte first. */
function fromBytes(bytes, [low, high]) {
  const size = (high - low) / FINEST;
  const numbers = new Float32Array(bytes.length / 3);
  for (let k = 0; k < numbers.length; k += 1) numbers[k] = low + size * (bytes[3 * k] + 256 * bytes[3 * k + 1] + 65536 * bytes[3 * k + 2]);
  return numbers;
}

/** The pinned ranges of a model's states, as they were measured on unseen text (gatelab/training/units.py). */
const pinned = ({ ranges = {} }) => Object.fromEntries(Object.entries(ranges).map(([name, { to }]) => [name, [-to, to]]));

export class Record {
  model;
  /** @type {(text: string) => readonly string[]} */ split;
  /** @type {string} whose notation the values are read in (kit/notation.js) */ notation = PYTORCH;
  /** @type {string | null} the gate that this notation turns round */ turned = null;
  /** @type {string | null} what its values are, where they are not what the model computed: "new minus old" */ shows = null;

  /**
   * @param model an entry of GET /live/models, or of the Compare page
   * @param {(text: string) => readonly string[]} split a text into its tokens; characters unless told
   */
  constructor(model, split = Array.from) {
    Object.assign(this, { model, split });
    this.steps = 0;
    this.held = ""; // what was held while they were computed, as text
    this.after = ""; // the text in whose last state they begin; "" for zeros
    this.state = {}; // that state, {name: (H,)}
    this.layers = 1; // the values are those of the last one; with several, "x" is what it reads
    this.tokens = [];
    this.ids = [];
    this.strange = []; // whether the model never saw the token
    this.names = [];
    this.ranges = {};
    this.scales = {};
    this.arrays = {}; // name -> {width, data}
  }

  get text() {
    return this.tokens.join("");
  }

  /** Read the values in a notation from now on. Returns the record. */
  use(notation) {
    this.notation = notation;
    this.turned = writing(this).turned;
    return this;
  }

  /** How many steps of another text are held already: the length of the common beginning, in tokens. */
  shared(tokens) {
    let at = 0;
    while (at < this.steps && at < tokens.length && this.tokens[at] === tokens[at]) at += 1;
    return at;
  }

  /**
   * Take in the answer to a text whose first `have` steps are those held here; the steps after them are replaced.
   * @returns {boolean} false, with nothing taken, where the text does not begin as what is held here
   */
  apply({ metadata, tensors }, text) {
    const { have, steps, layers = 1, held = "", after = "", state = {} } = metadata;
    if (have > firstChanged(this.held, held)) return false; // the steps of this record were computed with other holds
    if (have > 0 && after !== this.after) return false; // or from another state
    if (text !== undefined && this.shared(this.split(text)) < have) return false;
    if (have > this.steps) throw new RangeError(`the answer begins at step ${have}, but only ${this.steps} are held`);
    Object.assign(this, { held, after, state });
    this.names = metadata.names;
    this.ranges = { ...metadata.ranges, ...pinned(this.model) };
    this.scales = metadata.scales;
    this.tokens = this.tokens.slice(0, have).concat(metadata.tokens);
    this.ids = this.ids.slice(0, have).concat(metadata.ids);
    this.strange = this.strange.slice(0, have).concat(metadata.unknown);
    for (const [name, { width, data }] of Object.entries(arrays(this.model.cell, metadata, tensors))) this.#append(name, have, width, data);
    this.steps = steps;
    this.layers = layers;
    return true;
  }

  #append(name, have, width, data) {
    const old = this.arrays[name] ?? { width, data: new Float32Array(64 * width) };
    const needed = have * width + data.length;
    if (needed > old.data.length) {
      const grown = new Float32Array(2 * needed);
      grown.set(old.data.subarray(0, have * width));
      old.data = grown;
    }
    old.data.set(data, have * width);
    this.arrays[name] = old;
  }

  /** The values of a name at step t, one for each unit (or token, for "probs"): of a gate that the notation turns round, what it leaves. */
  row(name, t) {
    const { width, data } = this.arrays[name];
    const values = data.subarray(t * width, (t + 1) * width);
    return name === this.turned ? values.map((value) => 1 - value) : values;
  }

  /** One value; before the first step that of the state in which it begins, 0 unless another was given. */
  value(name, t, unit) {
    if (t < 0) return this.state[name]?.[unit] ?? 0;
    const { width, data } = this.arrays[name];
    const value = data[t * width + unit];
    return name === this.turned ? 1 - value : value;
  }

  /** Whether the model reads the token at step t as one that it never saw. */
  unknown(t) {
    return this.strange[t];
  }

  /** The token in whose place the model reads step t, where that is another one than was typed; else null. */
  readAs(t) {
    const read = this.model.vocab[this.ids[t]];
    return read === this.tokens[t] || read === "\uFFFD" ? null : read;
  }

  /** What the entries of "probs" stand for: the tokens of which one comes next, or what the model tells apart. */
  get labels() {
    return this.model.labels ?? this.model.vocab;
  }

  /** The most likely labels after step t, best first: [{token, probability}]. */
  guesses(t, count) {
    const best = [];
    this.row("probs", t).forEach((probability, id) => {
      if (best.length < count || probability > best[best.length - 1].probability) {
        const at = best.findIndex((other) => probability > other.probability);
        best.splice(at < 0 ? best.length : at, 0, { token: this.labels[id], probability });
        best.length = Math.min(best.length, count);
      }
    });
    return best;
  }
}

/** The part of an answer that belongs to the k-th of its models, as an answer of its own. */
export function part({ metadata, tensors }, k) {
  const mine = Object.entries(tensors).filter(([name]) => name.startsWith(`${k}.`));
  return { metadata: metadata.parts[k], tensors: Object.fromEntries(mine.map(([name, tensor]) => [name.slice(name.indexOf(".") + 1), tensor])) };
}
