// What is held of an encoder and decoder, in words: of which, where, and what came of it. Pure.

import { titles, cellOf } from "../engine/cells.js";
import { number, spoken } from "../kit/words.js";

const CELL = "gru"; // of every encoder and decoder

export const SCORES = "decoder.scores";
const ALONE = 1000; // an energy that no other comes near: the token has all of the weight

/** What can be held of a model, {name: what it is called}: the energies first, if there are any. */
export function names({ attention }) {
  const of = (place) => Object.entries(titles(cellOf(CELL))).map(([letter, title]) => [`${place}.${letter}`, `${letter} of the ${place}, ${title}`]);
  return Object.fromEntries([...(attention === "none" ? [] : [[SCORES, "e, energies of the attention"]]), ...of("decoder"), ...of("encoder")]);
}

export const ofEncoder = (name) => name.startsWith("encoder.");

/** Between which values the slider of a name goes; an energy has no bounds. */
export function span(name) {
  if (name === SCORES) return [-20, 20];
  return "rz".includes(name.at(-1)) ? [0, 1] : [-1, 1];
}

const short = (value) => String(Number(value.toPrecision(3))).replace("-", "\u2212");

/** At which steps of writing, or tokens of the source, a hold acts. */
function when({ name, steps }, { tokens }) {
  if (!steps) return "always";
  const [first, end] = steps;
  const [what, at] = ofEncoder(name) ? ["token", first < tokens.length ? `, ${spoken(tokens[first])},` : ""] : ["step", ""];
  if (end === Infinity) return `from ${what} ${first + 1}${at} on`;
  return end === first + 1 ? `at ${what} ${first + 1}${at.replace(/,$/, "")}` : `from ${what} ${first + 1} to ${end}`;
}

/** The tokens whose energy is held. */
function listed(units, { tokens }) {
  return units.map((k) => (k < tokens.length ? `${spoken(tokens[k])} (token ${k + 1})` : `token ${k + 1}, which this source does not have`)).join(", ");
}

/** What is done to energies: those that make an attention even, or put it on one token, by what they do. */
function looking({ units, how, value }, reading, done) {
  if (!units) return how === "set" ? "attention spread evenly" : `the energies of all tokens ${done}`;
  return how === "set" && value >= ALONE ? `attention on ${listed(units, reading)}` : `the energy of ${listed(units, reading)} ${done}`;
}

/** A hold in words: "attention spread evenly always", "the update gate of all units of the decoder held at 1 from step 4 on". */
export function describe(hold, reading) {
  const { name, units, how, value } = hold;
  const done = { set: `held at ${short(value)}`, times: `times ${short(value)}`, plus: `plus ${short(value)}` }[how];
  if (name === SCORES) return `${looking(hold, reading, done)} ${when(hold, reading)}`;
  const [place, letter] = name.split(".");
  const which = !units ? "all units" : `unit${units.length > 1 ? "s" : ""} ${units.join(", ")}`;
  return `the ${titles(cellOf(CELL))[letter]} of ${which} of the ${place} ${done} ${when(hold, reading)}`;
}

/** What no gate can do: "" where the value is one that it can have. */
export function impossible({ name, how, value }) {
  const [low, high] = span(name);
  if (name === SCORES || how !== "set" || (value >= low && value <= high)) return "";
  return `No ${titles(cellOf(CELL))[name.split(".")[1]]} can do this: its values lie between ${short(low)} and ${short(high)}.`;
}

/** What the holds did to what is written, in one sentence; `own` is what the model writes where nothing is held. */
export function effect(holds, reading, own) {
  if (!holds.length || !own || !reading.steps) return "";
  const reaches = ({ name, steps }) => (steps?.[0] ?? 0) < (ofEncoder(name) ? own.columns : own.steps);
  if (!holds.some(reaches)) return `What is held begins behind the end of what is ${holds.every(({ name }) => ofEncoder(name)) ? "read" : "written"}.`;
  const more = holds.length - 1;
  const others = more ? ` and ${more === 1 ? "one other hold" : `${more} other holds`}` : "";
  const what = reading.model.unit === "words" ? "the translation" : "the date";
  const came = reading.output === own.output ? `stays ${quoted(own)}` : `goes from ${quoted(own)} to ${quoted(reading)}`;
  return `With ${describe(holds[0], reading)}${others}, ${what} ${came}.`;
}

const quoted = ({ output }) => (output ? `\u201c${output}\u201d` : "nothing");

/** What an energy would be by its equation where another is held. */
export const instead = (held, own) => `Held at ${number(held)}; by its equation it would be ${number(own)}.`;
