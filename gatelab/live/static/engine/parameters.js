// The parameters of one recurrent layer, under PyTorch's names, room for the sums that they make, and the way of a gradient through them.

import { cellOf } from "./cells.js";
import { add, addOuter, addTransposed, product } from "./tensors.js";

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
    this.units = weights.weight_hh.shape[1]; // H
    this.size = this.units; // how many numbers stand for one name at a step; a batch has more of them (batches.js)
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
    this.product(this.weight_ih, x, this.bias_ih, this.a.all);
    return this.a;
  }

  /** What the old hidden state contributes, W_hh h + b_hh, to all rows or to some that stand together: {name: (H,)}, until the next call. */
  fromState(h, rows = this.cell.rows) {
    this.product(this.rows(this.weight_hh, this.units, rows), h, this.bias_hh && this.rows(this.bias_hh, 1, rows), this.blocksOf(this.b.all, rows));
    return this.b;
  }

  /** The rows of some names that stand together, of a matrix (G H, width): a view. */
  rows(matrix, width, names) {
    const first = this.cell.rows.indexOf(names) * this.units * width;
    return matrix.subarray(first, first + names.length * this.units * width);
  }

  /** The same of the sums, or of their gradient: a view. */
  blocksOf(all, names) {
    const first = this.cell.rows.indexOf(names) * this.size;
    return all.subarray(first, first + names.length * this.size);
  }

  /** Add to `out` (D,) what a gradient of the sums, (G H,), is of the input. */
  backToInput(d, out) {
    this.addTransposed(this.weight_ih, d, out);
  }

  /** Add to `out` (H,) what a gradient of the sums, of all rows or of some that stand together, is of the old hidden state. */
  backToState(d, out, rows = this.cell.rows) {
    this.addTransposed(this.rows(this.weight_hh, this.units, rows), d, out);
  }

  /** W x + b into `out`. */
  product(weight, x, bias, out) {
    product(weight, x, bias, out);
  }

  /** Add W^T d to `out`. */
  addTransposed(weight, d, out) {
    addTransposed(weight, d, out);
  }

  /** Add d x^T to `out`. */
  addOuter(d, x, out) {
    addOuter(d, x, out);
  }

  /** Add d to `out`, as it is the gradient of a bias. */
  addEach(d, out) {
    add(d, out);
  }

  /** One step of the cell: fills `now`, {name: (H,)}, from the input (D,) and the state before, {h, c}; `hold` as in cells.js. */
  step(x, old, now, hold = null) {
    this.cell.step(x, old, this, now, hold);
  }
}
