// What the pictures of the Self-attention page show, in a sentence each, for those who hear them. Pure: no page, no server.

import { argmax } from "../engine/tensors.js";
import { number } from "../kit/words.js";
import { tr } from "../language.js";
import { energies, output, terms } from "./dotproduct.js";

/** The large map of a head and what stands around it: row q and one entry of its output. */
export function pictures(head, q, entry) {
  const about = head.about(q).replace(/,$/, "");
  const { rows, columns } = head;
  const scores = energies(head, q);
  const weights = head.row("weights", q);
  const products = terms(head, q, entry).map(({ value }) => value);
  const [fits, looks, adds] = [argmax(scores), argmax(weights), argmax(products, Math.abs)];
  return {
    keys: tr("What is looked at: {columns} columns", { columns }),
    labels: tr("What looks: {rows} rows; the chosen one is {row}", { rows, row: about }),
    map: tr("Attention weights of {head}: {rows} rows by {columns} columns", { head: head.title, rows, columns }),
    energies: tr("Energies of {row}: the largest is {energy}, of {column}", { row: about, energy: number(scores[fits]), column: head.aboutKey(fits) }),
    weights: tr("Weights of {row}: the largest is {weight}, of {column}", { row: about, weight: number(weights[looks]), column: head.aboutKey(looks) }),
    values: tr("Values of {columns} columns, {size} entries each", { columns: head.seen(q), size: head.size }),
    sum: tr("The output: {size} entries; entry {entry} is {value}", { size: head.size, entry, value: number(output(head, q)[entry]) }),
    products: tr("What each column adds to entry {entry} of the output: the most is {value}, of {column}", { entry, value: number(products[adds]), column: head.aboutKey(adds) }),
  };
}
