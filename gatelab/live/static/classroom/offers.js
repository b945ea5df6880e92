// What students offer to the teacher: sentences, seen by the teacher alone until one is taken up.

import { el, refill } from "../kit/dom.js";
import { plural, tr } from "../language.js";

const SHOWN = 300; // characters of a sentence

export class Offers {
  painted = "";

  /** @param on - {room, stage()} */
  constructor(on) {
    this.on = on;
    this.title = el("h3", {});
    this.list = el("ul", {});
    this.note = el("p", { className: "quiet", role: "status" });
    this.element = el("section", { className: "offers" }, this.title, this.list, this.note);
  }

  paint({ heard: { offers } }) {
    const key = JSON.stringify(offers);
    this.element.hidden = !offers.length;
    if (key === this.painted) return;
    this.painted = key;
    this.title.textContent = plural("{count} sentence is offered", "{count} sentences are offered", offers.length);
    refill(this.list, ...offers.map((offer) => this.#line(offer)));
  }

  #line({ id, text }) {
    const shown = Array.from(text).length > SHOWN ? `${Array.from(text).slice(0, SHOWN).join("")}\u2026` : text;
    const take = el("button", { type: "button", onclick: () => this.#take(id, text) }, tr("Take up"));
    const away = el("button", { type: "button", onclick: () => this.#say({ drop: id }) }, tr("Put away"));
    return el("li", {}, el("q", { dir: "auto" }, shown), el("span", { className: "group" }, take, away));
  }

  /** The sentence goes into the teacher's stage, and so to the class. */
  #take(id, text) {
    const box = this.on.stage()?.box;
    this.note.textContent = box ? "" : tr("Open a page with a text to put it into, then take it up.");
    if (!box) return;
    box.fill(text);
    this.#say({ take: id });
  }

  #say(words) {
    this.on.room.say(words).catch(() => (this.note.textContent = tr("The class is not reached now. Try again.")));
  }
}
