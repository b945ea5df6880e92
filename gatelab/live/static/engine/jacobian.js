// How the state after one step of a cell depends on the state before it and on the input, entry by entry.

import { states } from "./cells.js";
import { Derivative, steepness } from "./derivatives.js";

/**
 * ds'/ds and ds'/dx of a step; s is h, or h and c side by side, S numbers.
 *
 * @param w the layer's `Parameters`; @param x the input (D,); @param old the state before, {h, c}; @param now what the step computed
 * @param steep how each value moves with its sum, see derivatives.js
 * @returns {{h, c, x}} transposed: h (H, S) and x (D, S), a row for each entry of what was before; c (S,), as c[k] passes into unit k alone,
 *   empty where the cell has no c
 */
export function jacobian(w, x, old, now, steep = steepness(w.cell, now)) {
  const S = w.size * states(w.cell).length;
  const to = { h: new Float64Array(w.size * S), c: new Float64Array(old.c ? S : 0), x: new Float64Array(x.length * S) };
  if (w.cell.resets === "before") unitByUnit(w, x, old, now, steep, to);
  else states(w.cell).forEach((part, at) => atOnce(w, old, now, steep, part, at * w.size, to));
  return to;
}

/** One entry of the new state after the other, each followed back. */
function unitByUnit(w, x, old, now, steep, to) {
  const one = new Derivative(w);
  const [d, back] = [{ h: new Float64Array(w.size) }, { h: new Float64Array(w.size), x: new Float64Array(x.length) }];
  for (let k = 0; k < w.size; k += 1) {
    d.h.fill(0)[k] = 1;
    one.back(d, x, old, now, back, steep);
    for (const name of ["h", "x"]) back[name].forEach((value, j) => (to[name][j * w.size + k] = value));
  }
}

/** All entries of h or of c together: as a step is elementwise but for its matrices, each unit's slopes stand apart, and scale the rows of the matrices. */
function atOnce(w, old, now, steep, part, first, to) {
  const fresh = () => Object.fromEntries(states(w.cell).map((name) => [name, new Float64Array(w.size)]));
  const [one, d, past] = [new Derivative(w), fresh(), fresh()];
  d[part].fill(1);
  one.slopes(d, old, now, past, steep);
  scaled(w.weight_hh, one.b.all, w.size, first, to.h);
  scaled(w.weight_ih, one.a.all, w.size, first, to.x);
  const S = to.h.length / w.size;
  for (let k = 0; k < w.size; k += 1) {
    to.h[k * S + first + k] += past.h[k];
    if (past.c) to.c[first + k] = past.c[k];
  }
}

/** Each unit's rows of a matrix (G H, width) by its slopes (G H,), summed over the G blocks, into the columns of `out` (width, S) from `first` on. */
function scaled(weight, slopes, size, first, out) {
  const width = weight.length / slopes.length;
  const S = out.length / width;
  for (let at = 0; at < slopes.length; at += 1) {
    const column = first + (at % size);
    for (let j = 0; j < width; j += 1) out[j * S + column] += slopes[at] * weight[at * width + j];
  }
}
