// What a class answered, as rows: each possible answer, how often it was given in each round, and whether it is right. Pure.

import { glyph, withMinus } from "../../kit/words.js";
import { tr } from "../../language.js";

/**
 * @typedef {{from: number | null, to: number | null, count: number}} Bin answers with from <= answer < to; null where it has no end
 * @typedef {(number | Bin)[]} Distribution the count of each option, token or direction in their order; of numbers, bins
 * @typedef {{id: string, round: number, kind: string, words: string, options?: string[], tokens?: string[], range?: [number, number], about?: string, open: boolean, answered: number, students: number,
 *   distribution: Distribution | null, truth: any, before: Distribution | null}} Asked a question in one round, as the server tells it
 * @typedef {{label: string, counts: number[], right: boolean}} Row counts: one for each round that is given
 */

/** The answers to a question with "up or down", in the order in which they are counted. */
export const DIRECTIONS = ["up", "same", "down"];

/** What can be answered, in words, in the order in which it is counted; [] for numbers. @param {Pick<Asked, "kind" | "options" | "tokens">} asked */
export function answers({ kind, options, tokens }) {
  if (kind === "choose") return options;
  if (kind === "point") return tokens.map(glyph);
  return kind === "direction" ? [tr("up"), tr("stays the same"), tr("down")] : [];
}

/** A number as a class reads it. */
export const written = (value) => withMinus(String(Number(value.toPrecision(6))));

/** @param {Bin} bin */
function called({ from, to }) {
  if (from === null) return tr("below {number}", { number: written(to) });
  return to === null ? tr("{number} or more", { number: written(from) }) : tr("{from} to {to}", { from: written(from), to: written(to) });
}

/** Whether a number is counted in a bin. @param {Bin} bin @param {number} value */
const falls = ({ from, to }, value) => (from === null || from <= value) && (to === null || value < to);

/**
 * The rows of one distribution or of several of the same question; the open bins at either end only where something is in them.
 *
 * @param {Pick<Asked, "kind" | "options" | "tokens">} asked
 * @param {Distribution[]} distributions
 * @param {any} truth the right answer, as an answer; null where it is not told
 * @returns {Row[]}
 */
export function rows(asked, distributions, truth = null) {
  const known = truth !== null && truth !== undefined;
  if (asked.kind === "number") {
    const bins = /** @type {Bin[][]} */ (distributions.filter(({ length }) => length));
    const made = (bins[0] ?? []).map((bin, k) => ({ label: called(bin), open: bin.from === null || bin.to === null, counts: distributions.map((one) => /** @type {Bin} */ (one[k])?.count ?? 0), right: known && falls(bin, truth) }));
    return made.filter(({ open, counts, right }) => !open || right || counts.some(Boolean)).map(({ open, ...row }) => row);
  }
  const place = asked.kind === "direction" ? DIRECTIONS.indexOf(truth) : truth;
  return answers(asked).map((label, k) => ({ label, counts: distributions.map((one) => Number(one[k] ?? 0)), right: known && k === place }));
}

/** The right answer in words. */
export function right(asked, truth) {
  if (asked.kind === "number") return written(truth);
  return answers(asked)[asked.kind === "direction" ? DIRECTIONS.indexOf(truth) : truth] ?? "";
}
