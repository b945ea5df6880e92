import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import test from "node:test";

import { SOURCE } from "../../gatelab/live/static/engine/kernelcode.js";
import { compiled, plain } from "../../gatelab/live/static/engine/kernels.js";
import { Draws } from "../../gatelab/live/static/engine/random.js";

const draws = new Draws(7);
const numbers = (count) => Float64Array.from({ length: count }, () => draws.uniform(-2, 2));
const SIZES = [[1, 1, 1], [4, 4, 4], [4, 8, 3], [3, 5, 7], [5, 1, 2], [1, 9, 6], [64, 32, 16], [13, 31, 5], [2, 2, 1]];

/** Both results of a product, from copies of the same numbers. */
function both(name, size, rest) {
  const begun = numbers(size);
  return [compiled(), plain].map((kernels) => {
    const out = begun.slice();
    kernels[name](...rest, out);
    return out;
  });
}

function near(some, other, what) {
  some.forEach((value, k) => assert.ok(Math.abs(value - other[k]) <= 1e-12 * (1 + Math.abs(other[k])), `${what}: ${value} and ${other[k]} at ${k}`));
}

test("WebAssembly gives the sums that the plain loops give, for sizes of every rest", () => {
  for (const [rows, columns, sums] of SIZES) {
    const [a, b] = [numbers(rows * sums), numbers(sums * columns)];
    near(...both("product", rows * columns, [rows, columns, sums, a, sums, 1, b]), `product ${rows} ${columns} ${sums}`);
    near(...both("product", rows * columns, [rows, columns, sums, a, 1, rows, b]), `transposed product ${rows} ${columns} ${sums}`);
    near(...both("outer", rows * columns, [rows, columns, sums, a, numbers(columns * sums)]), `outer ${rows} ${columns} ${sums}`);
  }
});

test("one instance serves products of growing size, beyond its first memory", () => {
  const kernels = compiled();
  for (const size of [3, 60, 200, 5]) {
    const [a, b] = [numbers(size * size), numbers(size * size)];
    const [mine, expected] = [new Float64Array(size * size), new Float64Array(size * size)];
    kernels.product(size, size, size, a, size, 1, b, mine);
    plain.product(size, size, size, a, size, 1, b, expected);
    near(mine, expected, `size ${size}`);
  }
});

test("the WebAssembly was built from the source that stands beside it", () => {
  const source = readFileSync(new URL("../../gatelab/live/static/engine/kernels.c", import.meta.url));
  assert.equal(createHash("sha256").update(source).digest("hex"), SOURCE, "kernels.c has changed: run `make kernels`");
});
