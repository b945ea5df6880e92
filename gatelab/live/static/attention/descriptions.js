// What the pictures of the Attention page show, in a sentence each, for those who hear them. Pure: no page, no server.

import { argmax } from "../engine/tensors.js";
import { number, spoken } from "../kit/words.js";
import { tr } from "../language.js";
import { context } from "./sums.js";

export const percent = (share) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}\u2009%`;

/** The output: the tokens beside the map, and how likely each was. */
export function written({ steps, output, chances }) {
  if (!steps) return { labels: tr("Nothing was written"), chances: tr("Nothing was written") };
  const [least, most] = [Math.min(...chances), Math.max(...chances)].map(percent);
  const nothing = tr("nothing");
  return {
    labels: tr("What the {steps} steps wrote: {output}", { steps, output: output || nothing }),
    chances: tr("How likely the decoder held what it wrote: from {least} to {most}", { least, most }),
  };
}

/** One look of the decoder, at step q; where it is veiled, nothing is told of it but what is not asked. */
export function oneLook(reading, q, unit, veiled) {
  const { columns } = reading;
  const states = tr("States of the encoder: {tokens} tokens, {units} units each", { tokens: columns, units: reading.model.hidden_size });
  if (veiled) return Object.fromEntries([["states", states], ...["energies", "sum", "products"].map((name) => [name, tr("Hidden until you reveal it")])]);
  const { products, value } = context(reading, q, unit);
  const [best, most] = [argmax(reading.row("scores", q)), argmax(products, Math.abs)];
  return {
    states,
    energies: tr("Energies of {tokens} tokens at step {step}: the largest is {energy}, of {token}", { tokens: columns, step: q + 1, energy: number(reading.row("scores", q)[best], 2), token: spoken(reading.tokens[best]) }),
    sum: tr("The context of step {step}: unit {unit} is {value}", { step: q + 1, unit, value: number(value) }),
    products: tr("What each token adds to unit {unit} of the context: the most is {value}, of {token}", { unit, value: number(products[most]), token: spoken(reading.tokens[most]) }),
  };
}
