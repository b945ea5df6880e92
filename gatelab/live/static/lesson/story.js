// What happens in one step, in a sentence or two that are computed from the trace: for the eye and for a screen reader. Pure.

import { apart, isCoupled, share as shareOf } from "../engine/cells.js";
import { entries } from "../kit/notation.js";
import { called as titled } from "../kit/titles.js";
import { number, spoken } from "../kit/words.js";
import { tr } from "../language.js";
import { products } from "./quantities.js";

const LITTLE = 0.05; // what is smaller is "almost nothing"

const percent = (share) => `${Math.round(100 * share)} %`;
const amount = (value) => number(value, 2);
const little = (value) => Math.abs(value) < LITTLE;

/** "kept 93 % of its memory": all and nothing have words of their own. */
const share = (part) => (part > 0.995 ? tr("all") : part < 0.005 ? tr("nothing") : percent(part));
const wrote = (value) => (little(value) ? tr("wrote almost nothing ({value})", { value: amount(value) }) : tr("wrote {value}", { value: amount(value) }));

/** The story of a cell with a memory apart: of the whole step of a unit, `who`, and of each stage of the walk. */
function ofMemory(writing) {
  const { cell } = writing;
  const { keep: f, write: i, candidate: g, show: o, memory: c } = cell;
  const [called, { kept, written }, memory, state] = [titled(cell), products(writing), writing.plain(c), writing.plain("h")];
  const peeps = cell.peepholes?.includes(`weight_c${f}`);
  const much = (v) => (little(v[written]) ? tr("almost nothing") : amount(v[written]));
  const whole = (v, who) => tr("{who} kept {kept} of its memory, {wrote}, and showed {shown} of what came of it: {memory} went from {old} to {now}, {state} is {h}.",
    { who, kept: share(v[f]), wrote: wrote(v[written]), shown: share(v[o]), memory, old: amount(v[`${c}-`]), now: amount(v[c]), state, h: amount(v.h) });
  const write = isCoupled(cell)
    ? (v) => tr("What was forgotten makes room: the {gate} is {equation}. Of the candidate {candidate}, {much} is written.", { gate: called[i], equation: `1 \u2212 ${amount(v[f])} = ${amount(v[i])}`, candidate: amount(v[g]), much: much(v) })
    : (v) => tr("The {gate} at {value} lets {share} of the candidate {candidate} in: {much} is written.", { gate: called[i], value: amount(v[i]), share: share(v[i]), candidate: amount(v[g]), much: much(v) });
  const forget = (v) => ({ gate: called[f], value: amount(v[f]), state: called[c], old: amount(v[`${c}-`]), kept: amount(v[kept]) });
  return [
    whole,
    peeps
      ? (v) => tr("The {gate}, which also looked at the old memory, is at {value}: of the old {state} {old}, {kept} stays.", forget(v))
      : (v) => tr("The {gate} is at {value}: of the old {state} {old}, {kept} stays.", forget(v)),
    write,
    (v) => tr("Kept {kept} and written {written} make the new {state} {now}.", { kept: amount(v[kept]), written: amount(v[written]), state: called[c], now: amount(v[c]) }),
    (v) => tr("The {gate} at {value} shows {share} of {squashed}: the hidden state is {h}.", { gate: called[o], value: amount(v[o]), share: share(v[o]), squashed: `tanh(${memory}) = ${amount(v[`t${c}`])}`, h: amount(v.h) }),
  ];
}

/** The same of a cell whose state is a mixture of the old one and a candidate. */
function ofMixture(writing) {
  const { cell } = writing;
  const { candidate: n, reset: r } = cell;
  const [called, { kept, written }, keep, write] = [titled(cell), products(writing), shareOf(cell, "keep"), shareOf(cell, "write")];
  const reset = (v) => ({ gate: called[r], value: amount(v[r]), share: share(v[r]) });
  const through = {
    after: (v) => tr("The {gate} at {value} lets {share} of what the old state says through to the candidate.", reset(v)),
    before: (v) => tr("The {gate} at {value} lets {share} of this unit\u2019s old state through, before the matrix product.", reset(v)),
  }[cell.resets];
  return [
    (v, who) => tr("{who} kept {kept} of its state and took {taken} of the candidate {candidate}: {state} went from {old} to {now}.",
      { who, kept: share(keep.of((name) => v[name])), taken: share(write.of((name) => v[name])), candidate: amount(v[n]), state: writing.plain("h"), old: amount(v["h-"]), now: amount(v.h) }),
    ...(r ? [through] : []),
    (v) => tr("The candidate, what the new state could be, is {value}.", { value: amount(v[n]) }),
    (v) => tr("The {gate} at {value} keeps {kept} of the old state {old}, and takes {taken} of the candidate {candidate}.",
      { gate: called[keep.name], value: amount(v[keep.name]), kept: amount(v[kept]), old: amount(v["h-"]), taken: amount(v[written]), candidate: amount(v[n]) }),
    (v) => tr("Kept {kept} and taken {taken} make the new state {now}.", { kept: amount(v[kept]), taken: amount(v[written]), now: amount(v.h) }),
  ];
}

/** The same of a cell that keeps nothing apart. */
const ofSum = (writing) => [
  (v, who) => tr("{who} made its state anew: {state} went from {old} to {now}.", { who, state: writing.plain("h"), old: amount(v["h-"]), now: amount(v.h) }),
  (v) => tr("The token and the whole old state, in which this unit had {old}, are weighed and added up.", { old: amount(v["h-"]) }),
  (v) => tr("The sum is squashed by tanh: the new state is {now}, and nothing of the old one was stored apart.", { now: amount(v.h) }),
];

const storyOf = entries((writing) => (apart(writing.cell) ? ofMemory : writing.cell.keep ? ofMixture : ofSum)(writing));

/**
 * @param values what is carried at step t (quantities.js)
 * @param unit null for the mean over all units
 * @param stage of the walk, from 1; 0 tells the whole step
 */
export function story(record, values, t, unit, stage) {
  if (t < 0) return tr("There is no text yet: type a word, and the first step is drawn.");
  const tell = storyOf(record);
  const who = unit === null ? tr("on average a unit") : tr("unit {unit}", { unit });
  const told = tell[stage](values, who);
  const average = tr("on average over all units.");
  const at = { step: t + 1, token: spoken(record.tokens[t]), story: stage > 0 && unit === null ? `${average} ${told}` : told };
  return record.unknown(t) ? tr("Step {step}, {token} (which the model never saw): {story}", at) : tr("Step {step}, {token}: {story}", at);
}
