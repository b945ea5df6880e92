import assert from "node:assert/strict";
import test from "node:test";

import { Head } from "../../gatelab/live/static/self-attention/head.js";
import { pooled } from "../../gatelab/live/static/self-attention/headgrid.js";
import { listed } from "../../gatelab/live/static/kit/terms.js";
import { everyHead, madeUp } from "./madeupheads.mjs";

test("a head's rows are its own part of the tensors", () =>
  everyHead((reading, where, layer, number, plain) => {
    const head = new Head(reading, where, layer, number);
    assert.deepEqual([head.rows, head.columns, head.size], [plain.query.length, plain.key.length, 5]);
    for (const name of ["query", "key", "value"]) for (const [t, vector] of plain[name].entries()) assert.deepEqual(Array.from(head.row(name, t)), vector.map(Math.fround), `${where} ${name} ${t}`);
  }));

test("the mask hides what comes after a step of the decoder, and nothing else", () =>
  everyHead((reading, where, layer, number, plain) => {
    const head = new Head(reading, where, layer, number);
    for (const [q, row] of plain.weights.entries()) {
      assert.equal(row.slice(head.seen(q)).filter(Boolean).length, 0);
      assert.equal(row.slice(0, head.seen(q)).filter(Boolean).length, head.seen(q));
    }
  }));

test("the row looks most at its largest weight", () =>
  everyHead((reading, where, layer, number, plain) => {
    const head = new Head(reading, where, layer, number);
    for (const [q, row] of plain.weights.entries()) assert.equal(head.focus(q), row.indexOf(Math.max(...row)));
  }));

test("rows and columns are called by what is read there", () => {
  const { reading } = madeUp(1, { tokens: ["a", "?", " "], written: ["x", "y", "<end>"] });
  const [encoder, decoder, across] = ["encoder", "decoder", "across"].map((where) => new Head(reading, where, 0, 0));
  assert.deepEqual([0, 1, 2].map((q) => encoder.label(q)), ["a", "?", "\u2423"]);
  assert.deepEqual([0, 1, 2].map((q) => encoder.unknown(q)), [false, true, false]);
  for (const head of [decoder, across]) assert.deepEqual([0, 1, 2].map((q) => head.label(q)), ["\u25B7 \u2192 x", "x \u2192 y", "y \u2192 \u25A0"]);
  assert.deepEqual(decoder.keys.tokens, ["\u25B7", "x", "y"]);
  assert.deepEqual(across.keys.tokens, ["a", "?", " "]);
  assert.deepEqual(across.keys.unknown, [false, true, false]);
  assert.equal(decoder.about(0), "step 1, which reads the start and writes \u201cx\u201d,");
  assert.equal(decoder.about(2), "step 3, which reads \u201cy\u201d and writes the end,");
  assert.equal(decoder.aboutKey(0), "the start, read at step 1");
  assert.equal(across.aboutKey(1), "token 2 \u201c?\u201d, unknown to the model");
});

test("a small map shows the largest weight of each of its places, and every entry where there is room", () =>
  everyHead((reading, where, layer, number, plain) => {
    const head = new Head(reading, where, layer, number);
    const [rows, columns] = [plain.weights.length, plain.weights[0].length];
    assert.deepEqual(Array.from(pooled(head, 99, 99).values), plain.weights.flat().map(Math.fround));
    const halved = pooled(head, 2, 2);
    assert.deepEqual([halved.rows, halved.columns], [2, 2]);
    const largest = new Array(4).fill(0);
    for (let q = 0; q < rows; q += 1) for (let k = 0; k < columns; k += 1) {
      const place = 2 * Math.floor((2 * q) / rows) + Math.floor((2 * k) / columns);
      largest[place] = Math.max(largest[place], Math.fround(plain.weights[q][k]));
    }
    assert.deepEqual(Array.from(halved.values), largest);
  }));

test("a list of terms adds up to all of them, the largest first, with the chosen one in it", () => {
  const terms = [3, -8, 1, 0.5, 2, 7, -6, 0.25, 4].map((value, column) => ({ column, value }));
  const shown = listed(terms, 3);
  assert.deepEqual(shown.map(({ value }) => value), [-8, 7, -6, 4, 3, 2, 0.5, 1.25]);
  assert.equal(shown.at(-1).rest, 2);
  assert.deepEqual(listed(terms.slice(0, 3), 0).map(({ column }) => column), [1, 0, 2]);
});
