// The diagram on a page that only takes notes: what is in sight, what is drawn, and how it moves.

import assert from "node:assert/strict";
import test from "node:test";

import { H, W } from "../../gatelab/live/static/lesson/cells.js";
import { tables } from "../../gatelab/live/static/kit/palette.js";
import { Record } from "../../gatelab/live/static/record.js";
import { model, read, weights } from "./madeup.mjs";

/** An element that keeps what it is given. */
class Element {
  constructor(tag) {
    Object.assign(this, { tag, attributes: {}, children: [], style: {}, dataset: {}, parent: null });
    this.classes = new Set();
    this.classList = { toggle: (name, on) => (on ? this.classes.add(name) : this.classes.delete(name)) };
  }
  setAttribute(name, value) { this.attributes[name] = String(value); }
  getAttribute(name) { return this.attributes[name] ?? null; }
  append(...children) { for (const child of children) { child.parent = this; this.children.push(child); } }
  replaceChildren(...children) { this.children = []; this.append(...children); }
  remove() { this.parent.children = this.parent.children.filter((child) => child !== this); }
  addEventListener() {}
  all() { return [this, ...this.children.flatMap((child) => child.all())]; }
}

let still = true;
const frames = [];
globalThis.document = { createElementNS: (_, tag) => new Element(tag) };
globalThis.window = { matchMedia: () => ({ get matches() { return still; } }) };
globalThis.requestAnimationFrame = (callback) => frames.push(callback);
globalThis.cancelAnimationFrame = () => frames.splice(0);
const { camera, Diagram } = await import("../../gatelab/live/static/lesson/diagram.js");
const { line, width } = await import("../../gatelab/live/static/lesson/tile.js");
const { carried } = await import("../../gatelab/live/static/lesson/quantities.js");

const SCALES = tables({ sequential: ["#000000", "#ffffff"], diverging: ["#0000ff", "#000000", "#ff0000"] });

function scene(cell, text, more = {}, ranges = undefined) {
  const about = { ...model(cell), ranges };
  const parameters = weights(about, 3);
  const record = new Record(about);
  record.apply(read(about, parameters, text));
  return { record, values: (t) => carried(record, parameters, t, 1), write: (t) => record.tokens[t], cursor: record.steps - 1, level: "cell", stage: 0, chosen: null, numbers: true,
    tables: SCALES, ink: { text: "ink", empty: "empty" }, room: 800, high: 400, ...more };
}

test("from afar as many steps are in sight as have room, two to five, and the cursor among them", () => {
  for (const [room, count] of [[1300, 5], [750, 3], [360, 2]]) {
    for (const steps of [1, 5, 6, 7, 40]) {
      for (let cursor = 0; cursor < steps; cursor += 1) {
        const { x, wide, height } = camera({ level: "text", cursor, steps, room, high: 400 });
        assert.equal(wide, count * W);
        assert.ok(x <= cursor * W && (cursor + 1) * W <= x + wide, `step ${cursor} of ${steps}`);
        assert.ok(Math.abs(height / room - H / wide) < 1e-9, "nothing is stretched");
        if (steps >= count) assert.ok(x >= 0 && x + wide <= steps * W, "no empty room while there are steps enough");
      }
    }
  }
});

test("from near the whole cell of the cursor is in sight, and no higher than allowed", () => {
  for (const [room, high] of [[900, 400], [360, 400], [1300, 650]]) {
    for (const steps of [1, 2, 30]) {
      for (let cursor = 0; cursor < steps; cursor += 1) {
        const { x, wide, height } = camera({ level: "cell", cursor, steps, room, high });
        assert.ok(height <= high + 1e-9);
        assert.ok(x <= cursor * W && (cursor + 1) * W <= x + wide + 1e-9);
      }
    }
  }
});

test("a line goes through its points and rounds its corners", () => {
  assert.equal(line([[0, 0], [10, 0]]), "M0 0L10 0");
  assert.equal(line([[0, 0], [100, 0], [100, 50]]), "M0 0L93 0Q100 0 100 7L100 50");
});

test("a wire is the wider the further its value lies from 0, up to its range", () => {
  const unit = [-1, 1];
  assert.ok(width(0, unit) < width(0.2, unit) && width(0.2, unit) < width(-0.9, unit));
  assert.equal(width(-0.5, unit), width(0.5, unit));
  assert.equal(width(7, [-4, 4]), width(4, [-4, 4]));
});

for (const cell of ["rnn", "lstm", "peephole", "coupled", "gru", "gru-cho", "mgu"]) {
  test(`${cell}: every number on the diagram is that of the trace, at every step in sight`, () => {
    const diagram = new Diagram({});
    const it = scene(cell, "abcab'");
    diagram.paint(it);
    let seen = 0;
    for (const [t, tile] of diagram.tiles) {
      for (const { key, label } of [...tile.flows, ...tile.parts]) {
        if (!label) continue;
        assert.equal(Number(label.textContent.replace("\u2212", "-")), Number(it.values(t)[key].toFixed(2)), key);
        seen += 1;
      }
    }
    assert.ok(seen >= 2 * diagram.tiles.size);
  });
}

test("a wire has the color and the width of its value, a gate the color of its own", () => {
  const diagram = new Diagram({});
  const it = scene("lstm", "abc");
  diagram.paint(it);
  const tile = diagram.tiles.get(2);
  const values = it.values(2);
  const flow = (key) => tile.flows.find((other) => other.key === key).flow;
  assert.equal(flow("f").getAttribute("stroke"), SCALES.sequential.css[Math.round(255 * values.f)]);
  assert.equal(flow("g").getAttribute("stroke"), SCALES.diverging.css[Math.round(255 * (values.g + 1) / 2)]);
  assert.equal(Number(flow("h").getAttribute("stroke-width")), Number(width(values.h, [-1, 1]).toFixed(2)));
  assert.equal(tile.parts.find(({ key }) => key === "o").box.getAttribute("fill"), SCALES.sequential.css[Math.round(255 * values.o)]);
});

test("a state has the color and the width of its value in the range that was measured for its model", () => {
  const diagram = new Diagram({});
  const it = scene("lstm", "abc", {}, { c: { to: 0.5, inside: 0.96 } });
  diagram.paint(it);
  const tile = diagram.tiles.get(2);
  const { c } = it.values(2);
  const flow = tile.flows.find(({ key }) => key === "c").flow;
  assert.deepEqual(it.record.ranges.c, [-0.5, 0.5]);
  assert.equal(flow.getAttribute("stroke"), SCALES.diverging.css[Math.round(255 * Math.min(1, Math.max(0, c + 0.5)))]);
  assert.equal(Number(flow.getAttribute("stroke-width")), Number(width(c, [-0.5, 0.5]).toFixed(2)));
});

test("what is hidden shows neither number nor color", () => {
  const diagram = new Diagram({});
  const it = scene("lstm", "abc");
  const shown = it.values;
  it.values = (t) => (t === 2 ? null : shown(t));
  diagram.paint(it);
  const tile = diagram.tiles.get(2);
  assert.ok([...tile.flows, ...tile.parts].every(({ label }) => !label || label.textContent === "?"));
  assert.ok(tile.flows.every(({ flow }) => flow.getAttribute("stroke") === "transparent"));
});

test("the words on it stand there from the start, and tell nothing that is hidden", () => {
  const diagram = new Diagram({});
  const it = scene("lstm", "abc");
  it.values = () => null;
  diagram.paint(it);
  const words = [...diagram.tiles.get(2).flows, ...diagram.tiles.get(2).parts].flatMap(({ words }) => words?.children.map(({ textContent }) => textContent) ?? []);
  assert.ok(["cell state before", "cell state now", "hidden state before", "hidden state now", "input x", "keep", "write", "show"].every((word) => words.includes(word)));
});

test("a stage of the walk dims all that does not belong to it", () => {
  const diagram = new Diagram({});
  diagram.paint(scene("lstm", "ab", { stage: 1, chosen: "f" }));
  const tile = diagram.tiles.get(1);
  for (const { key, stages, group, words } of [...tile.flows, ...tile.parts]) {
    assert.equal(group.classes.has("dim"), !stages.includes(1), key);
    if (words) assert.equal(words.classes.has("dim"), !stages.includes(1), key);
    assert.equal(group.classes.has("chosen"), key === "f");
  }
});

test("a movement begins where the last one is and ends where it is to; with reduced motion it is over at once", () => {
  const diagram = new Diagram({});
  const text = "abcabcabcabc";
  const now = performance.now;
  let clock = 1000;
  performance.now = () => clock;
  try {
    still = true;
    diagram.paint(scene("lstm", text, { level: "text", cursor: 0 }));
    const from = diagram.shown.x;
    assert.equal(frames.length, 0);
    still = false;
    diagram.paint(scene("lstm", text, { level: "text", cursor: 11 }));
    assert.equal(diagram.shown.x, from);
    clock += 200;
    frames.shift()();
    assert.ok(diagram.shown.x > from && diagram.shown.x < 9 * W);
    clock += 1000;
    frames.shift()();
    assert.equal(diagram.shown.x, 9 * W);
    assert.equal(frames.length, 0);
  } finally {
    performance.now = now;
    still = true;
  }
});

test("tiles that are far away are taken off the page, those of a changed text are made anew", () => {
  const diagram = new Diagram({});
  const long = "abc".repeat(300);
  for (const cursor of [0, 400, 899, 3]) diagram.paint(scene("rnn", long, { cursor }));
  diagram.paint(scene("rnn", long, { cursor: 3 }));
  assert.ok(diagram.tiles.size < 12 && diagram.layer.children.length === diagram.tiles.size);
  diagram.paint(scene("rnn", "xb", { cursor: 1 }));
  assert.deepEqual([...diagram.tiles.values()].map(({ token }) => token.textContent).sort(), ["b", "x"]);
  diagram.paint(scene("gru", "xb", { cursor: 1 }));
  assert.ok([...diagram.tiles.values()].every(({ parts }) => parts.some(({ key }) => key === "z")));
});
