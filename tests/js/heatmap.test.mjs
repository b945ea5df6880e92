import assert from "node:assert/strict";
import test from "node:test";

import { height, rowAt, rowHeight, STRIP } from "../../gatelab/live/static/kit/heatmap.js";

const RATIOS = [1, 1.25, 1.5, 2, 3];
const CASES = RATIOS.flatMap((ratio) => [16, 50, 64, 128, 256].flatMap((units) => [1, 4, 6].map((maps) => ({ ratio, units, maps }))));

function row({ ratio, units, maps }) {
  globalThis.window = { devicePixelRatio: ratio };
  return rowHeight(units, maps);
}

test("a unit's row is a whole number of the screen's own pixels, and at least one", () => {
  for (const one of CASES) {
    const pixels = row(one) * one.ratio;
    assert.ok(Math.abs(pixels - Math.round(pixels)) < 1e-9 && pixels > 0.99, `${JSON.stringify(one)}: ${pixels}`);
  }
});

test("the fewer maps a cell has, the larger they are", () => {
  assert.ok(row({ ratio: 1, units: 64, maps: 1 }) > row({ ratio: 1, units: 64, maps: 4 }));
  assert.ok(row({ ratio: 2, units: 64, maps: 4 }) > row({ ratio: 2, units: 64, maps: 6 }));
});

test("a screen that does not tell its ratio has one pixel for each pixel", () => {
  globalThis.window = {};
  assert.equal(rowHeight(96, 6), 1);
});

test("all rows fit the heatmap, with less than a pixel and the strip to spare", () => {
  for (const one of CASES) {
    const whole = height(one.units, row(one));
    const spare = whole - one.units * row(one) - STRIP;
    assert.ok(Number.isInteger(whole) && spare >= 0 && spare < 5, `${JSON.stringify(one)}: ${spare}`);
  }
});

test("the pointer is on the row that is painted there", () => {
  for (const one of CASES) {
    const high = row(one);
    const top = height(one.units, high) - Math.ceil(one.units * high); // where the rows begin
    for (let place = 0; place < one.units; place += 1) assert.equal(rowAt(top + (place + 0.5) * high, one.units, high), place);
  }
});

test("on the strip, and below the last row, the pointer is on no row", () => {
  for (const y of [-1, 0, STRIP - 1, STRIP]) assert.equal(rowAt(y, 64, 2), -1);
  assert.equal(rowAt(height(64, 2) - 1, 64, 2), 63);
  assert.equal(rowAt(height(64, 2), 64, 2), -1);
  assert.equal(rowAt(1000, 64, 2), -1);
});
