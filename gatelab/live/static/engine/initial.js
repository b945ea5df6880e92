// An untrained reader: its sizes, and its first weights as PyTorch would draw them, the same for a seed.

import { cellOf } from "./cells.js";
import { Draws } from "./random.js";

/**
 * The parameters of a reader and their shapes, in the order in which they are drawn, which is that of PyTorch's state_dict.
 *
 * @param spec a `ModelSpec`, see gatelab/networks/reader.py
 * @returns {[string, number[]][]} pairs of name and shape
 */
export function shapes(spec) {
  const { cell, tokens, outputs, embedding_size: D, hidden_size: H, num_layers, unit } = spec;
  const { rows, peepholes = [] } = cellOf(cell);
  const [G, O] = [rows.length * H, (outputs.length ? outputs : tokens).length];
  const layer = (k) => [
    [`recurrent.weight_ih_l${k}`, [G, k ? H : D]],
    [`recurrent.weight_hh_l${k}`, [G, H]],
    [`recurrent.bias_ih_l${k}`, [G]],
    [`recurrent.bias_hh_l${k}`, [G]],
    ...peepholes.map((name) => [`recurrent.${name}_l${k}`, [H]]),
  ];
  const read = unit === "numbers" ? [] : [["embedding.weight", [tokens.length, D]]];
  return [...read, ...Array.from({ length: num_layers }, (_, k) => layer(k)).flat(), ["head.weight", [O, H]], ["head.bias", [O]]];
}

const product = (shape) => shape.reduce((all, size) => all * size, 1);

/** How many numbers a reader learns. */
export const count = (spec) => shapes(spec).reduce((sum, [, shape]) => sum + product(shape), 0);

/** The spec with as many units as bring its parameters nearest to `wanted`, at most `most`. */
export function matched(spec, wanted, most = 64) {
  const specs = Array.from({ length: most }, (_, k) => ({ ...spec, hidden_size: k + 1 }));
  return specs.reduce((best, one) => (Math.abs(count(one) - wanted) < Math.abs(count(best) - wanted) ? one : best));
}

/**
 * The first weights: an embedding from the standard normal distribution, all else uniform on [-1, 1] / sqrt(H), as PyTorch's modules have them.
 *
 * @param spec a `ModelSpec`
 * @param {{seed: number, init?: string, forgetBias?: number | null}} how init "default", or "orthogonal": the matrices of each gate from the old state
 *   are turns alone (Saxe et al. 2014); forgetBias where the bias of every forget gate begins, null leaves it as it was drawn
 * @returns {{all: Float64Array, weights: Object<string, {shape: number[], data: Float64Array}>}} all numbers in a row, and each parameter as a view of them
 */
export function begin(spec, { seed, init = "default", forgetBias = null }) {
  const draws = new Draws(seed, -1);
  const { all, weights } = room(spec);
  const bound = 1 / Math.sqrt(spec.hidden_size);
  for (const [name, { data }] of Object.entries(weights)) {
    for (let k = 0; k < data.length; k += 1) data[k] = name === "embedding.weight" ? draws.normal() : draws.uniform(-bound, bound);
  }
  if (init === "orthogonal") turnsAlone(spec, weights, draws);
  if (forgetBias !== null) openForgetGates(spec, weights, forgetBias);
  return { all, weights };
}

/** Zeros in the place of each parameter: {all, weights}, see `begin`. */
export const room = (spec) => over(spec, new Float64Array(count(spec)));

/** All numbers of a reader in a row, as its parameters: {all, weights}, see `begin`. */
export function over(spec, all) {
  let at = 0;
  const weights = {};
  for (const [name, shape] of shapes(spec)) weights[name] = { shape, data: all.subarray(at, (at += product(shape))) };
  return { all, weights };
}

function turnsAlone({ cell, hidden_size: H, num_layers }, weights, draws) {
  for (let k = 0; k < num_layers; k += 1) {
    const { data } = weights[`recurrent.weight_hh_l${k}`];
    for (let gate = 0; gate < cellOf(cell).rows.length; gate += 1) orthogonal(data.subarray(gate * H * H, (gate + 1) * H * H), H, draws);
  }
}

/** Fill a square matrix with rows of length 1 that stand at right angles (Gram and Schmidt). */
function orthogonal(matrix, H, draws) {
  const row = (k) => matrix.subarray(k * H, (k + 1) * H);
  const dot = (a, b) => a.reduce((sum, value, j) => sum + value * b[j], 0);
  for (let k = 0; k < H; k += 1) {
    const mine = row(k);
    for (let j = 0; j < H; j += 1) mine[j] = draws.normal();
    for (let before = 0; before < k; before += 1) {
      const along = dot(mine, row(before));
      row(before).forEach((value, j) => (mine[j] -= along * value));
    }
    const length = Math.sqrt(dot(mine, mine));
    for (let j = 0; j < H; j += 1) mine[j] /= length;
  }
}

/** PyTorch adds two biases: one becomes `bias`, the other 0. A cell without a forget gate stays as it is. */
function openForgetGates({ cell, hidden_size: H, num_layers }, weights, bias) {
  const { rows, keep } = cellOf(cell);
  if (keep !== "f") return;
  const at = rows.indexOf("f") * H;
  for (let k = 0; k < num_layers; k += 1) {
    weights[`recurrent.bias_ih_l${k}`].data.fill(bias, at, at + H);
    weights[`recurrent.bias_hh_l${k}`].data.fill(0, at, at + H);
  }
}
