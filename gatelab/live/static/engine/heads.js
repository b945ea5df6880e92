// Multi-head attention: every head looks for itself, at what is kept of all that it may look at.

import { attend, context, scaled } from "./attention.js";
import { numbers } from "./checkpoint.js";
import { Table } from "./steps.js";
import { product, row } from "./tensors.js";

/** The parameters of one `nn.MultiheadAttention` with `count` heads. */
export class Heads {
  /** @type {number} */ count;
  /** @type {number} H */ size;
  query; // {weight, bias}
  key;
  value;

  /** @param weights of this part alone: in_proj_weight (3 H, H) with the rows of queries, keys and values, and so on */
  constructor(weights, count) {
    const [weight, bias] = [numbers(weights, "in_proj_weight"), numbers(weights, "in_proj_bias")];
    const third = (k) => ({ weight: weight.subarray((k * weight.length) / 3, ((k + 1) * weight.length) / 3), bias: bias.subarray((k * bias.length) / 3, ((k + 1) * bias.length) / 3) });
    Object.assign(this, { count, size: bias.length / 3, query: third(0), key: third(1), value: third(2) });
    this.out = { weight: numbers(weights, "out_proj.weight"), bias: numbers(weights, "out_proj.bias") };
  }
}

/** What one head has looked for, and what it may look at: tables of A = H / heads numbers a row. */
class Head {
  /** @type {number} A */ size;
  /** @type {number} how many rows there are to look at */ kept;
  /** @type {Table} */ query;
  /** @type {Table} */ key;
  /** @type {Table} */ value;
  /** @type {Float64Array[]} */ weights;

  constructor(size) {
    Object.assign(this, { size, kept: 0, query: new Table(size), key: new Table(size), value: new Table(size), weights: [] });
  }

  keep(key, value) {
    this.key.row(this.kept).set(key);
    this.value.row(this.kept).set(value);
    this.kept += 1;
  }

  /** What a query sees of all that is kept, into `out` (A,). */
  look(query, out) {
    const kept = ({ data }) => data.subarray(0, this.kept * this.size);
    const weights = attend(scaled(query, kept(this.key), new Float64Array(this.kept)));
    context(weights, kept(this.value), out);
    this.query.row(this.weights.length).set(query);
    this.weights.push(weights);
  }
}

/** One look after another through the same heads, at what is kept by then. */
export class Looks {
  constructor(parameters) {
    this.parameters = parameters;
    this.heads = Array.from({ length: parameters.count }, () => new Head(parameters.size / parameters.count));
  }

  #project(x, { weight, bias }) {
    return product(weight, x, bias, new Float64Array(this.parameters.size));
  }

  /** Let whoever looks from now on see a vector (H,). */
  keep(x) {
    const [key, value] = [this.#project(x, this.parameters.key), this.#project(x, this.parameters.value)];
    this.heads.forEach((head, k) => head.keep(row(key, head.size, k), row(value, head.size, k)));
  }

  /** What a vector (H,) sees: the contexts of all heads side by side, once more through a matrix, (H,). */
  look(x) {
    const query = this.#project(x, this.parameters.query);
    const seen = new Float64Array(this.parameters.size);
    this.heads.forEach((head, k) => head.look(row(query, head.size, k), row(seen, head.size, k)));
    return this.#project(seen, this.parameters.out);
  }
}

/**
 * What the heads of several layers computed and travels: {name: {shape: [layers, heads, ...], data}}; scores and contexts follow from it by one
 * product each. The weight of what was kept after a look is 0.
 */
export function stacked(layers) {
  const heads = layers.flatMap((looks) => looks.heads);
  const { kept, size, weights: { length: looked } } = heads[0];
  const make = (rows, width, values) => {
    const data = new Float64Array(heads.length * rows * width);
    heads.forEach((head, k) => values(head, data.subarray(k * rows * width, (k + 1) * rows * width)));
    return { shape: [layers.length, layers[0].heads.length, rows, width], data };
  };
  const table = (name) => (head, all) => all.set(head[name].data.subarray(0, all.length));
  return {
    query: make(looked, size, table("query")),
    key: make(kept, size, table("key")),
    value: make(kept, size, table("value")),
    weights: make(looked, kept, (head, all) => head.weights.forEach((values, q) => all.set(values, q * kept))),
  };
}
