// One string as each network reads it: anew where it is another string, and now and then where the weights are others.

import { el } from "../kit/dom.js";
import { Reading } from "./probe.js";
import { mark } from "./racers.js";

const EVERY = 90; // ms between two readings while it trains

export class Readings {
  /** @type {() => void} */ due;
  /** @type {readonly string[]} of the string */ tokens;
  /** @type {any[]} what is right after each step */ targets;
  /** @type {number} the update at which it was read last */ moment;

  /** @param {() => void} due it is time to read the string again */
  constructor(due) {
    Object.assign(this, { due, made: [], readAt: 0 });
    this.element = el("div", { className: "readings" });
  }

  /** Other networks. @param task `Task`; @param on see `Reading` */
  begin(specs, task, on) {
    this.made = specs.map((spec) => new Reading(spec, task, on));
  }

  /** Each network under its name. @param {string[]} names; @param {string[]} colors one a network, of the theme */
  show(names, colors = []) {
    this.element.replaceChildren(...this.made.map(({ element }, k) => el("div", {}, el("h4", {}, mark(k, colors[k] ?? ""), ` ${names[k]}`), element)));
  }

  /** Another string. */
  take(tokens, targets) {
    Object.assign(this, { tokens, targets });
    this.anew();
  }

  /** Read the string again, whatever was read before. */
  anew() {
    this.readAt = 0;
  }

  /** CSS pixels that each network has. */
  get widths() {
    return this.made.map(({ element }) => element.clientWidth - 4);
  }

  /**
   * Read the string where it is time, and draw. Returns whether it was.
   *
   * @param standing how the networks stand, see `Race.standing`
   * @param film `Moments`
   * @param scene - {widths, cursor, ink, tables}
   */
  draw({ racers, updates }, { frame, ghost }, { widths, cursor, ink, tables }) {
    const now = performance.now();
    const moment = frame?.update ?? updates;
    if (now - this.readAt < EVERY && this.moment !== moment && !frame) return this.#wait();
    if (this.moment !== moment || !this.readAt) {
      const all = frame?.weights ?? racers.map(({ weights }) => weights);
      this.made.forEach((one, k) => one.read(this.tokens, Float64Array.from(all[k]), ghost && Float64Array.from(ghost.weights[k])));
    }
    Object.assign(this, { readAt: now, moment });
    this.made.forEach((one, k) => one.draw({ width: widths[k], cursor, ink, tables, targets: this.targets, then: ghost?.update }));
    return true;
  }

  close() {
    clearTimeout(this.waiting);
  }

  #wait() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(this.due, EVERY);
    return false;
  }
}
