// One head of one attention of a transformer, as views of an answer of `POST /live/attention`: its rows look, its columns are looked at.

import { END } from "../engine/text.js";
import { ENDED, sign } from "../kit/alignment.js";
import { spoken } from "../kit/words.js";
import { tr } from "../language.js";

/** @import { Reading } from "../reading.js" */

export const START = "<start>"; // what the decoder reads before it has written anything
const BEGUN = "\u25B7"; // the sign for it
const SIGNS = { start: BEGUN, end: ENDED };

/** The three attentions: what each is called, and how its rows and columns are labelled. */
export const PLACES = {
  encoder: {
    title: tr("source looks at itself"),
    legend: (unit) => (unit === "words" ? tr("Each row is one of the source\u2019s words and looks at all of them, one a column.") : tr("Each row is one of the source\u2019s characters and looks at all of them, one a column.")),
  },
  decoder: {
    title: tr("target looks at itself"),
    legend: () => tr("Each row is a step of the decoder: what it reads \u2192 what it then writes. It looks at what was read so far; the mask hides the rest. {start} is the start, {end} the end.", SIGNS),
  },
  across: {
    title: tr("target looks at source"),
    legend: (unit) => (unit === "words"
      ? tr("Each row is a step of the decoder: what it reads \u2192 what it then writes. It looks at the source\u2019s words, one a column. {start} is the start, {end} the end.", SIGNS)
      : tr("Each row is a step of the decoder: what it reads \u2192 what it then writes. It looks at the source\u2019s characters, one a column. {start} is the start, {end} the end.", SIGNS)),
  },
};

const short = (token) => (token === START ? BEGUN : sign(token));
const said = (token) => (token === START ? tr("the start") : token === END ? tr("the end") : spoken(token));

export class Head {
  /** @type {Reading} */ reading;
  /** @type {string} */ where;
  /** @type {number} */ layer;
  /** @type {number} */ number;
  /** @type {number} */ rows;
  /** @type {number} */ columns;
  /** @type {number} A */ size;

  /** @param where a key of `PLACES`; @param layer, number counted from 0 */
  constructor(reading, where, layer, number) {
    Object.assign(this, { reading, where, layer, number });
    const [query, weights] = ["query", "weights"].map((name) => reading.tensors[`${where}.${name}`].shape);
    [this.rows, this.columns, this.size] = [weights[2], weights[3], query[3]];
  }

  /** How many columns row q may look at, the first ones; the mask hides those after. */
  seen(q) {
    return this.where === "decoder" ? q + 1 : this.columns;
  }

  /** Row `t` of "query", "key" or "value" (A numbers), or of "weights", as far as it may look. */
  row(name, t) {
    const { shape, data } = this.reading.tensors[`${this.where}.${name}`];
    const [, heads, count, width] = shape;
    const start = ((this.layer * heads + this.number) * count + t) * width;
    return data.subarray(start, start + (name === "weights" ? this.seen(t) : width));
  }

  /** The column with the largest weight in row q. */
  focus(q) {
    const row = this.row("weights", q);
    return row.reduce((best, weight, k) => (weight > row[best] ? k : best), 0);
  }

  get title() {
    return tr("layer {layer}, head {head}", { layer: this.layer + 1, head: this.number + 1 });
  }

  /** The token that the decoder read at step q. */
  #read(q) {
    return q > 0 ? this.reading.written[q - 1] : START;
  }

  /** The columns, as alignment.js draws a source. */
  get keys() {
    const { tokens, unknown, model } = this.reading;
    if (this.where !== "decoder") return { tokens, unknown, columns: this.columns, model };
    return { tokens: Array.from({ length: this.columns }, (_, k) => short(this.#read(k))), unknown: [], columns: this.columns, model };
  }

  /** Whether row q is a token that the model does not know. */
  unknown(q) {
    return this.where === "encoder" && this.reading.unknown[q];
  }

  /** What stands beside row q. */
  label(q) {
    return this.where === "encoder" ? sign(this.reading.tokens[q]) : `${short(this.#read(q))} \u2192 ${sign(this.reading.written[q])}`;
  }

  /** Row q by the token that it reads, in running text. */
  query(q) {
    return said(this.where === "encoder" ? this.reading.tokens[q] : this.#read(q));
  }

  /** Column k in running text. */
  key(k) {
    return said(this.where === "decoder" ? this.#read(k) : this.reading.tokens[k]);
  }

  /** Row q at length. */
  about(q) {
    const at = { place: q + 1, token: this.query(q) };
    if (this.where !== "encoder") return tr("step {step}, which reads {read} and writes {written},", { step: q + 1, read: this.query(q), written: said(this.reading.written[q]) });
    return this.unknown(q) ? tr("token {place} {token}, unknown to the model,", at) : tr("token {place} {token}", at);
  }

  /** Column k at length. */
  aboutKey(k) {
    const at = { place: k + 1, token: this.key(k) };
    if (this.where === "decoder") return tr("{token}, read at step {place}", at);
    return this.reading.unknown[k] ? tr("token {place} {token}, unknown to the model", at) : tr("token {place} {token}", at);
  }
}
