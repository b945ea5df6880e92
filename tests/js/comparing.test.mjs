// The small pure parts of the Compare and the Memory page: heights, cut letters, numbers on a log scale, which models stand where.

import assert from "node:assert/strict";
import test from "node:test";

import { axis, HEIGHT, height } from "../../gatelab/live/static/kit/chart.js";
import { fitting, lay } from "../../gatelab/live/static/kit/rows.js";
import { called, groups, parameters, places } from "../../gatelab/live/static/kit/family.js";
import { fall, READINGS } from "../../gatelab/live/static/memory/decay.js";
import { scientific } from "../../gatelab/live/static/kit/words.js";
import { split } from "../../gatelab/live/static/engine/tokens.js";
import { View } from "../../gatelab/live/static/kit/view.js";

const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

test("a height falls in a straight line from the low end to the high one, and never leaves the picture", () => {
  const [low, middle, high] = [2, 3, 4].map((value) => height(value, [2, 4]));
  assert.ok(0 < high && high < middle && middle < low && low < HEIGHT);
  near(middle, (low + high) / 2);
  assert.equal(height(-99, [2, 4]), low);
  assert.equal(height(1e9, [2, 4]), high);
});

/** A context in which every letter is ten pixels wide. */
const ruler = { measureText: (text) => ({ width: 10 * Array.from(text).length }) };

test("a text that fits stays; one that does not loses as few letters as it must", () => {
  assert.equal(fitting(ruler, "word", 40), "word");
  assert.equal(fitting(ruler, "words", 40), "wor\u2026");
  assert.equal(fitting(ruler, "x".repeat(2000), 100), `${"x".repeat(9)}\u2026`);
});

test("one letter stays in any case, whole even where it takes two code units", () => {
  assert.equal(fitting(ruler, "\u{1F600}", 4), "\u{1F600}");
  assert.equal(fitting(ruler, "\u{1F600}\u{1F601}\u{1F602}", 20), "\u{1F600}\u2026");
  assert.equal(fitting(ruler, "\u{1F600}\u{1F601}\u{1F602}", 10), "\u{1F600}");
});

test("columns hold the cursor in sight whatever a token is", () => {
  for (const unit of ["characters", "words", "numbers"]) {
    const view = new View();
    for (const [cursor, steps] of [[-1, 0], [0, 1], [1999, 2000], [3, 2000], [0, 7]]) {
      lay(view, 358, unit, cursor, steps);
      assert.ok(view.step * view.count <= 358);
      if (cursor >= 0) assert.ok(view.start <= cursor && cursor < view.end(steps), `${unit}: ${cursor} of ${steps}`);
    }
  }
});

test("numbers of any size are short, with real minus signs and raised exponents", () => {
  const written = { 0: "0", 1: "1", 0.0123456: "0.0123", 0.001: "0.001", 123.456: "123", "-0.5": "\u22120.5", 1000: "1.0\u00b710\u00b3", 5.24e-4: "5.2\u00b710\u207b\u2074", "-3e-12": "\u22123.0\u00b710\u207b\u00b9\u00b2" };
  for (const [value, text] of Object.entries(written)) assert.equal(scientific(Number(value)), text);
  for (const none of [NaN, Infinity, -Infinity]) assert.equal(scientific(none), "\u2013");
});

test("influences are drawn by their logarithm, an exact zero at the bottom", () => {
  const { of, range } = READINGS.norms;
  const record = { norms: [0, 1e-12, 0.01, 1, 1e3] };
  near(of(record, 2), -2);
  near(of(record, 3), 0);
  const [bottom, top] = range.map((end) => height(end, range));
  assert.equal(height(of(record, 0), range), bottom);
  assert.equal(height(of(record, 1), range), bottom);
  assert.equal(height(of(record, 4), range), top);
});

test("the ends of a log axis say that what lies beyond is drawn there", () => {
  const { label, range: [low, high] } = READINGS.norms;
  assert.deepEqual([low, (low + high) / 2, high].map(label), ["\u2264\u200910\u207b\u2076", "0.01", "\u2265\u2009100"]);
});

test("the fall is the first influence by the last", () => near(fall({ norms: [0.25, 9, 2] }), 0.125));

const model = (cell, matched = false) => ({ name: `t-${cell}${matched ? "-matched" : ""}`, cell, family: cell.toUpperCase(), matched, sizes: [{ count: 3 }, { count: 40 }] });
const PLAIN = ["lstm", "gru", "rnn"].map((cell) => model(cell));
const BOTH = [...PLAIN, model("rnn", true), model("gru", true)];

test("models of the same size stand together, the LSTM in both rows and the cells in one order", () => {
  assert.deepEqual(groups(PLAIN).map(({ rule, models }) => [rule, models.map(({ name }) => name)]), [["equal units", ["t-lstm", "t-gru", "t-rnn"]]]);
  assert.deepEqual(groups(BOTH).map(({ models }) => models.map(({ name }) => name)), [["t-lstm", "t-gru", "t-rnn"], ["t-lstm", "t-gru-matched", "t-rnn-matched"]]);
  const odd = [model("gru"), model("gru", true)];
  assert.deepEqual(groups(odd).map(({ models }) => models), [odd]);
});

test("a model is called by its cell, and by its size where another of the cell is near", () => {
  assert.deepEqual([BOTH[0], BOTH[3]].map(called), ["LSTM", "RNN, matched"]);
  assert.equal(parameters(BOTH[0]), 43);
});

test("a model keeps its line while it is shown, and nobody shares one", () => {
  const first = places(["t-lstm", "t-rnn"], BOTH);
  assert.deepEqual(first, { "t-lstm": 0, "t-rnn": 2 });
  const second = places(["t-rnn", "t-rnn-matched", "t-gru"], BOTH, first);
  assert.equal(second["t-rnn"], 2);
  assert.equal(new Set(Object.values(second)).size, 3);
  const all = places(BOTH.map(({ name }) => name), BOTH, second);
  assert.equal(new Set(Object.values(all)).size, 5);
  assert.ok(Object.values(all).every((place) => place >= 0 && place < 5));
});

test("words keep their apostrophes and hyphens, marks stand alone, numbers are what stands between spaces", () => {
  assert.deepEqual(split("It isn\u2019t re-done, na\u00efve!", "words"), ["It", "isn\u2019t", "re-done", ",", "na\u00efve", "!"]);
  assert.deepEqual(split(" 0.5*\t.25  x ", "numbers"), ["0.5*", ".25", "x"]);
  assert.deepEqual(split("a\u{1F600}\n", "characters"), ["a", "\u{1F600}", "\n"]);
  for (const unit of ["characters", "words", "numbers"]) assert.deepEqual(split("", unit), []);
});
