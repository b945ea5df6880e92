// The stage of the first page: the lesson's stage with what a newcomer needs alone, a sentence on what just happened, and a tour.

import { cellOf } from "../engine/cells.js";
import { nickname } from "../kit/caption.js";
import { button } from "../kit/controls.js";
import { el, within } from "../kit/dom.js";
import { shade } from "../kit/palette.js";
import { answer } from "../kit/readings.js";
import { Stepper } from "../kit/stepper.js";
import { labelled } from "../kit/words.js";
import { tr } from "../language.js";
import { Lesson } from "../lesson/lesson.js";
import { ARITHMETIC } from "../lesson/levels.js";
import { mounting } from "../mounting.js";
import { news, percent, told } from "./news.js";
import { Tour } from "./tour.js";
import lesson from "../lesson/lesson.css" with { type: "css" };
import styles from "./start.css" with { type: "css" };

const BEAT = 900; // ms a step of Play
const EDGE = 8; // CSS pixels under the diagram
const WIDE = 104; // CSS pixels of a word's column in which the answer is a word too

class Start extends Lesson {
  static kind = "lesson start";
  static strips = { high: 22 };

  arrange() {
    this.tour = new Tour(() => this.#stops());
    this.sofar = el("p", { className: "so-far" });
    this.stepper = new Stepper({ place: () => ({ cursor: this.cursor, steps: this.steps, first: 0 }), pick: (step) => this.pick({ step }), pace: BEAT });
    const steps = el("div", { className: "group steps", role: "group", "aria-label": tr("Word by word") },
      button("\u2190", tr("One word back (left arrow)"), () => this.stepper.key("ArrowLeft")), this.stepper.player.button,
      button("\u2192", tr("One word on (right arrow)"), () => this.stepper.key("ArrowRight")));
    this.named = el("summary", {});
    this.about = el("details", { className: "named" }, this.named, this.note);
    this.more = el("details", { className: "more" }, el("summary", {}, tr("More: one step in four parts, the numbers, how each is computed")),
      this.holdPanel.button, this.holdPanel.element, this.bar.element, ...this.bar.rare, this.parts.element, this.panel, this.picker.facts);
    this.board.append(this.strips.element, this.about, this.diagram.element, this.legend);
    return [
      el("div", { className: "asked" }, this.box.element, this.tour.button, this.tour.element), this.tries,
      el("div", { className: "now" }, this.sofar, this.story, steps), this.board, this.more, this.links.wayBack.element,
    ];
  }

  get foldable() {
    return { ...super.foldable, unit: this.about };
  }

  open(first) {
    super.open(first);
    if (this.page.start.step >= this.steps) this.cursor = this.follow = this.steps - 1; // the sentence is about the last word, however narrow the screen
    this.more.open ||= this.holding.active; // a link opens on what it holds
    if (this.page.start.present !== "on") this.tour.first(); // it would be in the way on a projector
  }

  close() {
    super.close();
    this.stepper.stop();
    this.tour.close();
  }

  // What is otherwise than in a lesson.

  offer() {
    const prompt = ([text, point]) => el("button", { type: "button", className: "prompt", onclick: () => this.box.fill(text) }, el("b", {}, text), el("span", {}, tr(point)));
    this.tries.replaceChildren(...this.page.prompts.map(prompt));
  }

  isExample(text) {
    return this.page.prompts.some(([prompt]) => prompt === text) || super.isExample(text);
  }

  rows() {
    return Object.fromEntries(Object.entries(told(cellOf(this.record.model.cell))).map(([name, { title, about }]) => [name, labelled(tr(title), about)]));
  }

  says() {
    return tr("the answer so far");
  }

  short(t) {
    const [, share] = super.short(t);
    return [this.strips.view.step < WIDE ? percent(share) : tr("{share} {label}", { share: percent(share), label: answer(this.record, this.record.labels[1]) }), share];
  }

  get under() {
    return EDGE; // the sentence stands above
  }

  /** What just happened; in the walk through one step, and for the mean of all units, what the lesson says. */
  get news() {
    return this.walked || this.unit === null || this.whatIf !== null ? null : news(this.record, this.cursor, this.unit);
  }

  tell(values) {
    return this.news?.words ?? super.tell(values);
  }

  get framed() {
    return this.part ?? this.news?.name ?? null;
  }

  pick(what) {
    if (what.level === ARITHMETIC) this.more.open = true;
    super.pick(what);
  }

  typed(text, caret) {
    this.stepper.stop();
    super.typed(text, caret);
  }

  press(key) {
    this.stepper.stop();
    return super.press(key);
  }

  // Painting.

  draw() {
    super.draw();
    const { record, cursor, unit, news } = this;
    const [what, size] = [nickname(record, unit), record.model.hidden_size];
    const which = unit === null ? tr("These are the means of all of them.") : what ? tr("This is unit {unit}, called {what} after what was measured of it.", { unit, what }) : tr("This is unit {unit}.", { unit });
    this.named.textContent = `${tr("The network remembers with {size} units, a number each.", { size })} ${which}`;
    this.named.title = this.note.textContent;
    for (const { name, element } of this.strips.rows) element.classList.toggle("pointed", name === news?.name);
    this.sofar.hidden = cursor < 0;
    if (cursor < 0) return;
    const share = record.row("probs", cursor)[1];
    const { css, letters } = this.tables[this.tint.scale];
    const k = shade(share, this.tint.range);
    Object.assign(this.sofar.style, { background: css[k], color: letters[k] });
    this.sofar.replaceChildren(...within(tr("{share} {label}"), { share: el("b", {}, percent(share)), label: answer(record, record.labels[1]) }));
  }

  /** What the tour points at, and what it says there. */
  #stops() {
    const row = (name) => this.strips.rows.find((one) => one.name === name)?.element;
    const { keep, memory } = cellOf(this.record.model.cell);
    return [
      [this.box.area, tr("Type here, or change a word. The network reads one word after the other, and all of this page follows at every key.")],
      [this.sofar.hidden ? this.story : this.sofar, tr("This is the network\u2019s answer so far: the probability that the writer was pleased. The sentence beside it says what the last word did.")],
      [row(keep), tr("A gate is a number between 0, shut, and 1, open. This one, the forget gate, says at each word how much of the memory stays.")],
      [this.diagram.element.querySelector(`.here [data-key="${memory}-"]`) ?? this.diagram.element, tr("This wire carries the memory, a number, from word to word. It is orange above 0 and blue below, and the wider it is, the further the number is from 0.")],
      [document.querySelector(".st-key-ways h2") ?? this.more, tr("From here on: chapters that explain what you saw, pages to experiment on, and what was measured. Begin with chapter 1.")],
    ];
  }
}

export const { mount, unmount } = mounting(Start, lesson, styles);
