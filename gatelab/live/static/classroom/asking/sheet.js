// What a student is asked: the question on a sheet over the page, an answer that can be changed while the question is open, and then what the class answered.

import { el } from "../../kit/dom.js";
import { glyph } from "../../kit/words.js";
import { tr } from "../../language.js";
import { Drawer } from "./drawer.js";
import { drawn } from "./picture.js";
import { answers, DIRECTIONS, right } from "./rows.js";
import { changed, letter } from "./telling.js";

/** @import { Asked } from "./rows.js" */

const SIGNS = { up: "\u25B2", same: "\u25B6", down: "\u25BC" };

/** Of each question only what makes another sheet: not how many have answered. */
const stateOf = ({ id, round, open, distribution, truth }) => JSON.stringify([id, round, open, distribution, truth]);

export class Sheet {
  /** @type {Asked} */ asked;
  /** @type {any} the student's answer in this round; null for none */ mine = null;
  /** @type {Drawer} */ drawer;

  /** @param {(answer: any) => void} gives what a student answers is given */
  constructor(gives) {
    this.gives = gives;
    this.status = el("p", { className: "answer-status", role: "status" });
    this.heard = el("p", { className: "gatelab-unseen", "aria-live": "polite" });
    this.drawer = new Drawer({ name: tr("Question to the class"), className: "gatelab-sheet", back: tr("Back to the question") });
    document.body.append(this.heard);
  }

  /**
   * @param {Asked | null} asked
   * @param {any} mine the student's answer, null for none
   * @param {"none" | "sending" | "sent" | "waiting" | "refused"} way how far it is
   */
  paint(asked, mine, way) {
    if (!asked) return this.#gone();
    const anew = !this.asked || this.asked.id !== asked.id || this.asked.round !== asked.round;
    Object.assign(this, { asked, mine });
    if (anew) this.#announce();
    this.drawer.show(stateOf(asked), () => this.#content());
    this.#press();
    const said = this.#said(way);
    if (this.status.textContent !== said) this.status.textContent = said;
  }

  close() {
    this.#gone();
    this.heard.remove();
  }

  #gone() {
    this.asked = null;
    this.heard.textContent = "";
    this.drawer.hide();
  }

  #announce() {
    if (this.drawer.isAside) this.drawer.comeBack();
    this.heard.textContent = this.asked.round > 1 ? tr("The class is asked again: {words}", { words: this.asked.words }) : tr("The class is asked: {words}", { words: this.asked.words });
  }

  #content() {
    const { asked } = this;
    const head = el("h2", {}, asked.words);
    const again = asked.round > 1 && asked.open ? [el("p", { className: "answer-again" }, tr("Asked again after the discussion: answer once more."))] : [];
    if (asked.distribution) return [head, ...this.#outcome(), this.status];
    return [head, ...again, ...(asked.kind === "number" ? this.#number() : this.#choices()), ...this.#truth(), this.status];
  }

  #outcome() {
    const { asked } = this;
    const now = { heading: asked.before ? tr("After the discussion") : tr("Answers"), distribution: asked.distribution };
    const rounds = asked.before ? [{ heading: tr("First"), distribution: asked.before }, now] : [now];
    const { element, rows } = drawn({ asked, rounds, truth: asked.truth });
    return [element, ...(asked.before ? [el("p", {}, changed(asked.kind, rows))] : []), ...this.#truth()];
  }

  #truth() {
    const { asked } = this;
    return asked.truth === null ? [] : [el("p", { className: "answer-truth" }, el("b", {}, tr("The right answer: {answer}", { answer: right(asked, asked.truth) })))];
  }

  /** One of several answers: radio buttons, so that all keys and readers know them. */
  #choices() {
    const { asked } = this;
    const value = (k) => (asked.kind === "direction" ? DIRECTIONS[k] : k);
    const sign = { choose: letter, point: () => "", direction: (k) => SIGNS[DIRECTIONS[k]] }[asked.kind];
    const words = asked.kind === "point" ? asked.tokens.map(glyph) : answers(asked);
    const choice = (label, k) => el("label", {},
      el("input", { type: "radio", name: `gatelab-answer-${asked.id}-${asked.round}`, value: String(k), disabled: !asked.open, onchange: () => this.gives(value(k)) }),
      ...(sign(k) ? [el("span", { className: "answer-letter", "aria-hidden": "true" }, sign(k))] : []), el("span", {}, label));
    return [el("fieldset", { className: `answer-choices of-${asked.kind}` }, el("legend", { className: "gatelab-unseen" }, asked.words), ...words.map(choice))];
  }

  #number() {
    const { asked } = this;
    const [min, max] = asked.range ?? [null, null];
    const input = el("input", { type: "number", step: "any", inputMode: "decimal", "aria-label": tr("Your number"), disabled: !asked.open, required: true, ...(asked.range && { min: String(min), max: String(max) }) });
    const send = (event) => {
      event.preventDefault();
      if (Number.isFinite(input.valueAsNumber)) this.gives(input.valueAsNumber);
    };
    const about = asked.range ? [el("span", {}, tr("from {min} to {max}", { min, max }))] : [];
    return [el("form", { className: "answer-number", onsubmit: send }, input, el("button", { type: "submit", disabled: !asked.open }, tr("Answer")), ...about)];
  }

  /** The answer that was given is chosen, also after a reload. */
  #press() {
    const { asked, mine } = this;
    if (mine === null || asked.distribution) return;
    if (asked.kind === "number") {
      const input = this.drawer.body.querySelector("input");
      if (input && !input.value) input.value = String(mine);
      return;
    }
    const at = asked.kind === "direction" ? DIRECTIONS.indexOf(mine) : mine;
    const input = /** @type {HTMLInputElement | null} */ (this.drawer.body.querySelector(`input[value="${Number(at)}"]`));
    if (input) input.checked = true;
  }

  #said(way) {
    const { asked, mine } = this;
    if (mine === null) return asked.open ? "" : tr("The question is closed.");
    const answer = { answer: asked.kind === "choose" ? letter(mine) : right(asked, mine) };
    if (way === "refused") return tr("This answer came too late: the question is closed.");
    if (way === "waiting") return tr("The class cannot be reached. Your answer is kept and sent as soon as it is back: {answer}", answer);
    if (way === "sending") return tr("Sending: {answer}", answer);
    return asked.open ? tr("Answered: {answer}. You can change it while the question is open.", answer) : tr("You answered: {answer}", answer);
  }
}
