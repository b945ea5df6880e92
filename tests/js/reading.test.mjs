import assert from "node:assert/strict";
import test from "node:test";

import { even, Reading, taken } from "../../gatelab/live/static/reading.js";
import { random } from "./madeup.mjs";
import { attend, attender, END } from "./madeupattention.mjs";

const TEXT = "4 Juli '86";
const sum = (row) => row.reduce((a, b) => a + b, 0);
const near = (a, b, within, what) => assert.ok(Math.abs(a - b) <= within, `${what}: ${a} for ${b}`);

function reading(attention, text = TEXT, options = {}) {
  const model = attender(attention);
  const { answer, exact } = attend(model, text, options);
  return { reading: new Reading(answer, model), answer, exact, model };
}

/** Random rows of 2 to 12 weights that sum to 1 in 64 bits; one column of some has nearly all the weight. */
const ROWS = Array.from({ length: 60 }, (_, seed) => {
  const next = random(seed + 1);
  const raw = Array.from({ length: 2 + (seed % 11) }, () => Math.exp((1 + (seed % 4)) * 2 * next()));
  return raw.map((weight) => weight / sum(raw));
});
const VALUES = [0, 1e-6, 0.05, 0.3, 0.5, 0.95, 1];

/** Calls `look` with every row, column and value. */
function everywhere(look) {
  for (const [at, row] of ROWS.entries()) for (let k = 0; k < row.length; k += 1) for (const value of VALUES) look(row, k, value, `row ${at}, column ${k}, value ${value}`);
}

test("a reading holds what the answer says", () => {
  for (const attention of ["additive", "multiplicative", "none"]) {
    const { reading: held, answer, model } = reading(attention, TEXT, attention === "none" ? {} : { beam: 3, forced: { 1: even(10), 0: even(10) } });
    if (attention !== "none") assert.ok(held.tree.length > 0 && held.beside.output, attention);
    const { model: name, ...about } = answer.metadata;
    assert.equal(held.model, model);
    assert.equal(held.model.name, name);
    for (const [key, value] of Object.entries(about)) assert.deepEqual(held[key], value, key);
    assert.deepEqual([held.columns, held.steps], [10, answer.metadata.written.length]);
    assert.deepEqual(held.forced, attention === "none" ? [] : [0, 1]);
  }
});

test("a reading without attention says so, and one with it too", () => {
  assert.equal(reading("none").reading.attends, false);
  assert.equal(reading("additive").reading.attends, true);
  assert.equal(reading("multiplicative").reading.attends, true);
});

test("a reading of an empty source has no columns and no steps", () => {
  for (const attention of ["additive", "none"]) {
    const { reading: empty } = reading(attention, "");
    assert.deepEqual([empty.columns, empty.steps, empty.output, empty.attends], [0, 0, "", attention === "additive"]);
  }
});

test("a reading whose decoder had to be stopped has one step for each token written", () => {
  const { reading: stopped } = reading("additive", TEXT, { ended: false });
  assert.equal(stopped.steps, stopped.output.length);
  assert.ok(!stopped.written.includes(END));
});

test("a row is a view of the array's numbers, as wide as the array", () => {
  const { reading: held, answer } = reading("additive");
  const widths = { scores: 10, weights: 10, query: 9, key: 9, context: 9, states: 9 };
  for (const [name, width] of Object.entries(widths)) {
    const { shape, data } = answer.tensors[name];
    for (let t = 0; t < shape[0]; t += 1) {
      const row = held.row(name, t);
      assert.equal(row.buffer, data.buffer, name);
      assert.deepEqual(Array.from(row), Array.from({ length: width }, (_, k) => data[t * width + k]), `${name} at ${t}`);
    }
  }
});

test("a weight is that of its step and column", () => {
  const { reading: held, exact } = reading("multiplicative");
  exact.weights.forEach((row, q) => row.forEach((weight, k) => near(held.weight(q, k), weight, 1e-7, `step ${q}, column ${k}`)));
});

test("the focus is the column with the largest weight, also where the row was taken over", () => {
  const forced = { 2: [0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 4: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0] };
  const { reading: held, exact } = reading("additive", TEXT, { forced });
  const places = exact.weights.map((row) => row.indexOf(Math.max(...row)));
  assert.deepEqual(places.map((_, q) => held.focus(q)), places);
  assert.deepEqual([held.focus(2), held.focus(4)], [9, 0]);
  assert.ok(new Set(places).size > 2, "the made-up steps look at different columns");
});

test("the weight that was taken over is the value it was given, and the row still sums to 1", () =>
  everywhere((row, k, value, where) => {
    const now = taken(row, k, value);
    assert.equal(now.length, row.length, where);
    assert.equal(now[k], value, where);
    near(sum(now), 1, 1e-12, where);
  }));

test("the other weights keep their proportions", () =>
  everywhere((row, k, value, where) => {
    const now = taken(row, k, value);
    const others = [...row.keys()].filter((j) => j !== k);
    const before = sum(others.map((j) => row[j]));
    for (const j of others) near(now[j], (1 - value) * (row[j] / before), 1e-12, `${where}, token ${j}`);
  }));

test("setting a weight to what it is changes nothing beyond rounding", () => {
  everywhere((row, k, _, where) => taken(row, k, row[k]).forEach((weight, j) => near(weight, row[j], 1e-12, `${where}, token ${j}`)));
  const { reading: held } = reading("multiplicative", TEXT, { sharp: 4 });
  for (let q = 0; q < held.steps; q += 1)
    for (let k = 0; k < held.columns; k += 1) {
      const row = held.row("weights", q);
      taken(row, k, row[k]).forEach((weight, j) => near(weight, row[j], 1e-6, `step ${q}, column ${k}, token ${j}`));
    }
});

test("a row is taken over without being changed itself", () => {
  const row = [0.5, 0.25, 0.25];
  assert.deepEqual(taken(row, 0, 0), [0, 0.5, 0.5]);
  assert.deepEqual(row, [0.5, 0.25, 0.25]);
});

test("where one token has all the weight, the others share evenly what it gives up", () => {
  assert.deepEqual(taken([0, 1, 0], 1, 0), [0.5, 0, 0.5]);
  assert.deepEqual(taken([0, 1, 0, 0, 0], 1, 0.5), [0.125, 0.5, 0.125, 0.125, 0.125]);
  assert.deepEqual(taken([0, 1, 0], 1, 1), [0, 1, 0]);
  assert.deepEqual(taken([0, 1], 1, 0.25), [0.75, 0.25]);
});

test("where another token has all the weight, it alone makes room", () => {
  assert.deepEqual(taken([0, 1, 0], 0, 0.25), [0.25, 0.75, 0]);
  assert.deepEqual(taken([0, 1, 0], 2, 1), [0, 0, 1]);
});

test("one token alone keeps all the weight", () => {
  for (const value of VALUES) assert.deepEqual(taken([1], 0, value), [1]);
});

/** Calls `look` with rows of 32 bits as they come from the server, their largest column and every value. */
function received(look) {
  let sharp = 0;
  for (let seed = 1; seed <= 12; seed += 1)
    for (const text of [TEXT, "ab"]) {
      const { reading: held } = reading("multiplicative", text, { seed, sharp: 3 });
      for (let q = 0; q < held.steps; q += 1) {
        const row = held.row("weights", q);
        const k = held.focus(q);
        sharp += row[k] > 0.9999 && row[k] < 1;
        for (const value of VALUES) look(taken(row, k, value), `${text} ${seed}, step ${q}, weight ${row[k]} set to ${value}`);
      }
    }
  assert.ok(sharp > 20, `only ${sharp} rows lie nearly all on one token`);
}

test("a received row that lies nearly all on one token still sums to 1 (the server refuses sums off by 0.001)", () => received((now, where) => near(sum(now), 1, 1e-6, where)));

test("no weight is below 0 or above 1, not even by rounding (the server refuses it)", () => {
  const within = (now, where) => assert.ok(now.every((weight) => weight >= 0 && weight <= 1), `${where}: ${now}`);
  everywhere((row, k, value, where) => within(taken(row, k, value), where));
  received(within);
});

test("an even row gives every token the same weight and sums to 1", () => {
  for (let count = 1; count <= 200; count += 1) {
    const row = even(count);
    assert.equal(row.length, count);
    assert.equal(new Set(row).size, 1);
    near(sum(row), 1, 1e-12, `${count} tokens`);
  }
});
