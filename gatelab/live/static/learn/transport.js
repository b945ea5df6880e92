// What one trains with: play and pause, one step, another beginning, the speed; and how far the training is.

import { button, field, option } from "../kit/controls.js";
import { el } from "../kit/dom.js";
import { grouped, tr } from "../language.js";
import { put } from "./racers.js";

const PACES = [[0, tr("as fast as it can")], [20, tr("20 updates a second")], [2, tr("2 updates a second")]];
const COUNTS = 4; // numbers of how far the training is

export class Transport {
  /** @param on - {toggle(), step(), again(), pace(updates a second)}; @param {HTMLElement} link the button that copies the link */
  constructor(on, link) {
    this.play = button(tr("\u25B6 Play"), tr("Train (space)"), () => on.toggle());
    this.play.className = "play fresh"; // the first thing to do here, and it looks like it until it was done
    this.paces = el("select", { onchange: () => on.pace(this.pace) }, ...PACES.map(([value, label]) => option(value, label)));
    this.counted = Array.from({ length: COUNTS }, () => el("span", {}));
    this.element = el("div", { className: "group transport", role: "toolbar", "aria-label": tr("Training") }, this.play,
      button(tr("One step"), tr("One update of every network"), () => on.step()), button(tr("Start again"), tr("Begin anew with the same settings"), () => on.again()),
      field(tr("Speed"), this.paces), link, el("p", { className: "counts" }, ...this.counted));
  }

  /** Updates a second; 0 for as many as there can be. */
  get pace() {
    return Number(this.paces.value);
  }

  /** @param {boolean} wanted whether the visitor wants it to train */
  show(wanted) {
    put(this.play, wanted ? tr("\u275A\u275A Pause") : tr("\u25B6 Play"));
    this.play.title = wanted ? tr("Pause (space)") : tr("Train (space)");
    this.play.setAttribute("aria-label", this.play.title);
    if (wanted) this.play.classList.remove("fresh");
  }

  /** Say how far it is. @param told what the worker told last; @param task `Task`; @param {number} batch strings of an update */
  count({ standing: { updates }, seconds, speed }, { list }, batch) {
    const read = updates * batch;
    const words = [
      tr("{count} updates", { count: grouped(updates) }),
      list ? tr("{times} times through the list", { times: (read / list.seen.length).toFixed(1) }) : tr("{count} strings read", { count: grouped(read) }),
      tr("{seconds} s", { seconds: seconds.toFixed(1) }),
      speed ? tr("{count} updates a second", { count: speed < 10 ? speed.toFixed(1) : Math.round(speed) }) : "",
    ];
    words.forEach((text, k) => put(this.counted[k], k && text ? ` \u00B7 ${text}` : text));
  }
}
