// The stage of a lesson: one text, one step, and one cell seen from afar, from near, and down to its arithmetic.

import { cellOf, entry, share, states } from "../engine/cells.js";
import { write } from "../engine/holds.js";
import { split } from "../engine/tokens.js";
import { Against } from "../kit/against.js";
import { caption } from "../kit/caption.js";
import { el, math } from "../kit/dom.js";
import { FullScreen } from "../kit/fullscreen.js";
import { difference } from "../kit/holding.js";
import { HoldPanel } from "../kit/holdpanel.js";
import { reach } from "../kit/legend.js";
import { Matters } from "../kit/matters.js";
import { More } from "../kit/more.js";
import { plain, writing } from "../kit/notation.js";
import { reading, told as answered } from "../kit/readings.js";
import { fitting } from "../kit/rows.js";
import { glyph, number, spoken } from "../kit/words.js";
import { mounting } from "../mounting.js";
import { Record } from "../record.js";
import { Stage } from "../stage.js";
import { CELLS, W } from "./cells.js";
import * as controls from "./controls.js";
import { Diagram } from "./diagram.js";
import * as looks from "./looks.js";
import * as panel from "./panel.js";
import { Parts } from "./parts.js";
import { carried, quantities, QUANTITIES } from "./quantities.js";
import { changed, current } from "./stages.js";
import { story } from "./story.js";
import { Strips } from "./strips.js";
import { drawing } from "./turned.js";
import { Veils } from "./veils.js";
import { WayBack } from "./wayback.js";
import { moved, WhatIf } from "./whatif.js";
import styles from "./lesson.css" with { type: "css" };

const TEXT = 0; // levels, from far to near
const CELL = 1;
const ARITHMETIC = 2;
const LOWEST = 294; // CSS pixels of a cell from near: what is written on it is 14 of them high
const STORY = 110; // CSS pixels of what is told under it
const LOW = 520; // of a window in which a phone's keyboard is up

export class Lesson extends Stage {
  static kind = "lesson";
  static strips = {}; // how the rows under the text look, see strips.js
  static placeholder = "Type a sentence of your own.";
  static keys = "Stage: left and right arrow move the step, up and down the unit, digits choose a stage of the walk, space goes on with it, Enter goes closer, Escape back, f shows the stage alone";

  /** @type {number} how much is seen: the text, a cell, its arithmetic */ level;
  /** @type {number} the stage of the walk, from 1; 0 for none */ walked;
  /** @type {string | null} */ part;
  /** @type {boolean} whether the wires carry their numbers */ numbered;
  /** @type {string | null} the model that was asked for and is not here yet */ wanted;
  /** @type {Veils} */ veils;
  /** @type {number | null} */ whatIf;
  /** @type {CanvasRenderingContext2D} */ pen;

  begin(first, setStateValue) {
    super.begin(first, setStateValue);
    this.full.of(this.stage, this.board);
    this.led = (event) => this.#led(event);
    document.addEventListener("click", this.led, true);
    this.sized = () => this.paintSoon(); // the diagram is as high as the window leaves room for
    window.addEventListener("resize", this.sized);
    this.squeezed = () => this.#aboveKeyboard();
    window.visualViewport?.addEventListener("resize", this.squeezed);
    this.box.area.addEventListener("focus", this.squeezed);
    current.stage = this;
    changed();
  }

  close() {
    super.close();
    document.removeEventListener("click", this.led, true);
    window.removeEventListener("resize", this.sized);
    window.visualViewport?.removeEventListener("resize", this.squeezed);
    this.diagram.close();
    this.full.close();
    this.matters.close();
    this.against.close();
    this.wayBack.forget();
    if (current.stage === this) current.stage = null;
    changed();
  }

  get steps() {
    return this.record.steps;
  }

  get theme() {
    return this.stage.dataset.theme;
  }

  /** What a question is made from. */
  get scene() {
    const record = this.holding.ghost ?? this.record; // a question is on the network itself, not on what is held
    return { record, unit: this.lastUnit, titles: this.record.model.titles, ifHeld: (holds) => this.#ifHeld(holds) };
  }

  // What stands where.

  build() {
    const { level, stage, part, numbers } = this.page.start;
    Object.assign(this, { level, walked: stage, part, numbered: numbers === "on", wanted: null, veils: new Veils(), whatIf: null });
    this.full = new FullScreen(() => this.paintSoon());
    this.holdPanel = new HoldPanel(this.holding, () => this.#reachable(), { choose: (name) => this.pick({ part: name, level: Math.max(this.level, CELL) }), compare: () => this.paintSoon(), shown: () => this.paintSoon() }, this.page.experiments);
    this.matters = new Matters(this.checkpoints, (what) => ("unit" in what ? this.#pickUnit(what.unit) : this.pick(what)));
    this.against = new Against(this, this.page.start.against);
    this.wayBack = new WayBack();
    this.box.area.rows = 1;
    this.link.setAttribute("aria-label", this.link.title);
    this.picker = controls.picker(this.page.models, (name) => {
      this.pending = null;
      this.choose(name);
    });
    this.bar = controls.bar({ key: (key) => this.press(key), walk: (stage) => this.#walk(stage), closer: () => this.#closer(), back: () => this.#back(), unit: (unit) => this.#pickUnit(unit), typed: (unit) => this.#typedUnit(unit), numbers: () => this.press("n") }, [this.notation.element, this.full.button, this.link]);
    const about = (whatIf) => (key, t, event) => this.tip.say(key === null || t < 0 || t >= this.steps ? null : this.#about(key, t, whatIf()), event);
    this.strips = new Strips({ step: (t) => this.pick({ step: t }), pick: (name, t) => this.pick({ step: t, part: name }), hover: about(() => null), pull: (share, begins) => this.holdPanel.pull(share, begins), done: () => this.holdPanel.show(true) }, /** @type {typeof Lesson} */ (this.constructor).strips);
    this.diagram = new Diagram({ step: (t) => this.pick({ step: t, level: Math.max(this.level, CELL) }), pick: (key) => this.pick({ part: key, level: ARITHMETIC }), hover: about(() => this.whatIf) });
    this.parts = new Parts((key) => this.pick({ part: key, level: ARITHMETIC }));
    this.whatif = new WhatIf({ f: (f) => this.#if(f) });
    this.purpose = el("p", { className: "purpose" });
    this.told = el("p");
    this.equation = el("p", { className: "equation" });
    this.lifting = el("button", { type: "button", onclick: () => this.#lift() }, "Show it without an answer");
    this.story = el("div", { className: "story" }, this.told, this.equation, this.lifting);
    this.panel = el("section", { className: "panel", "aria-label": "The arithmetic of what is chosen" });
    this.note = el("p", { className: "note-of-unit quiet" });
    this.legend = el("p", { className: "colors-of quiet" });
    return this.arrange();
  }

  /** The parts of the stage, from top to bottom. */
  arrange() {
    const more = new More(...this.bar.rare, this.picker.facts);
    more.button.addEventListener("click", () => this.paintSoon());
    this.bar.element.append(this.holdPanel.button, more.button);
    this.board.append(this.strips.element, this.diagram.element, this.story, this.legend);
    return [el("div", { className: "intro" }, this.purpose, this.tries), this.box.element, el("div", { className: "controls" }, this.bar.element, this.picker.element), more.panel, this.holdPanel.element, this.board, this.whatif.element, this.parts.element, this.panel, el("div", { className: "two-texts" }, this.against.button, this.against.element), this.matters.element, this.note, this.wayBack.element];
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
    return labels ? `\u201c${labels[1]}\u201d` : "expected next";
  }

  /** How that row is colored: {scale, range} of a share. */
  get tint() {
    return this.reading.tint;
  }

  /** What happens at the step in sight, in words; values as of `values(t)`. */
  tell(values) {
    return (this.whatIf === null ? "" : "What if: ") + story(this.record, values, this.cursor, this.unit, this.walked);
  }

  /** The part of the diagram that is framed, or null. */
  get framed() {
    return this.part;
  }

  /** CSS pixels that are to be in sight under the diagram: what is told of the step. */
  get under() {
    return STORY;
  }

  /** Most CSS pixels of the diagram from near: what a window that is not scrolled leaves, with the rows of the gates below it where there is room for both. */
  get high() {
    const left = window.innerHeight - this.#above - this.under;
    const rows = this.strips.rows.length * (this.strips.high + 2);
    return Math.max(LOWEST, left - rows < LOWEST ? left : left - rows);
  }

  /** CSS pixels from the top of the page, or of the stage where it is alone, to the diagram, however far they are scrolled. */
  get #above() {
    const { host } = this.root;
    const top = (element) => element.getBoundingClientRect().top;
    const inside = top(this.diagram.element) - top(this.stage) + this.stage.scrollTop;
    if (this.full.on) return inside;
    const begin = host.closest(".stHorizontalBlock") ?? host; // the column may be held in sight, its row of columns is not
    const scrolled = host.closest("[data-testid=stMain]")?.scrollTop ?? 0;
    return top(begin) + scrolled + inside;
  }

  /** While one types above a phone's keyboard, the text stands at the top, and answer and picture below it. */
  #aboveKeyboard() {
    if (this.root.activeElement === this.box.area && (window.visualViewport ?? { height: LOW }).height < LOW) this.box.element.scrollIntoView({ block: "start" });
  }

  /** The first picture, which came with the page. */
  open(first) {
    const { start } = this.page;
    this.record = this.#fresh(first.metadata.model);
    this.record.apply(first);
    this.holding.open(start.hold, this.record.model, start.after);
    this.text = start.text;
    this.unit = start.unit; // null for the mean
    this.lastUnit = start.unit ?? this.record.model.opening.unit;
    this.#settle();
    if (this.walked) this.#walk(this.walked);
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
    return Array.from({ length: last + 1 }, (_, t) => t).reduce((best, t) => (this.#moved(t) > this.#moved(best) ? t : best));
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

  #fresh(name) {
    return new Record(this.models[name], (text) => this.#split(name, text)).use(this.notation.chosen);
  }

  /** Another model is here: set what depends on the cell. */
  #settle() {
    const { model } = this.record;
    this.reading = reading(model.task, model.labels ?? model.vocab);
    this.purpose.textContent = model.purpose;
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
    const record = same ? this.record : this.#fresh(model);
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
      this.#explainColors();
    }
    this.text = text;
    this.holding.follow(record, text, this.answers.near);
    if (this.wanted === model) this.wanted = null;
    this.tip.say(null);
    this.cursor = Math.min(Math.max(this.follow, 0), record.steps - 1);
    this.arrived = true;
    if (this.pending && !this.wanted) {
      this.#look(this.pending);
      this.pending = null;
    }
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
    if (level !== undefined) this.level = level;
    if (!this.part) this.level = Math.min(this.level, CELL); // there is no arithmetic of nothing
    this.paintSoon();
  }

  #pickUnit(unit) {
    const size = this.record.model.hidden_size;
    this.unit = unit === null && this.unit === null ? this.lastUnit : unit === null ? null : Math.max(0, Math.min(size - 1, Math.trunc(unit) || 0));
    if (this.unit !== null) this.lastUnit = this.unit;
    this.whatIf = null;
    this.paintSoon();
    changed();
  }

  /** What was typed into the unit's box; nothing at all leaves the unit as it was. */
  #typedUnit(typed) {
    if (typed !== "") this.#pickUnit(Number(typed));
    this.bar.unit.value = this.unit ?? "";
  }

  /** One stage of the walk, 0 for the whole step: what it is about is chosen with it. */
  #walk(stage) {
    const { walk } = CELLS[this.record.model.cell];
    this.pick({ stage, part: stage ? walk[stage - 1].part : null, level: stage ? Math.max(this.level, CELL) : this.level });
  }

  /** The next stage of the walk, and after the last one the next token. */
  #on() {
    const last = CELLS[this.record.model.cell].walk.length;
    if (this.walked < last) return this.#walk(this.walked + 1);
    if (this.cursor >= this.steps - 1) return this.#walk(0);
    this.pick({ step: this.cursor + 1 });
    this.#walk(1);
  }

  #closer() {
    const { walk } = CELLS[this.record.model.cell];
    if (this.level === CELL && !this.part) this.part = walk[Math.max(0, this.walked - 1)].part;
    this.pick({ level: Math.min(ARITHMETIC, this.level + 1) });
  }

  #back() {
    if (this.level === CELL) this.walked = 0;
    this.pick({ level: Math.max(TEXT, this.level - 1), part: this.level === ARITHMETIC && !this.walked ? null : this.part });
  }

  renamed() {
    this.record.use(this.notation.chosen);
    this.strips.build(this.rows(), this.says(), writing(this.record));
    this.bar.offer(drawing(writing(this.record)).walk);
    this.#explainColors();
    changed();
  }

  #if(f) {
    this.whatIf = f;
    this.paintSoon();
  }

  // What the questions in the text want of the stage.

  /** The model that a kind of question can be asked of: the one that is here, or else the first that can; null where none can. */
  home(kind) {
    const [how, name] = kind.split(":");
    const [judges, named] = [({ labels }) => labels?.length === 2, ({ titles }) => name in titles];
    const can = how === "held" ? (model) => judges(model) && named(model) : name ? named : (model) => (how === "mover") === judges(model);
    return can(this.record.model) ? this.record.model : (this.page.models.find(can) ?? null);
  }

  /** Whether all that was chosen and typed is here. */
  get settled() {
    return !this.wanted && this.text === this.box.text;
  }

  /** A question opens: its answer is hidden. */
  pose(kind, { at = this.cursor, from }) {
    this.veils.ask(kind, this.scene, from);
    this.spoken.textContent = ""; // what was said before may be the answer
    this.unit = this.lastUnit; // it is asked of one unit
    this.pick({ step: at, stage: 0, part: null });
    changed();
  }

  /** A question is answered: what it asked for is shown. */
  answer(kind, { t, name }) {
    this.veils.answer(kind, this.scene);
    this.pick({ step: t, part: name ?? null, stage: 0, level: name ? ARITHMETIC : this.level });
    changed();
  }

  /** Show what is hidden, answered or not. */
  #lift() {
    this.veils.lift(this.scene);
    this.paintSoon();
    changed();
  }

  get moves() {
    const by = (n) => () => this.#pickUnit(this.lastUnit + n);
    const stages = CELLS[this.record.model.cell].walk.length;
    return {
      ...Object.fromEntries(Array.from({ length: stages + 1 }, (_, stage) => [stage, () => this.#walk(stage)])),
      ArrowLeft: () => this.pick({ step: this.cursor - 1 }),
      ArrowRight: () => this.pick({ step: this.cursor + 1 }),
      Home: () => this.pick({ step: 0 }),
      End: () => this.pick({ step: this.steps - 1 }),
      ArrowUp: by(-1),
      ArrowDown: by(1),
      " ": () => this.#on(),
      Enter: () => this.#closer(),
      Escape: () => this.#back(),
      "+": () => this.#closer(),
      "-": () => this.#back(),
      n: () => ((this.numbered = !this.numbered), this.paintSoon()),
      m: () => this.#pickUnit(null),
      f: () => this.full.toggle(),
    };
  }

  /** A sentence of the text was clicked: go where it points. */
  #led(event) {
    const link = event.target.closest?.('a[href*="#look:"]');
    const look = link && looks.parse(link.hash);
    if (!look) return;
    event.preventDefault();
    event.stopPropagation();
    const model = Object.values(this.models).find(({ name, cell }) => name === look.model || cell === look.cell);
    const other = model && model.name !== this.asked;
    const text = look.text !== undefined && look.text !== this.box.text;
    if (other) this.choose(model.name);
    if (text) this.box.fill(look.text);
    if (this.wanted || this.text !== this.box.text) this.pending = look; // the rest has to wait for the answer
    else this.#look(look);
    this.#bringBack(link);
  }

  /** The stage comes into sight where it is not, and with it the way back to the link where the two stand one above the other. */
  #bringBack(link) {
    const { top, bottom } = this.diagram.element.getBoundingClientRect();
    if (top >= 0 && bottom <= window.innerHeight) return;
    if (link.getBoundingClientRect().left < this.stage.getBoundingClientRect().right) this.wayBack.offer(link);
    this.board.scrollIntoView({ behavior: this.diagram.still.matches ? "auto" : "smooth", block: "start" });
  }

  /** @param {{unit?: string, step?: string, stage?: string, part?: string, level?: string, hold?: string}} look what a link of the text shows */
  #look({ unit, step, stage, part, level, hold }) {
    if (hold !== undefined) this.#experiment(hold);
    if (unit) this.#pickUnit(unit === "mean" ? null : Number(unit));
    const value = (name, t) => {
      if (t < 0 || !this.record.names.includes(name)) return 0;
      const shown = this.record.value(name, t, this.lastUnit);
      return name === this.record.turned ? 1 - shown : shown; // a link means PyTorch's value, whatever the notation
    };
    if (step) this.pick({ step: looks.find(step, { steps: this.steps, told: this.veiled, cursor: this.cursor, value, moved: (t) => this.#moved(t) }) });
    if (stage) this.#walk(Math.min(Number(stage) || 0, CELLS[this.record.model.cell].walk.length));
    if (part) this.pick({ part: part in QUANTITIES[this.record.model.cell] ? part : null });
    if (level) this.pick({ level: Math.min(ARITHMETIC, Number(level) || TEXT), stage: Number(level) ? this.walked : 0 }); // no walk from afar
  }

  /** Hold what a link of the text says, and nothing else; "" lets all go. */
  #experiment(hold) {
    if (hold && this.holdPanel.element.hidden) this.holdPanel.show(true);
    if (this.veiled !== Infinity) return; // what came out would tell, and the panel says so
    if (hold !== this.holding.text) this.holding.replace(this.holding.read(hold, this.record.model));
  }

  /** How much the answer changed at a step. */
  #moved(t) {
    const row = this.record.arrays.probs ? this.record.row("probs", t) : [];
    return row.reduce((sum, p, k) => sum + Math.abs(p - (t ? this.record.row("probs", t - 1)[k] : 1 / row.length)), 0);
  }

  linked() {
    const { level, part, whatIf } = this;
    return { model: this.record.model.name, unit: this.unit ?? "mean", step: Math.max(1, this.cursor + 1), stage: this.walked, level, ...(part && { part }), numbers: this.numbered ? "on" : "off", ...(whatIf !== null && { whatif: whatIf }), ...this.against.linked() };
  }

  // Painting.

  colored() {
    this.#explainColors();
    changed();
  }

  #explainColors() {
    const bar = (scale) => el("span", { className: "colors", style: `background: linear-gradient(to right, ${this.scales[scale].join(", ")})` });
    const gates = Object.values(this.record.scales).includes("sequential") ? ["gates go from 0, shut, ", bar("sequential"), " to 1, open; all else: "] : [];
    const reaches = states(cellOf(this.record.model.cell)).map((name) => `${reach(this.record, name)}. `);
    this.legend.replaceChildren(...gates, "below 0 ", bar("diverging"), " above 0; the further a value is from 0, the wider its wire. ", el("span", { className: "reach" }, ...reaches), "A dashed frame: a token that training never saw.");
  }

  resize() {
    this.room = this.board.clientWidth;
  }

  /** The first step of which nothing is told; Infinity where all is. */
  get veiled() {
    return this.veils.first(this.scene);
  }

  /** What flows at step t, as far as it may be told: with the slider's value, or as the model had it. */
  values(t, whatIf = this.whatIf) {
    if (t >= this.veiled) return null;
    const values = carried(this.record, this.checkpoints.of(this.record.model.name), t, this.unit);
    return t === this.cursor && whatIf !== null ? moved(values, whatIf) : values;
  }

  /** What the network computes of the text with some holds and no others: a record, or null where the engine does not answer. */
  #ifHeld(holds) {
    const { name } = this.record.model;
    const answer = this.ready && this.answers.near.trace({ model: name, text: this.text, hold: write(holds) });
    if (!answer) return null;
    const record = this.#fresh(name);
    return record.apply(answer) ? record : null;
  }

  /** What is chosen, for the panel of holds: the part's value, or that of the gate which keeps. */
  #reachable() {
    const { record, holding: { ghost }, cursor, unit, ready } = this;
    const { name } = QUANTITIES[record.model.cell][this.part] ?? {};
    return { record, ghost, cursor, unit, name: name ?? share(cellOf(record.model.cell), "keep")?.name ?? "h", ready, veiled: this.veiled !== Infinity, text: this.text, limit: this.page.limit };
  }

  #about(key, t, whatIf) {
    const token = `step ${t + 1} ${spoken(this.record.tokens[t])}`;
    if (key === undefined || key === "token") return token;
    if (key === "said") return t >= this.veiled ? token : `${token} \u00b7 ${this.reading.says}: ${this.reading.short(this.record, t)}`;
    const { words, math } = quantities(this.record)[key];
    const value = this.values(t, whatIf)?.[key];
    return `${token} \u00b7 ${words} ${plain(math)}${value === undefined || value === null ? "" : ` = ${number(value)}`}`;
  }

  draw() {
    const { record, cursor, unit, walked: stage, level, ink, part: chosen } = this;
    const { model } = record;
    const walk = drawing(writing(record));
    const veil = this.veiled;
    const ghost = this.holding.follow(record, this.text, this.answers.near);
    const held = this.holding.holds.length ? (...entry) => this.holding.at(...entry) : null;
    const shown = ghost && this.holdPanel.comparing ? difference(record, ghost) : record;
    const lit = stage ? [...new Set([...walk.parts, ...walk.wires].filter(({ stages }) => stages.includes(stage)).map(({ key }) => QUANTITIES[model.cell][key].name).filter(Boolean))] : null;
    this.diagram.element.style.display = this.steps ? "" : "none";
    this.matters.element.hidden = model.task !== "sentiment" || veil !== Infinity; // the answer would be told
    this.matters.paint({ model: model.name, text: this.text, steps: this.steps, unit: "word", ready: this.ready && !this.matters.element.hidden, held: this.holding.active });
    this.against.veil(veil !== Infinity);
    this.against.paint({ record, cursor, unit, reading: this.reading, tables: this.tables, ink });
    const { high } = this; // measured before anything is painted
    this.bar.press({ stage, level, numbered: this.numbered, chosen: unit, size: model.hidden_size });
    this.picker.press(model);
    this.strips.paint({ record: shown, held, cursor, unit, lit, veil, words: model.unit !== "characters", short: (t) => this.short(t), tint: this.tint, numbered: this.numbered, tables: this.tables, ink });
    if (this.steps) {
      this.diagram.paint({ record, values: (t) => this.values(t), write: (t) => this.#written(record.tokens[t]), cursor, level: level === TEXT ? "text" : "cell", stage, chosen: this.framed, held: held && ((name, t) => held(name, t, unit)), numbers: this.numbered,
        tables: this.tables, ink, room: this.room, high, typed: this.arrived });
    }
    this.arrived = false;
    if (this.met !== this.ready) {
      this.met = this.ready;
      changed(); // some questions need the network in the page
    }
    const values = cursor < 0 ? null : this.values(cursor);
    const told = values || cursor < 0 ? this.tell(values) : `Step ${cursor + 1}, ${spoken(record.tokens[cursor])}: what happens here is hidden until you answer the question in the text.`;
    this.told.textContent = told;
    this.lifting.hidden = veil === Infinity;
    this.diagram.element.setAttribute("aria-label", told);
    this.whatif.element.hidden = model.cell !== "coupled" || unit === null || !values;
    if (!this.whatif.element.hidden) this.whatif.show(values, this.whatIf !== null, writing(record));
    this.parts.element.hidden = level === TEXT || !this.steps;
    if (!this.parts.element.hidden) this.parts.paint(record, values, chosen);
    const about = caption(ghost ?? record, unit, veil === Infinity);
    this.note.textContent = about && `Unit ${unit}: ${about}`;
    const open = level === ARITHMETIC || stage > 0;
    this.equation.replaceChildren(...(open && chosen && cursor >= 0 ? [math(panel.equation(record, chosen, cursor))] : []));
    this.holdPanel.paint();
    panel.show(this.panel, { record, ghost, held, weights: this.checkpoints.of(model.name), cursor, unit, chosen: open ? chosen : null, values, veil, whatIf: this.whatIf !== null }, (other) => this.#pickUnit(other));
  }

  /** What happens at the step in sight, and what the model says after it. */
  said() {
    const { cursor } = this;
    if (this.holdPanel.said) return this.holdPanel.said;
    return this.told.textContent + (cursor < 0 || cursor >= this.veiled ? "" : ` The network ${answered(this.record, cursor, {})}.`);
  }

  painted() {
    return { model: this.record.model.name, text: this.text };
  }

  /** A token as it stands under its tile, cut where it would reach into the next one. */
  #written(token) {
    this.pen ??= document.createElement("canvas").getContext("2d");
    this.pen.font = `700 32px ${this.ink.sans}`; // as large as it gets (lesson.css)
    return fitting(this.pen, glyph(token), W - 12);
  }

  short(t) {
    const { record } = this;
    const labels = record.model.labels;
    const share = labels?.length === 2 ? record.row("probs", t)[1] : record.guesses(t, 1)[0].probability;
    return [this.reading.short(record, t), share];
  }
}

export const { mount, unmount } = mounting(Lesson, styles);
