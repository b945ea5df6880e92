// A film of a training: a slider through its moments, from the first to now, and a button that plays it.

import { tr } from "../language.js";
import { button } from "./controls.js";
import { el, keepFocus } from "./dom.js";

const BEAT = 200; // ms a moment

export class Filmstrip {
  /** @type {(moment: number | null) => void} */ told;
  /** @type {number[]} */ moments;
  /** @type {number | null} */ moment;

  /**
   * @param {{label: string, show: (moment: number | null) => void, more?: HTMLElement[]}} what is called with the moment that is looked at, null for now;
   *   `more` stands behind the slider
   */
  constructor({ label, show, more = [] }) {
    Object.assign(this, { told: show, moments: [], moment: null, timer: null });
    this.slider = el("input", { type: "range", min: "0", max: "0", value: "0", "aria-label": tr("Moment of the training"), oninput: () => this.#pick(Number(this.slider.value)) });
    this.play = button(tr("\u25B6 Film"), tr("Play the training as a film"), () => (this.timer ? this.#stop() : this.#run()));
    this.now = button(tr("Now"), tr("Back to the network as it is now"), () => this.leave());
    this.says = el("output", {});
    this.element = el("div", { className: "group filmstrip", role: "group", "aria-label": label }, this.play, this.slider, this.says, this.now, ...more);
  }

  /** Show these moments, numbers of updates; which one is looked at does not change. `says` is what stands beside the slider. */
  show(moments, says) {
    this.moments = moments;
    this.slider.max = String(moments.length);
    if (this.moment === null) this.slider.value = this.slider.max;
    if (this.says.textContent !== says) {
      this.says.textContent = says;
      this.slider.setAttribute("aria-valuetext", says.replace(/\s+/g, " ").trim());
    }
    keepFocus(this.element.getRootNode(), this.slider, () => {
      this.now.disabled = this.moment === null;
      this.play.disabled = moments.length < 2;
    });
  }

  /** Look at the moment with this place among them, from 0; behind the last it is now. */
  go(place) {
    this.#pick(place);
  }

  /** Back to the network as it is now. */
  leave() {
    this.#stop();
    this.#to(null);
  }

  close() {
    this.#stop();
  }

  #pick(place) {
    this.#stop();
    this.#to(place < this.moments.length ? this.moments[place] : null);
  }

  #to(moment) {
    if (moment === this.moment) return;
    this.moment = moment;
    this.slider.value = String(moment === null ? this.moments.length : this.moments.indexOf(moment));
    this.told(moment);
  }

  #run() {
    let place = 0;
    this.play.textContent = tr("\u25A0 Film");
    this.timer = setInterval(() => {
      if (place >= this.moments.length) return this.leave();
      this.#to(this.moments[place]);
      place += 1;
    }, BEAT);
  }

  #stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.play.textContent = tr("\u25B6 Film");
  }
}
