// The words and numbers on the diagram of each cell: each has a place of its own, on no wire, no part, and no other word or number.

import assert from "node:assert/strict";
import test from "node:test";

import { CALLED } from "../../gatelab/live/static/lesson/called.js";
import { CELLS, H, W } from "../../gatelab/live/static/lesson/cells.js";
import { HALF } from "../../gatelab/live/static/lesson/tile.js";
import { drawing } from "../../gatelab/live/static/lesson/turned.js";

const SIZE = 16; // of words and numbers, as in lesson.css
const LINE = 17;
const AMOUNT = "\u22120.00"; // as long as numbers usually are
// How wide Streamlit's font, Source Sans, makes a letter, in its size; what is not here is taken for wide.
const WIDE = { i: 0.25, l: 0.26, f: 0.3, t: 0.34, r: 0.35, " ": 0.2, "/": 0.35, ".": 0.25, c: 0.46, s: 0.42, w: 0.73, x: 0.47, 0: 0.5, "\u2212": 0.5 };
const wide = (text) => SIZE * Array.from(text).reduce((sum, letter) => sum + (WIDE[letter] ?? 0.56), 0);

function boxOf(text, [x, y], anchor, half) {
  const size = wide(text);
  const left = { start: x, middle: x - size / 2, end: x - size }[anchor];
  return { what: text, left, right: left + size, top: y - half, bottom: y + half };
}

/** Where everything of a drawn cell lies: its words, its numbers on wires, its parts, and its wires at their widest. */
function places(cell, { parts, wires }) {
  const words = [...parts, ...wires].filter(({ word }) => word)
    .flatMap(({ key, word: { at: [x, y], anchor } }) => CALLED[cell][key].map((line, k) => boxOf(line, [x, y + k * LINE], anchor, SIZE / 2)));
  const numbers = wires.filter(({ label }) => label).map(({ label }) => boxOf(AMOUNT, label, "middle", 0.36 * SIZE)); // digits are no higher
  const boxes = parts.map(({ kind, key, sign, at: [x, y] }) => {
    const [half, high] = HALF[sign?.length > 2 ? "long" : kind];
    return { what: `part ${key}`, left: x - half, right: x + half, top: y - high, bottom: y + high };
  });
  const lines = wires.flatMap(({ key, path }) => path.slice(1).map(([x, y], k) => {
    const thick = key === "x" || key === "in" ? 0.6 : 4.1; // half of a wire that carries all that its range allows
    const [px, py] = path[k];
    return { what: `wire ${key}`, left: Math.min(x, px) - thick, right: Math.max(x, px) + thick, top: Math.min(y, py) - thick, bottom: Math.max(y, py) + thick };
  }));
  return { words, numbers, boxes, lines };
}

const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const DRAWN = [...Object.entries(CELLS), ...["gru", "gru-cho"].map((name) => [name, drawing({ name, turned: "z" })])];

for (const [cell, drawn] of DRAWN) {
  test(`${cell}${drawn === CELLS[cell] ? "" : ", its gate turned round"}: no word or number stands on another, on a part or on a wire`, () => {
    const { words, numbers, boxes, lines } = places(cell, drawn);
    const written = [...words, ...numbers];
    const met = written.flatMap((one, k) => [...written.slice(k + 1), ...boxes, ...lines].filter((other) => meet(one, other)).map((other) => `${one.what} (${one.left}, ${one.top}) meets ${other.what}`));
    assert.deepEqual(met, []);
    for (const { what, left, right, top, bottom } of written) assert.ok(left >= 0 && right <= W && top >= 0 && bottom <= H, `${what} reaches out of its tile`);
  });
}

for (const cell of Object.keys(CELLS)) {
  test(`${cell}: its wires say what they carry, its gates what they are for`, () => {
    const said = [...CELLS[cell].parts, ...CELLS[cell].wires].filter(({ word }) => word).flatMap(({ key }) => CALLED[cell][key]).sort();
    const expected = {
      rnn: [],
      lstm: ["keep", "write", "candidate", "show", "cell state before", "cell state now"],
      gru: ["reset", "keep / write", "candidate"],
    };
    const like = { peephole: "lstm", coupled: "lstm", "gru-cho": "gru", mgu: "gru" };
    assert.deepEqual(said, ["input x", "hidden state before", "hidden state now", ...expected[like[cell] ?? cell]].sort());
  });
}
