// The stage of the Attention page: one source, what was written, one step of it, and everything that looks at them.

import { hear } from "../classroom/asking/asker.js";
import { sign } from "../kit/alignment.js";
import { button, field, toolbar } from "../kit/controls.js";
import { el } from "../kit/dom.js";
import { More } from "../kit/more.js";
import { Player } from "../kit/player.js";
import { number, spoken } from "../kit/words.js";
import { tr } from "../language.js";
import { mounting } from "../mounting.js";
import { even, Reading, taken } from "../reading.js";
import { known, modelPicker, WritingStage } from "../writingstage.js";
import { AlignmentBoard } from "./alignboard.js";
import { DecoderHolding } from "./decoderholding.js";
import { DecoderPanel } from "./decoderpanel.js";
import { judged, NOTHING, Outputs } from "./outputs.js";
import { Look } from "./predict.js";
import * as sumsPanel from "./sumspanel.js";
import { Tree } from "./tree.js";

const PACE = 500; // ms a step of the decoder, while they play
const ATTENTIONS = { none: tr("no attention"), additive: tr("additive attention"), multiplicative: tr("multiplicative attention") };

class Attention extends WritingStage {
  static kind = "attention";
  static holds = DecoderHolding;
  static placeholder = tr("Type a source: the whole answer changes at every key.");
  static explores = tr("this alignment: figures to zoom and select, downloads");
  static keys = tr("Board: up and down arrow move the step of the decoder, left and right the token of the source, Home and End go to the ends, space plays, Enter chooses the token of a prediction, Escape gives the attention back");

  // What stands where.

  /** @type {Object<number, number[]>} step -> the weights that were taken over */ forced;
  /** @type {number} from 1, which is greedy */ beam;
  /** @type {Set<number>} the tokens that a prediction has chosen */ picked;
  /** @type {boolean} whether a prediction is being made */ asking;

  build() {
    Object.assign(this, { forced: {}, beam: this.page.start.beam, picked: new Set(), asking: false });
    this.picker = modelPicker(this, () => {
      this.forced = {};
      this.#want();
    });
    this.search = el("select", { onchange: () => this.#search(Number(this.search.value)) }, ...[1, 2, 3, 4, 5].slice(0, this.page.widest).map((n) => el("option", { value: String(n) }, n === 1 ? tr("greedy") : tr("beam of {width}", { width: n }))));
    this.search.value = String(this.beam);
    this.units = el("input", { type: "number", min: 0, step: 1, onchange: () => this.units.value !== "" && this.pick({ unit: Number(this.units.value) }) });
    this.player = new Player({ place: () => ({ cursor: this.q, steps: this.reading.steps }), pick: (q) => this.pick({ q }), pace: () => PACE }, tr("Play the decoding from the chosen step"));
    this.outputs = new Outputs(this.models);
    this.alignment = new AlignmentBoard({
      pick: (what) => this.pick(what),
      choose: (k) => this.#mark(k),
      take: (row) => this.#force(row),
      nudge: (by) => this.#nudge(by),
      hover: this.hover,
    });
    this.predict = new Look({ ask: (field) => this.#ask(field), reveal: () => this.#reveal() });
    this.unheard = hear(() => {
      this.predict.told();
      this.paintSoon();
    });
    this.tree = new Tree(this.hover);
    this.takeover = el(
      "div",
      { className: "group takeover", role: "group", "aria-label": tr("Take the attention of this step over") },
      el("span", { className: "quiet" }, tr("Take this step over: drag a weight, or")),
      button(tr("All on the chosen token"), tr("Put all attention of this step on the chosen token"), () => this.#force(Array.from({ length: this.reading.columns }, (_, k) => Number(k === this.k)))),
      button(tr("Spread evenly"), tr("Give every token the same weight at this step"), () => this.#force(even(this.reading.columns))),
      (this.giveBack = button(tr("Give back"), tr("Give all steps their own weights back (Escape)"), () => this.#release())),
    );
    this.panels = sumsPanel.build((k) => this.pick({ k }));
    this.hint = el("p", { className: "quiet hint" });
    this.board.append(this.alignment.top, this.hint, this.predict.element, this.takeover, this.alignment.look);
    this.alignment.body.replaceChildren(this.board);
    this.holdPanel = new DecoderPanel(this.holding, () => this.#reachable(), () => this.paintSoon(), this.page.experiments);
    const top = el("div", { className: "top" }, this.box.element, this.picker.element);
    const more = (this.more = new More(field(tr("Decoding"), this.search), field(tr("Unit"), this.units), this.link));
    return [top, this.tries, this.#bar(more.button), more.panel, this.holdPanel.element, this.outputs.element, this.alignment.body, this.panels.element, this.tree.element];
  }

  #bar(more) {
    const step = (label, title, key) => button(label, title, () => this.press(key));
    return toolbar(tr("Step and more"),
      [step("\u21E4", tr("First step (Home)"), "Home"), step("\u2191", tr("One step back (up arrow)"), "ArrowUp"), step("\u2193", tr("One step on (down arrow)"), "ArrowDown"), step("\u21E5", tr("Last step (End)"), "End"), this.player.button],
      [this.holdPanel.button, more]);
  }

  /** The first picture, which came with the page. */
  open(first) {
    this.reading = this.own = new Reading(first, this.models[first.metadata.model]);
    const { step, unit, column, forced, ask, hold } = this.page.start;
    this.q = Math.min(step, this.reading.steps - 1);
    this.unit = unit;
    this.#settle();
    this.#look();
    this.box.open(this.reading.text);
    if (column !== null) this.pick({ k: column });
    if (ask && this.predict.open(ask, this.reading)) this.asking = true;
    this.holding.open(hold, this.model);
    this.forced = Object.fromEntries(forced); // the first picture has the model's own weights, to be drawn beside these, and holds nothing
    if (forced.length || hold) this.#want();
  }

  close() {
    super.close();
    this.unheard();
    this.player.stop();
    this.outputs.close();
  }

  /** What depends on the model alone. */
  #settle() {
    const { card, opening, hidden_size: size, attention, unit } = this.model;
    this.stage.dataset.unit = unit; // a sentence needs more room than a date
    this.unit = Math.min(this.unit, size - 1);
    this.units.max = size - 1;
    this.picker.settle(this.model, [ATTENTIONS[attention], tr("{units} units, {known}", { units: size, known: known(card) })].join(" \u00b7 "));
    this.hint.textContent = tr(opening.note);
  }

  // What happens.

  typed(text) {
    this.player.stop();
    this.forced = {};
    if (this.reading.text === text && this.model.name === this.asked && this.lane.idle && this.#settled) return;
    this.#want(text);
  }

  /** Ask for the answer to what is chosen. */
  #want(text = this.box.text) {
    if (this.fitted !== this.asked) this.holdPanel.tell(this.holding.fit(this.models[this.asked]));
    this.fitted = this.asked;
    this.ask(this.asked, text);
  }

  ask(model, text, options = { forced: this.forced, beam: this.beam }) {
    super.ask(model, text, options);
    this.explore.changed();
  }

  request(asked) {
    return { ...asked, ...this.holding.asked };
  }

  /** Whether what is shown has just the rows, the beam and the holds that are wanted. */
  get #settled() {
    const { forced, held, tree } = this.reading;
    return !Object.keys(this.forced).length && !forced.length && held === this.holding.text && tree.length > 0 === this.beam > 1;
  }

  #search(beam) {
    this.beam = beam;
    this.#want();
  }

  /** An answer of the server. */
  take(answer) {
    const old = this.reading;
    this.reading = new Reading(answer, this.models[answer.metadata.model]);
    this.own = this.#unheld() ?? this.own;
    if (this.model !== old.model) this.#settle();
    if (this.reading.text !== old.text || this.model !== old.model) {
      this.picked.clear();
      this.asking = this.predict.again(this.reading);
      this.q = Math.min(Math.max(0, this.q), this.reading.steps - 1);
      this.#look();
    }
    this.q = Math.min(this.q, this.reading.steps - 1);
    this.paintSoon();
    return true;
  }

  /** What the model writes of the same source where nothing is held or taken over; null where what was is still it, or the engine cannot tell. */
  #unheld() {
    const { reading, beam } = this;
    const { text, model } = reading;
    const plain = !reading.forced.length && !reading.held;
    const same = this.unheldOf === JSON.stringify([model.name, text, beam]);
    if (!plain && (same || !reading.held)) return null;
    const answer = plain ? null : this.answers.near.attention({ model: model.name, text, beam }, null, this.page.tokens);
    if (plain || answer) this.unheldOf = JSON.stringify([model.name, text, beam]);
    return plain ? reading : answer && new Reading(answer, model);
  }

  /** The same where it is of the source that is shown, else null. */
  get #plain() {
    const { own, reading } = this;
    return own !== reading && own.text === reading.text && own.model === reading.model ? own : null;
  }

  /** What is chosen, for the panel of holds. */
  #reachable() {
    const { reading, q, k, unit, ready, asking } = this;
    return { reading, own: this.#plain, q, k, unit, ready, veiled: asking };
  }

  /** The column goes where the chosen step looks most. */
  #look() {
    this.k = this.reading.attends && this.q >= 0 && this.reading.columns ? this.reading.focus(this.q) : this.reading.columns - 1;
  }

  /** @param {{q?: number, k?: number, unit?: number}} what is chosen from now on: the step, the token of the source, the unit */
  pick({ q, k, unit }) {
    if (q !== undefined) {
      this.q = Math.max(Math.min(0, this.reading.steps - 1), Math.min(this.reading.steps - 1, q));
      if (k === undefined) this.#look();
    }
    if (k !== undefined) this.k = Math.max(0, Math.min(this.reading.columns - 1, k));
    if (unit !== undefined) this.unit = Math.max(0, Math.min(this.reading.model.hidden_size - 1, Math.trunc(unit) || 0));
    this.paintSoon();
  }

  /** Give the chosen step other weights; the decoder goes on from them. */
  #force(row) {
    if (!this.reading.attends || this.q < 0) return;
    this.forced = { ...this.forced, [this.q]: row };
    this.#want();
  }

  /** Change the chosen token's weight, from where the last key put it: its answer may be on its way. Returns whether it can be changed. */
  #nudge(by) {
    const { q, k } = this;
    if (this.asking || q < 0 || k < 0) return false;
    const row = this.forced[q] ?? this.reading.row("weights", q);
    this.#force(taken(row, k, Math.min(1, Math.max(0, row[k] + by))));
    return true;
  }

  #release() {
    this.forced = {};
    this.#want();
  }

  // Predict, then see.

  #ask(field) {
    this.asking = field !== null;
    this.picked.clear();
    if (this.asking) {
      this.board.focus({ preventScroll: true }); // where the arrow keys and Enter choose
      this.alignment.top.scrollIntoView({ block: "nearest" }); // where a click chooses
    }
    if (this.asking) this.holding.replace([]); // a question is on the network itself
    if (this.asking && Object.keys(this.forced).length) this.#release();
    this.paintSoon();
  }

  #reveal() {
    this.asking = false;
    this.paintSoon();
  }

  #mark(k) {
    if (!this.picked.delete(k)) this.picked.add(k);
    this.paintSoon();
  }

  // Keys and playing.

  get moves() {
    const { q, k } = this;
    return {
      ArrowUp: () => this.pick({ q: q - 1 }),
      ArrowDown: () => this.pick({ q: q + 1 }),
      ArrowLeft: () => this.pick({ k: k - 1 }),
      ArrowRight: () => this.pick({ k: k + 1 }),
      Home: () => this.pick({ q: 0 }),
      End: () => this.pick({ q: this.reading.steps - 1 }),
      Escape: () => this.#release(),
      Enter: () => this.asking && this.#mark(k),
      " ": () => this.player.toggle(),
    };
  }

  press(key) {
    if (key !== " " && key in this.moves) this.player.stop();
    return super.press(key);
  }

  prefer({ beam, forced }) {
    const rows = Object.fromEntries(forced);
    const other = beam !== this.beam || JSON.stringify(rows) !== JSON.stringify(this.forced);
    Object.assign(this, { beam, forced: rows });
    this.search.value = String(beam);
    return other;
  }

  see({ step, column, unit, ask }) {
    this.player.stop();
    this.pick({ q: step, unit });
    if (column !== null) this.pick({ k: column });
    if (ask === (this.asking ? this.predict.state.field : null)) return;
    this.picked.clear();
    this.asking = ask !== null && this.predict.open(ask, this.reading);
    if (!this.asking) this.predict.state = null;
  }

  linked() {
    const { q, k, unit, beam } = this;
    const forced = linkedRows(this.forced);
    return { model: this.model.name, step: Math.max(1, q + 1), column: Math.max(1, k + 1), unit, beam, ...(forced && { forced }), ...(this.asking && { ask: this.predict.state.field }) };
  }

  chosen() {
    return { model: this.asked, forced: this.forced, beam: this.beam, ...this.holding.asked };
  }

  // Painting.

  resize() {
    this.alignment.resize();
  }

  draw() {
    const { reading, own, q, k, unit, ink, picked, asking, tables } = this;
    const plain = this.#plain;
    const ghost = plain && (reading.held || reading.forced.includes(q)) && q < own.steps ? own : null;
    const scene = { reading, q, k, unit, ink, picked, veiled: asking, ghost, tables, held: /** @type {DecoderHolding} */ (this.holding).places };
    this.alignment.paint(scene);
    this.tree.paint(scene);
    this.predict.paint(reading, picked);
    this.takeover.hidden = !reading.attends || q < 0 || asking;
    this.giveBack.disabled = !reading.forced.length;
    if (this.root.activeElement !== this.units) this.units.value = unit;
    this.outputs.paint(reading, own, Boolean(plain));
    this.holdPanel.paint();
    this.panels.paint(scene, plain);
  }

  get decoded() {
    return { forced: this.forced, beam: this.beam };
  }

  get pictured() {
    const more = [[tr("the beam\u2019s tree"), this.tree.element], [tr("arithmetic"), this.panels.element]];
    return [{ name: tr("what it writes"), element: this.outputs.element, shown: true }, ...super.pictured, ...more.map(([name, element]) => ({ name, element, shown: false }))];
  }

  painted() {
    const { reading } = this;
    return { model: reading.model.name, text: reading.text, output: reading.output, forced: reading.forced, held: reading.held };
  }

  /** What a screen reader hears: what was written, the question that is open or answered, and where the decoder looked, unless that is asked. */
  said() {
    const { reading, q, k } = this;
    if (!reading.columns) return tr("Nothing to read yet.");
    const where = reading.attends && q >= 0 && !this.asking ? this.#looked(q, reading.focus(q), k) : "";
    const at = { output: reading.output || NOTHING, judged: judged(reading, reading.output) };
    const output = at.judged ? tr("Output: {output}, {judged}.", at) : tr("Output: {output}.", at);
    return [this.holdPanel.said, output, this.predict.said, where].filter(Boolean).join(" ");
  }

  /** Where step q looked most, and how much at the chosen token k. */
  #looked(q, most, k) {
    const { reading } = this;
    return tr("Step {step} wrote {token} and looked most at {source}, weight {weight}. Chosen token {chosen}, weight {other}.",
      { step: q + 1, token: spoken(sign(reading.written[q])), source: spoken(reading.tokens[most]), weight: number(reading.weight(q, most), 2), chosen: spoken(reading.tokens[k] ?? ""), other: number(reading.weight(q, k), 2) });
  }
}

/** Rows of weights as a field of a link: "6:0,1,0;7:0.5,0.25,0.25", with steps from 1. */
export const linkedRows = (rows) => Object.entries(rows).map(([q, row]) => `${Number(q) + 1}:${row.map((weight) => Number(weight.toFixed(5))).join(",")}`).join(";");

export const { mount, unmount } = mounting(Attention);
