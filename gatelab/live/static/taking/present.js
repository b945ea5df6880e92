// "Present": the stage and its text alone, large, for the projector.

import { el } from "../kit/dom.js";
import { tr } from "../language.js";

const ABOUT = tr("The stage and its text alone, in large letters. Page Down and Page Up, which a presenter\u2019s remote sends, go through the steps, then to the next view of your lesson or to the next page; arrow keys through the steps alone; Escape leaves. A link with present=on opens like this.");

export class PresentSection {
  constructor(stage) {
    this.stage = stage;
    this.element = el("section", { className: "present-section" });
  }

  open() {
    if (this.element.childNodes.length) return;
    this.element.append(el("h3", {}, tr("On the projector")), el("p", {}, ABOUT), el("button", { type: "button", onclick: () => this.#present() }, tr("Present")));
  }

  #present() {
    this.stage.taking.dialog.close();
    this.stage.arrangement.presenting.start();
  }
}
