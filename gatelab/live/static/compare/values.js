// What all bands of a comparison show: one value by its role, whatever each cell calls it. Pure: no page, no server.

import { names } from "../engine/cells.js";
import { PYTORCH, writing } from "../kit/notation.js";
import { tr } from "../language.js";

/** As in gatelab/live/compare.py: {value: {called, role}}; a hidden state is h in every cell. */
export const VALUES = {
  memory: { called: tr("memory"), role: "memory" },
  keep: { called: tr("what is kept"), role: "keep" },
  write: { called: tr("what is written"), role: "write" },
  reset: { called: tr("reset gate"), role: "reset" },
  candidate: { called: tr("candidate"), role: "candidate" },
  output: { called: tr("output gate"), role: "show" },
  hidden: { called: tr("hidden state"), role: null },
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
    const some = value === "memory" ? letters.reduce((one, other) => tr("{one}, or {other}", { one, other })) : letters.join(", ");
    return [value, letters.length ? `${called} (${some})` : called];
  });
}
