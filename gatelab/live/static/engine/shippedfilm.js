// The film of a shipped model: its weights at some moments of its own training, as gatelab/training/film.py packs them, in 8 bits.

import { parse } from "./safetensors.js";

const SCALE = ".scale";

export class ShippedFilm {
  /** @param bytes a safetensors body */
  constructor(bytes) {
    const { metadata: { steps, last }, tensors } = parse(bytes);
    /** @type {number[]} the training steps of its moments */ this.steps = steps;
    /** @type {number} how many steps the training has */ this.last = last;
    this.tensors = tensors;
  }

  /** The weights at a moment, by its step: {name: {shape, data}}. */
  at(step) {
    const k = this.steps.indexOf(step);
    if (k < 0) throw new RangeError(`step must be one of ${this.steps.join(", ")}: got ${step}`);
    const names = Object.keys(this.tensors).filter((name) => !name.endsWith(SCALE));
    return Object.fromEntries(names.map((name) => [name, this.#unpacked(name, k)]));
  }

  #unpacked(name, k) {
    const { shape: [count, ...shape], data } = this.tensors[name];
    const { shape: [, rows], data: scales } = this.tensors[name + SCALE];
    const size = data.length / count;
    const width = size / rows;
    return { shape, data: Float64Array.from({ length: size }, (_, at) => data[k * size + at] * scales[k * rows + Math.floor(at / width)]) };
  }
}
