// Two traces of one network beside each other: where their texts part, how far their states are apart, and what each ends in. Pure.

import { cellOf } from "../engine/cells.js";
import { tr } from "../language.js";
import { answer, percent, said } from "./readings.js";
import { number, spoken } from "./words.js";

const PLACED = { characters: tr("character {place}"), words: tr("word {place}"), numbers: tr("number {place}") };

/** What one token is called with its place, by the unit of a model: "character 3". */
export const placed = (unit, place) => PLACED[unit].replace("{place}", place);

const SAME = {
  characters: tr("The two texts are the same. Change a character of the second, and see what follows."),
  words: tr("The two texts are the same. Change a word of the second, and see what follows."),
  numbers: tr("The two texts are the same. Change a number of the second, and see what follows."),
};

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
  if (one.arrays.probs && one.labels.length === 2) return tr("\u201c{label}\u201d goes from {before} to {now}", { label: answer(one, one.labels[1]), before: share(one.row("probs", last(one))[1]), now: share(other.row("probs", last(other))[1]) });
  if (!one.arrays.probs) return tr("the answer goes from {before} to {now}", { before: said(one, last(one)), now: said(other, last(other)) });
  const [[a], [b]] = [one, other].map((record) => record.guesses(last(record), 1));
  const sure = { token: spoken(a.token), other: spoken(b.token), before: percent(a.probability), now: percent(b.probability) };
  if (a.token === b.token) return tr("{token} is the likeliest after both ({before} and {now})", sure);
  return tr("the likeliest goes from {token} ({before}) to {other} ({now})", sure);
}

/** Where two texts part, in words. */
function where(one, other, unit) {
  const t = parting(one.tokens, other.tokens);
  if (t === one.steps) return tr("The second text goes on where the first ends, after {place}", { place: placed(unit, t) });
  if (t === other.steps) return tr("The second text ends after {place}, where the first goes on", { place: placed(unit, t) });
  return tr("The two texts part at {place}, {token} in the first and {other} in the second", { place: placed(unit, t + 1), token: spoken(one.tokens[t]), other: spoken(other.tokens[t]) });
}

/**
 * Two records of one model in a sentence: where their texts part, what each ends in, and where their memories are furthest apart.
 *
 * @param {number[]} far the distances of the memory, as `distances` gives them
 */
export function told(one, other, far) {
  const unit = one.model.unit ?? "characters";
  if (!one.steps && !other.steps) return tr("Both texts are empty.");
  if (!one.steps) return tr("The first text is empty: there is nothing to compare yet.");
  if (!other.steps) return tr("The second text is empty: there is nothing to compare yet.");
  const t = parting(one.tokens, other.tokens);
  if (t === one.steps && t === other.steps) return SAME[unit];
  if (alike(one, other)) return tr("The network reads both texts alike: it does not tell {token} from {other}.", { token: spoken(one.tokens[t]), other: spoken(other.tokens[t]) });
  const most = furthest(far);
  const { memory } = cellOf(one.model.cell);
  const parts = { parting: where(one, other, unit), answers: ends(one, other), step: most + 1, far: far.length ? number(far[most], 2) : "" };
  if (t >= far.length) return tr("{parting}; {answers}.", parts);
  return memory === "h" ? tr("{parting}; {answers}; the hidden states are furthest apart at step {step} ({far}).", parts)
    : tr("{parting}; {answers}; the cell states are furthest apart at step {step} ({far}).", parts);
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
