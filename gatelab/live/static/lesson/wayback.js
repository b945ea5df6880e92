// From the stage back to the sentence that moved it, where the two are not in sight together.

import { el } from "../kit/dom.js";
import { tr } from "../language.js";

export class WayBack {
  /** @type {HTMLElement | null} */ link;
  /** @type {IntersectionObserver | null} */ seen;

  constructor() {
    Object.assign(this, { link: null, seen: null });
    this.element = el("button", { type: "button", className: "way-back", hidden: true, onclick: () => this.#go() }, tr("Back to the text"));
  }

  /** Offer the way back to a link that is about to leave the screen; it is forgotten when the link is in sight again. */
  offer(link) {
    this.forget();
    this.link = link;
    this.seen = new IntersectionObserver(([{ isIntersecting }]) => {
      if (!isIntersecting) this.element.hidden = false;
      else if (!this.element.hidden) this.forget();
    });
    this.seen.observe(link);
  }

  forget() {
    this.seen?.disconnect();
    this.element.hidden = true;
  }

  #go() {
    this.forget();
    this.link.scrollIntoView({ block: "center" });
    this.link.focus({ preventScroll: true });
  }
}
