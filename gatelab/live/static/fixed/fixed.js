// The stage of a trace that is given: fixed numbers of a network of any kind. Nothing is computed here. In a notebook whose kernel runs, what is typed is
// handed to the page around, which answers with another trace (gatelab/notebook/live.py).

import { option, field, stepButtons } from "../kit/controls.js";
import { el } from "../kit/dom.js";
import { tables } from "../kit/palette.js";
import { Player } from "../kit/player.js";
import { Tip } from "../kit/tip.js";
import { View } from "../kit/view.js";
import { glyph, number, spoken } from "../kit/words.js";
import { parse } from "../engine/safetensors.js";
import { tr } from "../language.js";
import { mounting } from "../mounting.js";
import { dress } from "../theme.js";
import * as flow from "../watch/flow.js";
import { Given } from "./given.js";
import { Maps } from "./maps.js";

const COLUMN = { least: 18, most: 130, letter: 9 }; // CSS pixels of a step, and of a letter in it
const NEXT = 6; // guesses that are listed
const PLAY = 200; // ms a step
const KEYS = tr("Board: left and right arrow move the step, up and down the unit, Home and End go to the ends, space plays");

class Fixed {
  /** @type {Given} */ record;
  /** @type {{metadata: any, tensors: any}} what came */ answer;
  /** @type {number} */ layer;
  /** @type {number} the chosen step; -1 for none */ cursor;
  /** @type {number} */ unit;
  /** @type {string | null} the name that colors the tokens, by hand */ wanted;
  /** @type {View} */ view;
  /** @type {boolean} whether the maps show the chosen unit alone */ alone;
  /** @type {number} how many texts were typed */ asked;
  /** @type {ShadowRoot} */ root;
  page; // what Python says of the stage (gatelab/notebook/given.py)
  scales; // of the theme, as are the next ones
  ink;
  tables;
  missing; // the color of what is not finite
  flowTitle;
  legend;

  constructor(root, first) {
    const { page } = first.metadata;
    Object.assign(this, { root, page, view: new View(), layer: page.start.layer, cursor: page.start.step, unit: page.start.unit, wanted: page.start.value, alone: false, answer: first, asked: 0 });
  }

  begin(first, setStateValue) {
    this.root.append(this.#build());
    this.dress(setStateValue);
    this.take(first, this.layer);
    this.resized = new ResizeObserver(() => this.paintSoon());
    this.resized.observe(this.stage);
    this.heard = ({ source, data }) => source === window.parent && data?.gatelab === "trace" && this.#answered(data);
    if (this.page.typing) window.addEventListener("message", this.heard);
  }

  close() {
    this.resized.disconnect();
    window.removeEventListener("message", this.heard);
    this.player.stop();
  }

  #build() {
    this.tip = new Tip();
    this.box = el("textarea", { rows: 2, spellcheck: false, readOnly: !this.page.typing, dir: "auto", "aria-label": this.page.typing ? tr("Text for the network to read") : tr("What was read, step by step"), oninput: () => this.#typed() });
    this.said = el("p", { className: "notice", role: "status" });
    this.missed = el("p", { className: "notice", role: "status" });
    this.facts = el("p", { className: "quiet" });
    this.maps = new Maps({ pick: (what) => this.pick(what), hover: (text, event) => this.tip.say(text, event) });
    this.board = el("div", { className: "board", tabIndex: 0, role: "group", "aria-label": KEYS, onkeydown: (event) => this.#pressed(event) }, this.maps.body);
    this.maps.head.addEventListener("keydown", (event) => this.#pressed(event));
    this.flow = el("canvas", { className: "flow", role: "img", onclick: (event) => this.#clicked(event) });
    [this.flowTitle, this.legend] = [el("h3", {}), el("ul", { className: "legend" })];
    this.flowBox = el("section", { className: "flowbox" }, this.flowTitle, this.flow, this.legend);
    this.panel = el("section", { className: "panel", "aria-label": tr("The values at the chosen step") });
    this.stage = el("div", { className: "stage fixed" }, el("div", {}, this.box, this.said, this.missed, this.facts), this.#controls(), el("div", { className: "score" }, this.maps.head, this.board),
      el("div", { className: "below" }, this.flowBox, this.panel), this.tip.element);
    return this.stage;
  }

  #controls() {
    this.layers = el("select", { onchange: () => this.take(this.answer, Number(this.layers.value)) });
    this.units = el("select", { onchange: () => this.pick({ unit: Number(this.units.value) }) });
    this.colors = el("select", { onchange: () => this.pick({ name: this.colors.value }) });
    this.layerField = field(tr("Layer"), this.layers);
    const shown = { [tr("All units")]: false, [tr("One unit")]: true };
    this.shown = Object.entries(shown).map(([words, alone]) => el("button", { type: "button", onclick: () => this.#show(alone) }, words));
    this.player = new Player({ place: () => ({ cursor: this.cursor, steps: this.record.steps }), pick: (step) => this.pick({ step }), pace: () => PLAY });
    return el("div", { className: "bar-of-controls", role: "toolbar", "aria-label": tr("Step, unit and color") },
      el("div", { className: "group segments", role: "group", "aria-label": tr("Maps") }, ...this.shown), el("div", { className: "group" }, this.layerField, field(tr("Unit"), this.units), field(tr("Text color"), this.colors)),
      el("div", { className: "group steps" }, ...stepButtons((key) => this.#move(key)), this.player.button));
  }

  /** Take a trace, or another layer of the same. @param {{metadata: any, tensors: any}} answer */
  take(answer, layer) {
    this.answer = answer;
    this.layer = Math.min(layer, answer.metadata.parts.length - 1);
    this.record = new Given(answer, this.layer);
    const { record, record: { about, names } } = this;
    const { tokens, parts, facts } = answer.metadata;
    if (this.page.typing && !this.asked) this.box.value = this.page.start.text;
    if (!this.page.typing) this.box.value = tokens.join(tokens.every((token) => Array.from(token).length === 1) ? "" : " ");
    this.facts.textContent = [facts, about.place].filter(Boolean).join(" \u00b7 ");
    this.missed.textContent = about.missing ? `${about.missing[0].toUpperCase()}${about.missing.slice(1)}. ${tr("Such entries have a color that stands on no scale.")}` : "";
    this.unit = Math.min(this.unit, record.units - 1);
    this.cursor = Math.max(Math.min(0, record.steps - 1), Math.min(this.cursor, record.steps - 1));
    this.layerField.hidden = parts.length < 2;
    this.layers.replaceChildren(...parts.map((_, k) => option(k, tr("{layer} of {layers}", { layer: k + 1, layers: parts.length }))));
    this.layers.value = String(this.layer);
    this.units.replaceChildren(...Array.from({ length: record.units }, (_, k) => option(k, this.#unitName(k))));
    this.colors.replaceChildren(...names.map((name) => option(name, [record.written.plain(name), record.title(name)].filter(Boolean).join(", "))));
    this.maps.build(record, this.scales);
    this.flowBox.hidden = !record.flows;
    if (record.flows) {
      const told = flow.flowOf(record);
      this.legend.replaceChildren(...["kept", "added", "total", "out"].filter((key) => told[key]).map((key) => el("li", { className: key }, told[key].label)));
    }
    this.paintSoon();
  }

  #unitName(k) {
    const label = this.answer.metadata.units[k];
    return label === undefined ? tr("unit {unit}", { unit: k }) : tr("unit {unit}, {label}", { unit: k, label });
  }

  get ribbonName() {
    return this.record.names.includes(this.wanted) ? this.wanted : this.record.first;
  }

  // What is typed, where somebody answers.

  #typed() {
    this.asked += 1;
    window.parent.postMessage({ gatelab: "text", text: this.box.value, asked: this.asked }, "*");
  }

  #answered({ asked, bytes, error }) {
    if (asked !== this.asked) return; // more was typed in the meantime
    this.said.textContent = error ?? "";
    if (error) return;
    const answer = parse(new Uint8Array(bytes));
    this.cursor = answer.metadata.tokens.length - 1;
    this.take(answer, this.layer);
  }

  // What is chosen.

  /** @param {{step?: number, unit?: number, name?: string}} what is chosen from now on */
  pick({ step, unit, name }) {
    const { steps, units } = this.record;
    if (step !== undefined) this.cursor = Math.max(Math.min(0, steps - 1), Math.min(steps - 1, step));
    if (unit !== undefined) this.unit = Math.max(0, Math.min(units - 1, unit));
    if (name !== undefined) this.wanted = name;
    this.paintSoon();
  }

  #show(alone) {
    this.alone = alone;
    this.paintSoon();
  }

  #clicked(event) {
    const t = this.view.start + Math.floor((event.offsetX - this.flowAxis.left) / this.flowAxis.step);
    if (t >= this.view.start && t < this.view.end(this.record.steps)) this.pick({ step: t });
  }

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button, select, input")) return;
    if (this.#move(event.key)) event.preventDefault();
  }

  #move(key) {
    const moves = { ArrowLeft: { step: this.cursor - 1 }, ArrowRight: { step: this.cursor + 1 }, Home: { step: 0 }, End: { step: this.record.steps - 1 }, ArrowUp: { unit: this.unit - 1 }, ArrowDown: { unit: this.unit + 1 } };
    if (key === " ") this.player.toggle();
    else if (key in moves) this.pick(moves[key]);
    else return false;
    if (key !== " ") this.player.stop();
    return true;
  }

  // Painting.

  dress(setStateValue) {
    const { scales, ink } = dress(this.stage, this.page.palette);
    Object.assign(this, { setStateValue, scales, ink, tables: tables(scales), missing: this.page.missing[this.stage.dataset.theme] });
    if (!this.record) return;
    this.maps.build(this.record, scales);
    this.paintSoon();
  }

  paintSoon() {
    this.due ??= requestAnimationFrame(() => {
      this.due = null;
      if (!this.stage.clientWidth || !this.stage.isConnected) return;
      this.#paint();
      window.dispatchEvent(new CustomEvent("gatelab:painted", { detail: { model: this.record.model.name, text: this.record.tokens.join("") } }));
    });
  }

  #paint() {
    const { record, view, cursor, unit, alone, ribbonName, tables, ink, missing } = this;
    const longest = record.tokens.reduce((most, token) => Math.max(most, Array.from(token).length), 1);
    view.fit(this.maps.head.querySelector(".lane").clientWidth, record.steps, Math.min(COLUMN.most, Math.max(COLUMN.least, COLUMN.letter * longest + 8)), longest > 1 ? COLUMN.most : 27);
    view.follow(Math.max(0, cursor), record.steps);
    const scene = { record, view, cursor, unit, ribbonName, alone, tables, ink, missing, ghost: null, unitName: (k) => this.#unitName(k) };
    this.maps.body.classList.toggle("alone", alone);
    this.maps.paint(scene);
    [this.units.value, this.colors.value] = [String(unit), ribbonName];
    this.shown.forEach((button, k) => button.setAttribute("aria-pressed", String(alone === (k === 1))));
    if (record.flows) this.#paintFlow(scene);
    this.#paintValues();
  }

  #paintFlow(scene) {
    const about = { unit: this.unit, label: this.answer.metadata.units[this.unit], state: flow.flowOf(this.record).title };
    this.flowTitle.textContent = about.label === undefined ? tr("Unit {unit}: the flow of its {state}", about) : tr("Unit {unit}, {label}: the flow of its {state}", about);
    this.flow.setAttribute("aria-label", tr("{title}, step by step", { title: this.flowTitle.textContent }));
    this.flowAxis = flow.draw(this.flow, scene, this.flowBox.clientWidth);
  }

  #paintValues() {
    const { record, cursor, unit } = this;
    if (cursor < 0) return this.panel.replaceChildren(el("p", { className: "quiet" }, tr("No step.")));
    const line = (label, value) => el("tr", {}, el("th", { scope: "row" }, label), el("td", { className: "amount" }, value));
    const values = record.names.filter((name) => unit < record.width(name)).map((name) => line([record.written.plain(name), record.title(name)].filter(Boolean).join(", "), number(record.value(name, cursor, unit))));
    const next = "probs" in record.arrays ? record.guesses(cursor, NEXT).map(({ token, probability }) => line(glyph(token), number(probability))) : [];
    const answer = "answers" in record.arrays ? [line(record.labels[0], number(record.value("answers", cursor, 0)))] : [];
    const table = (rows) => el("table", { className: "terms" }, el("tbody", {}, ...rows));
    this.panel.replaceChildren(el("h3", {}, tr("Step {step} {token}, {unit}", { step: cursor + 1, token: spoken(record.tokens[cursor]), unit: this.#unitName(unit) })), table(values), ...(next.length + answer.length ? [el("h3", {}, tr("What the network says here")), table([...next, ...answer])] : []));
  }
}

export const { mount, unmount } = mounting(Fixed);
