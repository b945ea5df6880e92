// The steps of one recurrent layer, as many as were taken so far: what a trace is made of.

import { names, states } from "./cells.js";
import { applying } from "./holds.js";
import { row } from "./tensors.js";

/** Rows that grow: the values of one name at each step. */
export class Table {
  /** @type {number} */ width;
  /** @type {Float64Array} */ data;

  /** @param width numbers a row */
  constructor(width) {
    Object.assign(this, { width, data: new Float64Array(64 * width) });
  }

  /** Row t, a view to write into or to read; there is room for it. */
  row(t) {
    if ((t + 1) * this.width > this.data.length) {
      const grown = new Float64Array(2 * (t + 1) * this.width);
      grown.set(this.data);
      this.data = grown;
    }
    return row(this.data, this.width, t);
  }

  /** Rows from `from` up to `to` as a tensor of an answer, in 32 bits: {shape, data}. */
  copy(from, to) {
    return { shape: [to - from, this.width], data: new Float32Array(this.data.subarray(from * this.width, to * this.width)) };
  }
}

export class Steps {
  /**
   * @param w the layer's `Parameters`
   * @param holds of this layer, under its cell's own names, see holds.js
   * @param state before the first step, {h, c}, (H,) each; zeros for what is missing
   */
  constructor(w, holds = [], state = {}) {
    this.w = w;
    this.holding = applying(holds);
    this.tables = Object.fromEntries(names(w.cell).map((name) => [name, new Table(w.size)]));
    this.start = Object.fromEntries(states(w.cell).map((name) => [name, Float64Array.from(state[name] ?? new Float64Array(w.size))]));
  }

  /** Other holds from now on; the steps that were taken stay as they are. */
  hold(holds) {
    this.holding = applying(holds);
  }

  /** Everything that was computed at step t: {name: (H,)}. */
  at(t) {
    const now = {};
    for (const name in this.tables) now[name] = this.tables[name].row(t);
    return now;
  }

  /** The state after step t, {h, c}; before the first step t = -1. */
  state(t) {
    if (t < 0) return this.start;
    const state = {};
    for (const name in this.start) state[name] = this.tables[name].row(t);
    return state;
  }

  /** Compute step t from the input (D,) and the step before it; returns h (H,), what the layer above reads. */
  take(t, x) {
    const now = this.at(t);
    this.w.step(x, this.state(t - 1), now, this.holding(t));
    return now.h;
  }
}
