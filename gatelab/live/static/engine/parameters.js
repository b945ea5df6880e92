// The parameters of one recurrent layer, under PyTorch's names, and room for the sums that they make.

import { cellOf } from "./cells.js";
import { product } from "./tensors.js";

export class Parameters {
  /** @type {Float64Array} (G H, D) */ weight_ih;
  /** @type {Float64Array} (G H, H) */ weight_hh;
  /** @type {Float64Array} (G H,) */ bias_ih;
  /** @type {Float64Array} (G H,) */ bias_hh;

  /**
   * @param cell a key of CELLS
   * @param weights - {weight_ih, weight_hh, bias_ih, bias_hh} and the cell's peepholes, each {shape, data}: (G H, D), (G H, H), (G H,), (G H,), (H,),
   *   with the G blocks of rows that the cell's record names; the biases may be missing
   */
  constructor(cell, weights) {
    this.name = cell;
    this.cell = cellOf(cell);
    this.size = weights.weight_hh.shape[1]; // H
    for (const name of this.#needed(weights)) {
      if (!weights[name]) throw new TypeError(`${cell} must have ${name}: got ${Object.keys(weights).join(", ")}`);
      this[name] = weights[name].data;
    }
    this.a = this.blocks();
    this.b = this.blocks();
    this.seen = new Float64Array(this.size);
  }

  #needed(weights) {
    return ["weight_ih", "weight_hh", ...["bias_ih", "bias_hh"].filter((name) => weights[name]), ...(this.cell.peepholes ?? [])];
  }

  /** Room for one number a row of the weights: {all: (G H,), and for each name its block (H,)}. */
  blocks() {
    const all = new Float64Array(this.cell.rows.length * this.size);
    return Object.fromEntries([["all", all], ...Array.from(this.cell.rows, (name, at) => [name, all.subarray(at * this.size, (at + 1) * this.size)])]);
  }

  /** What the input contributes to the sums, W_ih x + b_ih: {name of the rows: (H,)}, until the next call. */
  fromInput(x) {
    product(this.weight_ih, x, this.bias_ih, this.a.all);
    return this.a;
  }

  /** What the old hidden state contributes, W_hh h + b_hh, to all rows or to some that stand together: {name: (H,)}, until the next call. */
  fromState(h, rows = this.cell.rows) {
    const of = (array, width) => this.rows(array, width, rows);
    product(of(this.weight_hh, this.size), h, this.bias_hh && of(this.bias_hh, 1), of(this.b.all, 1));
    return this.b;
  }

  /** The rows of some names that stand together, of a matrix (G H, width): a view. */
  rows(matrix, width, names) {
    const first = this.cell.rows.indexOf(names) * this.size * width;
    return matrix.subarray(first, first + names.length * this.size * width);
  }

  /** One step of the cell: fills `now`, {name: (H,)}, from the input (D,) and the state before, {h, c}; `hold` as in cells.js. */
  step(x, old, now, hold = null) {
    this.cell.step(x, old, this, now, hold);
  }
}
