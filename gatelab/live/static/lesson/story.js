// What happens in one step, in a sentence or two that are computed from the trace: for the eye and for a screen reader. Pure.

import { apart, isCoupled, share as shareOf, titles } from "../engine/cells.js";
import { entries } from "../kit/notation.js";
import { number, spoken } from "../kit/words.js";
import { products } from "./quantities.js";

const LITTLE = 0.05; // what is smaller is "almost nothing"

const percent = (share) => `${Math.round(100 * share)} %`;
const amount = (value) => number(value, 2);
const little = (value) => Math.abs(value) < LITTLE;

/** "kept 93 % of its memory": all and nothing have words of their own. */
const share = (part) => (part > 0.995 ? "all" : part < 0.005 ? "nothing" : percent(part));
const wrote = (value) => (little(value) ? `wrote almost nothing (${amount(value)})` : `wrote ${amount(value)}`);

/** The story of a cell with a memory apart: of the whole step, and of each stage of the walk. */
function ofMemory(writing) {
  const { cell } = writing;
  const { keep: f, write: i, candidate: g, show: o, memory: c } = cell;
  const [called, { kept, written }, memory, state] = [titles(cell), products(writing), writing.plain(c), writing.plain("h")];
  const also = cell.peepholes?.includes(`weight_c${f}`) ? ", which also looked at the old memory," : "";
  const much = (v) => (little(v[written]) ? "almost nothing" : amount(v[written]));
  const whole = (v) => `kept ${share(v[f])} of its memory, ${wrote(v[written])}, and showed ${share(v[o])} of what came of it: ${memory} went from ${amount(v[`${c}-`])} to ${amount(v[c])}, ${state} is ${amount(v.h)}.`;
  const write = isCoupled(cell)
    ? (v) => `What was forgotten makes room: the ${called[i]} is 1 \u2212 ${amount(v[f])} = ${amount(v[i])}. Of the candidate ${amount(v[g])}, ${much(v)} is written.`
    : (v) => `The ${called[i]} at ${amount(v[i])} lets ${share(v[i])} of the candidate ${amount(v[g])} in: ${much(v)} is written.`;
  return [
    whole,
    (v) => `The ${called[f]}${also} is at ${amount(v[f])}: of the old ${called[c]} ${amount(v[`${c}-`])}, ${amount(v[kept])} stays.`,
    write,
    (v) => `Kept ${amount(v[kept])} and written ${amount(v[written])} make the new ${called[c]} ${amount(v[c])}.`,
    (v) => `The ${called[o]} at ${amount(v[o])} shows ${share(v[o])} of tanh(${memory}) = ${amount(v[`t${c}`])}: the hidden state is ${amount(v.h)}.`,
  ];
}

/** The same of a cell whose state is a mixture of the old one and a candidate. */
function ofMixture(writing) {
  const { cell } = writing;
  const { candidate: n, reset: r } = cell;
  const [called, { kept, written }, keep, write] = [titles(cell), products(writing), shareOf(cell, "keep"), shareOf(cell, "write")];
  const through = { after: "of what the old state says through to the candidate", before: "of this unit\u2019s old state through, before the matrix product" }[cell.resets];
  return [
    (v) => `kept ${share(keep.of((name) => v[name]))} of its state and took ${share(write.of((name) => v[name]))} of the candidate ${amount(v[n])}: ${writing.plain("h")} went from ${amount(v["h-"])} to ${amount(v.h)}.`,
    ...(r ? [(v) => `The ${called[r]} at ${amount(v[r])} lets ${share(v[r])} ${through}.`] : []),
    (v) => `The candidate, what the new state could be, is ${amount(v[n])}.`,
    (v) => `The ${called[keep.name]} at ${amount(v[keep.name])} keeps ${amount(v[kept])} of the old state ${amount(v["h-"])}, and takes ${amount(v[written])} of the candidate ${amount(v[n])}.`,
    (v) => `Kept ${amount(v[kept])} and taken ${amount(v[written])} make the new state ${amount(v.h)}.`,
  ];
}

/** The same of a cell that keeps nothing apart. */
const ofSum = (writing) => [
  (v) => `made its state anew: ${writing.plain("h")} went from ${amount(v["h-"])} to ${amount(v.h)}.`,
  (v) => `The token and the whole old state, in which this unit had ${amount(v["h-"])}, are weighed and added up.`,
  (v) => `The sum is squashed by tanh: the new state is ${amount(v.h)}, and nothing of the old one was stored apart.`,
];

const storyOf = entries((writing) => (apart(writing.cell) ? ofMemory : writing.cell.keep ? ofMixture : ofSum)(writing));

/**
 * @param values what is carried at step t (quantities.js)
 * @param unit null for the mean over all units
 * @param stage of the walk, from 1; 0 tells the whole step
 */
export function story(record, values, t, unit, stage) {
  if (t < 0) return "There is no text yet: type a word, and the first step is drawn.";
  const tell = storyOf(record);
  const strange = record.unknown(t) ? " (which the model never saw)" : "";
  const where = `Step ${t + 1}, ${spoken(record.tokens[t])}${strange}: `;
  if (stage > 0) return where + (unit === null ? "on average over all units. " : "") + tell[stage](values);
  return `${where}${unit === null ? "on average a unit" : `unit ${unit}`} ${tell[0](values)}`;
}
