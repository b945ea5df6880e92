// What a model says after each step, as one number to draw and a few words to print: by task. Pure: no page, no server.

import { glyph, number, spoken } from "../words.js";

const percent = (share) => `${Math.round(100 * share)} %`;

/** The probability of a label after step t. */
const chance = (record, t, label) => record.row("probs", t)[record.labels.indexOf(label)];

/** The two labels' second one, e.g. "positive"; `signs` stand for the labels where a column has room for one letter only. */
const second = (title, signs) => ({
  title,
  range: [0, 1],
  of: (record, t) => record.row("probs", t)[1],
  short: (record, t) => (signs ? signs[Number(record.row("probs", t)[1] > 0.5)] : record.row("probs", t)[1].toFixed(2).replace(/^0/, "")),
});

/** The likeliest label, colored by its probability. */
const likeliest = {
  title: "probability of the likeliest answer",
  range: [0, 1],
  of: (record, t) => record.guesses(t, 1)[0].probability,
  short: (record, t) => glyph(record.guesses(t, 1)[0].token),
};

/** The letter behind the last mark before step t; null while there is none. */
export function marked(tokens, t) {
  for (let k = t - 1; k >= 0; k -= 1) if (tokens[k] === "!") return tokens[k + 1];
  return null;
}

const value = (token) => (/^(0|1|0?\.\d{1,9}|0\.|1\.0*)\*$/.test(token) ? Number(token.slice(0, -1)) : 0);

/** The sum of the marked numbers up to step t. */
export const sum = (tokens, t) => tokens.slice(0, t + 1).reduce((total, token) => total + value(token), 0);

const READINGS = {
  sentiment: second("probability of \u201cpositive\u201d, if the text ended here"),
  brackets: second("probability that a bracket is open", ["=", "("]),
  counter: { ...likeliest, title: "probability that the end (\u25a0) comes next", short: (record, t) => likeliest.short(record, t).replace("end", "\u25a0"), of: (record, t) => chance(record, t, "end") },
  recall: {
    ...likeliest,
    title: "probability of the marked letter",
    of: (record, t) => {
      const letter = marked(record.tokens, t + 1);
      return letter && record.labels.includes(letter) ? chance(record, t, letter) : null;
    },
  },
  adding: {
    title: "the model\u2019s sum, beside the true one",
    range: [0, 2],
    of: (record, t) => record.row("answers", t)[0],
    short: (record, t) => number(record.row("answers", t)[0], 2),
    truth: sum,
  },
};

/** Characters: how much the model expected what came next; the last one has nothing after it yet. */
const NEXT = {
  title: "surprise at the character that came next, in nats",
  range: [0, 6],
  of: (record, t) => (t + 1 < record.steps ? surprise(record, t) : null),
  short: likeliest.short,
};

/** -log of the probability of the token that came after step t; null where the model does not know that token. */
export function surprise(record, t) {
  return record.unknown(t + 1) ? null : -Math.log(Math.max(1e-9, record.row("probs", t)[record.ids[t + 1]]));
}

/**
 * How the answers of a task are read: {title, range, of(record, t) => number or null, short(record, t) => a few letters,
 * truth(tokens, t) => number, where there is one}.
 */
export const reading = (task, labels) => READINGS[task] ?? (labels.length === 2 ? second(`probability of \u201c${labels[1]}\u201d`) : NEXT);

/** What a model says after step t, in words. */
export function said(record, t) {
  if (!record.arrays.probs) return number(record.row("answers", t)[0], 3);
  const [best] = record.guesses(t, 1);
  return `${best.token.length > 1 ? best.token : spoken(best.token)} ${percent(best.probability)}`;
}

/** How far two models' answers after step t lie apart: half the sum of |p - q|, in [0, 1]; for numbers |a - b|. */
export function distance(one, other, t) {
  const name = one.arrays.probs ? "probs" : "answers";
  const [p, q] = [one.row(name, t), other.row(name, t)];
  const total = p.reduce((apart, chance, k) => apart + Math.abs(chance - q[k]), 0);
  return name === "probs" ? total / 2 : total;
}

/** The largest distance between any two of some records after step t: {apart, one, other}. */
export function widest(records, t) {
  let most = { apart: -1 };
  for (const [k, one] of records.entries()) {
    for (const other of records.slice(k + 1)) {
      const apart = distance(one, other, t);
      if (apart > most.apart) most = { apart, one, other };
    }
  }
  return most;
}

/** Where the records differ most: {t, apart, one, other}; null without steps. */
export function disagreement(records) {
  let most = null;
  for (let t = 0; t < records[0].steps; t += 1) {
    const here = widest(records, t);
    if (!most || here.apart > most.apart) most = { t, ...here };
  }
  return most;
}
