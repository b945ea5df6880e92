// Products over a batch of B strings: a vector of n entries is a matrix (n, B), row after row.
//
// Two products carry all: they run as WebAssembly, built from kernels.c, which works on two numbers at once; where a browser or a page's rules do not
// let it, the same sums run in JavaScript.

import { CODE } from "./kernelcode.js";

/**
 * out[i, j] += sum over m of a[i, m] b[m, j], where a number of `a` stands at its row times one stride plus its column times another.
 *
 * @typedef {(rows: number, columns: number, sums: number, a: Float64Array, ai: number, am: number, b: Float64Array, out: Float64Array) => void} Product
 */

/**
 * out[i, j] += sum over m of a[i, m] b[j, m].
 *
 * @typedef {(rows: number, columns: number, sums: number, a: Float64Array, b: Float64Array, out: Float64Array) => void} Outer
 */

/** Both products in JavaScript. @type {{product: Product, outer: Outer}} */
export const plain = {
  product(rows, columns, sums, a, ai, am, b, out) {
    for (let i = 0; i < rows; i += 1) {
      for (let m = 0; m < sums; m += 1) {
        const factor = a[i * ai + m * am];
        for (let j = 0; j < columns; j += 1) out[i * columns + j] += factor * b[m * columns + j];
      }
    }
  },
  outer(rows, columns, sums, a, b, out) {
    for (let i = 0; i < rows; i += 1) {
      for (let j = 0; j < columns; j += 1) {
        let sum = 0;
        for (let m = 0; m < sums; m += 1) sum += a[i * sums + m] * b[j * sums + m];
        out[i * columns + j] += sum;
      }
    }
  },
};

/** Both products as WebAssembly. @returns {{product: Product, outer: Outer}} */
export function compiled() {
  const bytes = Uint8Array.from(atob(CODE), (letter) => letter.charCodeAt(0));
  const { memory, room, product, outer } = /** @type {any} */ (new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports);
  const first = Math.ceil(room() / 16) * 16;
  let all = new Float64Array(memory.buffer);

  /** Put the numbers of three arrays into its memory, one behind the other: where each stands, in bytes. */
  function placed(a, b, out) {
    const [one, two, three] = [first, first + 8 * a.length, first + 8 * (a.length + b.length)];
    const missing = three + 8 * out.length - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65_536));
    if (all.buffer !== memory.buffer) all = new Float64Array(memory.buffer);
    all.set(a, one / 8);
    all.set(b, two / 8);
    all.set(out, three / 8);
    return [one, two, three];
  }

  const taken = (place, out) => out.set(all.subarray(place / 8, place / 8 + out.length));
  return {
    product(rows, columns, sums, a, ai, am, b, out) {
      const [one, two, three] = placed(a, b, out);
      product(rows, columns, sums, one, ai, am, two, three);
      taken(three, out);
    },
    outer(rows, columns, sums, a, b, out) {
      const [one, two, three] = placed(a, b, out);
      outer(rows, columns, sums, one, two, three);
      taken(three, out);
    },
  };
}

function fastest() {
  try {
    return compiled();
  } catch {
    return plain; // no SIMD in this browser, or the page's rules allow no WebAssembly
  }
}

const { product, outer } = fastest();

/** W x + b: into `out` (rows, B), from W (rows, columns), x (columns, B) and b (rows,), which may be missing. */
export function productOf(batch, weight, x, bias, out) {
  const [rows, columns] = [out.length / batch, x.length / batch];
  if (bias) for (let row = 0; row < rows; row += 1) out.fill(bias[row], row * batch, (row + 1) * batch);
  else out.fill(0);
  product(rows, batch, columns, weight, columns, 1, x, out);
}

/** Add W^T d to `out` (columns, B), from W (rows, columns) and d (rows, B). */
export function addTransposedOf(batch, weight, d, out) {
  const [rows, columns] = [d.length / batch, out.length / batch];
  product(columns, batch, rows, weight, 1, columns, d, out);
}

/** Add d x^T, summed over the batch, to `out` (rows, columns), from d (rows, B) and x (columns, B). */
export function addOuterOf(batch, d, x, out) {
  outer(d.length / batch, x.length / batch, batch, d, x, out);
}

/** Add d (rows, B), summed over the batch, to `out` (rows,). */
export function addEachOf(batch, d, out) {
  for (let row = 0; row < out.length; row += 1) {
    let sum = 0;
    for (let b = 0; b < batch; b += 1) sum += d[row * batch + b];
    out[row] += sum;
  }
}
