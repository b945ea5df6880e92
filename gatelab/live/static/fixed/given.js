// One layer of a trace that came from outside: fixed numbers, of a network of any kind.

import { cellOf } from "../engine/cells.js";
import { Writing, writing } from "../kit/notation.js";
import { tr } from "../language.js";
import { part, Record } from "../record.js";

/**
 * @typedef {Object} Part what gatelab/live/wire.py says of a layer, beside what `Record` takes
 * @property {string[]} names
 * @property {string} place which layer of how many, and which units read in which direction; "" where there is one of each
 * @property {string} missing where values are not finite; "" where all are
 * @property {number} directions
 */

/** What stands for the writing of a network of which no cell is known: its names as they are. */
const PLAIN = { plain: (name) => name, ordered: (names) => names };

export class Given extends Record {
  /** @type {Part} */ about;
  /** @type {Object<string, Uint8Array>} name -> where it is held, T times the units */ heldAt;

  /** @param {{metadata: any, tensors: Object<string, any>}} answer as `pack_given` of gatelab/live/wire.py writes it; @param {number} k the layer */
  constructor(answer, k) {
    const { metadata, tensors: all } = answer;
    const { metadata: about, tensors } = part({ metadata, tensors: all }, k);
    super({ name: metadata.model, cell: metadata.cell, titles: metadata.titles, labels: metadata.labels, vocab: [], unbounded: about.beyond });
    this.about = about;
    const isHeld = (name) => name.startsWith("held.");
    const entries = Object.entries(tensors);
    this.heldAt = Object.fromEntries(entries.filter(([name]) => isHeld(name)).map(([name, { data }]) => [name.slice(5), data]));
    const values = Object.fromEntries(entries.filter(([name]) => !isHeld(name)));
    const said = ["probs", "answers"].filter((name) => name in all).map((name) => [name, all[name]]);
    const { tokens } = metadata;
    this.apply({ metadata: { ...about, have: 0, steps: tokens.length, tokens, ids: tokens.map(() => 0), unknown: tokens.map(() => false) }, tensors: { ...values, ...Object.fromEntries(said) } });
  }

  width(name) {
    return this.arrays[name].width;
  }

  /** How many units the widest array has. */
  get units() {
    return Math.max(...this.names.map((name) => this.width(name)));
  }

  /** 1 for a unit that reads from the left, -1 for one that reads from the right: where its step before is. */
  way(unit) {
    return this.about.directions > 1 && unit >= this.units / 2 ? -1 : 1;
  }

  /** As of `Record`, with the state in which a unit begins that reads from the right behind the last step; NaN where an array has no such unit. */
  value(name, t, unit) {
    if (t >= this.steps) return this.state[name]?.[unit] ?? 0;
    return unit < this.width(name) ? super.value(name, t, unit) : NaN;
  }

  /** Whether an entry is held; of no unit, whether any of the step is. */
  isHeld(name, t, unit) {
    const [held, width] = [this.heldAt[name], this.width(name)];
    if (!held) return false;
    return unit === null ? held.subarray(t * width, (t + 1) * width).includes(1) : held[t * width + unit] === 1;
  }

  /** Whether all values of an entry's row are numbers that have a color. */
  isFinite(name, t) {
    return this.row(name, t).every(Number.isFinite);
  }

  /** @returns {{plain: (name: string) => string, ordered: (names: string[]) => string[]}} */
  get written() {
    return this.model.cell ? writing(this) : PLAIN;
  }

  /** The letter of a name as a formula; of free names the name itself, of which nothing is lowered. */
  letter(name) {
    const { written } = this;
    return written instanceof Writing ? written.letter(name) : null;
  }

  /** The name that is looked at first: the memory of a known cell. */
  get first() {
    const memory = this.model.cell ? cellOf(this.model.cell).memory : "h";
    return this.names.includes(memory) ? memory : this.names[0];
  }

  /** Whether the flow of its state can be drawn: all that its cell computes is here, for every unit. */
  get flows() {
    const { cell, titles } = this.model;
    return Boolean(cell) && Object.keys(titles).every((name) => this.names.includes(name)) && this.names.every((name) => this.width(name) === this.units);
  }

  /** How values are called, e.g. "forget gate"; "" where nobody knows. */
  title(name) {
    return tr(this.model.titles[name] ?? "");
  }
}
