import assert from "node:assert/strict";
import test from "node:test";

import { energies, energy, energyLine, output, terms, weightLine } from "../../gatelab/live/static/self-attention/dotproduct.js";
import { softmax } from "../../gatelab/live/static/kit/attentionsums.js";
import { Head } from "../../gatelab/live/static/self-attention/head.js";
import { number } from "../../gatelab/live/static/kit/words.js";
import { everyHead, madeUp } from "./madeupheads.mjs";

const near = (a, b, within, what) => assert.ok(Math.abs(a - b) <= within, `${what}: ${a} for ${b}`);

/** Calls `look` with every entry of every head. */
function everywhere(look, options) {
  everyHead((reading, where, layer, number, plain) => {
    const head = new Head(reading, where, layer, number);
    for (let q = 0; q < head.rows; q += 1) for (let k = 0; k < head.columns; k += 1) look({ head, q, k, plain, what: `${where} ${layer} ${number} row ${q} column ${k}` });
  }, options);
}

/** How an expression as printed evaluates, and how far that may be off because each of its numbers was rounded to three decimals. */
function evaluated(expression) {
  const numbers = [];
  const code = expression.replace(/\u2212?\d+\.\d{3}/g, (text) => `n[${numbers.push(Number(text.replace("\u2212", "-"))) - 1}]`).replaceAll("\u2212", "-").replace(/\u221A(\d+)/g, "Math.sqrt($1)").replaceAll(/\bexp/g, "Math.exp");
  assert.match(code, /^(n\[\d+\]|Math\.(exp|sqrt)|\d+|[ ()/-])+$/);
  const run = new Function("n", `return ${code}`);
  const value = run(numbers);
  const off = numbers.map((_, k) => Math.max(...[-0.0005, 0.0005].map((d) => Math.abs(run(numbers.with(k, numbers[k] + d)) - value))));
  return { value, within: 1e-5 + off.reduce((a, b) => a + b, 0) };
}

function holds(line, what) {
  const sides = line.split(" = ").map(evaluated);
  assert.ok(sides.length >= 2, what);
  for (const [at, side] of sides.entries()) if (at) near(side.value, sides[at - 1].value, side.within + sides[at - 1].within, `${what}: ${line}`);
}

test("an energy is the sum of the products of query and key over the root of their size", () =>
  everywhere(({ head, q, k, plain, what }) => {
    const { products, sum, root, energy: e } = energy(head, q, k);
    let expected = 0;
    for (let a = 0; a < 5; a += 1) {
      near(products[a], plain.query[q][a] * plain.key[k][a], 1e-5, what);
      expected += plain.query[q][a] * plain.key[k][a];
    }
    near(sum, expected, 1e-5, what);
    assert.equal(root, Math.sqrt(5));
    near(e, expected / Math.sqrt(5), 1e-5, what);
  }));

test("the softmax of the energies is the row of weights, over what the row may look at", () =>
  everywhere(({ head, q, k, plain, what }) => {
    const { weights } = softmax(energies(head, q));
    assert.equal(weights.length, head.where === "decoder" ? q + 1 : plain.key.length, what);
    near(weights[k] ?? 0, plain.weights[q][k], 1e-6, what);
    if (k < weights.length) near(head.row("weights", q)[k], plain.weights[q][k], 1e-6, what);
    near(weights.reduce((a, b) => a + b, 0), 1, 1e-9, what);
  }));

test("energies of any size give weights", () => {
  assert.deepEqual(softmax([1000, 1000, -1000]).weights, [0.5, 0.5, 0]);
  assert.deepEqual(softmax([-1e4]).weights, [1]);
});

test("the output is the weights' sum of the values, and the terms of an entry add up to it", () =>
  everywhere(({ head, q, plain, what }) => {
    const made = output(head, q);
    assert.equal(made.length, 5);
    for (let a = 0; a < 5; a += 1) {
      let expected = 0;
      for (let j = 0; j < plain.value.length; j += 1) expected += plain.weights[q][j] * plain.value[j][a];
      near(made[a], expected, 1e-5, what);
      near(terms(head, q, a).reduce((sum, { value }) => sum + value, 0), expected, 1e-5, what);
    }
  }));

test("every printed equation holds between the numbers printed, and ends in the number of the picture", () => {
  for (const size of [5, 16])
    everywhere(({ head, q, k, what }) => {
      const line = energyLine(head, q, k);
      holds(line, what);
      assert.ok(line.endsWith(`= ${number(energy(head, q, k).energy)}`), line);
      if (k >= head.seen(q)) return;
      const weight = weightLine(head, q, k);
      holds(weight, what);
      assert.ok(weight.endsWith(`= ${number(head.row("weights", q)[k])}`), weight);
    }, { size });
});

test("one token looks at itself with all its weight", () => {
  const { reading } = madeUp(4, { tokens: ["a"], written: ["<end>"] });
  for (const where of ["encoder", "decoder", "across"]) {
    const head = new Head(reading, where, 1, 2);
    assert.deepEqual(softmax(energies(head, 0)).weights, [1]);
    assert.deepEqual(output(head, 0).map((of) => number(of)), Array.from(head.row("value", 0), (of) => number(of)));
  }
});
