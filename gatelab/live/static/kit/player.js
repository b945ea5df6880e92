// Playing: one step after the other up to the last one, and the button that starts and stops it.

import { tr } from "../language.js";
import { el } from "./dom.js";

export class Player {
  on;
  /** @type {ReturnType<typeof setInterval> | null} null where nothing plays */ timer = null;

  /**
   * @param on - {place() => {cursor, steps}: which step is looked at, of how many; asked for at every step. pick(step). pace() => ms a step. starts(): before it plays}
   * @param {string} title of the button
   */
  constructor(on, title = "") {
    this.on = { starts: () => {}, ...on };
    this.button = el("button", { type: "button", ...(title && { title, "aria-label": title }), onclick: () => this.toggle() }, tr("\u25B6 Play"));
  }

  toggle() {
    if (this.timer === null) this.#start();
    else this.stop();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.button.textContent = tr("\u25B6 Play");
  }

  /** The pace is another one. */
  paced() {
    if (this.timer === null) return;
    this.stop();
    this.#start();
  }

  #start() {
    this.on.starts();
    if (this.#ended) this.on.pick(0);
    this.button.textContent = tr("\u275A\u275A Pause");
    this.timer = setInterval(() => (this.#ended ? this.stop() : this.on.pick(this.on.place().cursor + 1)), this.on.pace());
  }

  get #ended() {
    const { cursor, steps } = this.on.place();
    return cursor >= steps - 1;
  }
}
