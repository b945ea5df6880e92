// "Start a class", a quiet button in the row of every stage.

import { el } from "../kit/dom.js";
import { tr } from "../language.js";
import { here } from "./place.js";

export class StartButton {
  /** @param on - {room, stage()} */
  constructor(on) {
    this.on = on;
    this.button = el("button", { type: "button", title: tr("Students open a code on their phones and see what you show"), onclick: () => this.#start() }, tr("Start a class"));
    this.paint();
  }

  paint() {
    const stage = this.on.stage();
    this.button.hidden = Boolean(this.on.room.member);
    if (this.button.hidden) this.button.textContent = tr("Start a class"); // after a try that failed
    const beside = stage?.builder?.button ?? stage?.taking?.button;
    if (beside && beside.nextSibling !== this.button) beside.after(this.button);
  }

  async #start() {
    try {
      await this.on.room.start(this.on.stage()?.isOwn ? null : here());
    } catch {
      const stage = this.on.stage();
      if (stage?.spoken) stage.spoken.textContent = tr("The class could not be started: the server did not answer. Try again.");
      this.button.textContent = tr("Not started: try again");
    }
  }
}
