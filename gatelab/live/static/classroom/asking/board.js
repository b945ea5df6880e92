// What a teacher sees of a question, large enough for the last row: how many have answered, and then, when the teacher says so, how and what is right.

import { el } from "../../kit/dom.js";
import { tr } from "../../language.js";
import { Drawer } from "./drawer.js";
import { drawn } from "./picture.js";
import { answers, right } from "./rows.js";
import { answered, changed, correct, letter } from "./telling.js";

/** @import { Asked } from "./rows.js" */

/** @typedef {(words: Object<string, any>) => any} Say what tells the server */

export class Board {
  /** @type {Asked | null} */ asked = null;
  /** @type {Drawer} */ drawer;

  /** @param {{say: Say, truth: (asked: Asked) => any, summary: () => void}} does truth: what is right, null where nothing is known; summary: shows all that was asked */
  constructor(does) {
    this.does = does;
    this.count = el("p", { className: "answered-count", role: "status" });
    this.fault = el("p", { className: "form-fault", role: "alert" });
    this.drawer = new Drawer({ name: tr("What the class is asked"), className: "gatelab-board", back: tr("Back to the question") });
  }

  /** @param {Asked | null} asked as the students see it */
  paint(asked) {
    if (!asked) return this.close();
    const anew = !this.asked || this.asked.id !== asked.id || this.asked.round !== asked.round;
    this.asked = asked;
    if (anew && this.drawer.isAside) this.drawer.comeBack();
    const said = answered(asked);
    if (this.count.textContent !== said) this.count.textContent = said;
    const { id, round, open, distribution, truth } = asked;
    this.drawer.show(JSON.stringify([id, round, open, distribution, truth]), () => this.#content());
  }

  /** Say that something did not work; "" takes it back. */
  explain(words) {
    this.fault.textContent = words;
    if (words && !this.asked) this.drawer.show("fault", () => [this.fault, el("button", { type: "button", onclick: () => this.close() }, tr("Close"))]);
  }

  close() {
    this.asked = null;
    this.drawer.hide();
  }

  #content() {
    this.fault.textContent = "";
    const { asked } = this;
    const shown = Boolean(asked.distribution);
    this.count.classList.toggle("is-shown", shown);
    return [el("h2", {}, asked.words), ...(shown ? [this.count, ...this.#outcome()] : [...this.#offered(), this.count]), ...this.#truth(), this.fault, this.#buttons()];
  }

  /** What can be chosen, for those who read it on the projector. */
  #offered() {
    const { asked } = this;
    if (asked.kind !== "choose") return [];
    return [el("ol", { className: "answers-offered" }, ...answers(asked).map((answer, k) => el("li", {}, el("span", { className: "answer-letter" }, letter(k)), el("span", {}, answer))))];
  }

  #outcome() {
    const { asked } = this;
    const now = { heading: asked.before ? tr("After the discussion") : tr("Answers"), distribution: asked.distribution };
    const rounds = asked.before ? [{ heading: tr("First"), distribution: asked.before }, now] : [now];
    const { element, rows } = drawn({ asked, rounds, truth: asked.truth });
    const told = asked.before ? changed(asked.kind, rows) : correct(asked.kind, rows, 0);
    return [element, ...(told ? [el("p", { className: "answers-told" }, told)] : [])];
  }

  #truth() {
    const { asked } = this;
    return asked.truth === null ? [] : [el("p", { className: "answer-truth" }, el("b", {}, tr("The right answer: {answer}", { answer: right(asked, asked.truth) })))];
  }

  /** What the teacher can do next; what has been done is gone. */
  #buttons() {
    const { asked } = this;
    const { say, truth, summary } = this.does;
    const known = truth(asked) !== null;
    const does = (words, onclick) => el("button", { type: "button", onclick }, words);
    return el("div", { className: "board-buttons", role: "group", "aria-label": tr("Question to the class") },
      ...(asked.open ? [does(tr("Close"), () => say({ close: true }))] : []),
      ...(asked.distribution ? [] : [does(tr("Show the distribution"), () => say({ show: true }))]),
      ...(known && asked.truth === null ? [does(tr("Show the truth"), () => say({ truth: truth(asked), close: true }))] : []),
      ...(asked.open ? [] : [does(tr("Ask again"), () => say({ again: true }))]),
      does(tr("Summary"), summary),
      does(tr("Done"), () => say({ ask: null })));
  }
}
