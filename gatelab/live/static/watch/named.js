// The units of a model that have a name: what each tells of a text, as it was measured on text that training never read. Pure.
//
// They come from the model's card, where gatelab/training/units.py writes them.

import { number } from "../kit/words.js";
import { grouped, tr } from "../language.js";

/** The named units of a model: [{unit, name, sign, called, property, measure, score, on}]; [] where nothing was measured. */
export const named = ({ card }) => card?.measured?.units ?? [];

/** What is known of one unit, or undefined. */
export const about = (model, unit) => named(model).find((one) => one.unit === unit);

/** The units that are shown one by one: the named ones, and the chosen one where it is none of them. */
export function few(model, unit) {
  const units = named(model).map((one) => one.unit);
  return units.includes(unit) ? units : [...units, unit];
}

/** How a value goes with what its unit tells: [where it rises, where it falls] for each measure. */
const GOES = { AUC: [tr("{words}: {letter} high"), tr("{words}: {letter} low")], Spearman: [tr("{words}: {letter} rises"), tr("{words}: {letter} falls")] };
const HELD_OUT = { characters: tr("characters"), words: tr("words"), tokens: tr("tokens") };

/** What a unit is called, with how its value tells it, in the letters of a writing (kit/notation.js): "inside a comment: c low". */
export const called = ({ called: words, name, measure, sign }, written) => GOES[measure][sign > 0 === (name !== written.turned) ? 0 : 1].replace("{words}", () => tr(words)).replace("{letter}", () => written.plain(name));

/** How well, in a sentence: "Spearman 0.78 with the letters of the word so far, on 11,000 held-out characters". */
export function measurement({ measure, score, property, on }, tokens = "characters") {
  const found = { measure, score: number(score, 2), property: tr(property), count: grouped(on), tokens: HELD_OUT[tokens] ?? tokens };
  return measure === "AUC" ? tr("{measure} {score} for \u201c{property}\u201d, on {count} held-out {tokens}", found) : tr("{measure} {score} with the {property}, on {count} held-out {tokens}", found);
}
