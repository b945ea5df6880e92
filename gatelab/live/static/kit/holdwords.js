// Holds in words: what is held, and what came of it. Pure.

import { cellOf, titles } from "../engine/cells.js";
import { writing } from "./notation.js";
import { number, spoken } from "./words.js";

const LONG = 30; // most characters of a text that are quoted
const HARDLY = 0.005; // a change of a probability that is not seen

const short = (value) => String(Number(value.toPrecision(3))).replace("-", "\u2212");
const percent = (share) => `${Math.round(100 * share)}\u00a0%`;
const share = (value) => value.toFixed(2).replace(/^0/, "");

/** The value of a hold as the notation writes it: that of a gate which it turns round is what the gate leaves. */
export const shownValue = (record, { name, value, how }) => (name === record.turned && how === "set" ? 1 - value : value);

/** What a hold does: "held at 1", "times 0.5", "plus 0.3". */
function done(record, hold) {
  const value = short(shownValue(record, hold));
  return { set: `held at ${value}`, times: `times ${value}`, plus: `plus ${value}` }[hold.how];
}

function where({ units }) {
  if (!units) return "all units";
  return units.length === 1 ? `unit ${units[0]}` : `units ${units.join(", ")}`;
}

/** At which steps a hold acts: "always", "from step 6, “but”, on". */
export function when({ steps }, tokens) {
  if (!steps) return "always";
  const [first, end] = steps;
  if (first >= tokens.length) return `from step ${first + 1} on, which this text does not reach`;
  const begin = `step ${first + 1}${first < tokens.length ? `, ${spoken(tokens[first])}` : ""}`;
  if (end === Infinity) return `from ${begin}, on`;
  return end === first + 1 ? `at ${begin}` : `from step ${first + 1} to ${end}`;
}

/** A hold in words: "the forget gate of all units held at 1 from step 6, “but”, on". */
export function describe(record, hold) {
  const title = titles(cellOf(record.model.cell))[hold.name.split(".").pop()] ?? hold.name;
  return `${title} of ${where(hold)} ${done(record, hold)} ${when(hold, record.tokens)}`;
}

/** What no gate, or no candidate, can do: "" where the value is one that it can have. */
export function impossible(record, hold) {
  const [low, high] = bounds(record, hold.name);
  return hold.how === "set" && (hold.value < low || hold.value > high) ? `No ${titles(cellOf(record.model.cell))[hold.name]} can do this: its values lie between ${short(low)} and ${short(high)}.` : "";
}

/** Between which values a name of the cell lies by its equation; the memory of a cell that keeps it apart has no bounds. */
export function bounds(record, name) {
  const cell = cellOf(record.model.cell);
  if (record.scales[name] === "sequential") return [0, 1];
  if (cell.rectified) return [0, Infinity];
  return name === cell.memory && name !== "h" ? [-Infinity, Infinity] : [-1, 1];
}

/** What the model says at the end, now and without the holds. */
function said(record, ghost, t) {
  if (!record.arrays.probs) return `the model says ${number(record.row("answers", t)[0], 2)} instead of ${number(ghost.row("answers", t)[0], 2)}`;
  if (record.row("probs", t).every((p, k) => Math.abs(p - ghost.row("probs", t)[k]) < HARDLY)) return "what the model says at the end hardly changes";
  if (record.labels.length === 2) return `\u201c${record.labels[1]}\u201d goes from ${share(ghost.row("probs", t)[1])} to ${share(record.row("probs", t)[1])}`;
  const [now] = record.guesses(t, 1);
  const [before] = ghost.guesses(t, 1);
  if (now.token === before.token) return `${spoken(now.token)} stays the likeliest at the end, with ${percent(now.probability)} instead of ${percent(before.probability)}`;
  return `the likeliest at the end is ${spoken(now.token)} (${percent(now.probability)}) instead of ${spoken(before.token)} (${percent(before.probability)})`;
}

/** A text by its last characters. */
export function ending(text) {
  const letters = Array.from(text.replaceAll("\n", "\u23CE"));
  return `\u201c${letters.length > LONG ? `\u2026${letters.slice(-LONG).join("")}` : letters.join("")}\u201d`;
}

/** What the network begins with, and where nothing else is held, what that did at the end of the text. */
export function begun(record, ghost, after, alone) {
  const t = record.steps - 1;
  const did = alone && t >= 0 ? `; ${said(record, ghost, t)}` : "";
  return `The network begins with the state in which ${ending(after)} ends, not with zeros${did}.`;
}

/** What the holds did at the end of the text, in one sentence; `unit` null leaves the memory of a unit out. */
export function effect(record, ghost, holds, unit) {
  const t = record.steps - 1;
  if (t < 0 || !holds.length) return "";
  const { memory } = cellOf(record.model.cell);
  const first = Math.min(...holds.map(({ steps }) => steps?.[0] ?? 0));
  if (first > t) return `What is held begins at step ${first + 1}, and this text has ${record.steps}.`;
  const more = holds.length - 1;
  const others = more ? ` and ${more === 1 ? "one other hold" : `${more} other holds`}` : "";
  const state = unit === null ? "" : `; the ${titles(cellOf(record.model.cell))[memory]} of unit ${unit} ends at ${number(record.value(memory, t, unit), 2)} instead of ${number(ghost.value(memory, t, unit), 2)}`;
  return `With the ${describe(record, holds[0])}${others}, ${said(record, ghost, t)}${state}.`;
}

/** The name of a hold in the letters of the notation. */
export const letter = (record, name) => writing(record).plain(name);
