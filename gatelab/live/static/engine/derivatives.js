// The derivative of one step of each recurrent cell, by hand from the equations in cells.py: what some loss L owes to the state before the step, to
// the input and to the parameters, from what it owes to the state after it. dc and so on stand for dL/dc.
//
// Apart from its matrices a step is elementwise. `SLOPES` are the derivatives of these elementwise parts: (d, old, now, w, to), where d is what L
// owes to the state after the step, {h, c}; to.a and to.b take what it owes to the sums of each gate, to what the input and to what the old state
// contributes (one and the same but for a GRU's candidate); to.h and to.c what it owes to the state before by any other way than W_hh h.

import { add, addOuter, addTransposed } from "./tensors.js";

const { tanh } = Math;

const ofSigmoid = (y) => y * (1 - y); // the slope of a sigmoid where its value is y
const ofTanh = (y) => 1 - y * y;

function rnn(d, old, { h }, w, { a, ...to }) {
  for (let k = 0; k < w.size; k += 1) a.h[k] = d.h[k] * ofTanh(h[k]);
  to.h.fill(0);
}

function rnnRelu(d, old, { h }, w, { a, ...to }) {
  for (let k = 0; k < w.size; k += 1) a.h[k] = h[k] > 0 ? d.h[k] : 0;
  to.h.fill(0);
}

function lstm(d, old, { i, f, g, o, c }, w, { a, ...to }) {
  for (let k = 0; k < w.size; k += 1) {
    const dc = d.c[k] + d.h[k] * o[k] * ofTanh(tanh(c[k]));
    a.i[k] = dc * g[k] * ofSigmoid(i[k]);
    a.f[k] = dc * old.c[k] * ofSigmoid(f[k]);
    a.g[k] = dc * i[k] * ofTanh(g[k]);
    a.o[k] = d.h[k] * tanh(c[k]) * ofSigmoid(o[k]);
    to.c[k] = dc * f[k];
  }
  to.h.fill(0);
}

function peephole(d, old, { i, f, g, o, c }, w, { a, ...to }) {
  for (let k = 0; k < w.size; k += 1) {
    a.o[k] = d.h[k] * tanh(c[k]) * ofSigmoid(o[k]);
    const dc = d.c[k] + d.h[k] * o[k] * ofTanh(tanh(c[k])) + a.o[k] * w.weight_co[k];
    a.i[k] = dc * g[k] * ofSigmoid(i[k]);
    a.f[k] = dc * old.c[k] * ofSigmoid(f[k]);
    a.g[k] = dc * i[k] * ofTanh(g[k]);
    to.c[k] = dc * f[k] + a.i[k] * w.weight_ci[k] + a.f[k] * w.weight_cf[k];
  }
  to.h.fill(0);
}

function coupled(d, old, { i, f, g, o, c }, w, { a, ...to }) {
  for (let k = 0; k < w.size; k += 1) {
    const dc = d.c[k] + d.h[k] * o[k] * ofTanh(tanh(c[k]));
    a.f[k] = dc * (old.c[k] - g[k]) * ofSigmoid(f[k]); // i = 1 - f
    a.g[k] = dc * i[k] * ofTanh(g[k]);
    a.o[k] = d.h[k] * tanh(c[k]) * ofSigmoid(o[k]);
    to.c[k] = dc * f[k];
  }
  to.h.fill(0);
}

function gru(d, old, { r, z, n }, w, { a, b, ...to }) {
  const said = w.fromState(old.h, "n").n; // what the old state says to the candidate
  for (let k = 0; k < w.size; k += 1) {
    a.n[k] = d.h[k] * (1 - z[k]) * ofTanh(n[k]);
    b.n[k] = a.n[k] * r[k];
    b.r[k] = a.r[k] = a.n[k] * said[k] * ofSigmoid(r[k]);
    b.z[k] = a.z[k] = d.h[k] * (old.h[k] - n[k]) * ofSigmoid(z[k]);
    to.h[k] = d.h[k] * z[k];
  }
}

function gruCho(d, old, { z, n }, w, { a, ...to }) {
  for (let k = 0; k < w.size; k += 1) {
    a.r[k] = 0; // it acts through the matrix alone, see `reset`
    a.n[k] = d.h[k] * (1 - z[k]) * ofTanh(n[k]);
    a.z[k] = d.h[k] * (old.h[k] - n[k]) * ofSigmoid(z[k]);
    to.h[k] = d.h[k] * z[k];
  }
}

/** A reset gate before the matrix product: from what L owes to r h, which the candidate's matrix sees. */
function reset(dSeen, old, r, w, { a, ...to }) {
  for (let k = 0; k < w.size; k += 1) {
    a[w.cell.reset][k] += dSeen[k] * old.h[k] * ofSigmoid(r[k]);
    to.h[k] += dSeen[k] * r[k];
  }
}

export const SLOPES = { rnn, "rnn-relu": rnnRelu, lstm, peephole, coupled, gru, "gru-cho": gruCho };

export class Derivative {
  /** @param w the `Parameters` of a layer */
  constructor(w) {
    this.w = w;
    this.a = w.blocks();
    this.b = w.cell.resets === "after" ? w.blocks() : this.a;
    this.seen = new Float64Array(w.size);
  }

  /**
   * Follow one step back.
   *
   * @param d {h, c}, (H,) each: dL/dh and dL/dc of the state after the step
   * @param x the input (D,); @param old the state before, {h, c}; @param now what the step computed
   * @param to {h, c}: filled with what L owes to the state before; {x}: and to the input, if it is there; {parameters}: {name of a
   *   parameter: array}, to which what L owes to each is added, if it is there
   */
  back(d, x, old, now, to) {
    const { w, a, b } = this;
    SLOPES[w.name](d, old, now, w, { a, b, h: to.h, c: to.c });
    if (w.cell.resets === "before") this.#through(old, now, to);
    else addTransposed(w.weight_hh, b.all, to.h);
    if (to.x) addTransposed(w.weight_ih, a.all, to.x.fill(0));
    if (to.parameters) this.#learn(x, old, now, to.parameters);
  }

  /** Through W_hh where a reset gate acts before it: to what the candidate saw, then to the old state. */
  #through(old, now, to) {
    const { w, a, seen } = this;
    const { candidate, rows } = w.cell;
    const gates = rows.replace(candidate, "");
    addTransposed(w.rows(w.weight_hh, w.size, candidate), a[candidate], seen.fill(0));
    reset(seen, old, now[w.cell.reset], w, { a, h: to.h });
    addTransposed(w.rows(w.weight_hh, w.size, gates), w.rows(a.all, 1, gates), to.h);
  }

  #learn(x, old, now, parameters) {
    const { w, a, b } = this;
    addOuter(a.all, x, parameters.weight_ih);
    this.#learnFromState(old, now, parameters.weight_hh);
    if (parameters.bias_ih) add(a.all, parameters.bias_ih);
    if (parameters.bias_hh) add(b.all, parameters.bias_hh);
    for (const name of w.cell.peepholes ?? []) {
      const gate = name[name.length - 1];
      const c = gate === w.cell.show ? now.c : old.c; // the output gate sees the new memory
      for (let k = 0; k < w.size; k += 1) parameters[name][k] += a[gate][k] * c[k];
    }
  }

  #learnFromState(old, now, weight) {
    const { w, b } = this;
    if (w.cell.resets !== "before") return addOuter(b.all, old.h, weight);
    const { candidate, rows } = w.cell;
    const gates = rows.replace(candidate, "");
    addOuter(w.rows(b.all, 1, gates), old.h, w.rows(weight, w.size, gates));
    addOuter(b[candidate], old.h.map((h, k) => now[w.cell.reset][k] * h), w.rows(weight, w.size, candidate));
  }
}
