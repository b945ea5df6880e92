// What is said under a unit: how often its claims hold on text that the model never read, and on the text that is shown. Pure.
//
// The claims are those of gatelab/zoo/openings.json, counted as in gatelab/training/captions.py.

import { tr } from "../language.js";
import { writing } from "./notation.js";
import { withMinus } from "./words.js";

const LETTER = /^\p{L}$/u;
const MARKS = ".?!,;:";
const NO_CODE = /(\/\*.*?(?:\*\/|$))|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/gs; // comments (group 1), strings, characters

const PLACES = {
  "letters that follow a letter": (record) => soFar(record).map((letters) => letters > 1),
  "first letters of a word": (record) => soFar(record).map((letters) => letters === 1),
  "first and second letters of a word": (record) => soFar(record).map((letters) => letters === 1 || letters === 2),
  "letters from the fifth of a word on": (record) => soFar(record).map((letters) => letters > 4),
  "letters inside an _emphasis_": (record) => emphasized(record).map((inside, t) => inside && LETTER.test(record.tokens[t])),
  "letters outside": (record) => emphasized(record).map((inside, t) => !inside && LETTER.test(record.tokens[t])),
  "punctuation marks": ({ tokens }) => tokens.map((token) => MARKS.includes(token)),
  "other characters": ({ tokens }) => tokens.map((token) => !MARKS.includes(token)),
  "characters inside a comment": (record) => commented(record),
  "characters outside": (record) => commented(record).map((inside) => !inside),
  "words after which \u201cpositive\u201d is the likelier answer": (record) => positive(record),
  "words after which \u201cnegative\u201d is the likelier answer": (record) => positive(record).map((likelier) => !likelier),
};

/** How many letters of its word have been read at each step, 0 where there is no letter. */
function soFar({ tokens }) {
  let letters = 0;
  return tokens.map((token) => (letters = LETTER.test(token) ? letters + 1 : 0));
}

/** Where a pair of _ is open; no paragraph leaves one open for the next. */
function emphasized({ tokens }) {
  let inside = false;
  return tokens.map((token, t) => {
    if (tokens[t - 1] === "\n" && tokens[t - 2] === "\n") inside = false;
    return (inside = inside !== (token === "_"));
  });
}

/** From where the two signs that open a comment are read to where those are that close it. */
function commented({ tokens }) {
  const inside = tokens.map(() => false);
  const code = tokens.map((token) => (token.length === 1 ? token : "?")).join(""); // one place a token
  for (const found of code.matchAll(NO_CODE)) if (found[1] !== undefined) inside.fill(true, found.index + 1, found.index + found[0].length - 1);
  return inside;
}

const positive = (record) => record.tokens.map((_, t) => record.row("probs", t)[1] > 0.5);

const TESTS = {
  rises: { words: (claim) => tr("{letter} rises at {share} of the {places}", claim), holds: (now, before) => now > before },
  above: { words: (claim) => tr("{letter} is above {than} at {share} of the {places}", claim), holds: (now, before, than) => now > than },
  below: { words: (claim) => tr("{letter} is below {than} at {share} of the {places}", claim), holds: (now, before, than) => now < than },
};

/** At how many of how many steps a claim holds: [held, all]. */
export function counted(record, unit, { name, is, than, at }) {
  const steps = PLACES[at](record).flatMap((meant, t) => (meant ? [t] : []));
  return [steps.filter((t) => TESTS[is].holds(record.value(name, t, unit), record.value(name, t - 1, unit), than)).length, steps.length];
}

/** A share in percent; what is not all is never called 100 %. */
const percent = ([held, all]) => (held < all && Math.round((100 * held) / all) === 100 ? tr("over 99 %") : `${Math.round((100 * held) / all)} %`);

const often = (record) => ({ name, is, than, at, held_out: shares }) => TESTS[is].words({ letter: writing(record).plain(name), than: withMinus(String(than)), share: percent(shares), places: tr(at) });

/** Several claims, or several counts, in one sentence. */
const joined = (words) => words.reduce((one, other) => tr("{one}, and {other}", { one, other }));

/**
 * The caption of the unit that a model opens on; "" for any other.
 *
 * @param told whether what holds on this text may be said
 */
export function caption(record, unit, told = true) {
  const { opening } = record.model;
  if (unit !== opening.unit || !opening.note) return "";
  if (!opening.claims.length) return tr(opening.note);
  const general = `${tr(opening.note)} ${tr("On text that training never read, {claims}.", { claims: joined(opening.claims.map(often(record))) })}`;
  if (!told || !record.steps) return general;
  const here = opening.claims.map((claim) => counted(record, unit, claim));
  const [held, all] = here.reduce(([a, b], [c, d]) => [a + c, b + d]);
  const counts = here.map(([some, places]) => (places ? tr("{some} of {all}", { some, all: places }) : tr("none to count")));
  return [general, tr("In this text: {counts}.", { counts: joined(counts) }), ...(2 * held <= all ? [tr("This text is an exception.")] : [])].join(" ");
}

const LIKELIER = /^words after which \u201c(.+)\u201d is the likelier answer$/;

/** What a unit is called after the answers at which it was measured to be high, "positive so far"; null for any other unit. */
export function nickname({ model: { opening } }, unit) {
  const high = unit === opening.unit && opening.claims.find(({ is, at }) => is === "above" && LIKELIER.test(at));
  return high ? tr("\u201c{answer} so far\u201d", { answer: tr(high.at.match(LIKELIER)[1]) }) : null;
}
