// "A link": to all that is chosen, as text and as a QR code, with an address that other devices reach.

import { el } from "../kit/dom.js";
import { tr } from "../language.js";
import { copyText, linkOf, SENTENCE } from "../link.js";
import { copyable } from "./copyable.js";
import { codeOf } from "./qr.js";
import { picture } from "./qrpicture.js";
import { reaching } from "./reach.js";

const TYPED = 90; // characters of a link that somebody may type from a projector
const OWN = tr("This network is in your browser alone: elsewhere the link opens on another one.");
const HERE = tr("The link below opens on this machine alone.");
const LONG = tr("The whole link is too long for a code that a phone can read: this code opens the page without what is chosen.");
const MORE = tr("The code also holds the text and all that is chosen.");

/** The address of a page without its query: what can be typed. */
const bare = (link) => link.replace(/[?#].*/, "");

export class LinkSection {
  /** why no other device can open the link, else "" */ why = "";
  /** @type {{code: any, held: string} | null} the code in sight, and the link in it */ shown = null;

  constructor(stage) {
    this.stage = stage;
    this.element = el("section", { className: "link-section" });
  }

  #build() {
    this.text = copyable(tr("The link"));
    this.copy = el("button", { type: "button", onclick: () => copyText(this.copy, this.text.textContent, SENTENCE) }, tr("Copy link"));
    this.choice = el("select", { onchange: () => this.#show() });
    this.choosing = el("label", { className: "field" }, el("span", {}, tr("Address")), this.choice);
    this.said = el("p", { className: "quiet", role: "status" });
    this.code = el("div", { className: "qr-place" });
    this.enlarge = el("button", { type: "button", onclick: () => this.#large() }, tr("Show the code large"));
    this.large = el("dialog", { className: "qr-large", "aria-label": tr("QR code of the link"), onclose: () => this.#leave() });
    this.element.append(el("h3", {}, tr("A link")), this.said, el("div", { className: "group" }, this.copy, this.choosing, this.enlarge), this.text, this.code, this.large);
  }

  /** Show the link to what is chosen now; the promise is kept when the addresses are known. */
  async open() {
    if (!this.text) this.#build();
    const own = linkOf(this.stage.fields);
    this.text.textContent = own; // at once: an address for others may come later
    this.code.replaceChildren();
    const { links, why } = await reaching(own);
    this.#offer(links.length ? links : [own], links.length ? "" : why);
  }

  #offer(links, why) {
    this.why = why;
    this.choice.replaceChildren(...links.map((link) => el("option", { value: link }, new URL(link).host || tr("this file"))));
    this.choosing.hidden = links.length < 2;
    this.#show();
  }

  get link() {
    return this.choice.value;
  }

  #show() {
    const { link, why } = this;
    const whole = why ? null : codeOf(link);
    const held = whole ? link : bare(link);
    const code = why ? null : (whole ?? codeOf(held));
    this.text.textContent = link;
    this.said.textContent = [why && `${why} ${HERE}`, code && !whole && LONG, this.stage.isOwn && OWN].filter(Boolean).join(" ");
    this.code.replaceChildren(...(code ? [picture(code, tr("QR code of {link}", { link: held }))] : []));
    this.enlarge.hidden = !code;
    this.shown = code && { code, held };
  }

  /** The code over the whole screen, and below it the address in letters that can be read from the last row. */
  #large() {
    const { code, held } = this.shown;
    const typed = held.length <= TYPED ? held : bare(held);
    const close = el("button", { type: "button", onclick: () => this.large.close() }, tr("Close"));
    this.large.replaceChildren(picture(code, tr("QR code of {link}", { link: held })), el("p", { className: "qr-address" }, typed), ...(typed === held ? [] : [el("p", {}, MORE)]), close);
    this.large.showModal();
    this.large.requestFullscreen?.().catch(() => {}); // else it fills the window
  }

  #leave() {
    if (document.fullscreenElement) document.exitFullscreen();
  }
}
