// What is said at the pointer.

import { el } from "./dom.js";

export class Tip {
  constructor() {
    this.element = el("div", { className: "tip", hidden: true });
  }

  /** Say a text beside the pointer, within the stage; null says nothing. */
  say(text, event) {
    this.element.hidden = text === null;
    if (text === null) return;
    this.element.textContent = text;
    const box = this.element.parentElement.getBoundingClientRect();
    const x = Math.min(event.clientX - box.left + 14, box.width - this.element.offsetWidth - 4);
    this.element.style.transform = `translate(${Math.max(0, x)}px, ${event.clientY - box.top + 16}px)`;
  }
}
