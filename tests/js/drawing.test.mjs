// The ribbon, the flow and the bars of attention, drawn on a canvas that only takes notes.

import assert from "node:assert/strict";
import test from "node:test";

import * as look from "../../gatelab/live/static/kit/attentionrows.js";
import * as flow from "../../gatelab/live/static/watch/flow.js";
import { tables } from "../../gatelab/live/static/kit/palette.js";
import { Record } from "../../gatelab/live/static/record.js";
import * as ribbon from "../../gatelab/live/static/watch/ribbon.js";
import { View } from "../../gatelab/live/static/kit/view.js";

globalThis.window = { devicePixelRatio: 1 };
const SCALES = tables({ sequential: ["#000000", "#ffffff"], diverging: ["#0000ff", "#000000", "#ff0000"] });
const INK = { text: "text", kept: "kept", added: "added", out: "out", cursor: "cursor", alert: "alert", mono: "m", sans: "s" };

/** A canvas whose context notes every rectangle, text, arc and line with the style it had. */
function canvas() {
  const notes = [];
  const context = new Proxy({}, {
    get: (target, key) => target[key] ?? ((...args) => notes.push({ what: key, args, fill: target.fillStyle, alpha: target.globalAlpha })),
    set: (target, key, value) => ((target[key] = value), true),
  });
  return { notes, style: {}, getContext: () => context, of: (what) => notes.filter((note) => note.what === what) };
}

/** A record of an LSTM with two units over "ab", with the given values of unit 1. */
function record(values) {
  const held = new Record({ cell: "lstm", hidden_size: 2, vocab: ["\uFFFD", "a", "b", "c"] });
  const names = ["i", "f", "g", "o", "c", "h"];
  const tensors = Object.fromEntries(names.map((name) => [name, { shape: [2, 2], data: Float32Array.from([9, values[name][0], 9, values[name][1]]) }]));
  tensors.probs = { shape: [2, 4], data: Float32Array.from([0, 0.2, 0.5, 0.3, 0, 0.6, 0.3, 0.1]) };
  held.apply({
    metadata: { have: 0, steps: 2, tokens: ["a", "\u263A"], ids: [1, 0], unknown: [false, true], names, ranges: { f: [0, 1], c: [-4, 4] }, scales: { f: "sequential", c: "diverging" } },
    tensors,
  });
  return held;
}

const VALUES = { i: [0.5, 1], f: [1, 0.5], g: [1, -1], o: [1, 0.5], c: [0.5, -0.75], h: [0.46, -0.32] };

function scene() {
  const view = new View();
  view.resize(340);
  return { record: record(VALUES), view, cursor: 1, unit: 1, ribbonName: "c", tables: SCALES, ink: INK };
}

test("the ribbon colors each token by the chosen unit and lists its guesses under it, the likeliest on top", () => {
  const drawn = canvas();
  ribbon.draw(drawn, scene());
  assert.deepEqual(drawn.of("fillRect").map(({ fill }) => fill), [SCALES.diverging.css[143], SCALES.diverging.css[104]]);
  const texts = drawn.of("fillText").map(({ args: [text] }) => text);
  assert.deepEqual(texts, ["a", "b", "c", "a", "\u263A", "a", "b", "c"]);
  const heights = drawn.of("fillText").slice(1, 4).map(({ args: [, , y] }) => y);
  assert.deepEqual(heights, heights.toSorted((a, b) => a - b));
});

test("only what the model never saw has a dashed frame", () => {
  const drawn = canvas();
  const shown = scene();
  ribbon.draw(drawn, shown);
  assert.deepEqual(drawn.of("strokeRect").map(({ args: [x] }) => Math.floor(x / shown.view.step)), [1]);
});

test("the flow's bars and line stand where the numbers are, up for plus and down for minus", () => {
  const drawn = canvas();
  flow.draw(drawn, scene(), 340);
  const [top, zero, bottom] = drawn.of("fillText").slice(0, 3).map(({ args: [, , y] }) => y); // labels 1, 0, -1
  assert.ok(top < zero && zero < bottom);
  const y = (value) => zero + value * (top - zero);
  const near = (a, b) => assert.ok(Math.abs(a - b) < 0.01, `${a} is not ${b}`);
  const bars = (key) => drawn.of("fillRect").filter(({ fill }) => fill === key).map(({ args: [, from, , height] }) => [from, from + height]);
  for (const [key, values] of [["kept", [0, 0.5 * 0.5]], ["added", [0.5, -1]]]) {
    bars(key).forEach(([from, to], t) => {
      near(from, Math.min(zero, y(values[t])));
      near(to, Math.max(zero, y(values[t])));
    });
    assert.equal(bars(key).length, 2);
  }
  const line = [...drawn.of("moveTo"), ...drawn.of("lineTo")].map(({ args: [, at] }) => at);
  VALUES.c.forEach((value, t) => near(line[t], y(value)));
  drawn.of("arc").forEach(({ args: [, at] }, t) => near(at, y(VALUES.h[t])));
});

test("bars of attention begin at one zero line: up for plus, down for minus, as long as their value", () => {
  const view = Object.assign(new View(), { start: 0, count: 9, step: 40 });
  const shown = (values) => ({ reading: { columns: values.length, row: () => values }, view, q: 0, k: 0, ink: INK });
  const draws = {
    energies: ["kept", (drawn, values) => look.energies(drawn, shown(values))],
    products: ["text", (drawn, values) => look.products(drawn, shown(values), values)],
  };
  for (const [name, [color, draw]] of Object.entries(draws))
    for (const values of [[2, -1, 0.5], [-3, -1, -2], [1, 4, 3], [0, 0, 0]]) {
      const drawn = canvas();
      draw(drawn, values);
      const bars = drawn.of("fillRect").filter(({ fill, alpha }) => fill === color && alpha !== 0.4).map(({ args: [, y, , height] }) => [y, y + height]);
      const [zero] = drawn.of("fillRect").filter(({ alpha }) => alpha === 0.4).map(({ args: [, y] }) => y);
      assert.equal(bars.length, values.length);
      const unit = (bars[0][1] - bars[0][0]) / Math.abs(values[0] || 1);
      values.forEach((value, k) => {
        const [top, bottom] = bars[k];
        assert.ok(Math.abs((value < 0 ? top : bottom) - zero) <= 1, `${name} of ${values}: bar ${k} begins at ${value < 0 ? top : bottom}, the line is at ${zero}`);
        assert.ok(Math.abs(bottom - top - unit * Math.abs(value)) < 0.01, `${name} of ${values}: bar ${k} is ${bottom - top} long`);
        assert.ok(top >= 0 && bottom <= look.BARS);
      });
      for (const [k, { args: [, , y] }] of drawn.of("fillText").entries()) assert.ok(y > 0 && y < look.BARS, `${name} of ${values}: number ${k} stands at ${y}`);
    }
});
