// In the teacher's bar: a question of one's own, and all that was asked.

import { el } from "../../kit/dom.js";
import { tr } from "../../language.js";
import { asked } from "./begin.js";

export class AskSection {
  constructor() {
    this.summary = el("button", { type: "button", onclick: () => asked.teachers?.summarize() }, tr("Summary"));
    this.element = el("div", { className: "group asks" }, el("button", { type: "button", onclick: () => asked.teachers?.form.open() }, tr("Ask a question")), this.summary);
  }

  paint(room) {
    this.summary.disabled = !room.heard.rounds.length;
  }
}
