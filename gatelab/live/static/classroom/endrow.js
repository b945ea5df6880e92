// What the bar says once a class is over, until it is put away.

import { el } from "../kit/dom.js";
import { tr } from "../language.js";

const WORDS = {
  ended: tr("The class has ended."),
  lost: tr("The class is not there any more."),
  other: tr("The class is over: another class has its code now."),
};

export class EndRow {
  /** @param {() => void} away puts it away */
  constructor(away) {
    this.words = el("p", { className: "state", role: "status" });
    this.close = el("button", { type: "button", onclick: away }, tr("Close"));
    this.element = el("div", {}, el("div", { className: "row" }, this.words, this.close));
  }

  /** Whether there is something to say of how a class ended. @param {string | null} over see connection.js */
  knows(over) {
    return over in WORDS;
  }

  /** @param {string} over */
  say(over) {
    this.words.textContent = "";
    requestAnimationFrame(() => (this.words.textContent = WORDS[over])); // a screen reader hears what changes after the row is there
  }
}
