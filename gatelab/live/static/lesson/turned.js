// How a GRU is drawn whose update gate says how much of the candidate comes in: what the gate leaves is on the way of the old state. Pure.

import { tr } from "../language.js";
import { CELLS, GATES, TOP } from "./cells.js";

const UPDATE = ["z", "1-z"];

const FORK = [64, 130]; // from here the gate goes to the candidate as it is, and what it leaves to the old state
const LEFT = [64, 97]; // where "1 \u2212" stands, under the product with the old state

const WIRES = [
  { key: "z", path: [[64, GATES], FORK, [256, 130]], stages: [3] },
  { key: "z", path: [FORK, LEFT], stages: [3] },
  { key: "1-z", path: [LEFT, [64, TOP]], stages: [3], label: [100, 97] },
];

const turned = ({ parts, wires, walk, ...more }) => ({
  ...more,
  parts: parts.map((part) => (part.key === "1-z" ? { ...part, at: LEFT } : part)),
  wires: [...wires.filter(({ key }) => !UPDATE.includes(key)), ...WIRES],
  walk: walk.map((stage) => (stage.part === "z" ? { ...stage, words: tr("how much of the candidate comes in?") } : stage)),
});

const TURNED = Object.fromEntries(["gru", "gru-cho"].map((cell) => [cell, turned(CELLS[cell])]));

/** How the cell of a writing (kit/notation.js) is drawn. */
export const drawing = ({ name, turned: gate }) => (gate ? TURNED[name] : CELLS[name]);
