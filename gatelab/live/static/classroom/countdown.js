// How long attention lasts still, "4:59", beside what a bar says of it. It is no part of what a screen reader is told by itself: nobody hears each second.

import { el } from "../kit/dom.js";
import { elapsed } from "../kit/presentbar.js";
import { tr } from "../language.js";

export class Countdown {
  /** @type {number | null} ms since 1970; null while nobody asks for attention */ until = null;
  /** @type {any} until the next second */ #timer = null;

  constructor() {
    const title = tr("How long everybody still follows");
    this.element = el("span", { className: "left", role: "timer", "aria-label": title, title, hidden: true });
  }

  /** @param {{until: number} | null} attention as a connection has heard it */
  paint(attention) {
    this.until = attention?.until ?? null;
    this.#tick();
  }

  #tick() {
    clearTimeout(this.#timer);
    const ms = Math.max(0, (this.until ?? 0) - Date.now());
    const seconds = Math.ceil(ms / 1000);
    this.element.hidden = !seconds;
    this.element.textContent = seconds ? elapsed(seconds) : "";
    if (seconds) this.#timer = setTimeout(() => this.#tick(), ms - 1000 * (seconds - 1)); // at the next whole second
  }
}
