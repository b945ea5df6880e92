// How much the last state of a network depends on each token that it read, as in gatelab/influence.py: why a simple RNN forgets.
//
// dh_T/dx_t = J_T ... J_t+1 ds_t/dx_t: one factor J_k = ds_k/ds_k-1 for each step between; the state s is h, or h and c side by side, S numbers.

import { apart, names, share, states } from "./cells.js";
import { steepness } from "./derivatives.js";
import { passing, within } from "./holds.js";
import { jacobian } from "./jacobian.js";
import { Trace } from "./reader.js";
import { products, row } from "./tensors.js";

/**
 * @param model a `Reader` with one layer; @param text what it reads, T tokens
 * @param holds see holds.js: a value that is set depends on nothing before it, one that is held by "times" that many times as much, one by "plus" as before
 * @returns {{tokens, norms, gains, products, path}} arrays (T,):
 *   norms     Frobenius norm of dh_T/dx_t
 *   gains     how much step t passes on of a small random change of the state before it, on average: the norm of J_t, divided by sqrt(S)
 *   products  the same of all factors together, dh_T/ds_t = J_T ... J_t+1
 *   path      of a cell with a memory of its own, the mean over units of f_T ... f_t+1, the way through c alone; else null
 */
export function influence(model, text, holds = []) {
  if (model.layers.length > 1) throw new RangeError(`influence needs a model with one layer: got ${model.layers.length}`);
  const { tokens, steps, layers: [layer] } = new Trace(model, { holds }).read(text);
  const { w } = layer;
  const [norms, gains, sizes] = [0, 0, 0].map(() => new Float64Array(steps));
  const passes = passing(within(holds, ["", "l1"]));
  const steep = Array.from({ length: steps }, (_, t) => moved(layer, model.input(tokens[t]), t, passes(t)));
  const S = w.size * states(w.cell).length;
  let all = new Float64Array(w.size * S); // dh_T/ds_t, (H, S); at first the part of the identity that gives h
  for (let k = 0; k < w.size; k += 1) all[k * S + k] = 1;
  for (let t = steps - 1; t >= 0; t -= 1) {
    const step = jacobian(w, model.input(tokens[t]), layer.state(t - 1), layer.at(t), steep[t]);
    sizes[t] = norm(all) / Math.sqrt(S);
    gains[t] = Math.hypot(norm(step.h), norm(step.c)) / Math.sqrt(S);
    norms[t] = norm(passed(all, step.x, S));
    all = before(all, step, S);
  }
  return { tokens, norms, gains, products: sizes, path: apart(w.cell) ? path(layer.tables, share(w.cell, "keep"), steep) : null };
}

/** How each value of step t moves with the sum that it is made of, and how much of that passes what is held there; `passes` is null where nothing is. */
function moved(layer, x, t, passes) {
  const { w } = layer;
  if (!passes) return steepness(w.cell, layer.at(t));
  const [computed, apply, now] = [{}, layer.holding(t), Object.fromEntries(names(w.cell).map((name) => [name, new Float64Array(w.size)]))];
  w.step(x, layer.state(t - 1), now, (name, values) => {
    computed[name] = values.slice(); // before another one takes its place
    apply(name, values);
  });
  const steep = steepness(w.cell, computed);
  for (const name in steep) passes(name, steep[name]);
  return steep;
}

/** Frobenius norm. */
function norm(values) {
  let sum = 0;
  for (let k = 0; k < values.length; k += 1) sum += values[k] * values[k];
  return Math.sqrt(sum);
}

/** The product of dh_T/ds_t (H, S) and a jacobian (S, width), which stands transposed: (H, width). */
const passed = (all, transposed, S) => products(transposed, all, S, new Float64Array((all.length / S) * (transposed.length / S)));

/** dh_T/ds_t-1 from dh_T/ds_t: (H, S). */
function before(all, { h, c }, S) {
  const found = passed(all, h, S);
  if (!c.length) return found;
  const size = S / 2;
  const both = new Float64Array(all.length);
  for (let k = 0; k < size; k += 1) {
    both.set(row(found, size, k), k * S);
    for (let unit = 0; unit < size; unit += 1) both[k * S + size + unit] = all[k * S + unit] * c[unit] + all[k * S + size + unit] * c[size + unit];
  }
  return both;
}

/** The mean over units of f_T ... f_t+1, (T,), where f is the share of the memory that is kept, and of that what passes where c itself is held. */
function path(tables, keep, steep) {
  const steps = steep.length;
  const way = new Float64Array(tables[keep.name].width).fill(1);
  const means = new Float64Array(steps);
  for (let t = steps - 1; t >= 0; t -= 1) {
    means[t] = way.reduce((sum, value) => sum + value, 0) / way.length;
    for (let unit = 0; unit < way.length; unit += 1) way[unit] *= keep.of((name) => tables[name].row(t)[unit]) * steep[t].c[unit];
  }
  return means;
}
