// Predict, then reveal: questions whose answers are computed from the trace of whatever text stands there. Pure.

import { glyph, number, spoken } from "../kit/words.js";

const CHOICES = 4;
const LONG = 40; // letters of a word on a button

const short = (word) => (Array.from(word).length > LONG ? `${Array.from(word).slice(0, LONG).join("")}\u2026` : word);

/** The step from `from` on with the largest score; -1 where there is none. */
function best(from, steps, score) {
  let found = -1;
  for (let t = from; t < steps; t += 1) if (found < 0 || score(t) > score(found)) found = t;
  return found;
}

/** A gate, candidate or state of the unit: does it rise or fall where it changes most? */
function direction({ record, unit, titles }, name) {
  const value = (t) => record.value(name, t, unit);
  const t = best(1, record.steps, (s) => Math.abs(value(s) - value(s - 1)));
  if (t < 1 || value(t) === value(t - 1)) return null;
  return {
    t,
    from: t,
    name,
    asks: `The next token is ${spoken(record.tokens[t])}. Will the ${titles[name]} ${name} of unit ${unit} go up or down from ${number(value(t - 1), 2)}?`,
    choices: ["up", "down"],
    right: value(t) > value(t - 1) ? 0 : 1,
    tells: `It went ${value(t) > value(t - 1) ? "up" : "down"}, from ${number(value(t - 1), 2)} to ${number(value(t), 2)}.`,
  };
}

/** A gate of the unit: open or shut, where that is clearest? */
function level({ record, unit, titles }, name) {
  const value = (t) => record.value(name, t, unit);
  const t = best(0, record.steps, (s) => Math.abs(value(s) - 0.5));
  if (t < 0 || value(t) === 0.5) return null;
  return {
    t,
    from: t,
    name,
    asks: `At ${spoken(record.tokens[t])}, will the ${titles[name]} ${name} of unit ${unit} be nearer to 1 or to 0?`,
    choices: ["nearer to 1", "nearer to 0"],
    right: value(t) > 0.5 ? 0 : 1,
    tells: `It is at ${number(value(t), 2)}.`,
  };
}

/** Of a model with two answers: which token moves it most? */
function mover({ record }) {
  if (!record.arrays.probs || record.model.labels?.length !== 2 || record.steps < 2) return null;
  const said = (t) => (t < 0 ? null : record.row("probs", t)[1]);
  const moved = (t) => (t === 0 ? Math.abs(said(0) - 0.5) : Math.abs(said(t) - said(t - 1)));
  const order = Array.from({ length: record.steps }, (_, t) => t).sort((a, b) => moved(b) - moved(a));
  const asked = order.slice(0, CHOICES).sort((a, b) => a - b);
  if (moved(order[0]) === moved(order[1])) return null;
  const [t] = order;
  const moving = t === 0 ? `moved it from an undecided 0.50 to ${number(said(0), 2)}` : `moved it from ${number(said(t - 1), 2)} to ${number(said(t), 2)}`;
  return {
    t,
    from: 0, // what a unit does may tell the answer, and so may what the model says after any step
    asks: `Which word will move the probability of \u201c${record.model.labels[1]}\u201d most?`,
    choices: asked.map((s) => `${short(record.tokens[s])} (step ${s + 1})`),
    right: asked.indexOf(t),
    tells: `${spoken(record.tokens[t])} ${moving}.`,
  };
}

/** Of a model that predicts the next token: what does it expect after the last one? */
function next({ record }) {
  if (!record.arrays.probs || record.model.labels || !record.steps) return null;
  const t = record.steps - 1;
  const guesses = record.guesses(t, 12);
  const [first] = guesses;
  const alike = (one, k) => guesses.findIndex((other) => glyph(other.token) === glyph(one.token)) === k; // no two that look the same
  const others = guesses.filter((one, k) => [2, 5, 9].includes(k) && alike(one, k)); // well behind, so that the likeliest is plain
  const shown = [first, ...others].sort((a, b) => (a.token < b.token ? -1 : 1));
  return {
    t,
    from: 0,
    asks: "Which of these does the model hold likeliest after the last character?",
    choices: shown.map(({ token }) => glyph(token)),
    right: shown.indexOf(first),
    tells: `${spoken(first.token)}, with ${Math.round(100 * first.probability)} %.`,
  };
}

const KINDS = { direction, level, mover, next };

/**
 * A question on what is read now: {t, from, name, asks, choices, right, tells}; null where this text has none. The answer is that of
 * step t; from step `from` on nothing may be shown before it is given.
 *
 * @param kind "direction:f", "level:z", "mover" or "next"; the name is one that the cell has
 */
export function question(kind, scene) {
  const [how, name] = kind.split(":");
  if (name && !scene.record.names.includes(name)) return null;
  return KINDS[how](scene, name);
}
