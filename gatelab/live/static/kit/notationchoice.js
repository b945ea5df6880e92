// The choice of a notation: one for all stages of a page, kept for the visit.

import { tr } from "../language.js";
import { keepNotation, keptNotation } from "../remember.js";
import { field, option } from "./controls.js";
import { el } from "./dom.js";
import { NOTATIONS, PYTORCH } from "./notation.js";

const choices = new Set(); // those on the page

export class NotationChoice {
  /** @type {string} a key of NOTATIONS */ chosen;

  /** @param linked what the page's link asks for, or null; @param changed called whenever the visitor chooses, on whatever stage */
  constructor(linked, changed) {
    this.changed = changed;
    this.select = el("select", { onchange: () => choose(this.select.value) }, ...Object.entries(NOTATIONS).map(([key, { called }]) => option(key, called)));
    this.about = el("small", { className: "quiet" });
    this.element = el("div", { className: "group notation" }, field(tr("Notation"), this.select), this.about);
    this.#show(keptNotation(linked, Object.keys(NOTATIONS)) ?? PYTORCH);
    choices.add(this);
  }

  close() {
    choices.delete(this);
  }

  #show(notation) {
    this.chosen = this.select.value = notation;
    this.about.textContent = notation === PYTORCH ? "" : NOTATIONS[notation].about;
  }

  /** Let all stages of the page have this notation. */
  choose(notation) {
    choose(notation);
  }

  take(notation) {
    this.#show(notation);
    this.changed();
  }
}

function choose(notation) {
  keepNotation(notation);
  for (const choice of choices) choice.take(notation);
}
