// What the last word did, in one sentence that is made from the trace's numbers by a rule, and where to look. Pure.

import { cellOf, share, titles } from "../engine/cells.js";
import { writing } from "../kit/notation.js";
import { number, spoken } from "../kit/words.js";

const STILL = 0.1; // what moves by less, in the cell
const SAME = 0.02; // and in the answer, has hardly moved

/** What the three gates and the memory of a cell are about, by role. */
const ABOUT = {
  keep: "how much of the memory stays",
  write: "how much is written to the memory",
  show: "how much of the memory is shown",
  memory: "its memory",
};

/** The gates of a cell with a memory apart, and that memory: {name: {title, about}}, in the order of the story. */
export function told(cell) {
  const called = titles(cell);
  const named = ["keep", "write", "show"].map((role) => [share(cell, role).name, role]);
  return Object.fromEntries([...named, [cell.memory, "memory"]].map(([name, role]) => [name, { title: called[name], about: ABOUT[role] }]));
}

/** A share in percent; what is not all or nothing is never called so. */
export function percent(share) {
  if (share > 0.995 && share < 1) return "over 99 %";
  if (share < 0.005 && share > 0) return "under 1 %";
  return `${Math.round(100 * share)} %`;
}

const moved = (by) => (by > 0 ? "rose" : "fell");

/** What the answer did: [verb, rest]. */
function answer(record, t) {
  const label = record.labels[1];
  const now = record.row("probs", t)[1];
  const by = t ? now - record.row("probs", t - 1)[1] : 0;
  if (!t) return ["is", `at ${percent(now)} ${label}`];
  return Math.abs(by) < SAME ? ["stayed", `at ${percent(now)} ${label}`] : [moved(by), `to ${percent(now)} ${label}`];
}

/**
 * What happened at step t, and where to look: of the gates and the memory of a unit that which moved furthest from its value one step
 * before; where none moved by a tenth, the gate that keeps.
 *
 * @returns {{name: string, words: string} | null} name: of the row and the part to look at; null where there is no step
 */
export function news(record, t, unit) {
  if (t < 0) return null;
  const parts = told(cellOf(record.model.cell));
  const names = Object.keys(parts);
  const by = (name) => record.value(name, t, unit) - record.value(name, t - 1, unit);
  const seen = t ? names : names.slice(-1); // before the first step there are no gates, and the memory is 0
  const most = seen.reduce((best, name) => (Math.abs(by(name)) > Math.abs(by(best)) ? name : best));
  const still = Math.abs(by(most)) < STILL;
  const name = still ? names[0] : most;
  const [verb, rest] = answer(record, t);
  const did = still ? "is at" : `${moved(by(name))} to`;
  const change = `this unit\u2019s ${parts[name].title}, ${parts[name].about}, ${did} ${number(record.value(name, t, unit), 2)}`;
  const said = did.startsWith(verb) && !still ? ` and the answer ${rest}` : `, and the answer ${verb} ${rest}`;
  const strange = record.unknown(t) ? " (a word that it never saw)" : "";
  return { name, words: `${spoken(record.tokens[t])}${strange}: ${change}${said}: look at ${writing(record).plain(name)}.` };
}
