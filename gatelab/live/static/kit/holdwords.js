// Holds in words: what is held, and what came of it. Pure.

import { cellOf, titles } from "../engine/cells.js";
import { plural, tr } from "../language.js";
import { writing } from "./notation.js";
import { answer } from "./readings.js";
import { number, spoken, withMinus } from "./words.js";

const LONG = 30; // most characters of a text that are quoted
const HARDLY = 0.005; // a change of a probability that is not seen

const short = (value) => withMinus(String(Number(value.toPrecision(3))));
const percent = (share) => `${Math.round(100 * share)}\u00a0%`;
const share = (value) => value.toFixed(2).replace(/^0/, "");

/** The value of a hold as the notation writes it: that of a gate which it turns round is what the gate leaves. */
export const shownValue = (record, { name, value, how }) => (name === record.turned && how === "set" ? 1 - value : value);

/** What a hold does: "held at 1", "times 0.5", "plus 0.3". */
function done(record, hold) {
  const value = short(shownValue(record, hold));
  return { set: tr("held at {value}", { value }), times: tr("times {value}", { value }), plus: tr("plus {value}", { value }) }[hold.how];
}

function where({ units }) {
  if (!units) return tr("all units");
  return units.length === 1 ? tr("unit {unit}", { unit: units[0] }) : tr("units {units}", { units: units.join(", ") });
}

/** At which steps a hold acts: "always", "from step 6, “but”, on". */
export function when({ steps }, tokens) {
  if (!steps) return tr("always");
  const [first, end] = steps;
  if (first >= tokens.length) return tr("from step {step} on, which this text does not reach", { step: first + 1 });
  const begin = { step: first + 1, token: spoken(tokens[first]), last: end };
  if (end === Infinity) return tr("from step {step}, {token}, on", begin);
  return end === first + 1 ? tr("at step {step}, {token}", begin) : tr("from step {step} to {last}", begin);
}

/** A hold in words: "the forget gate of all units held at 1 from step 6, “but”, on". */
export function describe(record, hold) {
  const title = titles(cellOf(record.model.cell))[hold.name.split(".").pop()] ?? hold.name;
  return tr("{what} of {units} {done} {when}", { what: tr(title), units: where(hold), done: done(record, hold), when: when(hold, record.tokens) });
}

/** What no gate, or no candidate, can do: "" where the value is one that it can have. */
export function impossible(record, hold) {
  const [low, high] = bounds(record, hold.name);
  if (hold.how !== "set" || (hold.value >= low && hold.value <= high)) return "";
  return tr("No {what} can do this: its values lie between {low} and {high}.", { what: tr(titles(cellOf(record.model.cell))[hold.name]), low: short(low), high: short(high) });
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
  if (!record.arrays.probs) return tr("the model says {now} instead of {before}", { now: number(record.row("answers", t)[0], 2), before: number(ghost.row("answers", t)[0], 2) });
  if (record.row("probs", t).every((p, k) => Math.abs(p - ghost.row("probs", t)[k]) < HARDLY)) return tr("what the model says at the end hardly changes");
  if (record.labels.length === 2) return tr("\u201c{label}\u201d goes from {before} to {now}", { label: answer(record, record.labels[1]), before: share(ghost.row("probs", t)[1]), now: share(record.row("probs", t)[1]) });
  const [now] = record.guesses(t, 1);
  const [before] = ghost.guesses(t, 1);
  const sure = { token: spoken(now.token), other: spoken(before.token), now: percent(now.probability), before: percent(before.probability) };
  if (now.token === before.token) return tr("{token} stays the likeliest at the end, with {now} instead of {before}", sure);
  return tr("the likeliest at the end is {token} ({now}) instead of {other} ({before})", sure);
}

/** A text by its last characters. */
export function ending(text) {
  const letters = Array.from(text.replaceAll("\n", "\u23CE"));
  return tr("\u201c{token}\u201d", { token: letters.length > LONG ? `\u2026${letters.slice(-LONG).join("")}` : letters.join("") });
}

/** What the network begins with, and where nothing else is held, what that did at the end of the text. */
export function begun(record, ghost, after, alone) {
  const t = record.steps - 1;
  const text = ending(after);
  if (!alone || t < 0) return tr("The network begins with the state in which {text} ends, not with zeros.", { text });
  return tr("The network begins with the state in which {text} ends, not with zeros; {said}.", { text, said: said(record, ghost, t) });
}

/** What the holds did at the end of the text, in one sentence; `unit` null leaves the memory of a unit out, `also` says that more was done than they. */
export function effect(record, ghost, holds, unit, also = false) {
  const t = record.steps - 1;
  if (t < 0 || !holds.length) return "";
  const { memory } = cellOf(record.model.cell);
  const first = Math.min(...holds.map(({ steps }) => steps?.[0] ?? 0));
  if (first > t) return tr("What is held begins at step {step}, and this text has {steps}.", { step: first + 1, steps: record.steps });
  const more = holds.length - 1;
  const one = describe(record, holds[0]);
  const hold = more ? plural("{hold} and one other hold", "{hold} and {count} other holds", more, { hold: one }) : one;
  const came = unit === null ? said(record, ghost, t) : tr("{said}; the {what} of unit {unit} ends at {now} instead of {before}", {
    said: said(record, ghost, t), what: tr(titles(cellOf(record.model.cell))[memory]), unit, now: number(record.value(memory, t, unit), 2), before: number(ghost.value(memory, t, unit), 2),
  });
  return also ? tr("With this and the {hold}, {came}.", { hold, came }) : tr("With the {hold}, {came}.", { hold, came });
}

/** The name of a hold in the letters of the notation. */
export const letter = (record, name) => writing(record).plain(name);
