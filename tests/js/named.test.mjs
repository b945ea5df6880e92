import assert from "node:assert/strict";
import test from "node:test";

import { ends, reach } from "../../gatelab/live/static/kit/legend.js";
import { shade } from "../../gatelab/live/static/kit/palette.js";
import { height, rowAt, TALL } from "../../gatelab/live/static/kit/heatmap.js";
import { writing } from "../../gatelab/live/static/kit/notation.js";
import { called, few, measurement, named } from "../../gatelab/live/static/watch/named.js";
import { Record } from "../../gatelab/live/static/record.js";
import { model, read, weights } from "./madeup.mjs";

const UNITS = [
  { unit: 70, name: "c", sign: 1, called: "counts the letters of a word", property: "letters of the word so far", measure: "Spearman", score: 0.78, on: 11000 },
  { unit: 3, name: "f", sign: -1, called: "inside a comment", property: "inside a comment", measure: "AUC", score: 0.996, on: 400 },
];
const MEASURED = { card: { measured: { units: UNITS } } };

function record(ranges) {
  const made = { ...model("lstm"), unbounded: ["c"], ...(ranges && { ranges }) };
  const held = new Record(made);
  held.apply(read(made, weights(made, 1), "abca"));
  return held;
}

test("the few are the named units, and the chosen one where it is none of them", () => {
  assert.deepEqual(few(MEASURED, 3), [70, 3]);
  assert.deepEqual(few(MEASURED, 5), [70, 3, 5]);
  assert.deepEqual([named({}), few({}, 5)], [[], [5]]);
});

test("a name says which value tells it and how, and a measurement on how much text it was made", () => {
  assert.deepEqual(UNITS.map((one) => called(one, writing({ model: { cell: "lstm" } }))), ["counts the letters of a word: c rises", "inside a comment: f low"]);
  assert.equal(measurement(UNITS[0]), "Spearman 0.78 with the letters of the word so far, on 11,000 held-out characters");
  assert.equal(measurement(UNITS[1], "tokens"), "AUC 1.00 for \u201cinside a comment\u201d, on 400 held-out tokens");
});

test("a measured range takes the place of the answer's own, and the legend says how many values lie inside", () => {
  const held = record({ c: { to: 0.5, inside: 0.9649 } });
  assert.deepEqual([held.ranges.c, held.ranges.h], [[-0.5, 0.5], [-1, 1]]);
  assert.deepEqual(ends(held, "c"), ["\u2264\u22120.5", "\u22650.5"]);
  assert.equal(reach(held, "c"), "c from \u22120.5 to 0.5: 96\u2009% of values on unseen text lie inside");
  assert.equal(reach(record({ c: { to: 2, inside: 1 } }), "c"), "c from \u22122 to 2: all values on unseen text lie inside");
  assert.equal(reach(held, "h"), "h from \u22121 to 1");
  assert.deepEqual(ends(held, "h"), ["\u22121", "1"]);
});

test("a value beyond the pinned range has the last color, and the record still has the number", () => {
  const held = record({ c: { to: 0.5, inside: 0.96 } });
  held.arrays.c.data[0] = 7.25;
  assert.equal(shade(held.value("c", 0, 0), held.ranges.c), 255);
  assert.equal(held.value("c", 0, 0), 7.25);
});

test("tall rows begin at the top, and the pointer is on the row that is painted there", () => {
  assert.ok(TALL >= 22);
  assert.equal(height(8, TALL), 8 * TALL);
  for (let place = 0; place < 8; place += 1) assert.equal(rowAt((place + 0.5) * TALL, 8, TALL), place);
  assert.equal(rowAt(8 * TALL + 1, 8, TALL), -1);
});
