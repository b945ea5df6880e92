// What all bands of a comparison show: one value by its role, whatever each cell calls it. Pure: no page, no server.

import { names } from "../engine/cells.js";
import { PYTORCH, writing } from "../kit/notation.js";

/** As in gatelab/live/compare.py: {value: {called, role}}; a hidden state is h in every cell. */
export const VALUES = {
  memory: { called: "memory", role: "memory" },
  keep: { called: "what is kept", role: "keep" },
  write: { called: "what is written", role: "write" },
  reset: { called: "reset gate", role: "reset" },
  candidate: { called: "candidate", role: "candidate" },
  output: { called: "output gate", role: "show" },
  hidden: { called: "hidden state", role: null },
};

/** The name of a value in a cell; "" where it has none of its own, as what a gate leaves, and a simple RNN's candidate, which is its state. */
export function nameOf(value, cell) {
  const { role } = VALUES[value];
  if (!role) return "h";
  return names(cell).includes(cell[role]) && (role === "memory" || cell[role] !== cell.memory) ? cell[role] : "";
}

/** What can be chosen where some cells stand side by side: [value, its label with their letters]. */
export function offers(cells, notation = PYTORCH) {
  const writings = cells.map((cell) => writing({ model: { cell }, notation }));
  return Object.entries(VALUES).map(([value, { called }]) => {
    const letters = [...new Set(writings.filter(({ cell }) => nameOf(value, cell)).map((written) => written.plain(nameOf(value, written.cell))))];
    return [value, letters.length ? `${called} (${letters.join(value === "memory" ? ", or " : ", ")})` : called];
  });
}
