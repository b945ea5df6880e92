// The stage of the Memory page: how much the last state of each model depends on every token before it.

import { cellOf } from "../engine/cells.js";
import { inCell, since, write } from "../engine/holds.js";
import { split } from "../engine/tokens.js";
import { FamilyStage, plot, row } from "../familystage.js";
import * as chart from "../kit/chart.js";
import { toolbar } from "../kit/controls.js";
import { el, math } from "../kit/dom.js";
import { called } from "../kit/family.js";
import { Legend, scale, swatch } from "../kit/legend.js";
import { More } from "../kit/more.js";
import { writing } from "../kit/notation.js";
import { quoted } from "../kit/readings.js";
import { RoleHolding } from "../kit/roleholding.js";
import * as rows from "../kit/rows.js";
import { scientific } from "../kit/words.js";
import { grouped, plural, tr } from "../language.js";
import { mounting } from "../mounting.js";
import { part, Record } from "../record.js";
import { READINGS } from "./decay.js";
import { Follower } from "./follower.js";
import { fallen } from "./heldwords.js";
import { InfluencePanel } from "./influencepanel.js";

const REST = 300; // ms without a key before much work is asked for
const QUICK = 40; // units up to which a model is quick enough to be asked at every key

const GAINS = tr("A gain above 1 does not mean that the product grows: each gain is that of a random small change, and what one step has stretched the next may shrink. "
  + "The last column follows the way along c alone; the influence has all ways, so it can be much larger.");

class Memory extends FamilyStage {
  /** @type {number} how many tokens of the text stand before those that are shown */ cut;
  /** @type {string[]} the models that are here */ names;
  /** @type {string} */ text;
  /** @type {string} what is held in the influences that are here */ heldNow;
  window; // how many tokens are in sight
  at; // the token that is looked at
  pace; // whether each key is asked for
  legend;
  shares;
  finding;
  numbers;
  colors;

  static kind = "compare memory";
  static holds = RoleHolding;
  static placeholder = tr("Type a text: how much of it does the last state still depend on?");
  static keys = tr("Memory: left and right arrow move the step, Home and End go to the ends, space plays");
  static timeout = 15000;

  build() {
    Object.assign(this, { cut: 0, names: [] });
    this.follower = new Follower(this.checkpoints);
    const top = this.top();
    [this.window, this.at, this.pace] = [tr("text"), "", ""].map((text) => el("span", { className: "quiet" }, text));
    this.tokens = this.canvas("tokens", tr("The text, token by token"));
    this.charts = Object.fromEntries(Object.entries(READINGS).map(([key, { title }]) => [key, this.canvas(`chart ${key}`, title)]));
    this.titles = Object.fromEntries(Object.entries(READINGS).map(([key, { title }]) => [key, el("span", { className: "quiet" }, title)]));
    const charts = Object.entries(READINGS).map(([key, reading]) => plot(this.titles[key], this.charts[key], el("div", { className: "axis", "aria-hidden": "true" }, ...chart.axis(reading))));
    [this.legend, this.shares, this.finding] = [new Legend(), el("div", {}), el("p", { className: "finding" })];
    [this.numbers, this.colors] = [el("table", { className: "terms decay" }), el("span", { className: "scale" })];
    this.equation = el("p", { className: "equation" });
    this.#letter();
    this.board.append(row(this.window, this.tokens), this.shares,
      el("div", { className: "keys-to-rows beside" }, el("span", { className: "key" }, this.colors, tr("of the largest influence in the row"))), this.finding,
      row(this.at, this.legend.element), charts[0],
      this.equation,
      charts[1], charts[2], el("div", { className: "wide" }, this.numbers), el("p", { className: "quiet" }, GAINS));
    const more = (this.more = new More(this.link, this.notation.element, this.pace));
    this.holdPanel = new InfluencePanel(this.byRole, () => this.#reachable(), () => this.paintSoon());
    return [top, toolbar(tr("Step and more"), [this.stepper.element], [this.holdPanel.button, more.button]), more.panel, this.holdPanel.element, this.board];
  }

  /** What is held. */
  get byRole() {
    return /** @type {RoleHolding} */ (this.holding);
  }

  /** What is chosen, for the panel of holds; steps are those of the whole text. */
  #reachable() {
    const { cut, cursor, steps, ready } = this;
    const tokens = split(this.text, this.picker.family.unit);
    const records = this.names.map((name) => ({ model: this.models[name], notation: this.notation.chosen, tokens }));
    const gates = ready && steps && !this.holdPanel.element.hidden ? this.#gates() : null;
    const followed = this.records.flatMap((record) => (record.was ? [{ ...record, model: this.models[record.name] }] : []));
    return { record: records[0], records, gates: gates ?? [], at: cursor, cursor: steps ? cut + cursor : -1, followed, waiting: this.heldNow !== this.holding.text, ready, veiled: false };
  }

  /** The gates of each model at the steps that are followed back: records; null where the engine cannot tell. */
  #gates() {
    const text = this.records[0].tokens.join(this.picker.family.unit === "characters" ? "" : " ");
    const hold = write(since(this.holding.holds, this.cut));
    const key = JSON.stringify([this.names, text, hold]);
    if (this.seen?.key === key) return this.seen.records;
    const answer = this.answers.near.compare({ models: this.names, text, hold });
    const records = answer && this.names.map((name, k) => {
      const record = new Record(this.models[name], (given) => split(given, this.picker.family.unit)).use(this.notation.chosen);
      record.apply(part(answer, k));
      return record;
    });
    this.seen = { key, records };
    return records;
  }

  /** The letters of an LSTM in the notation. */
  get #written() {
    return writing({ model: { cell: "lstm" }, notation: this.notation.chosen });
  }

  #letter() {
    const [written, s] = [this.#written, (when) => this.#written.indexed("s", when)];
    const [h, c] = [written.letter("h"), written.letter("c")];
    this.equation.replaceChildren(math(tr("{product}, where {factor}; s is all of the state: {h}, or {h} and {c}, of which the rows of {h} are kept at the end", {
      product: `\u2202${written.at("h", "T")}/\u2202${written.at("x")} = J_{T} J_{T\u22121} \u2026 J_{t+1} \u2202${s("t")}/\u2202${written.at("x")}`, factor: `J_{k} = \u2202${s("k")}/\u2202${s("k\u22121")}`, h, c,
    })));
  }

  renamed() {
    this.#letter();
  }

  open(first) {
    const { start } = this.page;
    this.byRole.open(start.hold);
    this.take(first, start.text);
    this.box.open(start.text);
    this.pick(start.step < this.cut + this.steps ? start.step - this.cut : 0); // the first step: how much of it is left is the question
  }

  close() {
    super.close();
    clearTimeout(this.rest);
    this.follower.close();
  }

  get read() {
    const [{ name, tokens, unknown }] = this.records;
    return { model: this.models[name], tokens, unknown, unit: this.picker.family.unit, several: true };
  }

  get steps() {
    return this.records[0].steps;
  }

  get place() {
    return { cursor: this.steps ? this.cursor : -1, steps: this.steps, first: this.cut };
  }

  about(t) {
    return [tr("influence of {token} on the last state", { token: this.#named(t) }), ...this.records.map(({ name, norms }) => `${name} ${scientific(norms[t])}`)].join("\n");
  }

  #named(t) {
    return tr("step {step}, {token}", { step: this.cut + t + 1, token: quoted(this.records[0].tokens[t]) });
  }

  request(asked) {
    return { ...super.request(asked), ...this.holding.asked };
  }

  reheld() {
    this.#request(this.#quick() ? 0 : REST);
  }

  beside(request) {
    return this.follower.ask(request);
  }

  typed(text, caret) {
    this.follow = this.stepAt(text, caret);
    this.stepper.stop();
    if (text === this.text && this.lane.idle && this.asked === this.names.join()) return;
    this.#request(this.#quick() ? 0 : REST);
  }

  caret(caret) {
    const step = this.stepAt(this.box.text, caret);
    this.pick(step - this.cut);
    this.follow = step; // the answer that has it may still be on its way
  }

  /** Whether the models that are asked for are small enough to be asked at every key. */
  #quick() {
    return this.picker.asked.every((name) => this.models[name].hidden_size <= QUICK);
  }

  want() {
    this.#request(0);
  }

  /** Ask for the text that stands in the box, once typing has rested for so many milliseconds. */
  #request(rest) {
    clearTimeout(this.rest);
    const go = () => this.ask(this.asked);
    if (rest === 0) return go();
    this.stage.classList.add("waiting");
    this.rest = setTimeout(go, rest);
  }

  take({ metadata, tensors }, text) {
    const { models, tokens, unknown, cut } = metadata;
    if (models.join() !== this.names.join()) {
      this.names = models;
      this.picker.settle(models);
    }
    const arrays = (k) => Object.fromEntries(["norms", "gains", "products", "path"].filter((key) => `${k}.${key}` in tensors).map((key) => [key, tensors[`${k}.${key}`].data]));
    const held = this.byRole.read(metadata.held ?? "");
    const was = (name, k) => (inCell(held, cellOf(this.models[name].cell)).length ? arrays(`${k}.was`) : null); // where nothing is held
    this.records = models.map((name, k) => ({ name, tokens, unknown, steps: tokens.length, ...arrays(k), was: was(name, k) }));
    Object.assign(this, { text, cut, heldNow: metadata.held ?? "" });
    this.stage.classList.remove("waiting");
    this.cursor = Math.max(0, Math.min(this.follow - cut, tokens.length - 1));
    this.tip.say(null);
    this.#bars();
    this.paintSoon();
    return true;
  }

  /** Look at a step, counted from the first that is followed back. */
  pick(step) {
    this.cursor = Math.max(0, Math.min(this.steps - 1, step));
    this.follow = this.cut + this.cursor;
    this.paintSoon();
  }

  see({ step }) {
    this.stepper.stop();
    this.pick(step - this.cut);
  }

  linked() {
    return { models: this.names.join(","), step: this.cut + this.cursor + 1 };
  }

  colored() {
    this.colors.replaceChildren(...scale(this.scales.sequential, ["0", tr("all")]));
  }

  /** One row of shares for each model. */
  #bars() {
    if (this.barred === this.names) return;
    this.barred = this.names;
    this.bars = this.names.map((name) => ({
      swatch: el("canvas", { className: "swatch", "aria-hidden": "true" }),
      canvas: this.canvas("shares", tr("How much the last state of {model} depends on each token", { model: name })),
      title: called(this.models[name]),
    }));
    this.shares.replaceChildren(...this.bars.map(({ swatch, canvas, title }) => row(el("span", { className: "who" }, swatch, el("b", {}, title)), canvas)));
  }

  draw() {
    if (this.needed.every((name) => this.checkpoints.bytes(name))) this.follower.start();
    const { view, cursor, ink, tables, records, lines } = this;
    this.lay();
    const places = this.names.map((name) => this.picker.places[name]);
    const scene = { records, places, colors: lines, view, cursor, tables, ink };
    rows.tokens(this.tokens, { ...scene, tokens: records[0].tokens });
    this.bars.forEach(({ swatch: canvas, canvas: row }, k) => {
      swatch(canvas, places[k], lines[places[k]]);
      const held = this.byRole.steps(this.models[records[k].name]);
      rows.shares(row, records[k].norms, scene, held && ((t) => held(this.cut + t)));
    });
    const ghosts = records.map(({ was }) => was);
    for (const [key, canvas] of Object.entries(this.charts)) {
      const { title } = READINGS[key];
      this.titles[key].textContent = ghosts.some(Boolean) ? tr("{title}; thin dashes: where nothing is held", { title }) : title;
      chart.draw(canvas, { ...scene, reading: READINGS[key], ghosts });
    }
    this.holdPanel.paint();
    this.#say(places);
    this.stepper.show();
  }

  painted() {
    return { models: this.names, text: this.text };
  }

  said() {
    return this.steps ? this.holdPanel.said || this.about(this.cursor) : tr("No text.");
  }

  /** What is said in words. */
  #say(places) {
    const { view, cursor, steps, cut, records } = this;
    const titles = this.bars.map(({ title }) => title);
    if (steps > view.count) this.window.textContent = tr("text, steps {first} to {last} of {steps}", { first: cut + view.start + 1, last: cut + view.end(steps), steps: cut + steps });
    else this.window.textContent = cut ? tr("text, its last {steps} steps", { steps }) : tr("text");
    this.at.textContent = steps ? this.#named(cursor) : "";
    this.legend.show(records.map(({ norms }, k) => ({ name: titles[k], place: places[k], color: this.lines[places[k]], text: steps ? scientific(norms[cursor]) : "" })));
    this.#find(titles);
    this.#table(titles);
    this.pace.textContent = this.#quick() ? tr("Computed at every key: these models are small.") : tr("Computed when you stop typing: each unit is followed back through all steps.");
  }

  /** How much the first token still counts beside the last one. */
  #find(titles) {
    const { steps, cut, records } = this;
    const { tokens } = records[0];
    if (steps < 2) {
      this.finding.textContent = steps ? tr("Type more: before the first token there is nothing to follow back.") : tr("There is no text yet: type above, or try an example.");
      return;
    }
    const from = cut ? ` ${tr("The first {cut} of {all} are left out: the last {steps} are read from a state of zeros.", { cut: grouped(cut), all: grouped(cut + steps), steps })}` : "";
    const counted = records.map((record, k) => `${titles[k]} ${fallen(record)}`).join("; ");
    const found = tr("The influence of the first token, {first}, compared with that of the last, {last} (1 means equal): {counted}.", { first: quoted(tokens[0]), last: quoted(tokens[steps - 1]), counted });
    this.finding.textContent = found + from;
  }

  /** The numbers at the cursor. */
  #table(titles) {
    if (!this.steps) return this.numbers.replaceChildren();
    const t = this.cursor;
    const after = this.steps - 1 - t;
    const cell = (value) => el("td", { className: "amount" }, value === undefined ? "\u2013" : scientific(value));
    const written = this.#written;
    const head = ["", tr("influence {norm}", { norm: `\u2016\u2202${written.at("h", "T")}/\u2202${written.at("x")}\u2016` }), tr("gain of {factor}", { factor: "J_{t}" }),
      plural("gain of the factor after t", "gain of the {count} factors after t", after), tr("{product}, mean of units", { product: `${written.at("f", "T")} \u2299 \u2026 \u2299 ${written.at("f", "t+1")}` })];
    this.numbers.replaceChildren(
      el("caption", {}, tr("At {step}, of {steps}", { step: this.#named(t), steps: this.cut + this.steps })),
      el("thead", {}, el("tr", {}, ...head.map((title) => (title ? el("th", { scope: "col" }, math(title)) : el("td"))))),
      el("tbody", {}, ...this.records.map((record, k) => el("tr", {}, el("th", { scope: "row" }, titles[k]), ...["norms", "gains", "products", "path"].map((key) => cell(record[key]?.[t]))))),
    );
  }
}

export const { mount, unmount } = mounting(Memory);
