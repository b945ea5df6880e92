// How a GRU is drawn whose update gate says how much of the candidate comes in: what the gate leaves is on the way of the old state. Pure.

import { CELLS, TOP } from "./cells.js";

const UPDATE = ["z", "1-z"];

/** The wires of the gate: up to a fork, from there to the candidate as it is, and to the old state as what it leaves. */
const WIRES = [
  { key: "z", path: [[52, 205], [52, 128], [166, 128]], stages: [3], label: [136, 114] },
  { key: "z", path: [[52, 128], [52, 92]], stages: [3] },
  { key: "1-z", path: [[52, 92], [52, TOP]], stages: [3], label: [34, 72] },
];

const turned = ({ parts, wires, walk, ...more }) => ({
  ...more,
  parts: parts.map((part) => (part.key === "1-z" ? { ...part, at: [52, 92] } : part)),
  wires: [...wires.filter(({ key }) => !UPDATE.includes(key)), ...WIRES],
  walk: walk.map((stage) => (stage.part === "z" ? { ...stage, words: "how much of the candidate comes in?" } : stage)),
});

const TURNED = Object.fromEntries(["gru", "gru-cho"].map((cell) => [cell, turned(CELLS[cell])]));

/** How the cell of a writing (kit/notation.js) is drawn. */
export const drawing = ({ name, turned: gate }) => (gate ? TURNED[name] : CELLS[name]);
