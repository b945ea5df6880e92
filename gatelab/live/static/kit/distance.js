// Two traces of one network beside each other: where their texts part, how far their states are apart, and what each ends in. Pure.

import { cellOf, titles } from "../engine/cells.js";
import { percent, said } from "./readings.js";
import { number, spoken } from "./words.js";

/** What one token is called, by the unit of a model. */
export const UNITS = { characters: "character", words: "word", numbers: "number" };

/** How many tokens two texts have in common at their beginning. */
export function parting(one, other) {
  const least = Math.min(one.length, other.length);
  for (let t = 0; t < least; t += 1) if (one[t] !== other[t]) return t;
  return least;
}

/** How far two records are apart in a state after step t: the Euclidean distance of its two vectors, (H,) each. */
export function apart(one, other, name, t) {
  const [a, b] = [one.row(name, t), other.row(name, t)];
  return Math.sqrt(a.reduce((sum, value, k) => sum + (value - b[k]) ** 2, 0));
}

/** The distance of a state after each step that both texts have: 0 up to where they part, for what was read up to there is the same. */
export function distances(one, other, name) {
  const from = parting(one.tokens, other.tokens);
  return Array.from({ length: Math.min(one.steps, other.steps) }, (_, t) => (t < from ? 0 : apart(one, other, name, t)));
}

/** The step at which a distance is largest, the first of several; -1 where there is none. */
export const furthest = (far) => far.reduce((most, value, t) => (most < 0 || value > far[most] ? t : most), -1);

/** Whether the network reads the same in both, for each token by its id. */
const alike = (one, other) => JSON.stringify(one.ids) === JSON.stringify(other.ids);

const share = (value) => value.toFixed(2).replace(/^0/, "");

/** What the model says after each text, in words. */
function ends(one, other) {
  const last = (record) => record.steps - 1;
  if (one.arrays.probs && one.labels.length === 2) return `\u201c${one.labels[1]}\u201d goes from ${share(one.row("probs", last(one))[1])} to ${share(other.row("probs", last(other))[1])}`;
  if (!one.arrays.probs) return `the answer goes from ${said(one, last(one))} to ${said(other, last(other))}`;
  const [[a], [b]] = [one, other].map((record) => record.guesses(last(record), 1));
  if (a.token === b.token) return `${spoken(a.token)} is the likeliest after both (${percent(a.probability)} and ${percent(b.probability)})`;
  return `the likeliest goes from ${spoken(a.token)} (${percent(a.probability)}) to ${spoken(b.token)} (${percent(b.probability)})`;
}

/** Where two texts part, in words. */
function where(one, other, unit) {
  const t = parting(one.tokens, other.tokens);
  if (t === one.steps) return `The second text goes on where the first ends, after ${unit} ${t}`;
  if (t === other.steps) return `The second text ends after ${unit} ${t}, where the first goes on`;
  return `The two texts part at ${unit} ${t + 1}, ${spoken(one.tokens[t])} in the first and ${spoken(other.tokens[t])} in the second`;
}

/**
 * Two records of one model in a sentence: where their texts part, what each ends in, and where their memories are furthest apart.
 *
 * @param {number[]} far the distances of the memory, as `distances` gives them
 */
export function told(one, other, far) {
  const unit = UNITS[one.model.unit ?? "characters"];
  if (!one.steps || !other.steps) return one.steps === other.steps ? "Both texts are empty." : `The ${one.steps ? "second" : "first"} text is empty: there is nothing to compare yet.`;
  const t = parting(one.tokens, other.tokens);
  if (t === one.steps && t === other.steps) return `The two texts are the same. Change a ${unit} of the second, and see what follows.`;
  if (alike(one, other)) return `The network reads both texts alike: it does not tell ${spoken(one.tokens[t])} from ${spoken(other.tokens[t])}.`;
  const most = furthest(far);
  const { memory } = cellOf(one.model.cell);
  const states = t < far.length ? `; the ${titles(cellOf(one.model.cell))[memory]}s are furthest apart at step ${most + 1} (${number(far[most], 2)})` : "";
  return `${where(one, other, unit)}; ${ends(one, other)}${states}.`;
}

/** Where token t of a text stands in it: [begin, end], or null where there is no such token. */
export function span(text, tokens, t) {
  let at = 0;
  for (const [k, token] of tokens.entries()) {
    at = text.indexOf(token, at);
    if (k === t) return [at, at + token.length];
    at += token.length;
  }
  return null;
}
