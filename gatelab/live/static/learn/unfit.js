// Why a file is not opened, in the visitor's language: engine/opening.js says it in parts, in English.

import { grouped, tr } from "../language.js";

/** @import { Part, Unfit } from "../engine/opening.js" */

/** The words of engine/opening.js, for the catalogues. */
export const SAYS = [
  tr("the metadata"), tr("an array"), tr("the header"), tr("the spec"), tr("the network"), tr("the cell"), tr("the unit"), tr("a network that reads numbers"),
  tr("the numbers of {name}"), tr("the shape of {name}"), tr("the place of {name}"),
  tr("at most {mebibytes} MiB, {bytes} bytes"), tr("a safetensors file"), tr("a GateLab checkpoint\u2019s, with a \u201cspec\u201d that says what the network is"), tr("one of {names}"),
  tr("a whole safetensors file, whose first 8 bytes say how long its header is"), tr("JSON"), tr("an object of JSON"), tr("an object"), tr("one that reads, with one recurrent network"),
  tr("a whole number from {least} to {most}"), tr("one with outputs, no tokens and embedding_size 2"), tr("a list with {token}, which stands for the unknown"),
  tr("different strings of at most {most} letters"), tr("an array of shape {shape}"), tr("of type {types}"), tr("inside the {bytes} bytes behind the header"), tr("{bytes} bytes long"),
  tr("finite"), tr("each unit from 0 to {last} once"),
  tr("{bytes} bytes"), tr("{bytes} bytes, too few for one"), tr("none"), tr("a length of {length} in a file of {bytes} bytes"), tr("a transformer"), tr("an encoder and decoder"), tr("left out"),
  tr("a zip archive, as PyTorch\u2019s .pt files are; such a file is never opened, because it can run code"), tr("a pickle; such a file is never opened, because it can run code"),
  tr("a PNG picture"), tr("a JPEG picture"), tr("a PDF"), tr("an HDF5 file, as Keras writes them"), tr("a gzip archive"),
];

/** @param {Part} part */
function said(part) {
  if (!Array.isArray(part)) return tr(part);
  const [words, values] = part;
  return tr(words, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === "number" ? grouped(value) : value])));
}

/** What is wrong with a file. @param {Unfit} error */
export function why({ parts }) {
  const [what, rule, got] = parts.map(said);
  return tr("{what} must be {rule}: got {got}", { what, rule, got });
}
