// Writing on, one token at a time: draw the next from what a model expects, always the same for a seed, as gatelab/writing.py does.

import { UNKNOWN } from "./text.js";

/**
 * What each label weighs when the next token is drawn: its probability to the power of 1 / temperature, over that of the likeliest, which weighs 1;
 * the unknown token weighs nothing. At a temperature of 0 the likeliest alone weighs something, of equal ones the first.
 *
 * @param {ArrayLike<number>} probs (V,), of which the 32 bits count that an answer has
 * @param {{temperature?: number, labels: string[]}} how
 * @returns {Float64Array} (V,) in [0, 1]
 */
export function weigh(probs, { temperature = 1, labels }) {
  if (!(temperature >= 0 && temperature < Infinity)) throw new RangeError(`temperature must be a number of at least 0: got ${temperature}`);
  const chances = Float64Array.from(labels, (label, k) => (label === UNKNOWN ? -1 : Math.fround(probs[k])));
  const best = chances.reduce((found, chance, k) => (chance > chances[found] ? k : found), 0);
  if (temperature === 0 || !(chances[best] > 0)) return chances.map((_, k) => Number(k === best));
  const power = Math.min(1 / temperature, Number.MAX_VALUE);
  return chances.map((chance) => (chance > 0 ? (chance / chances[best]) ** power : 0));
}

/**
 * The place of the next token among the labels, each with a chance of what it weighs (see `weigh`).
 *
 * @param {ArrayLike<number>} probs (V,)
 * @param {{temperature?: number, random: () => number, labels: string[]}} how at a temperature of 0 nothing is drawn
 */
export function next(probs, { temperature = 1, random, labels }) {
  const weights = weigh(probs, { temperature, labels });
  if (temperature === 0) return weights.indexOf(1);
  const mark = random() * weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  return weights.findIndex((weight) => (sum += weight) > mark);
}
