// The film of a training: a slider through its moments, a button that plays it, and one moment kept beside the other.

import { button } from "../kit/controls.js";
import { el } from "../kit/dom.js";

const BEAT = 160; // ms a frame of the film

export class Filmstrip {
  /** @param trainer `Trainer`; @param {() => void} changed another moment is shown, or kept */
  constructor(trainer, changed) {
    Object.assign(this, { trainer, changed, moments: [], ghost: null, timer: null });
    this.slider = el("input", { type: "range", min: "0", max: "0", value: "0", "aria-label": "Moment of the training", oninput: () => this.#to(Number(this.slider.value)) });
    this.play = button("\u25B6 Film", "Play the training as a film", () => this.#toggle());
    this.now = button("Now", "Back to the networks as they are now", () => this.leave());
    this.keep = button("Keep this moment", "Show the answers of this moment beside those of any other", () => this.#keep());
    this.says = el("output", {});
    this.element = el("div", { className: "group filmstrip", role: "group", "aria-label": "Film of the training" }, this.play, this.slider, this.says, this.now, this.keep);
  }

  /** The frame that is shown, {update, weights}; null for the networks as they are. */
  get frame() {
    return this.trainer.frame;
  }

  /** Nothing was filmed yet. */
  reset() {
    this.#stop();
    Object.assign(this, { ghost: null, moments: [] });
  }

  /** @param {any} standing what the worker told last */
  show({ frames, updates }) {
    this.moments = frames;
    this.slider.max = String(frames.length);
    if (!this.frame) this.slider.value = this.slider.max;
    const at = this.frame ? this.frame.update : updates;
    this.says.textContent = this.frame ? `update ${at.toLocaleString("en")}` : "now";
    this.slider.setAttribute("aria-valuetext", this.says.textContent);
    this.now.disabled = !this.frame;
    this.play.disabled = frames.length < 2;
    this.keep.textContent = this.ghost ? "Let it go" : "Keep this moment";
  }

  /** Back to the networks as they are. */
  leave() {
    this.#stop();
    this.trainer.leave();
  }

  #to(place) {
    this.#stop();
    if (place >= this.moments.length) this.trainer.leave();
    else this.trainer.show(this.moments[place]);
  }

  #toggle() {
    if (this.timer) return this.#stop();
    let place = 0;
    this.play.textContent = "\u25A0 Film";
    this.timer = setInterval(() => {
      if (place >= this.moments.length) return this.leave();
      this.slider.value = String(place);
      this.trainer.show(this.moments[place]);
      place += 1;
    }, BEAT);
  }

  #stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.play.textContent = "\u25B6 Film";
  }

  #keep() {
    const { standing } = this.trainer.told;
    this.ghost = this.ghost ? null : this.frame ?? { update: standing.updates, weights: standing.racers.map(({ weights }) => weights) };
    this.changed();
  }
}
