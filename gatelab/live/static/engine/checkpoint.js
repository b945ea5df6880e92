// A checkpoint, a *.safetensors file as the server sends it: what the model is (its spec), and its weights by PyTorch's names.

import { parse } from "./safetensors.js";

const DEFAULTS = { unit: "characters", num_layers: 1, num_heads: 1 }; // of specs that were written before these fields were

/**
 * @param bytes an ArrayBuffer or a view of one
 * @returns {{spec: Object, weights: Object<string, {shape: number[], data: Float64Array}>}} with the exact numbers of the file
 */
export function read(bytes) {
  const { metadata, tensors } = parse(bytes);
  if (!metadata.spec) throw new TypeError(`a checkpoint must say what the model is, under "spec": got ${Object.keys(metadata).join(", ") || "nothing"}`);
  const learned = Object.entries(tensors).filter(([, { data }]) => data instanceof Float32Array); // not the orders of the units
  const weights = Object.fromEntries(learned.map(([name, { shape, data }]) => [name, { shape, data: new Float64Array(data) }]));
  return { spec: { ...DEFAULTS, ...metadata.spec }, weights };
}

/**
 * The weights of one part of a model: those whose names begin with `prefix` and end in `suffix`, under what stands between.
 *
 * @returns {Object<string, {shape, data}>}
 */
export function part(weights, prefix, suffix = "") {
  const mine = Object.keys(weights).filter((name) => name.startsWith(prefix) && name.endsWith(suffix));
  return Object.fromEntries(mine.map((name) => [name.slice(prefix.length, name.length - suffix.length), weights[name]]));
}

/** The numbers of one array of a checkpoint. */
export function numbers(weights, name) {
  if (!weights[name]) throw new TypeError(`a checkpoint must hold ${name}: got ${Object.keys(weights).join(", ")}`);
  return weights[name].data;
}
