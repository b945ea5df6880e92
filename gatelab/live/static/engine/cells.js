// One step of each recurrent cell, written as its equations, as in gatelab/cells.py: where every gate of a trace comes from.
//
// Names, row order and formulas are those of torch.nn.RNN, torch.nn.LSTM and torch.nn.GRU; the other cells follow the same pattern.
// Every step is called as (x, old, w, now, hold): x is the input (D,); old the state before the step, {h, c}, c where the cell has one;
// w the parameters of the layer (parameters.js); now takes what is computed, {name: (H,)}; hold puts other values in the place of computed ones,
// hold(name, values), as soon as they are computed (holds.js), and is null where nothing is held. a is what the input contributes to the sums
// of each gate, W_ih x + b_ih, and b what the old hidden state does, W_hh h + b_hh.

import { sigmoid } from "./tensors.js";

export * from "./roles.js";

const { max, tanh } = Math;

/** Hold what was just computed, {name: (H,)}. */
function put(hold, computed) {
  if (hold) for (const name in computed) hold(name, computed[name]);
}

/** The simple recurrent network (Elman 1990): the old state passes through the nonlinearity at every step. */
function rnn(x, old, w, { h }, hold) {
  const [a, b] = [w.fromInput(x), w.fromState(old.h)];
  for (let k = 0; k < w.size; k += 1) h[k] = tanh(a.h[k] + b.h[k]);
  put(hold, { h });
}

/** The same with a rectifier. */
function rnnRelu(x, old, w, { h }, hold) {
  const [a, b] = [w.fromInput(x), w.fromState(old.h)];
  for (let k = 0; k < w.size; k += 1) h[k] = max(0, a.h[k] + b.h[k]);
  put(hold, { h });
}

/** The long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000). */
function lstm(x, old, w, { i, f, g, o, c, h }, hold) {
  const [a, b] = [w.fromInput(x), w.fromState(old.h)];
  for (let k = 0; k < w.size; k += 1) {
    i[k] = sigmoid(a.i[k] + b.i[k]);
    f[k] = sigmoid(a.f[k] + b.f[k]);
    g[k] = tanh(a.g[k] + b.g[k]);
    o[k] = sigmoid(a.o[k] + b.o[k]);
  }
  put(hold, { i, f, g, o });
  for (let k = 0; k < w.size; k += 1) c[k] = f[k] * old.c[k] + i[k] * g[k]; // keep some of the old memory, write some of the new
  put(hold, { c });
  for (let k = 0; k < w.size; k += 1) h[k] = o[k] * tanh(c[k]);
  put(hold, { h });
}

/** The LSTM whose gates look at the memory (Gers and Schmidhuber 2000): i and f see the old c, o sees the new one. */
function peephole(x, old, w, { i, f, g, o, c, h }, hold) {
  const [a, b] = [w.fromInput(x), w.fromState(old.h)];
  for (let k = 0; k < w.size; k += 1) {
    i[k] = sigmoid(a.i[k] + b.i[k] + w.weight_ci[k] * old.c[k]);
    f[k] = sigmoid(a.f[k] + b.f[k] + w.weight_cf[k] * old.c[k]);
    g[k] = tanh(a.g[k] + b.g[k]);
  }
  put(hold, { i, f, g });
  for (let k = 0; k < w.size; k += 1) c[k] = f[k] * old.c[k] + i[k] * g[k];
  put(hold, { c });
  for (let k = 0; k < w.size; k += 1) o[k] = sigmoid(a.o[k] + b.o[k] + w.weight_co[k] * c[k]);
  put(hold, { o });
  for (let k = 0; k < w.size; k += 1) h[k] = o[k] * tanh(c[k]);
  put(hold, { h });
}

/** The LSTM with coupled gates (CIFG in Greff et al. 2017): what is forgotten makes room for what is written, i = 1 - f. */
function coupled(x, old, w, { i, f, g, o, c, h }, hold) {
  const [a, b] = [w.fromInput(x), w.fromState(old.h)];
  for (let k = 0; k < w.size; k += 1) {
    f[k] = sigmoid(a.f[k] + b.f[k]);
    g[k] = tanh(a.g[k] + b.g[k]);
    o[k] = sigmoid(a.o[k] + b.o[k]);
  }
  put(hold, { f, g, o });
  for (let k = 0; k < w.size; k += 1) i[k] = 1 - f[k];
  put(hold, { i });
  for (let k = 0; k < w.size; k += 1) c[k] = f[k] * old.c[k] + i[k] * g[k];
  put(hold, { c });
  for (let k = 0; k < w.size; k += 1) h[k] = o[k] * tanh(c[k]);
  put(hold, { h });
}

/** The gated recurrent unit (Cho et al. 2014) in PyTorch's form: the reset gate acts after the matrix product. z = 1 keeps the old state. */
function gru(x, old, w, { r, z, n, h }, hold) {
  const [a, b] = [w.fromInput(x), w.fromState(old.h)];
  for (let k = 0; k < w.size; k += 1) {
    r[k] = sigmoid(a.r[k] + b.r[k]);
    z[k] = sigmoid(a.z[k] + b.z[k]);
  }
  put(hold, { r, z });
  for (let k = 0; k < w.size; k += 1) n[k] = tanh(a.n[k] + r[k] * b.n[k]); // what the old state says is let in by the reset gate
  put(hold, { n });
  for (let k = 0; k < w.size; k += 1) h[k] = z[k] * old.h[k] + (1 - z[k]) * n[k];
  put(hold, { h });
}

/** The gated recurrent unit as its paper has it: the reset gate acts on the state before the matrix product. z = 1 keeps the old state. */
function gruCho(x, old, w, { r, z, n, h }, hold) {
  const [a, b] = [w.fromInput(x), w.fromState(old.h, "rz")];
  for (let k = 0; k < w.size; k += 1) {
    r[k] = sigmoid(a.r[k] + b.r[k]);
    z[k] = sigmoid(a.z[k] + b.z[k]);
  }
  put(hold, { r, z });
  for (let k = 0; k < w.size; k += 1) w.seen[k] = r[k] * old.h[k]; // what the reset gate lets the candidate see
  w.fromState(w.seen, "n");
  for (let k = 0; k < w.size; k += 1) n[k] = tanh(a.n[k] + b.n[k]);
  put(hold, { n });
  for (let k = 0; k < w.size; k += 1) h[k] = z[k] * old.h[k] + (1 - z[k]) * n[k];
  put(hold, { h });
}

/** The minimal gated unit (Zhou, Wu, Zhang and Zhou 2016): one gate says what the candidate sees of the old state, and how much of it comes in. */
function mgu(x, old, w, { f, n, h }, hold) {
  const [a, b] = [w.fromInput(x), w.fromState(old.h, "f")];
  for (let k = 0; k < w.size; k += 1) f[k] = sigmoid(a.f[k] + b.f[k]);
  put(hold, { f });
  for (let k = 0; k < w.size; k += 1) w.seen[k] = f[k] * old.h[k];
  w.fromState(w.seen, "n");
  for (let k = 0; k < w.size; k += 1) n[k] = tanh(a.n[k] + b.n[k]);
  put(hold, { n });
  for (let k = 0; k < w.size; k += 1) h[k] = (1 - f[k]) * old.h[k] + f[k] * n[k];
  put(hold, { h });
}

const memory = { write: "i", keep: "f", candidate: "g", show: "o", memory: "c" };
const unit = { reset: "r", write: "1 - z", keep: "z", candidate: "n", memory: "h", titled: { z: "update gate" } };

/**
 * Every cell of the family, in the order of their story, by role: what all else is derived from, as from gatelab/roles.py in Python. A new
 * one is its step and its record here, its derivative in derivatives.js, and its drawing in lesson/cells.js.
 *
 *   step       (x, old, w, now, hold), see above
 *   rows       the blocks of H rows in its weight matrices, in PyTorch's order
 *   peepholes  the names of its further parameters, (H,) each
 *   keep, write, reset, show    which gate says how much of the memory stays, of the candidate comes in, of the old state the candidate
 *              sees, and of the memory is shown; "1 - z" is the rest that another gate leaves, without a name of its own
 *   resets     whether the reset gate acts "before" the matrix product or "after" it
 *   candidate  what could be written; a simple RNN writes all of it
 *   memory     what is kept from step to step: c, or h itself
 *   titled     what gates with several roles are called, {name: title}; those with one are called after it
 *   rectified  whether the candidate goes through a rectifier, not tanh
 */
export const CELLS = {
  rnn: { step: rnn, rows: "h", candidate: "h", memory: "h" },
  "rnn-relu": { step: rnnRelu, rows: "h", candidate: "h", memory: "h", rectified: true },
  lstm: { step: lstm, rows: "ifgo", ...memory },
  peephole: { step: peephole, rows: "ifgo", ...memory, peepholes: ["weight_ci", "weight_cf", "weight_co"] },
  coupled: { step: coupled, rows: "fgo", ...memory },
  gru: { step: gru, rows: "rzn", ...unit, resets: "after" },
  "gru-cho": { step: gruCho, rows: "rzn", ...unit, resets: "before" },
  mgu: { step: mgu, rows: "fn", reset: "f", resets: "before", write: "f", keep: "1 - f", candidate: "n", memory: "h", titled: { f: "forget gate" } },
};

/** The record of a cell. */
export function cellOf(name) {
  if (!Object.hasOwn(CELLS, name)) throw new RangeError(`cell must be one of ${Object.keys(CELLS).join(", ")}: got ${name}`);
  return CELLS[name];
}

/** The names of the cells that a reader is made of; the rectifier's is PyTorch's alone. */
export const FAMILY = Object.keys(CELLS).filter((name) => !CELLS[name].rectified);

/** A table that is keyed by cell, {name: entry}, refused where one of `cells` has no entry. */
export function complete(what, table, cells = Object.keys(CELLS)) {
  const missing = cells.filter((name) => !Object.hasOwn(table, name));
  if (missing.length) throw new RangeError(`${what} must have an entry for every cell: got none for ${missing.join(", ")}`);
  return table;
}

/** The entry of a cell in a table that is keyed by cell. */
export const entry = (table, name) => cellOf(name) && table[name];

/** A table that is derived from the record of each cell of the family: {name: make(record)}. */
export const derived = (make) => Object.fromEntries(FAMILY.map((name) => [name, make(CELLS[name])]));
