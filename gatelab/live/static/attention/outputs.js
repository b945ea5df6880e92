// The texts that were written, one above the other: the model's, what it writes with its own attention where that was taken over, and what the one without attention writes.

import { END } from "../engine/text.js";
import { el } from "../kit/dom.js";
import { tr } from "../language.js";
import { scored, verdict, WRONG } from "./verdict.js";

export const NOTHING = tr("nothing");

export class Outputs {
  /** @type {any} what was written, see `Reading` */ reading;

  /** @param {Object<string, any>} models a model's name -> its entry in the listing */
  constructor(models) {
    this.models = models;
    this.element = el("div", { className: "answer" });
    this.without = el("div", {});
  }

  /** @param own what the model writes where nothing is held or taken over; @param {boolean} other whether that is of this source, and not what is shown */
  paint(reading, own, other) {
    this.reading = reading;
    if (!reading.columns) return this.element.replaceChildren(el("p", { className: "quiet" }, tr("Nothing to read yet: type a source above.")));
    const cut = reading.steps && reading.written[reading.steps - 1] !== END;
    this.element.replaceChildren(
      this.#line("output", reading.model.attention === "none" ? tr("without attention") : tr("it writes"), reading, null),
      ...(cut ? [el("p", { className: "note" }, tr("Stopped after {steps} steps: the decoder did not end by itself.", { steps: reading.steps }))] : []),
      this.without,
      ...(reading.attends || reading.held ? [this.#ghost(own, other)] : []),
    );
    clearTimeout(this.later);
    if (this.without.hasChildNodes()) this.later = setTimeout(() => this.#without()); // after this frame: it takes as long again as all that was painted
    else this.#without();
  }

  close() {
    clearTimeout(this.later);
  }

  /** One text that was written, with what differs from another reading, and whether it is right. */
  #line(kind, label, of, against) {
    const { text, model } = this.reading;
    const said = of.text === text ? judged(this.reading, of.output) : "";
    const right = said ? [el("span", { className: said === WRONG ? "verdict wrong" : "verdict" }, said)] : [];
    return el("p", { className: kind }, el("span", { className: "quiet" }, label, " "), ...compared(of, against, model.unit), ...right);
  }

  /** What the model without attention writes of the same source, and how often either is right. */
  #without() {
    const { reading, reading: { beside, text, model } } = this;
    if (!beside) return this.without.replaceChildren();
    this.without.replaceChildren(
      this.#line("beside", tr("{model}, which has no attention, writes", { model: beside.model }), { ...beside, text }, reading),
      el("p", { className: "quiet scored" }, scored(model.card, this.models[beside.model].card)),
    );
  }

  /** What the model writes with its own attention, where nothing is held; the line keeps its place, so that nothing moves under a finger that drags. */
  #ghost(own, other) {
    const { forced, held } = this.reading;
    const ghost = this.#line("ghost", !held ? tr("with its own attention") : forced.length ? tr("where nothing is held or taken over") : tr("where nothing is held"), own, this.reading);
    ghost.style.visibility = other ? "visible" : "hidden";
    return ghost;
  }
}

/** Whether an output is right of the source that was read, in words; "" where no answer is known. */
export const judged = ({ text, model }, output) => verdict(output, model.opening.answers[text], model.unit);

/** The output of a reading, with the tokens marked that differ from another's. */
export function compared(of, against, unit) {
  if (!against || of.output === against.output) return [el("b", {}, of.output || NOTHING)];
  const other = new Set(against.written);
  const parts = unit === "characters" ? Array.from(of.output).map((token, k) => ({ token, same: against.output[k] === token })) : of.output.split(/(\s+)/).map((token) => ({ token, same: !token.trim() || other.has(token) || against.output.includes(token) }));
  return [el("b", {}, ...parts.map(({ token, same }) => (same ? token : el("mark", {}, token))))];
}
