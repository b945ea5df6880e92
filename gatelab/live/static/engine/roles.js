// What follows from the record of a cell, see `CELLS` in cells.js: its names and what they are called, its gates, its states. As in gatelab/roles.py.

const REST = "1 - ";
/** A role of gates -> what a gate is called that has no other. */
export const GATES = { reset: "reset gate", write: "input gate", keep: "forget gate", show: "output gate" };

/** Whose values the roles of a cell are, each once. */
const held = (cell, roles) => [...new Set(roles.filter((role) => cell[role]).map((role) => cell[role].replace(REST, "")))];

/** The names of what a cell computes, in the order of its equations. */
export const names = (cell) => [...new Set([...held(cell, ["reset", "write", "keep", "candidate", "show", "memory"]), "h"])];

/** The names of its gates, whose values lie in [0, 1]. */
export const gates = (cell) => new Set(held(cell, Object.keys(GATES)));

/** What goes from a step to the next: h, or h and c. */
export const states = (cell) => [...new Set(["h", cell.memory])];

/** Whether a cell has a memory apart from its hidden state. */
export const apart = (cell) => cell.memory !== "h";

/** Whether the write gate of a cell has no rows of its own but is what its keep gate leaves, under a name of its own. */
export const isCoupled = (cell) => Boolean(cell.write) && !cell.write.startsWith(REST) && !cell.rows.includes(cell.write);

/**
 * How much the gate of a role lets through: {name, rest, of(at)}, its own value at(name), or where `rest` is true what it leaves, 1 minus that;
 * null where the cell has no such gate.
 */
export function share(cell, role) {
  if (!cell[role]) return null;
  const [name, rest] = [cell[role].replace(REST, ""), cell[role].startsWith(REST)];
  return { name, rest, of: (at) => (rest ? 1 - at(name) : at(name)) };
}

/** What each name of a cell is called on the screen, in the order of its story: forget, write, update, show. */
export function titles(cell) {
  const title = (name) => {
    if (name === "h") return "hidden state";
    if (name === cell.memory) return "cell state";
    if (name === cell.candidate) return "candidate";
    return cell.titled?.[name] ?? GATES[Object.keys(GATES).find((role) => cell[role] === name)];
  };
  const story = held(cell, ["reset", "keep", "write", "candidate", "memory", "show"]).filter((name) => name !== "h");
  return Object.fromEntries([...story, "h"].map((name) => [name, title(name)]));
}
