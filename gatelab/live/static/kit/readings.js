// What a model says after each step, as one number to draw and a few words to print: by task. Pure: no page, no server.

import { Numbers } from "../engine/text.js";
import { tr } from "../language.js";
import { glyph, number, spoken } from "./words.js";

export const percent = (share) => `${Math.round(100 * share)} %`;
const LONGEST = 24; // letters of a token that a sentence quotes

/** A token in running text, a long one cut. */
export function quoted(token) {
  const letters = Array.from(token);
  return spoken(letters.length > LONGEST ? `${letters.slice(0, LONGEST).join("")}\u2026` : token);
}

/** The probability of a label after step t. */
const chance = (record, t, label) => record.row("probs", t)[record.labels.indexOf(label)];

/** How a square is colored: the more strongly, the surer the model is of what it says. */
const SURE = { scale: "sequential", range: [0, 1], ends: ["0", "100 %"], title: tr("how sure the model is of what it says"), of: (record, t) => record.guesses(t, 1)[0].probability };

const likely = (label) => tr("probability of \u201c{label}\u201d", { label: tr(label) });

/** The probability of the second of two labels. */
const second = (label, title) => ({
  title,
  says: likely(label),
  range: [0, 1],
  of: (record, t) => record.row("probs", t)[1],
  short: (record, t) => record.row("probs", t)[1].toFixed(2).replace(/^0/, ""),
  tint: { scale: "diverging", range: [0, 1], ends: ["0", "1"], title: likely(label), of: (record, t) => record.row("probs", t)[1] },
});

const likeliest = { range: [0, 1], short: (record, t) => glyph(record.guesses(t, 1)[0].token), tint: SURE };

/** The letter that was marked last, up to step t; null while there is none. */
export function marked(tokens, t) {
  for (let k = t - 1; k >= 0; k -= 1) if (tokens[k] === "!") return tokens[k + 1];
  return null;
}

const numbers = new Numbers();

/** The sum of the marked numbers up to step t. */
export const sum = (tokens, t) => tokens.slice(0, t + 1).map((token) => numbers.read(token)).reduce((total, [value, mark]) => total + value * mark, 0);

const READINGS = {
  sentiment: second("positive", tr("probability of \u201cpositive\u201d, if the text ended here")),
  brackets: {
    ...likeliest,
    title: tr("probability that a bracket is open"),
    says: tr("what it says: ( open, = balanced"),
    of: (record, t) => chance(record, t, "open"),
    short: (record, t) => (chance(record, t, "open") > 0.5 ? "(" : "="),
  },
  counter: {
    ...likeliest,
    title: tr("probability that the end (\u25a0) comes next"),
    says: tr("next, \u25a0 is the end"),
    of: (record, t) => chance(record, t, "end"),
    short: (record, t) => likeliest.short(record, t).replace("end", "\u25a0"),
    told: (value) => tr("end {share}", { share: percent(value) }),
  },
  recall: {
    ...likeliest,
    title: tr("probability of the marked letter; asked for at \u201c?\u201d alone"),
    says: tr("the letter it says"),
    of: (record, t) => {
      const letter = marked(record.tokens, t);
      return record.labels.includes(letter) ? chance(record, t, letter) : null;
    },
    told: (value) => tr("marked letter {share}", { share: percent(value) }),
    asked: (tokens, t) => tokens[t] === "?",
  },
  adding: {
    title: tr("the model\u2019s sum, if the numbers ended here"),
    says: tr("its sum so far"),
    range: [0, 2],
    of: (record, t) => record.row("answers", t)[0],
    short: (record, t) => number(record.row("answers", t)[0], 2),
    tint: { scale: "sequential", range: [0, 2], ends: ["0", "2"], title: tr("the model\u2019s sum"), of: (record, t) => record.row("answers", t)[0] },
    truth: sum,
  },
};

/** Answers that are none of two: how sure the model is. */
const ANSWER = { ...likeliest, title: tr("probability of the likeliest answer"), says: tr("what it says"), of: SURE.of };

/** A number that is no sum. */
const amount = (label) => ({
  title: tr("the model\u2019s {what}", { what: tr(label) }),
  says: tr("its {what}", { what: tr(label) }),
  range: [0, 1],
  of: (record, t) => record.row("answers", t)[0],
  short: (record, t) => number(record.row("answers", t)[0], 2),
  tint: { scale: "sequential", range: [0, 1], ends: ["0", "1"], title: tr("the model\u2019s {what}", { what: tr(label) }), of: (record, t) => record.row("answers", t)[0] },
});

/** Characters: how much the model expected what came next; the last one has nothing after it yet. */
const NEXT = {
  ...likeliest,
  title: tr("surprise at the character that came next (lower is better)"),
  says: tr("the likeliest next"),
  range: [0, 6],
  label: (value) => `${value === 6 ? "\u2265\u2009" : ""}${value}`,
  of: (record, t) => (t + 1 < record.steps ? surprise(record, t) : null),
  told: (value) => tr("surprise at what came {nats} nats", { nats: number(value, 2) }),
};

/** -log of the probability of the token that came after step t; null where the model does not know that token. */
export function surprise(record, t) {
  return record.unknown(t + 1) ? null : -Math.log(Math.max(1e-9, record.row("probs", t)[record.ids[t + 1]]));
}

/**
 * How the answers of a task are read: {title, range, label(value) of the axis, of(record, t) => number or null,
 * says: what stands in the squares, short(record, t) => a few letters, tint: their color, told(value) => the number in words,
 * truth(tokens, t) => the right number, where there is one, asked(tokens, t) => whether an answer is asked for, where not always}.

 * @param answers whether the model answers, where its task is not known
 */
export function reading(task, labels, answers = false) {
  const known = READINGS[task.replace(/^own /, "")]; // what the visitor's own networks learned has the same names (own.js)
  if (known) return known;
  if (labels.length === 1) return amount(labels[0]);
  if (labels.length === 2) return second(labels[1], likely(labels[1]));
  return answers ? ANSWER : NEXT;
}

const ANSWERS = { __proto__: null, positive: tr("positive"), negative: tr("negative"), open: tr("open"), balanced: tr("balanced"), end: tr("end") };
const FEW = 5; // labels: more are what comes next, in the language of the text

/** One of a model's labels as it is shown: the answer to a question in the visitor's language, a token of a text as it is. */
export const answer = ({ labels }, label) => (labels.length <= FEW && ANSWERS[label]) || label;

/** What a model says after step t, in words. */
export function said(record, t) {
  if (!record.arrays.probs) return number(record.row("answers", t)[0], 3);
  const [best] = record.guesses(t, 1);
  return `${best.token.length > 1 ? answer(record, best.token) : spoken(best.token)} ${percent(best.probability)}`;
}

/**
 * The same with the number that is drawn, where it is another one.
 * @param {{of?: Function, told?: Function}} drawn one of `READINGS`, or nothing of it
 */
export function told(record, t, drawn) {
  const value = drawn.told ? drawn.of(record, t) : null;
  return value === null ? tr("says {said}", { said: said(record, t) }) : tr("says {said}, {drawn}", { said: said(record, t), drawn: drawn.told(value) });
}

/** How far two models' answers after step t lie apart: half the sum of |p - q|, in [0, 1]; for numbers |a - b|. */
export function distance(one, other, t) {
  const name = one.arrays.probs ? "probs" : "answers";
  const [p, q] = [one.row(name, t), other.row(name, t)];
  let total = 0;
  for (let k = 0; k < p.length; k += 1) total += Math.abs(p[k] - q[k]);
  return name === "probs" ? total / 2 : total;
}

/** The two records that lie furthest apart after step t: {t, apart, one, other}. */
export function widest(records, t) {
  let most = { t, apart: -1 };
  for (const [k, one] of records.entries()) {
    for (const other of records.slice(k + 1)) {
      const apart = distance(one, other, t);
      if (apart > most.apart) most = { t, apart, one, other };
    }
  }
  return most;
}

/** The widest distance after each step; the first `have` of them are those of `old`. */
export function spread(records, old = [], have = 0) {
  const known = old.slice(0, have);
  for (let t = known.length; t < records[0].steps; t += 1) known.push(widest(records, t));
  return known;
}

/** Where the records differ most, of the steps at which an answer is asked for; null where there is none. */
export function disagreement(spread, tokens, { asked = (tokens, t) => true }) {
  return spread.reduce((most, here) => (asked(tokens, here.t) && (!most || here.apart > most.apart) ? here : most), null);
}
