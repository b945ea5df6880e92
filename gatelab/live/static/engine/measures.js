// What the pages measure of a model beside what it computes: long work, made in a worker (kit/measuring.js).

import { parse } from "./holds.js";
import { PROPERTIES } from "./properties.js";
import { best, measured } from "./ranking.js";
import { beginning, Trace } from "./reader.js";
import { leftOutTokens, silencedUnits } from "./silencing.js";

const LONG = 300; // most tokens that are left out one by one: their number squared is how many steps that takes

/** The most of `count` changes, [{place, change}], those that change most first. */
function most(changes, count) {
  const all = Array.from(changes, (change, place) => ({ place, change }));
  return all.sort((one, other) => Math.abs(other.change) - Math.abs(one.change)).slice(0, count);
}

/** The label that is asked about: "positive" where the model tells that, else the likeliest of the last step. */
export function asked(trace) {
  const { model: { labels }, answers, steps } = trace;
  if (labels.includes("positive")) return labels.indexOf("positive");
  const probs = answers.row(steps - 1);
  return probs.indexOf(Math.max(...probs));
}

/** What the answer at the end of a text rests on: how it changes without each unit, and without each token. */
function matters(model, { text, count = 8 }) {
  const trace = new Trace(model).read(text);
  const label = asked(trace);
  const { steps } = trace;
  const now = trace.answers.row(steps - 1)[label];
  const units = most(silencedUnits(model, text, label), count);
  const from = Math.max(0, steps - LONG);
  const tokens = steps > 1 ? most(leftOutTokens(model, text, label, from), count).map(({ place, change }) => ({ place: from + place, change })) : [];
  return { label: model.labels[label], now, steps, size: model.layers.at(-1).size, units, tokens: tokens.map((one) => ({ ...one, token: trace.tokens[one.place] })), left: steps - from };
}

/** What is measured on a text: its values with what is held and what it begins with, and the property. */
function seen(model, property, { hold = "", after = "" }, { text, marks }) {
  const trace = beginning(model, after).read(text);
  if (hold) trace.hold(parse(hold, model).holds);
  return { tables: trace.tables, property: PROPERTIES[property].of([...trace.tokens], marks) };
}

/** What there is to compare: at how many steps the property is known, at how many it is so, and whether it changes. */
function counted({ values, where, yes }) {
  const marked = yes ? where.filter((t) => values[t]).length : 0;
  return { yes, on: where.length, marked, changes: new Set(where.map((t) => values[t])).size > 1 };
}

/** Which units follow a property of a text best; and how well the chosen value of the chosen unit does, here and on another text {text, marks}. */
function follows(model, { chosen, other, property: which, text, marks, ...begun }) {
  const { tables, property } = seen(model, which, begun, { text, marks });
  const there = other && other.text ? seen(model, which, begun, other) : null;
  return {
    ...counted(property),
    best: best(tables, model.layers.at(-1).size, property),
    score: measured(tables, chosen, property),
    other: there ? { ...counted(there.property), score: measured(there.tables, chosen, there.property) } : { on: 0, marked: 0, changes: false },
  };
}

/** What can be asked for: (model, job) => answer. */
export const MEASURES = { matters, follows };
