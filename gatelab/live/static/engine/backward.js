// Backpropagation through time, as in gatelab/backpropagation.py: how the loss of one answer depends on everything that the last layer computed before it.
//
// L = -ln p(label) after the last token. d has its gradient with respect to each value, by all ways on which the value acts on the loss.

import { apart, gates, names, share, states } from "./cells.js";
import { Derivative, steepness } from "./derivatives.js";

const fresh = (list, size) => Object.fromEntries(list.map((name) => [name, new Float64Array(size)]));

export class Backward {
  model;
  layer; // the `Steps` of its last layer
  w; // the parameters of that
  /** @type {number} L, in nats */ loss;
  /** @type {Float64Array} dL/d(score) of each label: p, and 1 less of the right one */ scores;
  /** @type {Object<string, Float64Array>[]} at each step dL/d(value) by name, (H,) each; zeros before the first step that the gradient reaches */ d;
  /** @type {Object<string, Float64Array>[]} what each step passes back to the state before it, {h, c} */ passed;
  /** @type {Object<string, Float64Array>[]} at each step by row the gradient of what the old state contributes to its sum, before it is squashed */ sums;
  /** @type {number} the first step that the gradient reaches */ first;

  /**
   * @param model a `Reader` with several labels; @param trace what it read, a `Trace` with one step at least, in which nothing is held
   * @param label the answer that is called right; @param most steps after which the gradient stops, counted from the end
   */
  constructor(model, trace, label, most = Infinity) {
    const target = model.labels.indexOf(label);
    if (target < 0 || model.labels.length < 2) throw new RangeError(`label must be one of several that the model has: got ${label}`);
    if (!trace.steps) throw new RangeError("a text must have at least one token: got none");
    const layer = trace.layers.at(-1);
    const p = trace.answers.row(trace.steps - 1);
    Object.assign(this, { model, layer, w: layer.w, loss: -Math.log(p[target]), scores: Float64Array.from(p, (share, k) => share - (k === target ? 1 : 0)), d: [], passed: [], sums: [] });
    this.first = Math.max(0, trace.steps - most);
    this.#follow(trace.steps);
  }

  #follow(steps) {
    const { w, layer, first } = this;
    const [one, other] = [new Derivative(w), new Derivative(w)];
    let d = fresh(states(w.cell), w.size);
    d.h = this.#asked();
    for (let t = steps - 1; t >= 0; t -= 1) {
      const [old, now, to] = [layer.state(t - 1), layer.at(t), fresh(states(w.cell), w.size)];
      this.d[t] = t < first ? fresh(names(w.cell), w.size) : apart(w.cell) ? ofMemory(w.cell, one.ofMemory(d, now), d, old, now) : ofMixture(other, d, old, now);
      one.back(d, null, old, now, to);
      this.sums[t] = rowsOf(w.cell, one.b);
      d = this.passed[t] = t > first ? to : fresh(states(w.cell), w.size);
    }
  }

  /** dL/dh of the last step: from the scores, through the head. */
  #asked() {
    const { head } = this.model;
    const d = new Float64Array(this.w.size);
    this.scores.forEach((score, label) => d.forEach((_, k) => (d[k] += score * head.weight[label * d.length + k])));
    return d;
  }

  /** How much step t passes back to the old hidden state of a unit through each of its rows, {name: number}; what passes by without a matrix is not in it. */
  through(t, unit) {
    const { w } = this;
    if (t < this.first || (t === this.first && t > 0)) return Object.fromEntries(Array.from(w.cell.rows, (name) => [name, 0]));
    return Object.fromEntries(Array.from(w.cell.rows, (name) => [name, this.#row(t, name, unit)]));
  }

  #row(t, name, unit) {
    const { w, layer } = this;
    const sum = this.#sum(t, name, unit);
    return w.cell.resets === "before" && name === w.cell.candidate ? sum * layer.at(t)[w.cell.reset][unit] : sum;
  }

  #sum(t, name, unit) {
    return this.units(t, unit, name).reduce((sum, { value }) => sum + value, 0);
  }

  /** What the candidate's matrix passes back to what it saw of a unit, where a reset gate acts before it. */
  seen(t, unit) {
    return this.#sum(t, this.w.cell.candidate, unit);
  }

  /** What each unit of a row passes back to the hidden state of a unit: [{unit, weight, sum: the gradient of its sum, value}]. */
  units(t, unit, name = this.w.cell.rows[0]) {
    const { w } = this;
    const [weights, sums] = [w.rows(w.weight_hh, w.units, name), this.sums[t][name]];
    return Array.from(sums, (sum, k) => ({ unit: k, weight: weights[k * w.size + unit], sum, value: sum * weights[k * w.size + unit] }));
  }

  /** The length of dL/d(value) at each step, over all units: (T,). */
  norms(name) {
    return Float64Array.from(this.d, (values) => Math.hypot(...values[name]));
  }
}

const rowsOf = ({ rows }, blocks) => Object.fromEntries(Array.from(rows, (name) => [name, blocks[name].slice()]));

/** Of a cell with a memory apart, from dL/dc: what acts on the memory by a product, and what shows it. */
function ofMemory(cell, dc, d, old, now) {
  const { keep, write, candidate, memory, show } = cell;
  const times = (values) => dc.map((value, k) => value * values(k));
  const written = times((k) => now[candidate][k]);
  const kept = times((k) => old[memory][k]);
  return {
    h: d.h.slice(),
    [memory]: dc.slice(),
    [write]: written,
    [keep]: cell.rows.includes(write) ? kept : kept.map((value, k) => value - written[k]), // i = 1 - f
    [candidate]: times((k) => now[write][k]),
    [show]: d.h.map((value, k) => value * Math.tanh(now[memory][k])),
  };
}

/** Of a cell whose one state is a mixture, or made anew: its gates as if they were not squashed. */
function ofMixture(one, d, old, now) {
  const { cell, size } = one.w;
  const steep = steepness(cell, now);
  for (const name of gates(cell)) steep[name]?.fill(1);
  one.back(d, null, old, now, fresh(states(cell), size), steep);
  const write = share(cell, "write");
  const values = Object.fromEntries([...gates(cell)].map((name) => [name, one.a[name].slice()]));
  if (cell.keep) values[cell.candidate] = d.h.map((value, k) => value * write.of((name) => now[name][k]));
  return { ...values, h: d.h.slice() };
}
