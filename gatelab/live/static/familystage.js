// What the stages that show several models of one task share: which models, which step, and rows of steps under each other.

import { split } from "./engine/tokens.js";
import { el, pointed } from "./kit/dom.js";
import { FamilyPicker, standing } from "./kit/family.js";
import { listen } from "./kit/pointing.js";
import * as rows from "./kit/rows.js";
import { Stepper } from "./kit/stepper.js";
import { View } from "./kit/view.js";
import { tr } from "./language.js";
import { families } from "./own.js";
import { kindOf } from "./remember.js";
import { Stage } from "./stage.js";

export class FamilyStage extends Stage {
  /** @type {HTMLCanvasElement} */ tokens;

  // What each of these stages does in its own way.

  /** How many steps there are. */
  get steps() {
    return 0;
  }

  /** Which step is looked at, see `Stepper`. */
  get place() {
    return { cursor: this.cursor, steps: this.steps, first: 0 };
  }

  /** Look at another step. */
  pick(step) {}

  /** What hovering over a step says. */
  about(t) {
    return "";
  }

  /** Ask these models of the same task. */
  want(names) {}

  /** Come onto the page, with the networks that the visitor has kept. */
  begin(first, setStateValue) {
    const { families: own, alone } = families();
    this.page = { ...this.page, families: [...this.page.families, ...own], alone };
    super.begin(first, setStateValue);
  }

  /** The text box and the choice of models; a stage puts its own below. */
  top() {
    this.view = new View();
    this.picker = new FamilyPicker(this.page.families, { want: (names) => this.want(names), choose: (names, text) => this.box.fill(text), fill: (text) => this.box.fill(text) });
    this.picker.task.append(...this.page.alone.map((title) => el("option", { disabled: true, value: "" }, tr("{title} (keep one more of it)", { title }))));
    this.stepper = new Stepper({ place: () => this.place, pick: (step) => this.pick(step) });
    return el("div", { className: "top" }, el("div", { className: "left" }, this.box.element, this.picker.tries), this.picker.element);
  }

  close() {
    super.close();
    this.stepper.stop();
  }

  get asked() {
    return this.picker.asked.join(",");
  }

  set asked(models) {
    this.picker.prefer(models.split(","));
  }

  /** The same for several models, which are of one task. */
  fitting({ task, models, here }) {
    const names = models.split(",");
    const { families } = this.page;
    const family = families.find((other) => other.task === task) ?? families.find((other) => kindOf(other.task) === kindOf(task));
    if (here && names.every((name) => this.picker.of(name) === family)) return models;
    return kindOf(this.picker.family.task) === kindOf(task) ? this.asked : standing(family.models).join(",");
  }

  request(asked) {
    const { model, ...more } = asked;
    return { models: model.split(","), ...more };
  }

  press(key) {
    return this.stepper.key(key);
  }

  /** The step whose token stands before the caret. */
  stepAt(text, caret) {
    return split(Array.from(text).slice(0, caret).join(""), this.picker.of(this.picker.asked[0]).unit).length - 1;
  }

  /** Lay the steps out over the width that there is, with the cursor in sight. */
  lay() {
    rows.lay(this.view, this.tokens.parentElement.clientWidth, this.picker.family.unit, this.cursor, this.steps);
  }

  /** A canvas over the steps, with what it shows in words. */
  canvas(className, label) {
    const canvas = el("canvas", { className, role: "img", "aria-label": label });
    listen(canvas, { at: (event) => this.view.at(pointed(event).x, this.steps), about: (t) => this.about(t), say: this.hover, pick: (t) => this.pick(t) });
    return canvas;
  }
}

/** A row: what stands beside it, and what stands in its lane. */
export const row = (label, ...content) => el("div", { className: "row" }, el("div", { className: "gutter" }, label), el("div", { className: "lane" }, ...content));

/** A row with a chart and the labels of its axis. */
export function plot(label, canvas, axis) {
  const plotted = row(label, canvas);
  plotted.classList.add("plot");
  plotted.append(axis);
  return plotted;
}
