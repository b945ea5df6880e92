// Whether what was written is right, where the right answer to a source is known, and how often models are right. Pure: no page, no server.

import { grouped, tr } from "../language.js";

const words = (sentence) => sentence.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);

export const WRONG = tr("wrong"); // of a date

/** How many words of an answer an output has too, each as often as it has it: {found, all}. */
export function kept(output, answer) {
  const [left, wanted] = [words(output), words(answer)];
  const found = wanted.filter((word) => left.includes(word) && left.splice(left.indexOf(word), 1));
  return { found: found.length, all: wanted.length };
}

/** What to say of an output: a date is right or wrong, of a translation the words that it has count; "" where no answer is known. */
export function verdict(output, answer, unit) {
  if (answer === undefined) return "";
  if (unit === "characters") return output === answer ? tr("right") : WRONG;
  const { found, all } = kept(output, answer);
  return tr("{found} of the {all} words of a right translation", { found, all });
}

/** How often a model with attention is right on sources that it never read, and how often the one without, by their cards. */
export function scored({ scores, held_out: on }, plain) {
  const [what, score] = Object.entries(scores)[0] ?? [];
  if (typeof score !== "number" || typeof plain.scores[what] !== "number" || !on) return ""; // one's own may not have been measured
  const where = described(on.split(";")[0]);
  if (what === "exact") return tr("Of {where}, {with} come out right with attention, {without} without.", { where, with: percent(score), without: percent(plain.scores[what]) });
  return tr("On {where}: {measure}: {with} with attention, {without} without.", { where, measure: measured(what), with: score.toFixed(1), without: plain.scores[what].toFixed(1) });
}

/** The sets that the cards of the shipped models name, behind how many there are of it. */
const SETS = {
  "dates of days that training never saw in any form": (count) => tr("{count} dates of days that training never saw in any form", { count }),
  "English sentences that training never read in any translation": (count) => tr("{count} English sentences that training never read in any translation", { count }),
};

/** Such a set in the visitor's language; that of one's own model as its card has it. */
function described(on) {
  const [, count, what] = /^([\d,]+) (.+)$/.exec(on) ?? [];
  return Object.hasOwn(SETS, what ?? "") ? SETS[what](grouped(Number(count.replaceAll(",", "")))) : on;
}

/** A score of translations in words. */
function measured(what) {
  const [, words] = /^BLEU to (\d+) words$/.exec(what) ?? [];
  const at = { name: what.split(" ")[0], words };
  return words
    ? tr("{name} (how many runs of words agree with the reference, 100 would be perfect) on sentences of at most {words} words", at)
    : tr("{name} (how many runs of words agree with the reference, 100 would be perfect)", at);
}

const percent = (share) => `${Number((100 * share).toFixed(1))} %`;
