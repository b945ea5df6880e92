// What the wires and gates of each cell are called on the diagram, in words: what a wire carries, what a gate is for. From the roles of a cell. Pure.

import { apart, derived, gates, share } from "../engine/cells.js";
import { tr } from "../language.js";

const DOES = { reset: tr("reset"), keep: tr("keep"), write: tr("write"), show: tr("show") };

/** What each gate of a cell is for, as lines: {name: lines}. One that both keeps and writes says so in one line. */
function purposes(cell) {
  const has = (role, name) => share(cell, role)?.name === name;
  return Object.fromEntries([...gates(cell)].map((name) => {
    const both = ["keep", "write"].filter((role) => has(role, name)).map((role) => DOES[role]).join(" / ");
    return [name, [has("reset", name) && DOES.reset, both, has("show", name) && DOES.show].filter(Boolean)];
  }));
}

/** A cell -> {key of quantities.js: lines of words}. */
export const CALLED = derived((cell) => ({
  x: [tr("input x")],
  ...(cell.candidate && { [cell.candidate]: [tr("candidate")] }),
  "h-": [tr("hidden state before")],
  h: [tr("hidden state now")],
  ...(apart(cell) && { [`${cell.memory}-`]: [tr("cell state before")], [cell.memory]: [tr("cell state now")] }),
  ...purposes(cell),
}));
