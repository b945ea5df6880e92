// A sentence of the text moves the stage. Where the text stands below the stage, out of sight, a button leads back to that sentence.

import { el } from "../kit/dom.js";

export class WayBack {
  /** @type {HTMLElement | null} the link that was followed last */ link;

  constructor() {
    this.link = null;
    this.element = el("button", { type: "button", hidden: true, onclick: () => this.#go() }, "Back to the text");
  }

  /** A link was followed: the way back is offered unless the text stands beside the stage. */
  from(link, stage) {
    this.link = link;
    this.element.hidden = link.getBoundingClientRect().left >= stage.getBoundingClientRect().right;
  }

  #go() {
    this.link.scrollIntoView({ block: "center" });
    this.link.focus({ preventScroll: true });
    this.element.hidden = true;
  }
}
