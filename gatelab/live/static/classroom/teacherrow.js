// What a teacher's bar says and can do.

import { closesBeside, el, keepFocus } from "../kit/dom.js";
import { tr } from "../language.js";
import { counted, LargeCode } from "./code.js";
import { Countdown } from "./countdown.js";
import { save } from "./file.js";
import { SECTIONS } from "./sections.js";

const SAID = 4000; // ms for which the bar says that a click came to nothing

export class TeacherRow {

  constructor(on) {
    this.on = on;
    const button = (words, title, onclick) => el("button", { type: "button", title, onclick }, words);
    this.code = el("b", { className: "code" });
    this.words = el("span", { className: "state", role: "status" });
    this.large = new LargeCode(() => this.show.focus());
    this.show = button(tr("Show code large"), tr("The code, the link and the QR code over the whole screen"), () => this.large.open(true));
    this.attention = button(tr("Attention"), tr("Everybody follows you for five minutes, or until you press this again"), () => this.#attention());
    this.left = new Countdown();
    this.pointer = button(tr("Pointer"), tr("Those who follow see where you point on the stage"), () => on.teaching.point(!on.teaching.pointing));
    this.ending = button(tr("End the class"), tr("For everybody"), () => this.question.showModal());
    this.saving = button(tr("Save the class"), tr("A file that brings this class back, with what was asked: for you alone"), () => save(on.room));
    this.question = this.#question();
    this.changed = el("p", { className: "changed", role: "alert" });
    this.known = button(tr("All have the new code"), tr("Put this notice away"), () => this.#know());
    this.renamed = el("div", { className: "row", hidden: true }, this.changed, this.known);
    this.note = el("p", { className: "quiet", role: "status" });
    this.sections = SECTIONS.teacher.map((make) => make(on));
    this.element = el("div", {}, this.renamed, ...this.sections.map(({ element }) => element), this.note,
      el("div", { className: "row" }, el("p", {}, this.code, " ", this.words), el("div", { className: "group" }, this.show, this.attention, this.left.element, this.pointer, this.saving, this.ending)));
  }

  /** What lies over the page. */
  get dialogs() {
    return [this.large.dialog, this.question];
  }

  #question() {
    const stop = el("button", { type: "button", className: "primary", onclick: () => (this.question.close(), this.on.room.end()) }, tr("End it"));
    const on = el("button", { type: "button", onclick: () => this.question.close() }, tr("Go on"));
    const dialog = el("dialog", { className: "question", "aria-label": tr("End the class?") }, el("h2", {}, tr("End the class?")),
      el("p", {}, tr("Its students keep their pages and are on their own. Nothing of the class is kept: save it first if you want to go on another day.")),
      el("div", { className: "group" }, stop, on));
    closesBeside(dialog);
    return dialog;
  }

  close() {
    this.large.dialog.close();
    this.question.close();
  }

  #attention() {
    const { room } = this.on;
    room.say({ attention: room.heard.attention === null }).catch(() => this.#fail(tr("The class is not reached now. Try again.")));
  }

  #know() {
    this.on.room.keep({ was: null });
    this.on.paint();
    this.show.focus();
  }

  /** Whoever opens the old code is in somebody else's class. */
  #warn({ code, held: { was } }) {
    const words = was ? tr("The code has changed: {was} is another class by now. Your class is {code}. Show the new code: all students must join again.", { was, code }) : "";
    if (this.changed.textContent !== words) this.changed.textContent = words;
    this.renamed.hidden = !was;
  }

  /** Say for a moment that a click came to nothing. */
  #fail(words) {
    this.failed = words;
    clearTimeout(this.later);
    this.later = setTimeout(() => {
      this.failed = null;
      this.on.paint();
    }, SAID);
    this.on.paint();
  }

  #say(words) {
    if (this.note.textContent !== words) this.note.textContent = words;
  }

  paint(room) {
    const { teaching } = this.on;
    const { code } = room.member;
    this.element.parentElement?.setAttribute("aria-label", tr("Class {code}", { code }));
    this.code.textContent = code;
    this.#warn(room.member);
    this.element.dataset.state = room.state;
    const words = room.state === "away" ? tr("not reached now: this page works on, and looks for the class") : counted(room.heard);
    if (this.words.textContent !== words) this.words.textContent = words;
    keepFocus(this.element.getRootNode(), this.show, () => (this.attention.disabled = this.pointer.disabled = room.state === "away"));
    this.attention.setAttribute("aria-pressed", String(room.heard.attention !== null));
    this.left.paint(room.heard.attention);
    this.pointer.setAttribute("aria-pressed", String(teaching.pointing));
    this.#say(this.failed ?? teaching.said);
    this.large.paint(room);
    for (const section of this.sections) section.paint(room);
  }
}
