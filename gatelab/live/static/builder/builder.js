// The builder of lessons: "Add this view" collects what stands on a stage, "My lesson" opens what was collected.

import { el } from "../kit/dom.js";
import { tr } from "../language.js";
import { has } from "../own.js";
import { draft, keep, MOST } from "./draft.js";
import { Panel } from "./panel.js";
import { Playing } from "./playing.js";

const SAID = 1500; // ms for which the button says what it did
const ADD = tr("Add this view");
const OWN = tr("A network of your own stays in this browser: a lesson cannot show it.");

export class Builder {
  constructor(stage) {
    this.stage = stage;
    this.add = el("button", { type: "button", title: tr("Put what stands here into a lesson of your own"), onclick: () => this.#add() }, ADD);
    this.button = el("button", { type: "button", title: tr("The views that you added: write, order, play, save"), "aria-haspopup": "dialog", onclick: () => this.panel.open() });
    this.panel = new Panel({ changed: () => this.paint(), play: () => this.playing.go(0) });
    this.dialog = this.panel.dialog;
    this.playing = new Playing(stage);
    this.paint();
  }

  close() {
    clearTimeout(this.later);
    this.dialog.close();
  }

  paint() {
    const { length } = draft().views;
    this.button.textContent = length ? tr("My lesson ({count})", { count: length }) : tr("My lesson");
    this.playing.paint();
  }

  #add() {
    const { stage } = this;
    const now = draft();
    const names = stage.asked.split(",");
    const alone = names.some((name) => stage.models[name]?.own);
    if (names.some(has) || (alone && !stage.page.address)) return this.#say(OWN);
    if (now.views.length >= MOST.views) return this.#say(tr("A lesson has at most {most} views", { most: MOST.views }));
    const fields = Object.fromEntries(Object.entries(stage.fields).map(([name, value]) => [name, String(value)]));
    const view = { page: stage.page.address, stage: stage.page.stage, models: names, alone, fields, words: "", asks: "", answer: "" };
    keep({ ...now, views: [...now.views, view] });
    this.paint();
    this.#say(tr("Added: view {view}", { view: now.views.length + 1 }));
  }

  /** The button says it for a moment, and a screen reader hears it. */
  #say(words) {
    this.add.textContent = words;
    this.stage.spoken.textContent = words;
    clearTimeout(this.later);
    this.later = setTimeout(() => (this.add.textContent = ADD), SAID);
  }
}
