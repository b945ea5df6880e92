// What a class answered, in sentences.

import { plural, tr } from "../../language.js";
import { percentages, total } from "./counts.js";

/** @import { Row } from "./rows.js" */

const LETTERS = "ABCDEFGHIJ";

/** The letter of an option. */
export const letter = (k) => LETTERS[k] ?? String(k + 1);

/** How many of the class have answered. */
export const answered = ({ answered: count, students }) => plural("{count} of {students} has answered", "{count} of {students} have answered", count, { students });

/** The count of a row in one round and its share: "12 (43 %)". */
export const share = (count, percent) => tr("{count} ({percent}\u202f%)", { count, percent });

/** The shares of the rows in each round, as whole percentages: [round][row]. @param {Row[]} rows */
export const shares = (rows) => (rows[0]?.counts ?? []).map((_, round) => percentages(rows.map(({ counts }) => counts[round])));

/** In how many rows the right answer is, and how many answered. @param {Row[]} rows @param {number} round */
const rightly = (rows, round) => ({ count: total(rows.filter(({ right }) => right).map(({ counts }) => counts[round])), all: total(rows.map(({ counts }) => counts[round])) });

/** How many were right, "" where that is not told. @param {string} kind of the question @param {Row[]} rows @param {number} round */
export function correct(kind, rows, round) {
  const { count, all } = rightly(rows, round);
  if (!all || !rows.some(({ right }) => right)) return "";
  if (kind === "number") return plural("{count} of {all} answers lies in the bin of the right one.", "{count} of {all} answers lie in the bin of the right one.", count, { all });
  return plural("{count} of {all} gave the right answer.", "{count} of {all} gave the right answer.", count, { all });
}

/**
 * What changed from the first to the second of two rounds, in a sentence.
 *
 * @param {string} kind of the question
 * @param {Row[]} rows each with two counts
 */
export function changed(kind, rows) {
  const [first, second] = shares(rows);
  const [was, is] = [rightly(rows, 0), rightly(rows, 1)];
  if (!was.all || !is.all) return tr("Only one of the two rounds has answers.");
  if (rows.some(({ right }) => right)) {
    const [before, now] = [percentages([was.count, was.all - was.count])[0], percentages([is.count, is.all - is.count])[0]];
    const counts = { before: was.count, all: was.all, share: before, now: is.count, then: is.all, part: now };
    if (kind === "number") return tr("In the bin of the right answer lay at first {before} of {all} ({share}\u202f%), after the discussion {now} of {then} ({part}\u202f%).", counts);
    return tr("Right at first: {before} of {all} ({share}\u202f%). Right after the discussion: {now} of {then} ({part}\u202f%).", counts);
  }
  const gain = rows.map((row, k) => second[k] - first[k]);
  const most = gain.indexOf(Math.max(...gain));
  if (gain[most] <= 0) return tr("After the discussion the answers are spread as before.");
  const { label, counts } = rows[most];
  return tr("After the discussion \u201c{answer}\u201d gained most: from {before} ({share}\u202f%) to {now} ({part}\u202f%).", { answer: label, before: counts[0], share: first[most], now: counts[1], part: second[most] });
}
