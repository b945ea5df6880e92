// All that a class was asked, as a table for a spreadsheet: RFC 4180, and no field that a spreadsheet takes for a formula. Pure.

import { percentages, total } from "./counts.js";
import { right, rows } from "./rows.js";

/** @import { Asked } from "./rows.js" */

const HEAD = ["date", "class", "question", "round", "kind", "words", "answer", "count", "percent", "answered", "students", "right answer", "right"];

const FORMULA = /^[\s"']*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20|%]|^[\t\r\n]/u; // what makes some spreadsheet compute a field
const NUMBER = /^-?\d+(\.\d+)?$/;

/** A field that a spreadsheet shows as it is: an apostrophe stands before what looks like a formula. */
const plain = (text) => (FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text);

/** A field, in quotation marks where it needs them. */
const field = (value) => {
  const text = plain(String(value));
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const line = (fields) => `${fields.map(field).join(",")}\r\n`;

/**
 * One line for each answer of each round.
 *
 * @param {{date: string, code: string, rounds: Asked[]}} summary date: such as "2026-11-28"; each question once for each round
 */
export function csv({ date, code, rounds }) {
  const questions = [...new Set(rounds.map(({ id }) => id))];
  const lines = rounds.flatMap((asked) => {
    const { id, round, kind, words, answered, students, truth } = asked;
    const known = truth !== null && truth !== undefined;
    const made = rows(asked, [asked.distribution ?? []], truth);
    const percents = percentages(made.map(({ counts }) => counts[0]));
    const start = [date, code, questions.indexOf(id) + 1, round, kind, words];
    const told = kind === "number" ? truth : known && right(asked, truth); // a spreadsheet knows no real minus sign
    const end = (isRight) => [answered, students, known ? told : "", known ? (isRight ? "yes" : "no") : ""];
    if (!total(made.map(() => 1))) return [line([...start, "", 0, 0, ...end(false)])];
    return made.map(({ label, counts, right: isRight }, k) => line([...start, label, counts[0], percents[k], ...end(isRight)]));
  });
  return line(HEAD) + lines.join("");
}
