// The units of a model that have a name: what each tells of a text, as it was measured on text that training never read. Pure.
//
// They come from the model's card, where gatelab/training/units.py writes them.

import { number } from "../kit/words.js";

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
const GOES = { AUC: ["high", "low"], Spearman: ["rises", "falls"] };

/** What a unit is called, with how its value tells it, in the letters of a writing (kit/notation.js): "inside a comment: c low". */
export const called = ({ called: words, name, measure, sign }, written) => `${words}: ${written.plain(name)} ${GOES[measure][sign > 0 === (name !== written.turned) ? 0 : 1]}`;

/** How well, in a sentence: "Spearman 0.78 with the letters of the word so far, on 11,000 held-out characters". */
export function measurement({ measure, score, property, on }, tokens = "characters") {
  const what = measure === "AUC" ? `for \u201c${property}\u201d` : `with the ${property}`;
  return `${measure} ${number(score, 2)} ${what}, on ${on.toLocaleString("en")} held-out ${tokens}`;
}
