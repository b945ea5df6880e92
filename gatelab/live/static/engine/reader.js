// A model that reads, token by token, and after each one predicts the next or answers; and the trace of what it computes.

import { apart, gates, names } from "./cells.js";
import { numbers, part } from "./checkpoint.js";
import { checked, checkedState, firstChange, told, within } from "./holds.js";
import { Parameters } from "./parameters.js";
import { Steps, Table } from "./steps.js";
import { product, row, softmax } from "./tensors.js";
import { Numbers, Vocabulary } from "./text.js";
import { split } from "./tokens.js";

/** @import { Hold } from "./holds.js" */

export class Reader {
  /** @param checkpoint - {spec, weights}, see checkpoint.js */
  constructor({ spec, weights }) {
    this.spec = spec;
    this.labels = spec.outputs?.length ? spec.outputs : spec.tokens;
    this.vocabulary = spec.unit === "numbers" ? new Numbers() : new Vocabulary(spec.tokens, spec.unit === "words");
    this.layers = Array.from({ length: spec.num_layers }, (_, k) => new Parameters(spec.cell, part(weights, "recurrent.", `_l${k}`)));
    this.embedding = spec.unit === "numbers" ? null : numbers(weights, "embedding.weight"); // (V, D)
    this.head = { weight: numbers(weights, "head.weight"), bias: numbers(weights, "head.bias") }; // (O, H), (O,)
    this.scores = new Float64Array(this.labels.length);
  }

  /** What the first layer reads for a token: its row of the embedding, or the number and its mark; (D,). */
  input(token) {
    const read = this.vocabulary.read(token);
    return this.embedding ? row(this.embedding, this.spec.embedding_size, read) : Float64Array.from(read);
  }

  /** What the model says at a hidden state (H,): probabilities over its labels, or a number; into `out` (O,). */
  answer(h, out) {
    product(this.head.weight, h, this.head.bias, this.scores);
    if (this.labels.length > 1) softmax(this.scores, out);
    else out.set(this.scores);
  }
}

/** How many tokens two sequences have in common at their beginning. */
function common(one, other) {
  let count = 0;
  while (count < one.length && count < other.length && one[count] === other[count]) count += 1;
  return count;
}

export class Trace {
  /** @type {Hold[]} */ holds;

  /**
   * The trace of no text at first.
   *
   * @param model a `Reader`
   * @param {{holds?: Hold[], state?: Object<string, ArrayLike<number>>}} options values in the place of computed ones; and what each layer
   *   begins from, {name, as of a hold: (H,)}, "h" or "c" in the last layer and "l1.h" in the first of several, zeros where it is missing
   */
  constructor(model, { holds = [], state = {} } = {}) {
    this.model = model;
    this.tokens = [];
    this.holds = checked(holds, model);
    const given = Object.entries(checkedState(state, model)).map(([name, values]) => ({ name, values }));
    const begun = (k) => Object.fromEntries(within(given, this.#called(k)).map(({ name, values }) => [name, values]));
    this.layers = model.layers.map((w, k) => new Steps(w, within(holds, this.#called(k)), begun(k)));
    this.answers = new Table(model.labels.length);
  }

  /** What can stand before the dot of a name in layer k: nothing means the last. */
  #called(k) {
    return k === this.model.layers.length - 1 ? [`l${k + 1}`, ""] : [`l${k + 1}`];
  }

  /** T, the number of steps. */
  get steps() {
    return this.tokens.length;
  }

  /** The values of the last layer at each step: {name: `Table`}. */
  get tables() {
    return this.layers[this.layers.length - 1].tables;
  }

  /** The state after the last step, of every layer, as `options.state` takes it. */
  get end() {
    const each = this.layers.flatMap((layer, k) => Object.entries(layer.state(this.steps - 1)).map(([name, values]) => [`l${k + 1}.${name}`, values]));
    return Object.fromEntries(each);
  }

  /** What the last layer began from, {h, c}. */
  get start() {
    return this.layers[this.layers.length - 1].start;
  }

  /** Where there are several layers, what the last one reads: the hidden states of the one below. */
  get #below() {
    return this.layers.length > 1 ? { x: this.layers[this.layers.length - 2].tables.h } : {};
  }

  /** Become the trace of another text, with the same holds; the steps of the common beginning are not computed again. */
  read(text) {
    return this.follow(split(text, this.model.spec.unit));
  }

  /** The same with other holds; the steps before the first that one of the changed holds touches are not computed again. */
  hold(holds) {
    const { tokens } = this;
    const first = firstChange(this.holds, checked(holds, this.model));
    this.holds = holds;
    this.layers.forEach((layer, k) => layer.hold(within(holds, this.#called(k))));
    this.tokens = tokens.slice(0, first);
    return this.follow(tokens);
  }

  /** Become the trace of some tokens, as `read`. */
  follow(tokens) {
    this.tokens.length = common(this.tokens, tokens);
    for (const token of tokens.slice(this.steps)) this.#take(token);
    return this;
  }

  /** Compute one step more. */
  #take(token) {
    const t = this.steps;
    let x = this.model.input(token);
    for (const layer of this.layers) x = layer.take(t, x);
    this.model.answer(x, this.answers.row(t));
    this.tokens.push(token);
  }

  /** The steps from step `have` on, as the server's answer to one who holds those before: see `pack` in gatelab/live/wire.py. */
  answer(have = 0) {
    if (have > this.steps) throw new RangeError(`have must be at most ${this.steps}, the steps of the text: got ${have}`);
    const { spec, labels, vocabulary } = this.model;
    const { cell } = this.model.layers[0];
    const tokens = this.tokens.slice(have);
    const tables = { ...this.tables, [labels.length > 1 ? "probs" : "answers"]: this.answers, ...this.#below };
    const about = names(cell);
    return {
      metadata: {
        model: spec.name,
        have,
        steps: this.steps,
        tokens,
        ids: tokens.map((token) => vocabulary.read(token)),
        unknown: tokens.map((token) => !vocabulary.knows(token)),
        names: about,
        layers: this.layers.length,
        ranges: Object.fromEntries(about.map((name) => [name, range(cell, name)])),
        scales: Object.fromEntries(about.map((name) => [name, gates(cell).has(name) ? "sequential" : "diverging"])),
        ...told(this.holds, within(this.holds, this.#called(this.layers.length - 1)), () => this.steps),
      },
      tensors: Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, table.copy(have, this.steps)])),
    };
  }
}

/** The trace of no text that begins with the state in which a text ends, where nothing is held; with zeros where there is no such text. */
export const beginning = (model, after) => new Trace(model, after ? { state: new Trace(model).read(after).end } : {});

const LIMIT = 4; // where the color of a cell state saturates: it has no bound of its own

/** The pinned range of a name's color, as gatelab/palette.py has it. */
function range(cell, name) {
  if (gates(cell).has(name)) return [0, 1];
  return apart(cell) && name === cell.memory ? [-LIMIT, LIMIT] : [-1, 1];
}
