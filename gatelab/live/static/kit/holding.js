// What is held of a network on a stage: the holds, their undo and redo, and which entries of a picture they touch. No page in it.

import { firstChanged, misfit, parse, write } from "../engine/holds.js";
import { tr } from "../language.js";
import { Record } from "../record.js";

const MOST = 100; // changes that can be taken back

/** Whether two holds act on the same entries in the same way, so that the one takes the place of the other. */
const alike = (one, other) => ["name", "units", "steps", "how"].every((key) => JSON.stringify(one[key]) === JSON.stringify(other[key]));

export class Holding {
  holds; // as engine/holds.js has them
  /** @type {string} the text in whose last state the network begins; "" for zeros */ after;
  /** @type {() => void} */ changed;
  past; // what was held before, {holds, after}, the last one the newest
  future;
  gesture; // of the change before: those of one gesture are taken back together
  /** @type {Record | null} what the network computes where nothing is held */ ghost;

  /** @param changed called when something else is held */
  constructor(changed) {
    Object.assign(this, { holds: [], after: "", changed, past: [], future: [], gesture: null, ghost: null });
  }

  /** The holds as text, as links and requests have them; "" where nothing is held. */
  get text() {
    return write(this.holds);
  }

  /** The fields of a request: nothing where nothing is held. */
  get asked() {
    return { ...(this.holds.length && { hold: this.text }), ...(this.after && { after: this.after }) };
  }

  /** The same fields for one of the models on the stage, in its own letters. */
  askedOf(model) {
    return this.asked;
  }

  /** Whether the network does something else than by itself. */
  get active() {
    return this.holds.length > 0 || this.after !== "";
  }

  /** What the engine asks of a model, from its entry in the listing: the cell and the units of its layer. */
  shape(model) {
    return /** @type {object} */ ({ layers: [{ name: model.cell, size: model.hidden_size }] });
  }

  /** The holds in a text that a model can have. */
  read(text, model) {
    return parse(text, this.shape(model)).holds;
  }

  /** Begin with the holds of a link, and with its text in whose last state the network begins. */
  open(text, model, after = "") {
    Object.assign(this, { holds: this.read(text, model), after });
  }

  /** Another model is here: keep what it can have. @returns {{hold: any, why: string}[]} what it cannot, and why, as the end of a sentence */
  fit(model) {
    const fitted = this.holds.map((hold) => ({ hold, why: misfit(hold, this.shape(model)) }));
    const left = fitted.filter(({ why }) => why);
    if (left.length) this.holds = fitted.filter(({ why }) => !why).map(({ hold }) => hold);
    return left;
  }

  /** Hold an entry; changes with the same `gesture` are one for undo. */
  set(hold, gesture = null) {
    const at = this.holds.findIndex((other) => alike(other, hold));
    this.#become(at < 0 ? [...this.holds, hold] : this.holds.with(at, hold), gesture);
  }

  /** Hold something else altogether. */
  replace(holds) {
    this.#become(holds);
  }

  /** Begin with the state in which a text ends, where nothing is held; with zeros for "". */
  begin(after) {
    this.#become(this.holds, null, after);
  }

  /** Hold nothing, and begin with zeros. */
  release() {
    this.#become([], null, "");
  }

  /** Let the hold at a place go. */
  drop(place) {
    this.#become(this.holds.toSpliced(place, 1));
  }

  #become(holds, gesture = null, after = this.after) {
    if (write(holds) === this.text && after === this.after) return;
    if (gesture === null || gesture !== this.gesture) this.past = [...this.past, this.#now].slice(-MOST);
    Object.assign(this, { holds, after, gesture, future: [] });
    this.changed();
  }

  get #now() {
    return { holds: this.holds, after: this.after };
  }

  undo() {
    if (!this.past.length) return;
    this.future.push(this.#now);
    Object.assign(this, { ...this.past.pop(), gesture: null });
    this.changed();
  }

  redo() {
    if (!this.future.length) return;
    this.past.push(this.#now);
    Object.assign(this, { ...this.future.pop(), gesture: null });
    this.changed();
  }

  /** How many steps of a text a record has as they are with these holds. */
  shared(record, tokens) {
    return record.after !== this.after ? 0 : Math.min(record.shared(tokens), firstChanged(record.held, this.text));
  }

  /** Whether an entry is held; `unit` null asks for any unit. */
  at(name, t, unit) {
    return touched(this.holds, name, t, unit);
  }

  /** Take what the network computes of the same text where nothing is held, for as long as something is. */
  follow(record, text, near) {
    return (this.ghost = this.active ? unheld(record, text, near, this.ghost) : null);
  }
}

/** What the network of a record computes of the same text where nothing is held, or null where the engine cannot tell; `old` is that of a text before. */
export function unheld(record, text, near, old) {
  const ghost = (old?.model === record.model ? old : new Record(record.model, record.split)).use(record.notation);
  const answer = near.trace({ model: record.model.name, text, have: ghost.shared(record.split(text)) });
  return answer && ghost.apply(answer, text) && ghost.steps === record.steps ? ghost : null;
}

/** Whether one of some holds touches an entry; `unit` null asks for any unit. */
export const touched = (holds, name, t, unit) => holds.some((hold) => hold.name === name && within(hold.steps, t) && (unit === null || !hold.units || hold.units.includes(unit)));

/** Whether a step is one of those of a hold. */
const within = (steps, t) => !steps || (steps[0] <= t && t < steps[1]);

/** A record that shows what the holds changed: new minus old, around 0. */
export function difference(record, ghost) {
  const wide = ([low, high]) => (low < 0 ? high : high - low);
  const ranges = Object.fromEntries(Object.entries(record.ranges).map(([name, range]) => [name, [-wide(range), wide(range)]]));
  const scales = Object.fromEntries(record.names.map((name) => [name, "diverging"]));
  return Object.assign(Object.create(record), {
    shows: tr("new minus old"),
    ranges,
    scales,
    row: (name, t) => (name in ranges ? record.row(name, t).map((value, k) => value - ghost.row(name, t)[k]) : record.row(name, t)),
    value: (name, t, unit) => record.value(name, t, unit) - ghost.value(name, t, unit),
  });
}
