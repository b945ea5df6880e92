// What the pictures of the Self-attention page show, in a sentence each, for those who hear them. Pure: no page, no server.

import { argmax } from "../engine/tensors.js";
import { number } from "../kit/words.js";
import { energies, output, terms } from "./dotproduct.js";

/** The large map of a head and what stands around it: row q and one entry of its output. */
export function pictures(head, q, entry) {
  const about = head.about(q).replace(/,$/, "");
  const scores = energies(head, q);
  const weights = head.row("weights", q);
  const products = terms(head, q, entry).map(({ value }) => value);
  const [fits, looks, adds] = [argmax(scores), argmax(weights), argmax(products, Math.abs)];
  return {
    keys: `What is looked at: ${head.columns} columns`,
    labels: `What looks: ${head.rows} rows; the chosen one is ${about}`,
    map: `Attention weights of ${head.title}: ${head.rows} rows by ${head.columns} columns`,
    energies: `Energies of ${about}: the largest is ${number(scores[fits])}, of ${head.aboutKey(fits)}`,
    weights: `Weights of ${about}: the largest is ${number(weights[looks])}, of ${head.aboutKey(looks)}`,
    values: `Values of ${head.seen(q)} columns, ${head.size} entries each`,
    sum: `The output: ${head.size} entries; entry ${entry} is ${number(output(head, q)[entry])}`,
    products: `What each column adds to entry ${entry} of the output: the most is ${number(products[adds])}, of ${head.aboutKey(adds)}`,
  };
}
