// What happens in one step, in a sentence or two that are computed from the trace: for the eye and for a screen reader. Pure.

import { number, spoken } from "../words.js";

const LITTLE = 0.05; // what is smaller is "almost nothing"

const percent = (share) => `${Math.round(100 * share)} %`;
const amount = (value) => number(value, 2);
const little = (value) => Math.abs(value) < LITTLE;

/** "kept 93 % of its memory": all and nothing have words of their own. */
const share = (part) => (part > 0.995 ? "all" : part < 0.005 ? "nothing" : percent(part));
const wrote = (value) => (little(value) ? `wrote almost nothing (${amount(value)})` : `wrote ${amount(value)}`);

const memory = {
  whole: (v) => `kept ${share(v.f)} of its memory, ${wrote(v.ig)}, and showed ${share(v.o)} of what came of it: c went from ${amount(v["c-"])} to ${amount(v.c)}, h is ${amount(v.h)}.`,
  1: (v) => `The forget gate is at ${amount(v.f)}: of the old cell state ${amount(v["c-"])}, ${amount(v.fc)} stays.`,
  2: (v) => `The input gate at ${amount(v.i)} lets ${share(v.i)} of the candidate ${amount(v.g)} in: ${little(v.ig) ? "almost nothing" : amount(v.ig)} is written.`,
  3: (v) => `Kept ${amount(v.fc)} and written ${amount(v.ig)} make the new cell state ${amount(v.c)}.`,
  4: (v) => `The output gate at ${amount(v.o)} shows ${share(v.o)} of tanh(c) = ${amount(v.tc)}: the hidden state is ${amount(v.h)}.`,
};

const gru = {
  whole: (v) => `kept ${share(v.z)} of its state and took ${share(1 - v.z)} of the candidate ${amount(v.n)}: h went from ${amount(v["h-"])} to ${amount(v.h)}.`,
  1: (v) => `The reset gate at ${amount(v.r)} lets ${share(v.r)} of what the old state says through to the candidate.`,
  2: (v) => `The candidate, what the new state could be, is ${amount(v.n)}.`,
  3: (v) => `The update gate at ${amount(v.z)} keeps ${amount(v.zh)} of the old state ${amount(v["h-"])}, and takes ${amount(v.zn)} of the candidate ${amount(v.n)}.`,
  4: (v) => `Kept ${amount(v.zh)} and taken ${amount(v.zn)} make the new state ${amount(v.h)}.`,
};

const STORIES = {
  rnn: {
    whole: (v) => `made its state anew: h went from ${amount(v["h-"])} to ${amount(v.h)}.`,
    1: (v) => `The token and the whole old state, in which this unit had ${amount(v["h-"])}, are weighed and added up.`,
    2: (v) => `The sum is squashed by tanh: the new state is ${amount(v.h)}, and nothing of the old one was set aside.`,
  },
  lstm: memory,
  peephole: { ...memory, 1: (v) => `${memory[1](v).replace("The forget gate", "The forget gate, which also looked at the old memory,")}` },
  coupled: { ...memory, 2: (v) => `What was forgotten makes room: the input gate is 1 \u2212 ${amount(v.f)} = ${amount(v.i)}. Of the candidate ${amount(v.g)}, ${little(v.ig) ? "almost nothing" : amount(v.ig)} is written.` },
  gru,
  "gru-cho": { ...gru, 1: (v) => `The reset gate at ${amount(v.r)} lets ${share(v.r)} of this unit\u2019s old state through, before the matrix product.` },
};

/**
 * @param values what is carried at step t (quantities.js)
 * @param unit null for the mean over all units
 * @param stage of the walk, from 1; 0 tells the whole step
 */
export function story(record, values, t, unit, stage) {
  if (t < 0) return "There is no text yet: type a word, and the first step is drawn.";
  const tell = STORIES[record.model.cell];
  const strange = record.unknown(t) ? " (which the model never saw)" : "";
  const where = `Step ${t + 1}, ${spoken(record.tokens[t])}${strange}: `;
  if (stage > 0) return where + (unit === null ? "on average over all units. " : "") + tell[stage](values);
  return `${where}${unit === null ? "on average a unit" : `unit ${unit}`} ${tell.whole(values)}`;
}
