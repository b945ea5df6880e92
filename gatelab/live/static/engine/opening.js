// A checkpoint from a visitor's own file: read with every check there is, and never run. What does not fit is refused in a sentence that
// names the thing, the rule and what came. It takes the files that `gatelab.training` and the Learn page write.

import { FAMILY } from "./cells.js";
import { shapes } from "./initial.js";
import { floats } from "./safetensors.js";
import { UNKNOWN } from "./text.js";

/** The most bytes of a file. */
export const LARGEST = 8 * 2 ** 20;
const [UNITS, LAYERS, WIDTH] = [256, 3, 512]; // the most units, layers, and numbers that stand for a token
const TOKEN = 100; // letters of a token
const READS = ["characters", "words", "numbers"];
const ORDERS = { by_mean: "mean", by_similarity: "similarity" }; // of the units, beside the weights
const BYTES = { F32: 4, F16: 2, I64: 8 };

/** @type {[number[], string][]} how files of other kinds begin */
const OTHERS = [
  [[0x50, 0x4b, 0x03, 0x04], "a zip archive, as PyTorch\u2019s .pt files are; such a file is never opened, because it can run code"],
  [[0x80, 0x02], "a pickle; such a file is never opened, because it can run code"],
  [[0x80, 0x03], "a pickle; such a file is never opened, because it can run code"],
  [[0x80, 0x04], "a pickle; such a file is never opened, because it can run code"],
  [[0x80, 0x05], "a pickle; such a file is never opened, because it can run code"],
  [[0x89, 0x50, 0x4e, 0x47], "a PNG picture"],
  [[0xff, 0xd8, 0xff], "a JPEG picture"],
  [[0x25, 0x50, 0x44, 0x46], "a PDF"],
  [[0x89, 0x48, 0x44, 0x46], "an HDF5 file, as Keras writes them"],
  [[0x1f, 0x8b], "a gzip archive"],
];

/** Words, or words with names in braces and their values. @typedef {string | [string, Object<string, any>]} Part */

/** @param {Part} part */
const inEnglish = (part) => (Array.isArray(part) ? part[0].replace(/\{(\w+)\}/g, (_, name) => part[1][name].toLocaleString("en")) : part);

/** A file that is no checkpoint which the page can open. */
export class Unfit extends Error {
  /** @type {Part[]} what must be which rule, and what came, so that a page can say it in another language */ parts;

  /** @param {Part} what @param {Part} rule @param {Part} got */
  constructor(what, rule, got) {
    super(`${inEnglish(what)} must be ${inEnglish(rule)}: got ${inEnglish(got)}`);
    this.parts = [what, rule, got];
  }
}

/** Refuse, unless something is so. @param {Part} what @param {Part} rule @param {Part} got */
function must(holds, what, rule, got) {
  if (!holds) throw new Unfit(what, rule, got);
}

/** Anything as a few letters of JSON. */
function quoted(value) {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 59)}\u2026` : text;
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isWhole = (value, least, most) => Number.isInteger(value) && least <= value && value <= most;
const inWords = (shape) => `(${shape.join(", ")})`;
const size = (bytes) => /** @type {Part} */ (["{bytes} bytes", { bytes }]);
const whole = (least, most) => /** @type {Part} */ (["a whole number from {least} to {most}", { least, most }]);
const oneOf = (names) => /** @type {Part} */ (["one of {names}", { names: names.join(", ") }]);

/** Refuse a file for its size alone, before it is read. */
export function checkSize(bytes, called = "the file") {
  must(bytes <= LARGEST, called, ["at most {mebibytes} MiB, {bytes} bytes", { mebibytes: LARGEST / 2 ** 20, bytes: LARGEST }], size(bytes));
  must(bytes > 8, called, "a safetensors file", ["{bytes} bytes, too few for one", { bytes }]);
}

/**
 * The network of a file.
 *
 * @param {Uint8Array} bytes
 * @param {string} called the file's name
 * @returns {{spec: Object, weights: Object<string, {shape: number[], data: Float32Array}>, orders: Object<string, number[]>, metadata: Object}} the spec with
 *   its own fields alone; orders {mean, similarity}: of the H units; metadata: what else stands there, as JSON says, from a file that nobody vouches for
 * @throws {Unfit} it is none, or of a kind or size that the page does not take
 */
export function opened(bytes, called = "the file") {
  checkSize(bytes.length, called);
  const { header, data } = parted(bytes, called);
  const { spec: written, ...metadata } = told(header.__metadata__);
  must(written !== undefined, "the metadata", "a GateLab checkpoint\u2019s, with a \u201cspec\u201d that says what the network is", Object.keys(metadata).join(", ").slice(0, 60) || "none");
  const spec = checked(written);
  delete header.__metadata__;
  const wanted = new Map(shapes(spec));
  for (const name of Object.keys(header)) must(wanted.has(name) || name in ORDERS, "an array", oneOf([...wanted.keys()]), quoted(name));
  const weights = Object.fromEntries([...wanted].map(([name, shape]) => [name, { shape, data: numbers(name, header[name], shape, data) }]));
  const orders = Object.fromEntries(Object.entries(ORDERS).map(([name, which]) => [which, order(name, header[name], spec.hidden_size, data)]));
  return { spec, weights, orders, metadata };
}

/** The header of a file, and the bytes behind it. */
function parted(bytes, called) {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  const other = length > bytes.length - 8 && OTHERS.find(([signs]) => signs.every((sign, k) => bytes[k] === sign));
  must(!other, called, "a safetensors file", other && other[1]);
  must(length <= bytes.length - 8, called, "a whole safetensors file, whose first 8 bytes say how long its header is", ["a length of {length} in a file of {bytes} bytes", { length, bytes: bytes.length }]);
  let header;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch {
    must(false, "the header", "JSON", quoted(new TextDecoder().decode(bytes.subarray(8, 8 + Math.min(length, 20)))));
  }
  must(isObject(header), "the header", "an object of JSON", quoted(header));
  return { header: { __proto__: null, ...header }, data: new Uint8Array(bytes.buffer, bytes.byteOffset + 8 + length, bytes.length - 8 - length) };
}

/** The metadata, whose values are JSON; what is none is left out. */
function told(metadata) {
  const found = { __proto__: null };
  for (const [key, value] of isObject(metadata) ? Object.entries(metadata) : []) {
    try {
      found[key] = JSON.parse(value);
    } catch {
      // a note of somebody's, which nobody reads here
    }
  }
  return /** @type {any} */ (found);
}

/** A spec as gatelab/networks/reader.py has it, its own fields alone. */
function checked(written) {
  must(isObject(written), "the spec", "an object", quoted(written));
  must(!("attention" in written), "the network", "one that reads, with one recurrent network", written.attention === "transformer" ? "a transformer" : "an encoder and decoder");
  const { name = "network", cell, tokens = [], outputs = [], embedding_size, hidden_size, num_layers = 1, unit = "characters" } = written;
  must(FAMILY.includes(cell), "the cell", oneOf(FAMILY), quoted(cell));
  must(READS.includes(unit), "the unit", oneOf(READS), quoted(unit));
  must(isWhole(hidden_size, 1, UNITS), "hidden_size", whole(1, UNITS), quoted(hidden_size));
  must(isWhole(num_layers, 1, LAYERS), "num_layers", whole(1, LAYERS), quoted(num_layers));
  must(isWhole(embedding_size, 1, WIDTH), "embedding_size", whole(1, WIDTH), quoted(embedding_size));
  labels("tokens", tokens);
  labels("outputs", outputs);
  if (unit === "numbers") must(!tokens.length && outputs.length && embedding_size === 2, "a network that reads numbers", "one with outputs, no tokens and embedding_size 2", quoted({ tokens, outputs, embedding_size }));
  else must(tokens.includes(UNKNOWN), "tokens", ["a list with {token}, which stands for the unknown", { token: UNKNOWN }], quoted(tokens));
  return { name: typeof name === "string" ? name : "network", cell, tokens, embedding_size, hidden_size, num_layers, unit, outputs };
}

function labels(what, list) {
  const fit = Array.isArray(list) && list.every((one) => typeof one === "string" && one.length <= TOKEN);
  must(fit && new Set(list).size === list.length, what, ["different strings of at most {most} letters", { most: TOKEN }], quoted(list));
}

/** The bytes of an array of a file, as a copy. */
function bytesOf(name, about, kinds, shape, data) {
  must(isObject(about), name, ["an array of shape {shape}", { shape: inWords(shape) }], "left out");
  const { dtype, shape: has, data_offsets: offsets } = about;
  must(kinds.includes(dtype), ["the numbers of {name}", { name }], ["of type {types}", { types: kinds.join(" or ") }], quoted(dtype));
  must(Array.isArray(has) && has.join() === shape.join(), ["the shape of {name}", { name }], inWords(shape), quoted(has));
  const bytes = shape.reduce((all, one) => all * one, BYTES[dtype]);
  const fit = Array.isArray(offsets) && offsets.length === 2 && isWhole(offsets[0], 0, data.length) && isWhole(offsets[1], offsets[0], data.length);
  must(fit, ["the place of {name}", { name }], ["inside the {bytes} bytes behind the header", { bytes: data.length }], quoted(offsets));
  must(offsets[1] - offsets[0] === bytes, ["the place of {name}", { name }], ["{bytes} bytes long", { bytes }], quoted(offsets));
  return data.slice(...offsets).buffer;
}

function numbers(name, about, shape, data) {
  const bytes = bytesOf(name, about, ["F32", "F16"], shape, data);
  const found = about.dtype === "F16" ? floats(new Uint16Array(bytes)) : new Float32Array(bytes);
  const wrong = found.find((value) => !Number.isFinite(value));
  must(wrong === undefined, ["the numbers of {name}", { name }], "finite", String(wrong));
  return found;
}

/** An order of the units; as they are where the file has none. */
function order(name, about, units, data) {
  const plain = Array.from({ length: units }, (_, k) => k);
  if (!about) return plain;
  const found = Array.from(new BigInt64Array(bytesOf(name, about, ["I64"], [units], data)), Number);
  must([...found].sort((a, b) => a - b).every((unit, k) => unit === k), name, ["each unit from 0 to {last} once", { last: units - 1 }], quoted(found));
  return found;
}
