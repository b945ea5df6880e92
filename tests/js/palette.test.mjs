import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { on, shade, table, tables } from "../../gatelab/live/static/kit/palette.js";

const STOPS = ["#000000", "#ff8000", "#ffffff"];
const bytes = (packed) => Array.from(new Uint8Array(Uint32Array.of(packed).buffer));

test("a scale begins and ends with its own colors", () => {
  const { css } = table(STOPS);
  assert.equal(css.length, 256);
  assert.equal(css[0], "rgb(0, 0, 0)");
  assert.equal(css[255], "rgb(255, 255, 255)");
});

test("the middle of a scale is its middle color, and a quarter lies halfway to it", () => {
  const near = (css, rgb) => css.match(/\d+/g).forEach((channel, k) => assert.ok(Math.abs(channel - rgb[k]) <= 2, `${css} for ${rgb}`));
  const { css } = table(STOPS);
  near(css[shade(0, [-1, 1])], [255, 128, 0]);
  near(css[shade(0.25, [0, 1])], [128, 64, 0]);
  near(css[shade(0.75, [0, 1])], [255, 192, 128]);
});

test("a pixel of the heatmap has the color of the strip above it", () => {
  const { css, packed } = table(STOPS);
  css.forEach((color, k) => assert.deepEqual(bytes(packed[k]), [...color.match(/\d+/g).map(Number), 255])); // ImageData: r, g, b, a
});

test("the range's ends are the first and the last shade", () => {
  assert.equal(shade(0, [0, 1]), 0);
  assert.equal(shade(1, [0, 1]), 255);
  assert.equal(shade(-2.5, [-2.5, 2.5]), 0);
  assert.equal(shade(2.5, [-2.5, 2.5]), 255);
});

test("values outside the range take the color of the nearer end", () => {
  for (const value of [-0.01, -7, -1e300, -Infinity]) assert.equal(shade(value, [0, 1]), 0);
  for (const value of [1.01, 7, 1e300, Infinity]) assert.equal(shade(value, [0, 1]), 255);
});

test("a value has the nearest of the 256 shades", () => {
  for (let k = 1; k < 255; k += 1) for (const off of [-0.49, 0, 0.49]) assert.equal(shade((k + off) / 127.5 - 1, [-1, 1]), k);
});

test("a larger value never has an earlier shade", () => {
  let last = 0;
  for (let value = -3; value <= 3; value += 0.001) {
    const k = shade(value, [-2.5, 2.5]);
    assert.ok(k >= last && k <= last + 1, `${value}: ${k} after ${last}`);
    last = k;
  }
});

test("what is no number has no color", () => {
  const { css, packed } = table(STOPS);
  assert.equal(css[shade(NaN, [0, 1])], undefined);
  assert.equal(packed[shade(NaN, [0, 1])], undefined);
});

test("each scale of a theme gets its own table", () => {
  const both = tables({ sequential: STOPS, diverging: ["#102030", "#405060"] });
  assert.equal(both.sequential.css[0], "rgb(0, 0, 0)");
  assert.equal(both.diverging.css[0], "rgb(16, 32, 48)");
});

// Letters are printed on shades in `letters`; the scales as in palette.py.
const python = readFileSync(new URL("../../gatelab/palette.py", import.meta.url), "utf8");
const scales = Array.from(python.matchAll(/"(?:sequential|diverging)": \(([^)]*)\)/g), ([, stops]) => stops.match(/#[0-9a-f]{6}/g));

function luminance(rgb) {
  const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

test("what is written on a shade stands out from it (WCAG AA: 4.5 to 1)", () => {
  for (const { css, letters } of scales.map(table))
    css.forEach((color, k) => assert.ok(contrast(color.match(/\d+/g).map(Number), rgb(letters[k])) >= 4.5, color));
});

test("what is written on any color stands out from it", () => {
  const channel = [0, 40, 80, 103, 120, 128, 160, 200, 255];
  for (const r of channel) for (const g of channel) for (const b of channel) {
    const hex = `#${[r, g, b].map((c) => c.toString(16).padStart(2, "0")).join("")}`;
    assert.ok(contrast([r, g, b], rgb(on(hex))) >= 4.5, hex);
  }
});
