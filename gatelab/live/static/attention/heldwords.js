// What is held of an encoder and decoder, in words: of which, where, and what came of it. Pure.

import { titles, cellOf } from "../engine/cells.js";
import { number, spoken, withMinus } from "../kit/words.js";
import { plural, tr } from "../language.js";

const CELL = "gru"; // of every encoder and decoder

export const SCORES = "decoder.scores";
const ALONE = 1000; // an energy that no other comes near: the token has all of the weight

/** What can be held of a model, {name: what it is called}: the energies first, if there are any. */
export function names({ attention }) {
  const decoder = (at) => tr("{letter} of the decoder, {title}", at);
  const encoder = (at) => tr("{letter} of the encoder, {title}", at);
  const of = (place, words) => Object.entries(titles(cellOf(CELL))).map(([letter, title]) => [`${place}.${letter}`, words({ letter, title: tr(title) })]);
  return Object.fromEntries([...(attention === "none" ? [] : [[SCORES, tr("e, energies of the attention")]]), ...of("decoder", decoder), ...of("encoder", encoder)]);
}

export const ofEncoder = (name) => name.startsWith("encoder.");

/** Between which values the slider of a name goes; an energy has no bounds. */
export function span(name) {
  if (name === SCORES) return [-20, 20];
  return "rz".includes(name.at(-1)) ? [0, 1] : [-1, 1];
}

const short = (value) => withMinus(String(Number(value.toPrecision(3))));

/** At which steps of writing, or tokens of the source, a hold acts. */
function when({ name, steps }, { tokens }) {
  if (!steps) return tr("always");
  const [first, end] = steps;
  const at = { first: first + 1, last: end, token: spoken(tokens[first] ?? "") };
  if (!ofEncoder(name)) return end === Infinity ? tr("from step {first} on", at) : end === first + 1 ? tr("at step {first}", at) : tr("from step {step} to {last}", { ...at, step: first + 1 });
  const known = first < tokens.length;
  if (end === Infinity) return known ? tr("from token {first}, {token}, on", at) : tr("from token {first} on", at);
  if (end === first + 1) return known ? tr("at token {first}, {token}", at) : tr("at token {first}", at);
  return tr("from token {first} to {last}", at);
}

/** The tokens whose energy is held. */
function listed(units, { tokens }) {
  return units.map((k) => (k < tokens.length ? tr("{token} (token {place})", { token: spoken(tokens[k]), place: k + 1 }) : tr("token {place}, which this source does not have", { place: k + 1 }))).join(", ");
}

/** What is done to energies: those that make an attention even, or put it on one token, by what they do. */
function looking({ units, how, value }, reading, done) {
  if (!units) return how === "set" ? tr("attention spread evenly") : tr("the energies of all tokens {done}", { done });
  const tokens = listed(units, reading);
  return how === "set" && value >= ALONE ? tr("attention on {tokens}", { tokens }) : tr("the energy of {tokens} {done}", { tokens, done });
}

/** A hold in words: "attention spread evenly always", "the update gate of all units of the decoder held at 1 from step 4 on". */
export function describe(hold, reading) {
  const { name, units, how, value } = hold;
  const at = { value: short(value) };
  const done = how === "set" ? tr("held at {value}", at) : how === "times" ? tr("times {value}", at) : tr("plus {value}", at);
  if (name === SCORES) return tr("{what} {when}", { what: looking(hold, reading, done), when: when(hold, reading) });
  const [place, letter] = name.split(".");
  const which = !units ? tr("all units") : plural("unit {units}", "units {units}", units.length, { units: units.join(", ") });
  const said = { title: tr(titles(cellOf(CELL))[letter]), units: which, done, when: when(hold, reading) };
  return place === "decoder" ? tr("the {title} of {units} of the decoder {done} {when}", said) : tr("the {title} of {units} of the encoder {done} {when}", said);
}

/** What no gate can do: "" where the value is one that it can have. */
export function impossible({ name, how, value }) {
  const [low, high] = span(name);
  if (name === SCORES || how !== "set" || (value >= low && value <= high)) return "";
  return tr("No {what} can do this: its values lie between {low} and {high}.", { what: tr(titles(cellOf(CELL))[name.split(".")[1]]), low: short(low), high: short(high) });
}

/** What the holds did to what is written, in one sentence; `own` is what the model writes where nothing is held. */
export function effect(holds, reading, own) {
  if (!holds.length || !own || !reading.steps) return "";
  const reaches = ({ name, steps }) => (steps?.[0] ?? 0) < (ofEncoder(name) ? own.columns : own.steps);
  if (!holds.some(reaches)) return holds.every(({ name }) => ofEncoder(name)) ? tr("What is held begins behind the end of what is read.") : tr("What is held begins behind the end of what is written.");
  const [more, first] = [holds.length - 1, describe(holds[0], reading)];
  const held = more ? plural("{hold} and one other hold", "{hold} and {count} other holds", more, { hold: first }) : first;
  const at = { held, before: quoted(own), now: quoted(reading) };
  const same = reading.output === own.output;
  if (reading.model.unit === "words") return same ? tr("With {held}, the translation stays {now}.", at) : tr("With {held}, the translation goes from {before} to {now}.", at);
  return same ? tr("With {held}, the date stays {now}.", at) : tr("With {held}, the date goes from {before} to {now}.", at);
}

const quoted = ({ output }) => (output ? `\u201c${output}\u201d` : tr("nothing"));

/** What an energy would be by its equation where another is held. */
export const instead = (held, own) => tr("Held at {held}; by its equation it would be {own}.", { held: number(held), own: number(own) });
