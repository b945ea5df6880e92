// What a screen reader hears of a stage: one sentence once nothing has changed for a while, and none twice.

import { el } from "../kit/dom.js";

const REST = { moved: 500, typed: 1000 }; // ms without a change: a slow typist is not interrupted

export class Announcer {
  /** whether the text was changed after the last sentence */ typing = false;

  /** @param {() => string} said what there is to see */
  constructor(said) {
    this.said = said;
    this.element = el("p", { className: "unseen", "aria-live": "polite" });
  }

  /** Something has changed. */
  soon() {
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.#say(), this.typing ? REST.typed : REST.moved);
  }

  close() {
    clearTimeout(this.rest);
  }

  #say() {
    this.typing = false;
    const said = this.said();
    if (this.element.textContent !== said) this.element.textContent = said;
  }
}
