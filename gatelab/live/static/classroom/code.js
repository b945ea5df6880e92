// The code of a class, its link and its QR code: on the bar, on the page of the class, and large for the projector.

import { el } from "../kit/dom.js";
import { copyText } from "../link.js";
import { plural, tr } from "../language.js";
import { codeOf } from "../taking/qr.js";
import { picture } from "../taking/qrpicture.js";
import { reaching } from "../taking/reach.js";
import { root } from "./place.js";

/** The short link to a class, for a device that reaches the app as this one does. */
const linkOf = (code) => `${root()}c/${code}`;

/** An address as one types it. */
function typed(link) {
  const { host, pathname } = new URL(link);
  return host + pathname;
}

export class Code {
  /** @type {string} of the class that is shown */ shown = "";

  constructor() {
    this.qr = el("div", { className: "qr-place" });
    this.letters = el("p", { className: "letters" });
    this.address = el("p", { className: "address" });
    this.choice = el("select", { "aria-label": tr("Address"), onchange: () => this.#show(this.choice.value) });
    this.copy = el("button", { type: "button", onclick: () => copyText(this.copy, this.choice.value, tr("The link to the class:")) }, tr("Copy the link"));
    this.why = el("p", { className: "quiet" });
    this.element = el("div", { className: "class-code" }, this.qr, el("div", { className: "addresses" }, this.letters, this.address, el("div", { className: "group" }, this.copy, this.choice), this.why));
  }

  /** Show the code of a class. @param {string} code */
  async show(code) {
    if (this.shown === code) return;
    this.shown = code;
    this.letters.textContent = code;
    this.#offer([linkOf(code)], "");
    const { links, why } = await reaching(linkOf(code));
    if (this.shown === code) this.#offer(links.length ? links : [linkOf(code)], links.length ? "" : why);
  }

  #offer(links, why) {
    this.choice.replaceChildren(...links.map((link) => el("option", { value: link }, new URL(link).host)));
    this.choice.hidden = links.length < 2;
    this.why.textContent = why && `${why} ${tr("Students reach the class from this machine alone.")}`;
    this.#show(links[0]);
  }

  #show(link) {
    this.address.textContent = typed(link);
    const code = codeOf(link);
    this.qr.replaceChildren(...(code ? [picture(code, tr("QR code of {link}", { link }))] : []));
  }
}

/** The code over the whole screen, for the projector. */
export class LargeCode {
  /** @param {() => void} closed called when it is closed: something else must have the focus then */
  constructor(closed) {
    this.closed = closed;
    this.code = new Code();
    this.count = el("p", { className: "count", role: "status" });
    const close = el("button", { type: "button", onclick: () => this.dialog.close() }, tr("Close"));
    this.dialog = el("dialog", { className: "large", "aria-label": tr("The code of the class"), onclose: () => this.#closed() },
      el("p", { className: "how" }, tr("Open this address, or take a picture of the code:")), this.code.element, this.count, close);
  }

  /** @param {boolean} full over the whole screen, where the browser allows that; else it fills the window */
  open(full) {
    this.dialog.showModal();
    if (full) this.dialog.requestFullscreen?.().catch(() => {});
  }

  #closed() {
    if (this.dialog.matches(":fullscreen")) document.exitFullscreen();
    this.closed();
  }

  paint({ member, heard }) {
    if (!member) return this.dialog.close();
    this.code.show(member.code);
    this.count.textContent = counted(heard);
  }
}

/** How many students are in a class, in words. @param {any} heard of its connection */
export const counted = ({ count }) => plural("{count} student", "{count} students", count?.students ?? 0);
