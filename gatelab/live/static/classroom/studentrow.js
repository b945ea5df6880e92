// What a student's bar says and can do.

import { el, keepFocus } from "../kit/dom.js";
import { tr } from "../language.js";
import { Refused } from "./connection.js";
import { Countdown } from "./countdown.js";
import { SECTIONS } from "./sections.js";

const SAID = 4000; // ms for which the bar says what came of a click
const TAKEN = 15_000; // ms for which it says that a sentence was taken up: nobody waits for that with the eyes on the bar

export class StudentRow {
  constructor(on) {
    this.on = on;
    this.words = el("p", { className: "state", role: "status" });
    this.left = new Countdown();
    this.back = el("button", { type: "button", className: "primary", onclick: () => on.following.back() }, tr("Back to the class"));
    this.offer = el("button", { type: "button", title: tr("Your teacher sees it, and may show it to the class. Nobody sees from whom it comes."), onclick: () => this.#offer() }, tr("Offer your sentence"));
    this.leave = el("button", { type: "button", onclick: () => on.room.leave() }, tr("Leave"));
    this.sections = SECTIONS.student.map((make) => make(on));
    this.element = el("div", {}, ...this.sections.map(({ element }) => element), el("div", { className: "row" }, el("div", { className: "told" }, this.words, " ", this.left.element), el("div", { className: "group" }, this.back, this.offer, this.leave)));
  }

  paint(room) {
    const { following } = this.on;
    this.#hear(room);
    const words = [this.taken, (!following.attention && this.said) || this.#state(room, following)].filter(Boolean).join(" ");
    if (this.words.textContent !== words) this.words.textContent = words;
    this.left.paint(room.heard.attention);
    this.element.parentElement?.setAttribute("aria-label", tr("Class {code}", { code: room.member.code }));
    this.element.dataset.state = room.state === "away" ? "away" : following.attention ? "attention" : following.alone ? "alone" : "follows";
    keepFocus(this.element.getRootNode(), this.leave, () => {
      this.back.hidden = !following.alone || following.attention;
      this.offer.hidden = following.attention || !this.on.stage()?.box;
    });
    for (const section of this.sections) section.paint(room);
  }

  #state({ state, heard }, following) {
    if (following.attention) return following.said || tr("Your teacher asks for attention: everybody follows.");
    if (state === "away") return tr("The class is not reached now. This page works on, and looks for it.");
    if (following.alone) return tr("You are on your own.");
    return heard.view ? tr("You follow your teacher.") : tr("You are in the class. Your teacher has shown nothing yet.");
  }

  /** The teacher has taken up a sentence of this student since the page last heard of it. */
  #hear({ member, heard: { taken } }) {
    const known = member.held.taken ?? 0;
    if (!taken || taken.count === known) return;
    this.on.room.keep({ taken: taken.count }); // fewer where the class was brought back on a new server
    if (taken.count < known) return;
    this.taken = tr("Your teacher took up your sentence.");
    clearTimeout(this.forgets);
    this.forgets = setTimeout(() => {
      this.taken = "";
      this.on.paint();
    }, TAKEN);
  }

  async #offer() {
    const text = this.on.stage()?.box?.text ?? "";
    if (!text.trim()) return this.#say(tr("Type a sentence first."));
    try {
      await this.on.room.offer(text);
      this.#say(tr("Offered. Your teacher sees it, and nobody else."));
    } catch (error) {
      this.#say(error instanceof Refused && error.status === 429 ? tr("Your teacher has not looked at your last sentences yet.") : tr("The class is not reached now. Try again."));
    }
  }

  /** Say for a moment what came of a click. */
  #say(words) {
    this.said = words;
    clearTimeout(this.later);
    this.later = setTimeout(() => {
      this.said = null;
      this.on.paint();
    }, SAID);
    this.on.paint();
  }
}
