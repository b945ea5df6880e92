// "Embed": the line of HTML that shows the stage in another page, with what is ticked.

import { isServed } from "../files.js";
import { el } from "../kit/dom.js";
import { tr } from "../language.js";
import { copyText, linkOf } from "../link.js";
import { copyable } from "./copyable.js";
import { CALLED, framed, line, sourceOf, ticked } from "./frame.js";
import { at, reaching } from "./reach.js";

const [LOWEST, HIGH, HIGHEST] = [200, 640, 3000]; // CSS pixels of the frame
const ABOUT = tr("Paste this line into the HTML of another page, such as a course\u2019s. A page at an HTTPS address, as most learning platforms are, cannot frame one at an HTTP address: there, upload the file of \u201cSave as a page\u201d instead.");

export class EmbedSection {
  /** @type {string | null} an address that others reach */ there = null;
  /** @type {HTMLIFrameElement | null} the preview, where it is open */ frame = null;
  constructor(stage) {
    this.stage = stage;
    this.element = el("section", { className: "embed-section" });
  }

  #build() {
    const { words } = this.stage.page.fields.hide;
    const navigation = !isServed() && document.querySelector("header nav"); // the app shows none where it is embedded
    this.names = navigation ? words : words.filter((name) => name !== "nav");
    const first = ticked(this.names, this.stage.page.start.hide ?? []);
    this.ticks = this.names.map((name) => el("input", { type: "checkbox", value: name, checked: first.includes(name), onchange: () => this.#show() }));
    this.height = el("input", { type: "number", min: LOWEST, max: HIGHEST, step: 20, value: HIGH, onchange: () => this.#show() });
    this.text = copyable(tr("The line to embed"));
    this.copy = el("button", { type: "button", onclick: () => copyText(this.copy, this.text.textContent, tr("The line to embed:")) }, tr("Copy line"));
    this.look = el("button", { type: "button", "aria-pressed": "false", onclick: () => this.#preview(!this.frame) }, tr("Preview"));
    this.place = el("div", { className: "embed-preview" });
    const labels = this.ticks.map((tick) => el("label", { className: "tick" }, tick, CALLED[tick.value]));
    this.element.append(el("h3", {}, tr("Embed")), el("p", { className: "quiet" }, ABOUT), el("fieldset", { className: "ticks" }, el("legend", {}, tr("Show")), ...labels),
      el("div", { className: "group" }, this.copy, this.look, el("label", { className: "field" }, el("span", {}, tr("Height")), this.height)), this.text, this.place);
  }

  /** Show the line for what is chosen now; the promise is kept when the address for others is known. */
  async open() {
    if (!this.text) this.#build();
    this.#preview(false);
    this.there = null;
    this.#show();
    const { links } = await reaching(linkOf({}));
    this.there = links[0] ?? null;
    this.#show();
  }

  /** Nobody sees the preview any more. */
  close() {
    if (this.frame) this.#preview(false);
  }

  /** The link in the frame, at this browser's own address. */
  get #own() {
    const shown = this.ticks.filter(({ checked }) => checked).map(({ value }) => value);
    const link = new URL(linkOf({}));
    const fields = framed(this.stage.isOwn ? {} : this.stage.fields, { names: this.names, shown, served: isServed() });
    link.search = String(new URLSearchParams(fields)).replaceAll("%2C", ",");
    return link;
  }

  #show() {
    const height = Math.min(HIGHEST, Math.max(LOWEST, Math.round(Number(this.height.value)) || HIGH));
    const own = this.#own;
    if (this.frame) Object.assign(this.frame, { src: own.href, height: String(height) });
    if (this.frame) this.place.style.height = `${height / 2}px`;
    const reached = this.there && own.host ? at(own.href, this.there) : own.href;
    this.text.textContent = line({ source: sourceOf(reached), title: document.title, height });
  }

  /** The frame in half its size. */
  #preview(on) {
    this.frame = on ? el("iframe", { title: tr("Preview of the frame") }) : null;
    this.look.setAttribute("aria-pressed", String(on));
    this.place.replaceChildren(...(on ? [this.frame] : []));
    this.place.style.height = "";
    if (on) this.#show();
  }
}
