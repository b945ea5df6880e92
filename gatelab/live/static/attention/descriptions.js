// What the pictures of the Attention page show, in a sentence each, for those who hear them. Pure: no page, no server.

import { argmax } from "../engine/tensors.js";
import { number, spoken } from "../kit/words.js";
import { context } from "./sums.js";

export const percent = (share) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}\u2009%`;

/** The output: the tokens beside the map, and how likely each was. */
export function written({ steps, output, chances }) {
  if (!steps) return { labels: "Nothing was written", chances: "Nothing was written" };
  const [least, most] = [Math.min(...chances), Math.max(...chances)].map(percent);
  return {
    labels: `What the ${steps} steps wrote: ${output || "nothing"}`,
    chances: `How likely the decoder held what it wrote: from ${least} to ${most}`,
  };
}

/** One look of the decoder, at step q; where it is veiled, nothing is told of it but what is not asked. */
export function oneLook(reading, q, unit, veiled) {
  const { columns } = reading;
  const states = `States of the encoder: ${columns} tokens, ${reading.model.hidden_size} units each`;
  if (veiled) return Object.fromEntries([["states", states], ...["energies", "sum", "products"].map((name) => [name, "Hidden until you reveal it"])]);
  const { products, value } = context(reading, q, unit);
  const [best, most] = [argmax(reading.row("scores", q)), argmax(products, Math.abs)];
  return {
    states,
    energies: `Energies of ${columns} tokens at step ${q + 1}: the largest is ${number(reading.row("scores", q)[best], 2)}, of ${spoken(reading.tokens[best])}`,
    sum: `The context of step ${q + 1}: unit ${unit} is ${number(value)}`,
    products: `What each token adds to unit ${unit} of the context: the most is ${number(products[most])}, of ${spoken(reading.tokens[most])}`,
  };
}
