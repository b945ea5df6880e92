// The stage of a lesson: one text, one step, and one cell seen from afar, from near, and down to its arithmetic.

import { cellOf, share } from "../engine/cells.js";
import { split } from "../engine/tokens.js";
import { Against } from "../kit/against.js";
import { el } from "../kit/dom.js";
import { HoldPanel } from "../kit/holdpanel.js";
import { Matters } from "../kit/matters.js";
import { More } from "../kit/more.js";
import { writing } from "../kit/notation.js";
import { answer, reading } from "../kit/readings.js";
import { tr } from "../language.js";
import { mounting } from "../mounting.js";
import { Record } from "../record.js";
import { Stage } from "../stage.js";
import { Asking } from "./asking.js";
import { BackwardPanel } from "./backward.js";
import * as controls from "./controls.js";
import { Diagram } from "./diagram.js";
import { ARITHMETIC, CELL } from "./levels.js";
import { Links } from "./links.js";
import { Moves } from "./moves.js";
import { paint } from "./painting.js";
import { Parts } from "./parts.js";
import { carried, QUANTITIES } from "./quantities.js";
import { Sight } from "./sight.js";
import { changed, current } from "./stages.js";
import { story } from "./story.js";
import { Strips } from "./strips.js";
import * as telling from "./telling.js";
import { drawing } from "./turned.js";
import { moved, WhatIf } from "./whatif.js";
import styles from "./lesson.css" with { type: "css" };

const STORY = 110; // CSS pixels of what is told under it

export class Lesson extends Stage {
  static kind = "lesson";
  static strips = {}; // how the rows under the text look, see strips.js
  static placeholder = tr("Type a sentence of your own.");
  static keys = tr("Stage: left and right arrow move the step, up and down the unit, digits choose a stage of the walk, space goes on with it, Enter goes closer, Escape back, b shows the way back of the gradient, f shows the stage alone");

  /** @type {number} how much is seen: the text, a cell, its arithmetic */ level;
  /** @type {number} the stage of the walk, from 1; 0 for none */ walked;
  /** @type {string | null} */ part;
  /** @type {boolean} whether the wires carry their numbers */ numbered;
  /** @type {string | null} the model that was asked for and is not here yet */ wanted;
  /** @type {number | null} */ whatIf;
  /** @type {string | null} what the rows have in the place of values: "new minus old" */ shows = null;
  /** @type {any} what is rarely used */ more;

  begin(first, setStateValue) {
    super.begin(first, setStateValue);
    this.links.listen();
    this.sight.listen();
    current.stage = this;
    changed();
  }

  close() {
    super.close();
    this.links.close();
    this.sight.close();
    this.diagram.close();
    this.matters.close();
    this.against.close();
    if (current.stage === this) current.stage = null;
    changed();
  }

  get steps() {
    return this.record.steps;
  }

  get theme() {
    return this.stage.dataset.theme;
  }

  // What stands where.

  build() {
    const { level, stage, part, numbers } = this.page.start;
    Object.assign(this, { level, walked: stage, part, numbered: numbers === "on", wanted: null, whatIf: null });
    this.going = new Moves(this);
    this.links = new Links(this);
    this.sight = new Sight(this);
    this.asking = new Asking(this);
    this.backward = new BackwardPanel(this, this.page.start);
    this.holdPanel = new HoldPanel(this.holding, () => this.#reachable(), { choose: (name) => this.pick({ part: name, level: Math.max(this.level, CELL) }), compare: () => this.paintSoon(), shown: () => this.paintSoon() }, this.page.experiments);
    this.matters = new Matters(this.checkpoints, (what) => ("unit" in what ? this.pickUnit(what.unit) : this.pick(what)));
    this.against = new Against(this, this.page.start.against);
    this.box.area.rows = 1;
    this.link.setAttribute("aria-label", this.link.title);
    this.picker = controls.picker(this.page.models, (name) => {
      this.links.pending = null;
      this.choose(name);
    });
    this.bar = controls.bar({ key: (key) => this.press(key), walk: (stage) => this.going.walk(stage), closer: () => this.going.closer(), back: () => this.going.back(), unit: (unit) => this.pickUnit(unit), typed: (unit) => this.#typedUnit(unit), numbers: () => this.press("n") }, [...this.backward.rare, this.notation.element, this.arrangement.full.button, this.link]);
    const about = (whatIf) => (key, t, event) => this.tip.say(key === null || t < 0 || t >= this.steps ? null : key?.startsWith("d.") ? this.backward.about(key, t) : telling.about(this, key, t, whatIf()), event);
    this.strips = new Strips({ step: (t) => this.pick({ step: t }), pick: (name, t) => this.pick({ step: t, part: name }), hover: about(() => null), pull: (share, begins) => this.holdPanel.pull(share, begins), done: () => this.holdPanel.show(true) }, /** @type {typeof Lesson} */ (this.constructor).strips);
    this.diagram = new Diagram({ step: (t) => this.pick({ step: t, level: Math.max(this.level, CELL) }), pick: (key) => (this.backward.drawn ? this.backward.pick(key) : this.pick({ part: key, level: ARITHMETIC })), hover: about(() => this.whatIf) });
    this.parts = new Parts((key) => this.pick({ part: key, level: ARITHMETIC }));
    this.whatif = new WhatIf({ f: (f) => this.#if(f) });
    this.purpose = el("p", { className: "purpose" });
    this.told = el("p");
    this.equation = el("p", { className: "equation" });
    this.lifting = el("button", { type: "button", onclick: () => this.asking.lift() }, tr("Show it without an answer"));
    this.story = el("div", { className: "story" }, this.told, this.equation, this.lifting);
    this.panel = el("section", { className: "panel", "aria-label": tr("The arithmetic of what is chosen") });
    this.note = el("p", { className: "note-of-unit quiet" });
    this.legend = el("p", { className: "colors-of quiet" });
    return this.arrange();
  }

  /** The parts of the stage, from top to bottom. */
  arrange() {
    const more = (this.more = new More(...this.bar.rare, this.picker.facts));
    more.button.addEventListener("click", () => this.paintSoon());
    this.bar.element.append(this.holdPanel.button, more.button);
    this.board.append(this.strips.element, this.diagram.element, this.story, this.legend);
    return [el("div", { className: "intro" }, this.purpose, this.tries), this.box.element, el("div", { className: "controls" }, this.bar.element, this.picker.element), more.panel, this.holdPanel.element, this.board, this.backward.element, this.whatif.element, this.parts.element, this.panel, el("div", { className: "two-texts" }, this.against.button, this.against.element), this.matters.element, this.note, this.links.wayBack.element];
  }

  get read() {
    const { model, tokens, strange } = this.record;
    return { model, tokens, unknown: strange, unit: model.unit, several: false };
  }

  // What a stage made from this one may do otherwise.

  /** The rows under the text, by name: what each is called. */
  rows() {
    return this.record.model.titles;
  }

  /** What the row of the model's answers is called. */
  says() {
    const { labels } = this.record.model;
    return labels ? tr("\u201c{token}\u201d", { token: answer({ labels }, labels[1]) }) : tr("expected next");
  }

  /** How that row is colored: {scale, range} of a share. */
  get tint() {
    return this.reading.tint;
  }

  /** What happens at the step in sight, in words; values as of `values(t)`. */
  tell(values) {
    const told = story(this.record, values, this.cursor, this.unit, this.walked);
    return this.whatIf === null ? told : tr("What if: {story}", { story: told });
  }

  /** The part of the diagram that is framed, or null. */
  get framed() {
    return this.part;
  }

  /** CSS pixels that are to be in sight under the diagram: what is told of the step. */
  get under() {
    return STORY;
  }

  /** The first picture, which came with the page. */
  open(first) {
    const { start } = this.page;
    this.record = this.fresh(first.metadata.model);
    this.record.apply(first);
    this.holding.open(start.hold, this.record.model, start.after);
    this.text = start.text;
    this.unit = start.unit; // null for the mean
    this.lastUnit = start.unit ?? this.record.model.opening.unit;
    this.#settle();
    if (this.walked) this.going.walk(this.walked);
    if (start.part) this.pick({ part: start.part, level: Math.max(this.level, start.level) });
    this.box.open(start.text);
    this.strips.lay(this.record.model.unit !== "characters", this.steps);
    this.cursor = this.follow = this.#opening(start.step);
    this.whatIf = start.whatif;
  }

  /** The step that the stage opens on: the one of the link; else the last, or where not all words are in sight, of those that are the one at which the answer changed most. */
  #opening(asked) {
    const last = this.strips.view.opening(asked, this.steps);
    if (asked < this.steps || last === this.steps - 1 || this.record.model.unit === "characters") return last;
    return Array.from({ length: last + 1 }, (_, t) => t).reduce((best, t) => (this.moved(t) > this.moved(best) ? t : best));
  }

  get asked() {
    return this.wanted ?? this.record.model.name;
  }

  set asked(model) {
    this.wanted = model;
  }

  #split(name, text) {
    return split(text, this.models[name].unit);
  }

  fresh(name) {
    return new Record(this.models[name], (text) => this.#split(name, text)).use(this.notation.chosen);
  }

  /** Another model is here: set what depends on the cell. */
  #settle() {
    const { model } = this.record;
    this.reading = reading(model.task, model.labels ?? model.vocab);
    this.purpose.textContent = tr(model.purpose);
    this.strips.build(this.rows(), this.says(), writing(this.record));
    const { walk } = drawing(writing(this.record));
    this.bar.offer(walk);
    this.walked = Math.min(this.walked, walk.length);
    if (this.part && !(this.part in QUANTITIES[model.cell])) this.part = this.walked ? walk[this.walked - 1].part : null;
    if (!this.part) this.level = Math.min(this.level, CELL);
    this.offer([model.opening.text, ...model.opening.others]);
  }

  // What happens.

  request(asked) {
    return { ...asked, compact: true, ...this.holding.asked };
  }

  nearby(request, near) {
    return near.trace(request);
  }

  held(model, text) {
    return this.record.model.name === model && !this.anew ? this.holding.shared(this.record, this.#split(model, text)) : 0;
  }

  typed(text, caret) {
    this.follow = this.#stepAt(text, caret);
    this.whatIf = null;
    this.ask(this.asked, text);
  }

  caret(caret) {
    const step = this.#stepAt(this.box.text, caret);
    this.pick({ step });
    this.follow = step; // the answer that has it may still be on its way
  }

  /** The step whose token stands before the caret. */
  #stepAt(text, caret) {
    return this.#split(this.asked, Array.from(text).slice(0, caret).join("")).length - 1;
  }

  choose(name) {
    this.wanted = name;
    const other = this.models[name];
    if (this.isExample(this.box.text) && other.task !== this.record.model.task) this.box.fill(other.opening.text);
    this.follow = this.cursor;
    this.holdPanel.tell(this.holding.fit(this.models[name]));
    this.ask(name);
  }

  take(answer, text) {
    const { model } = answer.metadata;
    const same = model === this.record.model.name;
    if (!same && answer.metadata.have > 0) return false; // the beginning that it continues is no longer held
    const record = same ? this.record : this.fresh(model);
    if (!record.apply(answer, text)) return false;
    // Where the browser splits a text otherwise than the server, the steps held are not those of the text: all of them are asked for anew.
    this.anew = answer.metadata.have > 0 && record.tokens.join("\n") !== this.#split(model, text).join("\n");
    if (this.anew) return false;
    if (!same) {
      this.record = record;
      this.whatIf = null;
      this.unit = this.unit === null ? null : record.model.opening.unit;
      this.lastUnit = record.model.opening.unit;
      this.#settle();
      this.explain();
    }
    this.text = text;
    this.holding.follow(record, text, this.answers.near);
    if (this.wanted === model) this.wanted = null;
    this.tip.say(null);
    this.cursor = Math.min(Math.max(this.follow, 0), record.steps - 1);
    this.arrived = true;
    this.links.arrived();
    this.paintSoon();
    changed();
    return true;
  }

  /** @param {{step?: number, part?: string, level?: number, stage?: number}} what is chosen from now on */
  pick({ step, part, level, stage }) {
    if (step !== undefined) {
      this.cursor = this.follow = Math.max(Math.min(0, this.steps - 1), Math.min(this.steps - 1, step));
      this.whatIf = null;
    }
    if (part !== undefined) this.part = part;
    if (stage !== undefined) this.walked = stage;
    if (stage) this.backward.on = false; // the walk goes forward
    if (level !== undefined) this.level = level;
    if (!this.part) this.level = Math.min(this.level, CELL); // there is no arithmetic of nothing
    this.paintSoon();
  }

  pickUnit(unit) {
    const size = this.record.model.hidden_size;
    this.unit = unit === null && this.unit === null ? this.lastUnit : unit === null ? null : Math.max(0, Math.min(size - 1, Math.trunc(unit) || 0));
    if (this.unit !== null) this.lastUnit = this.unit;
    this.whatIf = null;
    this.paintSoon();
    changed();
  }

  /** What was typed into the unit's box; nothing at all leaves the unit as it was. */
  #typedUnit(typed) {
    if (typed !== "") this.pickUnit(Number(typed));
    this.bar.unit.value = this.unit ?? "";
  }

  renamed() {
    this.record.use(this.notation.chosen);
    this.strips.build(this.rows(), this.says(), writing(this.record));
    this.bar.offer(drawing(writing(this.record)).walk);
    this.explain();
    changed();
  }

  #if(f) {
    this.whatIf = f;
    this.paintSoon();
  }

  /** Whether all that was chosen and typed is here. */
  get settled() {
    return !this.wanted && this.text === this.box.text;
  }

  get moves() {
    return this.going.keys;
  }

  /** Let the wires carry their numbers, or not. */
  number(on) {
    this.numbered = on;
    this.paintSoon();
  }

  /** How much the answer changed at a step. */
  moved(t) {
    const row = this.record.arrays.probs ? this.record.row("probs", t) : [];
    return row.reduce((sum, p, k) => sum + Math.abs(p - (t ? this.record.row("probs", t - 1)[k] : 1 / row.length)), 0);
  }

  show(look) {
    this.links.follow(look);
    return true;
  }

  see({ unit, step, stage, level, part, numbers, whatif, against = null, back, right, wire, cut }) {
    if (unit !== this.unit) this.pickUnit(unit);
    this.number(numbers === "on");
    this.pick({ step, stage, part, level });
    this.backward.see({ back, right, wire, cut });
    if (whatif !== this.whatIf) this.#if(whatif);
    this.against.see(against);
  }

  linked() {
    const { level, part, whatIf } = this;
    return { ...this.backward.linked(), model: this.record.model.name, unit: this.unit ?? "mean", step: Math.max(1, this.cursor + 1), stage: this.walked, level, ...(part && { part }), numbers: this.numbered ? "on" : "off", ...(whatIf !== null && { whatif: whatIf }), ...this.against.linked() };
  }

  // Painting.

  colored() {
    this.explain();
    changed();
  }

  /** Say what the colors mean. @param {string | null} shows what the rows have in the place of values, or null */
  explain(shows = this.shows) {
    this.shows = shows;
    this.legend.replaceChildren(...telling.colors(this.record, this.scales, this.shows));
  }

  resize() {
    this.room = this.board.clientWidth;
  }

  /** The first step of which nothing is told; Infinity where all is. */
  get veiled() {
    return this.asking.veiled;
  }

  /** What flows at step t, as far as it may be told: with the slider's value, or as the model had it. */
  values(t, whatIf = this.whatIf) {
    if (t >= this.veiled) return null;
    const values = carried(this.record, this.checkpoints.of(this.record.model.name), t, this.unit);
    return t === this.cursor && whatIf !== null ? moved(values, whatIf) : values;
  }

  /** What is chosen, for the panel of holds: the part's value, or that of the gate which keeps. */
  #reachable() {
    const { record, holding: { ghost }, cursor, unit, ready } = this;
    const { name } = QUANTITIES[record.model.cell][this.part] ?? {};
    return { record, ghost, cursor, unit, name: name ?? share(cellOf(record.model.cell), "keep")?.name ?? "h", ready, veiled: this.veiled !== Infinity, text: this.text, limit: this.page.limit };
  }

  draw() {
    paint(this);
  }

  said() {
    return telling.said(this);
  }

  get pictured() {
    const more = [[tr("second text"), this.against.element], [tr("way back of the gradient"), this.backward.element], [tr("arithmetic"), this.panel], [tr("what matters"), this.matters.element]];
    return [...super.pictured, ...more.map(([name, element]) => ({ name, element, shown: false }))];
  }

  painted() {
    return { model: this.record.model.name, text: this.text };
  }

  short(t) {
    const { record } = this;
    const labels = record.model.labels;
    const share = labels?.length === 2 ? record.row("probs", t)[1] : record.guesses(t, 1)[0].probability;
    return [this.reading.short(record, t), share];
  }
}

export const { mount, unmount } = mounting(Lesson, styles);
