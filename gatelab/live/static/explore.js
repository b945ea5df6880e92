// The page lane: Streamlit hears of what is chosen only while Explore is open, and only when typing rests.

import { isServed } from "./files.js";
import { el } from "./kit/dom.js";
import { tr } from "./language.js";

const REST = 600; // ms without a key before the page lane hears of the text

export class Explore {
  chosen;
  /** @type {boolean} */ open;
  setStateValue; // tells Streamlit

  /** @param about what there is to explore; @param chosen () => what Streamlit is to hear */
  constructor(about, chosen) {
    Object.assign(this, { chosen, open: false, setStateValue: null });
    if (!isServed()) {
      this.element = el("p", { className: "quiet" }, tr("Explore, with {about}, needs the app: pip install gatelab, then gatelab.", { about }));
      return;
    }
    this.element = el("button", { type: "button", className: "explore", onclick: () => this.#toggle() }, el("b", {}, tr("Explore")), ` ${about}`);
    this.element.setAttribute("aria-expanded", "false");
  }

  /** Something else is chosen, or was typed. */
  changed() {
    clearTimeout(this.rest);
    if (this.open) this.rest = setTimeout(() => this.#handOver(), REST);
  }

  close() {
    clearTimeout(this.rest);
  }

  #toggle() {
    this.show(!this.open);
    if (this.open) setTimeout(() => this.element.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth", block: "start" }), REST);
  }

  show(open) {
    if (!isServed()) return; // no Streamlit hears of it
    this.open = open;
    this.element.setAttribute("aria-expanded", String(this.open));
    setTimeout(() => this.#handOver()); // not while the page is being built
  }

  #handOver() {
    this.setStateValue("explore", this.open ? this.chosen() : null);
  }
}
