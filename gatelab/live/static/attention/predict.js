// Predict, then reveal: the visitor chooses where the decoder will look, and is told where it looked. Everything is counted live.

import { el, refill } from "../kit/dom.js";
import { number, spoken } from "../kit/words.js";

/** What can be asked of a date: which steps write the field. */
export const FIELDS = { month: [5, 6], year: [0, 1, 2, 3], day: [8, 9] };

/** Whether the output is a date, so that its steps can be told apart. */
export const askable = (reading) => reading.attends && reading.model.task === "dates" && /^\d{4}-\d\d-\d\d$/.test(reading.output);

/**
 * Where the decoder looked while it wrote a field.
 *
 * @param picked the columns that the visitor chose, a Set
 * @returns - {share, largest: [{step, column, weight, hit}], hits}: the part of the field's attention on what was chosen (0 to 1),
 *   and each step's largest weight
 */
export function reveal(reading, field, picked) {
  const steps = FIELDS[field];
  const share = steps.reduce((sum, q) => sum + [...picked].reduce((part, k) => part + reading.weight(q, k), 0), 0) / steps.length;
  const largest = steps.map((step) => {
    const column = reading.focus(step);
    return { step, column, weight: reading.weight(step, column), hit: picked.has(column) };
  });
  return { share, largest, hits: largest.filter(({ hit }) => hit).length };
}

/** The panel: asks, takes the choice, tells. `on` = {ask(field or null), reveal()}. */
export class Predict {
  constructor(on) {
    this.on = on;
    this.state = null; // {field, done}
    this.score = { asked: 0, right: 0 };
    this.element = el("section", { className: "predict", "aria-label": "Predict, then reveal" });
  }

  /** Another source is there: ask the same of it where that can be asked; whether a question is open. */
  again(reading) {
    const open = this.state !== null && !this.state.done && askable(reading);
    this.state = open ? { field: this.state.field, done: false } : null;
    return open;
  }

  /** Paint it for a reading and what is picked: a Set of columns. */
  paint(reading, picked) {
    this.element.hidden = !askable(reading);
    if (!this.state || this.element.hidden) return refill(this.element, ...this.#offer());
    const { field, done } = this.state;
    const chosen = [...picked].sort((a, b) => a - b).map((k) => reading.tokens[k]).join("");
    refill(
      this.element,
      el("p", {}, el("b", {}, "Before you look: "), `which characters will the decoder look at to write the ${field}? Click them in the source above, or go along it with the arrow keys and press Enter.`),
      el("p", { "aria-live": "polite" }, chosen ? `You chose ${spoken(chosen)}.` : "Nothing is chosen yet."),
      ...(done ? this.#told(reading, field, picked) : [button("Reveal", () => this.#reveal(reading, picked), picked.size === 0)]),
      button("Stop asking", () => this.#ask(null)),
    );
  }

  #offer() {
    const { asked, right } = this.score;
    return [
      el("span", {}, "Predict, then reveal: where will the decoder look to write "),
      ...Object.keys(FIELDS).map((field) => button(`the ${field}?`, () => this.#ask(field))),
      ...(asked ? [el("span", { className: "quiet" }, `${right} of ${asked} right so far`)] : []),
    ];
  }

  /** Open on a question, as a link asks for it; whether it can be asked of the reading. */
  open(field, reading) {
    if (!askable(reading)) return false;
    this.state = { field, done: false };
    return true;
  }

  #ask(field) {
    this.state = field && { field, done: false };
    this.on.ask(field);
  }

  #reveal(reading, picked) {
    const { hits, largest } = reveal(reading, this.state.field, picked);
    this.state.done = true;
    this.score.asked += 1;
    this.score.right += Number(hits === largest.length);
    this.on.reveal();
  }

  #told(reading, field, picked) {
    const { share, largest } = reveal(reading, field, picked);
    const where = largest.map(({ step, column, weight }) => `${spoken(reading.written[step])} looked most at ${spoken(reading.tokens[column])} (${number(weight, 2)}, token ${column + 1})`);
    return [
      el("p", { className: "told", "aria-live": "polite" }, `${Math.round(100 * share)}\u2009% of the attention while it wrote the ${field} lay on what you chose: ${where.join(", ")}.`),
      button("Ask again", () => this.#ask(field)),
    ];
  }
}

function button(label, onclick, disabled = false) {
  return el("button", { type: "button", onclick, disabled }, label);
}
