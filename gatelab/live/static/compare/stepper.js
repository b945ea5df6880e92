// Which step is looked at: buttons, a slider over the whole text, and playing through it.

import { el } from "../dom.js";

const PACE = 200; // ms a step while it plays

export class Stepper {
  /** @param pick (step) => void */
  constructor(pick) {
    Object.assign(this, { pick, cursor: -1, steps: 0, first: 0 });
    const button = (label, title, onclick) => el("button", { type: "button", title, "aria-label": title, onclick }, label);
    const key = (name) => () => this.key(name);
    this.play = button("\u25B6 Play", "Play from the cursor to the end (space)", key(" "));
    this.slider = el("input", { type: "range", step: 1, "aria-label": "Step", oninput: () => this.#go(Number(this.slider.value) - 1 - this.first) });
    this.where = el("span", { className: "where" });
    this.element = el("div", { className: "group steps" },
      button("\u21E4", "First step (Home)", key("Home")), button("\u2190", "One step back (left arrow)", key("ArrowLeft")),
      button("\u2192", "One step on (right arrow)", key("ArrowRight")), button("\u21E5", "Last step (End)", key("End")), this.play,
      el("label", { className: "field" }, el("span", {}, "Step"), this.slider, this.where));
  }

  /** Where the cursor stands, -1 for nowhere; the first `first` tokens of the text are not among the steps. */
  show(cursor, steps, first = 0) {
    Object.assign(this, { cursor, steps, first });
    Object.assign(this.slider, { min: first + 1, max: Math.max(first + 1, first + steps), value: first + cursor + 1, disabled: steps < 2 });
    this.where.textContent = steps ? `${(first + cursor + 1).toLocaleString("en")} of ${(first + steps).toLocaleString("en")}` : "no text";
  }

  /** Do what a key means. Returns whether it means anything. */
  key(key) {
    if (key === " ") return this.#toggle();
    const to = { ArrowLeft: this.cursor - 1, ArrowRight: this.cursor + 1, Home: 0, End: this.steps - 1 }[key];
    if (to === undefined) return false;
    this.#go(to);
    return true;
  }

  stop() {
    clearInterval(this.player);
    this.player = null;
    this.play.textContent = "\u25B6 Play";
  }

  #go(step) {
    this.stop();
    this.pick(step);
  }

  #toggle() {
    if (this.player) return this.stop(), true;
    if (this.cursor >= this.steps - 1) this.pick(0);
    this.play.textContent = "\u275A\u275A Pause";
    this.player = setInterval(() => (this.cursor >= this.steps - 1 ? this.stop() : this.pick(this.cursor + 1)), PACE);
    return true;
  }
}
