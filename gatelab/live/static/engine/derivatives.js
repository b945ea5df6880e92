// The derivative of one step of each recurrent cell, by hand from the equations in cells.js: from the gradient of some loss L with respect to the
// state after the step to those with respect to the state before it, the input and the parameters.
//
// Apart from its matrices a step is elementwise. `SLOPES` has the derivatives of these elementwise parts: (d, old, now, s, w, before, a, b). d is the
// gradient of the state after the step, {h, c}; s how each value moves with the sum that it is made of, see `steepness`; where a value is held,
// which is what `now` has, less of it passes or nothing (influence.js). a and b take the gradients of each gate's two contributions, from the input and from the old state,
// which differ for the candidate of PyTorch's GRU alone; before.h and before.c take the gradient of the old state by any other way than W_hh h.

import { complete, names } from "./cells.js";

const { tanh } = Math;

const ofSigmoid = (y) => y * (1 - y); // the slope of a sigmoid where its value is y
const ofTanh = (y) => 1 - y * y;
const ofRectifier = (y) => (y > 0 ? 1 : 0);

/**
 * How each value of a step moves with the sum that it is made of: {name: (H,)}. What is no gate and no candidate, c, h, and i = 1 - f of coupled gates, is its sum.
 *
 * @param cell its record; @param now what the step computed, {name: (H,)}
 * @param out room for it, {name: (H,)}, in which what is its own sum stays as it is
 */
export function steepness(cell, now, out = room(cell, now.h.length)) {
  for (const name of cell.rows) {
    const [values, slopes] = [now[name], out[name]];
    if (name !== cell.candidate) for (let k = 0; k < values.length; k += 1) slopes[k] = ofSigmoid(values[k]);
    else if (cell.rectified) for (let k = 0; k < values.length; k += 1) slopes[k] = ofRectifier(values[k]);
    else for (let k = 0; k < values.length; k += 1) slopes[k] = ofTanh(values[k]);
  }
  return out;
}

/** Ones for each name of a cell. */
const room = (cell, size) => Object.fromEntries(names(cell).map((name) => [name, new Float64Array(size).fill(1)]));

function rnn(d, old, now, s, w, before, a) {
  for (let k = 0; k < w.size; k += 1) a.h[k] = d.h[k] * s.h[k];
  before.h.fill(0);
}

function lstm(d, old, { i, f, g, o, c }, s, w, before, a) {
  for (let k = 0; k < w.size; k += 1) {
    const [dh, shown] = [d.h[k] * s.h[k], tanh(c[k])];
    const dc = (d.c[k] + dh * o[k] * ofTanh(shown)) * s.c[k];
    a.i[k] = dc * g[k] * s.i[k];
    a.f[k] = dc * old.c[k] * s.f[k];
    a.g[k] = dc * i[k] * s.g[k];
    a.o[k] = dh * shown * s.o[k];
    before.c[k] = dc * f[k];
  }
  before.h.fill(0);
}

function peephole(d, old, { i, f, g, o, c }, s, w, before, a) {
  for (let k = 0; k < w.size; k += 1) {
    const [dh, shown] = [d.h[k] * s.h[k], tanh(c[k])];
    a.o[k] = dh * shown * s.o[k];
    const dc = (d.c[k] + dh * o[k] * ofTanh(shown) + a.o[k] * w.weight_co[k]) * s.c[k];
    a.i[k] = dc * g[k] * s.i[k];
    a.f[k] = dc * old.c[k] * s.f[k];
    a.g[k] = dc * i[k] * s.g[k];
    before.c[k] = dc * f[k] + a.i[k] * w.weight_ci[k] + a.f[k] * w.weight_cf[k];
  }
  before.h.fill(0);
}

function coupled(d, old, { i, f, g, o, c }, s, w, before, a) {
  for (let k = 0; k < w.size; k += 1) {
    const [dh, shown] = [d.h[k] * s.h[k], tanh(c[k])];
    const dc = (d.c[k] + dh * o[k] * ofTanh(shown)) * s.c[k];
    a.f[k] = dc * (old.c[k] - g[k] * s.i[k]) * s.f[k]; // i = 1 - f
    a.g[k] = dc * i[k] * s.g[k];
    a.o[k] = dh * shown * s.o[k];
    before.c[k] = dc * f[k];
  }
  before.h.fill(0);
}

function gru(d, old, { r, z, n }, s, w, before, a, b) {
  const said = w.fromState(old.h, "n").n; // what the old state says to the candidate
  for (let k = 0; k < w.size; k += 1) {
    const dh = d.h[k] * s.h[k];
    a.n[k] = dh * (1 - z[k]) * s.n[k];
    b.n[k] = a.n[k] * r[k];
    b.r[k] = a.r[k] = a.n[k] * said[k] * s.r[k];
    b.z[k] = a.z[k] = dh * (old.h[k] - n[k]) * s.z[k];
    before.h[k] = dh * z[k];
  }
}

function gruCho(d, old, { z, n }, s, w, before, a) {
  for (let k = 0; k < w.size; k += 1) {
    const dh = d.h[k] * s.h[k];
    a.r[k] = 0; // it acts through the matrix alone, see `reset`
    a.n[k] = dh * (1 - z[k]) * s.n[k];
    a.z[k] = dh * (old.h[k] - n[k]) * s.z[k];
    before.h[k] = dh * z[k];
  }
}

function mgu(d, old, { f, n }, s, w, before, a) {
  for (let k = 0; k < w.size; k += 1) {
    const dh = d.h[k] * s.h[k];
    a.n[k] = dh * f[k] * s.n[k];
    a.f[k] = dh * (n[k] - old.h[k]) * s.f[k]; // and through the matrix, see `reset`
    before.h[k] = dh * (1 - f[k]);
  }
}

/** A reset gate before the matrix product: from the gradient of r h, which the candidate's matrix sees. */
function reset(dSeen, old, r, steep, w, before, a) {
  for (let k = 0; k < w.size; k += 1) {
    a[k] += dSeen[k] * old.h[k] * steep[k];
    before.h[k] += dSeen[k] * r[k];
  }
}

const SLOPES = complete("SLOPES in engine/derivatives.js", { rnn, "rnn-relu": rnn, lstm, peephole, coupled, gru, "gru-cho": gruCho, mgu });

export class Derivative {
  /** @param w the `Parameters` of a layer */
  constructor(w) {
    this.w = w;
    this.a = w.blocks();
    this.b = w.cell.resets === "after" ? w.blocks() : this.a;
    this.seen = new Float64Array(w.size);
    this.steep = room(w.cell, w.size);
  }

  /** The elementwise part alone, see above: fills this.a, this.b, and `before`, {h, c}. */
  slopes(d, old, now, before, steep = steepness(this.w.cell, now, this.steep)) {
    SLOPES[this.w.name](d, old, now, steep, this.w, before, this.a, this.b);
  }

  /**
   * The gradient of the memory after a step, (H,), of a cell that has one apart: what comes from the step behind, and what passes through the
   * hidden state. Until the next call.
   */
  ofMemory(d, { o, c }) {
    const { w, seen } = this;
    const looks = w.cell.peepholes ? w[`weight_c${w.cell.show}`] : null;
    for (let k = 0; k < w.size; k += 1) {
      seen[k] = d.c[k] + d.h[k] * o[k] * ofTanh(tanh(c[k]));
      if (looks) seen[k] += d.h[k] * tanh(c[k]) * ofSigmoid(o[k]) * looks[k];
    }
    return seen;
  }

  /**
   * Follow one step back.
   *
   * @param d the gradient of the state after the step, {h, c}, (H,) each
   * @param x the input (D,); @param old the state before, {h, c}; @param now what the step computed
   * @param to - {h, c} is filled with the gradient of the state before; {x}, if it is there, with that of the input; to {parameters}, if it is there,
   *   {name: array}, those of the parameters are added
   * @param steep see `steepness`
   */
  back(d, x, old, now, to, steep = steepness(this.w.cell, now, this.steep)) {
    const { w, a, b } = this;
    this.slopes(d, old, now, to, steep);
    if (w.cell.resets === "before") this.#through(old, now, to, steep);
    else w.backToState(b.all, to.h);
    if (to.x) w.backToInput(a.all, to.x.fill(0));
    if (to.parameters) this.#learn(x, old, now, to.parameters);
  }

  /** Through W_hh where a reset gate acts before it: to what the candidate saw, then to the old state. */
  #through(old, now, to, steep) {
    const { w, a, seen } = this;
    const { candidate, reset: r } = w.cell;
    w.backToState(a[candidate], seen.fill(0), candidate);
    reset(seen, old, now[r], steep[r], w, to, a[r]);
    w.backToState(w.blocksOf(a.all, others(w.cell)), to.h, others(w.cell));
  }

  #learn(x, old, now, parameters) {
    const { w, a, b } = this;
    w.addOuter(a.all, x, parameters.weight_ih);
    this.#learnFromState(old, now, parameters.weight_hh);
    if (parameters.bias_ih) w.addEach(a.all, parameters.bias_ih);
    if (parameters.bias_hh) w.addEach(b.all, parameters.bias_hh);
    for (const name of w.cell.peepholes ?? []) {
      const gate = name[name.length - 1];
      const c = gate === w.cell.show ? now.c : old.c; // the output gate sees the new memory
      w.addEach(times(a[gate], c, this.seen), parameters[name]);
    }
  }

  #learnFromState(old, now, weight) {
    const { w, b, seen } = this;
    if (w.cell.resets !== "before") return w.addOuter(b.all, old.h, weight);
    const { candidate, reset: r } = w.cell;
    w.addOuter(w.blocksOf(b.all, others(w.cell)), old.h, w.rows(weight, w.units, others(w.cell)));
    w.addOuter(b[candidate], times(now[r], old.h, seen), w.rows(weight, w.units, candidate));
  }
}

/** Entry by entry, into `out`. */
function times(some, other, out) {
  for (let k = 0; k < out.length; k += 1) out[k] = some[k] * other[k];
  return out;
}

/** The rows of a cell but for its candidate's. */
const others = ({ rows, candidate }) => rows.replace(candidate, "");
