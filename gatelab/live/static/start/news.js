// What the last word did, in one sentence that is made from the trace's numbers by a rule, and where to look. Pure.

import { cellOf, share, titles } from "../engine/cells.js";
import { writing } from "../kit/notation.js";
import { answer as named } from "../kit/readings.js";
import { number, spoken } from "../kit/words.js";
import { tr } from "../language.js";

const STILL = 0.1; // what changes the memory by less
const SAME = 0.02; // or the answer, has hardly changed it

/** What the three gates and the memory of a cell are about, by role. */
const ABOUT = {
  keep: tr("how much of the memory stays"),
  write: tr("how much is written to the memory"),
  show: tr("how much of the memory is shown"),
  memory: tr("its memory"),
};

/** The gates of a cell with a memory apart, and that memory: {name: {title, about}}, in the order of the story. */
export function told(cell) {
  const called = titles(cell);
  const named = ["keep", "write", "show"].map((role) => [share(cell, role).name, role]);
  return Object.fromEntries([...named, [cell.memory, "memory"]].map(([name, role]) => [name, { title: called[name], about: ABOUT[role] }]));
}

/** A share in percent; what is not all or nothing is never called so. */
export function percent(share) {
  if (share > 0.995 && share < 1) return ">99\u00a0%";
  if (share < 0.005 && share > 0) return "<1\u00a0%";
  return `${Math.round(100 * share)}\u00a0%`;
}

/** What the answer did. */
function answer(record, t) {
  const now = record.row("probs", t)[1];
  const by = t ? now - record.row("probs", t - 1)[1] : 0;
  const said = { share: percent(now), label: named(record, record.labels[1]) };
  if (!t) return tr("is at {share} {label}", said);
  if (Math.abs(by) < SAME) return tr("stayed at {share} {label}", said);
  return by > 0 ? tr("rose to {share} {label}", said) : tr("fell to {share} {label}", said);
}

const kept = (share) =>
  share < 0.5 ? tr("the forget gate keeps only {share} of this unit\u2019s memory", { share: percent(share) }) : tr("the forget gate keeps {share} of this unit\u2019s memory", { share: percent(share) });

/** What changed what a unit remembers or shows at step t by most: the name of the gate or the memory to look at, and what it did. */
function change(record, t, unit) {
  const cell = cellOf(record.model.cell);
  const [keep, write, show] = ["keep", "write", "show"].map((role) => share(cell, role).name);
  const at = (name, step = t) => (step < 0 ? 0 : record.value(name, step, unit));
  const [before, written] = [at(cell.memory, t - 1), at(write) * at(cell.candidate)];
  const shown = t ? at(show) - at(show, t - 1) : 0;
  const all = [
    { name: keep, by: (1 - at(keep)) * before, did: kept(at(keep)) },
    { name: write, by: written, did: tr("the input gate lets {value} into this unit\u2019s memory", { value: number(written, 2) }) },
    { name: show, by: shown * Math.tanh(at(cell.memory)), did: tr("the output gate shows {share} of this unit\u2019s memory", { share: percent(at(show)) }) },
  ];
  const most = all.reduce((best, one) => (Math.abs(one.by) > Math.abs(best.by) ? one : best));
  return Math.abs(most.by) < STILL ? { name: cell.memory, did: tr("this unit\u2019s memory hardly changed") } : most;
}

/**
 * What happened at step t, and where to look: at what changed the memory of a unit, or what is shown of it, by most.
 *
 * @returns {{name: string, words: string} | null} name: of the row and the part to look at; null where there is no step
 */
export function news(record, t, unit) {
  if (t < 0) return null;
  const { name, did } = change(record, t, unit);
  const token = spoken(record.tokens[t]);
  const word = record.unknown(t) ? tr("{token} (a word that it never saw)", { token }) : token;
  return { name, words: tr("{word}: {did}, and the answer {answer}. Look at {letter}.", { word, did, answer: answer(record, t), letter: writing(record).plain(name) }) };
}
