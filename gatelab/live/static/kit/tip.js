// What is said at the pointer.

import { el, magnified } from "./dom.js";

export class Tip {
  constructor() {
    this.element = el("div", { className: "tip", hidden: true });
  }

  /** Say a text beside the pointer, within the stage; null says nothing. */
  say(text, event) {
    this.element.hidden = text === null;
    if (text === null) return;
    this.element.textContent = text;
    const stage = this.element.parentElement;
    const [{ left, top }, scale] = [stage.getBoundingClientRect(), magnified(stage)];
    const x = Math.min((event.clientX - left) / scale + 14, stage.offsetWidth - this.element.offsetWidth - 4);
    this.element.style.transform = `translate(${Math.max(0, x)}px, ${(event.clientY - top) / scale + 16}px)`;
  }
}
