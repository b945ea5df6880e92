// One recurrent layer over many strings at once, for training: where one string has a number, a batch has B that stand together, (H, B).
//
// Apart from its matrices a step is elementwise, so the equations in cells.js and derivatives.js serve as they are, for H B "units".

import { addEachOf, addOuterOf, addTransposedOf, productOf } from "./kernels.js";
import { Parameters } from "./parameters.js";

export class Batch extends Parameters {
  /**
   * @param cell a key of CELLS; @param weights as of `Parameters`; they may change, see `widen`
   * @param batch B, how many strings
   */
  constructor(cell, weights, batch) {
    super(cell, weights);
    this.batch = batch;
    this.size = this.units * batch;
    this.narrow = Object.fromEntries((this.cell.peepholes ?? []).map((name) => [name, this[name]]));
    for (const name in this.narrow) this[name] = new Float64Array(this.size);
    this.a = this.blocks();
    this.b = this.blocks();
    this.seen = new Float64Array(this.size);
    this.widen();
  }

  /** Take the peepholes, which are multiplied entry by entry, as they are now: once after each change of the weights. */
  widen() {
    for (const name in this.narrow) {
      for (let k = 0; k < this.units; k += 1) this[name].fill(this.narrow[name][k], k * this.batch, (k + 1) * this.batch);
    }
  }

  product(weight, x, bias, out) {
    productOf(this.batch, weight, x, bias, out);
  }

  addTransposed(weight, d, out) {
    addTransposedOf(this.batch, weight, d, out);
  }

  addOuter(d, x, out) {
    addOuterOf(this.batch, d, x, out);
  }

  addEach(d, out) {
    addEachOf(this.batch, d, out);
  }
}
