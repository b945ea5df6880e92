// Everything that flows at the cursor as buttons with its value, so that the keyboard reaches what the pointer does.

import { el, math } from "../kit/dom.js";
import { number } from "../kit/words.js";
import { tr } from "../language.js";
import { quantities } from "./quantities.js";

export class Parts {
  /** @param pick (key) => void */
  constructor(pick) {
    this.pick = pick;
    this.element = el("div", { className: "parts", role: "group", "aria-label": tr("What flows in this step: choose one to see its arithmetic") });
  }

  #build(known) {
    this.known = known;
    this.keys = Object.keys(known).filter((key) => known[key].of);
    this.element.replaceChildren(...this.keys.map((key) => {
      const { words, math: formula } = known[key];
      const chip = el("button", { type: "button", className: "chip", title: words, onclick: () => this.pick(key) }, math(formula.split(" = ")[0]), el("b", {}));
      chip.dataset.key = key;
      return chip;
    }));
  }

  /** @param values of a step of the record, by key, or null where they are not told */
  paint(record, values, chosen) {
    if (quantities(record) !== this.known) this.#build(quantities(record));
    this.keys.forEach((key, k) => {
      const chip = this.element.children[k];
      const value = values?.[key] ?? null;
      chip.setAttribute("aria-pressed", String(key === chosen));
      chip.lastChild.textContent = value === null ? " ?" : ` ${number(value)}`;
    });
  }
}
