// "A picture": what stands on the stage for slides and papers.

import { el } from "../kit/dom.js";
import { grouped, tr } from "../language.js";
import { called, download } from "./download.js";
import { picture } from "./picture.js";
import { png } from "./png.js";
import { written } from "./svg.js";

const ABOUT = tr("In the colors for paper, with the network and the text above it. SVG stays sharp at any size and its words stay words; PNG is fine enough to be printed 16 cm wide.");

/** @typedef {{name: string, element: HTMLElement, tick: HTMLInputElement, label: HTMLElement}} Part of the stage that can be in the picture */

export class PictureSection {
  /** @type {Part[]} */ parts = [];

  /** @param stage a `Stage`, or what has its {stage, asked, box, pictured, dress(), draw()} */
  constructor(stage) {
    this.stage = stage;
    const save = (words, make) => el("button", { type: "button", onclick: () => this.#save(make) }, words);
    this.choice = el("fieldset", { className: "parts-of-picture", "aria-label": tr("What the picture shows") });
    this.buttons = [save(tr("Save as SVG"), () => this.#svg()), save(tr("Save as PNG"), () => this.#png())];
    this.said = el("p", { className: "quiet", role: "status" });
    this.element = el("section", {}, el("h3", {}, tr("A picture")), el("p", {}, ABOUT), this.choice, el("div", { className: "group" }, ...this.buttons), this.said);
  }

  /** Offer the parts that are in sight; those that were chosen before stay chosen. */
  open() {
    const before = new Map(this.parts.map(({ name, tick }) => [name, tick.checked]));
    this.parts = this.stage.pictured.filter(({ element }) => isSeen(element)).map(({ name, element, shown }) => this.#part(name, element, before.get(name) ?? shown));
    this.choice.replaceChildren(...this.parts.map(({ label }) => label));
    this.choice.hidden = this.parts.length < 2;
    this.said.textContent = "";
    this.#fit();
  }

  /** @returns {Part} */
  #part(name, element, checked) {
    const tick = el("input", { type: "checkbox", checked, onchange: () => this.#fit() });
    return { name, element, tick, label: el("label", {}, tick, name) };
  }

  #fit() {
    for (const button of this.buttons) button.disabled = !this.parts.some(({ tick }) => tick.checked);
  }

  get #picture() {
    const { stage, parts } = this;
    return picture(stage, parts.filter(({ tick }) => tick.checked).map(({ element }) => element), { models: stage.asked.replace(/,(?=\S)/g, ", "), text: stage.box.text });
  }

  #svg() {
    return new Blob([written(this.#picture)], { type: "image/svg+xml" });
  }

  #png() {
    return png(this.#picture);
  }

  async #save(make) {
    this.said.textContent = tr("The picture is being drawn \u2026");
    try {
      const made = await make();
      const kind = made.type === "image/png" ? "png" : "svg";
      download(made, `${called("gatelab", this.stage.asked, this.stage.box.text)}.${kind}`, made.type);
      this.said.textContent = tr("Saved: {size} kB.", { size: grouped(Math.ceil(made.size / 1000)) });
    } catch (error) {
      console.warn(error);
      this.said.textContent = tr("The picture could not be made: {why}.", { why: /** @type {Error} */ (error).message });
    }
  }
}

/** Whether there is something to see: no panel that is folded. */
const isSeen = (element) => element.checkVisibility() && element.clientHeight > 0 && !element.matches("details:not([open])");
