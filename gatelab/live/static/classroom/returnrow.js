// The bar of a teacher who closed the page of a class and is back in the same browser: it offers to go on, and never does so by itself.

import { el } from "../kit/dom.js";
import { tr } from "../language.js";

/** @import { Member } from "./member.js" */

export class ReturnRow {
  /** @type {Member} the teacher of the class that was left */ member;

  /** @param {{goOn: (member: Member) => void, forget: () => void}} does */
  constructor({ goOn, forget }) {
    this.words = el("p", { className: "state", role: "status" });
    this.on = el("button", { type: "button", className: "primary", onclick: () => goOn(this.member) });
    const forgets = el("button", { type: "button", title: tr("This browser forgets the class. Without its teacher it ends after ten minutes."), onclick: forget }, tr("Forget it"));
    this.element = el("div", {}, el("div", { className: "row" }, this.words, el("div", { className: "group" }, this.on, forgets)));
  }

  /** @param {Member} member */
  offer(member) {
    this.member = member;
    const { code } = member;
    const words = tr("You left the class {code} a moment ago. It waits ten minutes for you.", { code });
    if (this.words.textContent !== words) this.words.textContent = words;
    this.on.textContent = tr("Go on with the class {code}", { code });
  }
}
