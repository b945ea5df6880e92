// Which step is looked at: buttons, a slider over the whole text, and playing through it.

import { grouped, tr } from "../language.js";
import { stepButtons } from "./controls.js";
import { el } from "./dom.js";
import { Player } from "./player.js";

const PACE = 200; // ms a step while it plays

export class Stepper {
  place;
  pick;

  /**
   * @param place () => {cursor, steps, first}: which step is looked at now (-1: none), of how many, and how many tokens of the text
   *   stand before them; asked for at every key, for two may come before anything is painted
   * @param pick (step) => void
   * @param pace ms a step while it plays
   */
  constructor({ place, pick, pace = PACE }) {
    Object.assign(this, { place, pick });
    this.player = new Player({ place, pick, pace: () => pace }, tr("Play from the cursor to the end (space)"));
    this.slider = el("input", { type: "range", step: 1, "aria-label": tr("Step"), oninput: () => this.#go(Number(this.slider.value) - 1 - this.place().first) });
    this.where = el("span", { className: "where" });
    this.element = el("div", { className: "group steps" }, ...stepButtons((name) => this.key(name)), this.player.button,
      el("label", { className: "field" }, el("span", {}, tr("Step")), this.slider, this.where));
  }

  /** Show where the cursor stands. */
  show() {
    const { cursor, steps, first } = this.place();
    Object.assign(this.slider, { min: first + 1, max: Math.max(first + 1, first + steps), value: first + cursor + 1, disabled: steps < 2 });
    this.where.textContent = steps ? tr("{step} of {steps}", { step: grouped(first + cursor + 1), steps: grouped(first + steps) }) : tr("no text");
  }

  /** Do what a key means. Returns whether it means anything. */
  key(key) {
    if (key === " ") return this.player.toggle(), true;
    const { cursor, steps } = this.place();
    const to = { ArrowLeft: cursor - 1, ArrowRight: cursor + 1, Home: 0, End: steps - 1 }[key];
    if (to === undefined) return false;
    this.#go(to);
    return true;
  }

  stop() {
    this.player.stop();
  }

  #go(step) {
    this.stop();
    this.pick(step);
  }
}
