// "Start a class": a quiet button in the bar at the top of every page; where that has no room for it, in the row of every stage.

import { el } from "../kit/dom.js";
import { tr } from "../language.js";
import { here } from "./place.js";

const TOP = ".gatelab-start"; // of the bar at the top, see gatelab/ui/layout.py

export class StartButton {
  /** whether a class is being started: a second click starts no second one */ starting = false;

  /** @param on - {room, stage(), showCode()} */
  constructor(on) {
    this.on = on;
    this.button = el("button", { type: "button", title: tr("Students open a code on their phones and see what you show"), onclick: () => this.#start(this.button) }, tr("Start a class"));
    document.addEventListener("click", ({ target }) => target instanceof Element && target.matches(TOP) && this.#start(target));
    window.addEventListener("resize", () => this.paint());
    this.paint();
  }

  paint() {
    const stage = this.on.stage();
    const member = Boolean(this.on.room.member);
    document.documentElement.toggleAttribute("data-gatelab-member", member);
    this.button.hidden = member || Boolean(document.querySelector(TOP)?.getClientRects().length);
    const beside = stage?.builder?.button ?? stage?.taking?.button;
    if (beside && beside.nextSibling !== this.button) beside.after(this.button);
  }

  /** @param {Element} button that was pressed */
  async #start(button) {
    if (this.starting) return;
    this.starting = true;
    try {
      await this.on.room.start(this.on.stage()?.isOwn ? null : here());
    } catch {
      const stage = this.on.stage();
      if (stage?.spoken) stage.spoken.textContent = tr("The class could not be started: the server did not answer. Try again.");
      return void (button.textContent = tr("Not started: try again"));
    } finally {
      this.starting = false;
    }
    button.textContent = tr("Start a class"); // after a try that failed
    this.on.showCode();
  }
}
