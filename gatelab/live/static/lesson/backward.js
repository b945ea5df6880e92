// The way back on a lesson's stage: which answer is called right, how the loss of it goes back through the diagram, the product of a wire, and the curve over the steps.

import { Backward as Followed } from "../engine/backward.js";
import { cellOf, share, states } from "../engine/cells.js";
import { Trace } from "../engine/reader.js";
import { el, math, refill } from "../kit/dom.js";
import { writing } from "../kit/notation.js";
import { spoken } from "../kit/words.js";
import { plural, tr } from "../language.js";
import { draw, figure } from "../learn/curves.js";
import { AXIS } from "./backtile.js";
import { BACK } from "./backwires.js";
import { carries, exact, gradients, scene } from "./gradients.js";
import { TEXT } from "./levels.js";
import { changed } from "./stages.js";

const HIGH = 150; // CSS pixels of the curve
const CUTS = [1, 2, 3, 5, 10];
const SHORT = { "d.c+": tr("from the next step"), "d.hg": tr("through the gates") }; // for a button, where the equation is long

const steps = (count) => plural("{count} step", "{count} steps", count);

/** Whether the gradient is stopped before it comes to a wire of a step. */
const halted = (key, s) => s.unreached || (s.stopped && ["d.c-", "d.h-", "d.hg"].includes(key));

/** What is said of such a wire. */
function nothing(record, key, s) {
  const { math: formula, whole } = gradients(record)[key];
  const written = formula(s);
  const left = whole ?? (written.includes(" = ") ? written.split(" = ")[0] : null);
  const equation = left ? `${left} = 0` : "0";
  return tr("{equation}: the gradient is stopped", { equation });
}

/** One equation with its numbers, and where it is a sum its terms. Pure but for the elements. */
export function content(record, key, s, place) {
  const { words, math: formula, terms, note, whole, first } = gradients(record)[key];
  if (halted(key, s)) return [el("h3", {}, `${words}, ${place}`), el("p", { className: "equation" }, math(nothing(record, key, s)))];
  const all = terms(s);
  const sum = all.reduce((a, { value }) => a + value, 0);
  const row = ({ label, numbers, value }) => el("tr", {}, el("th", { scope: "row" }, math(label)), el("td", { className: "detail" }, numbers), el("td", { className: "amount" }, exact(value)));
  const total = whole ?? formula(s).split(" = ")[0];
  const [one] = all;
  const table = all.length > 1 || (first && one && whole);
  const alone = one?.numbers && (first || all.length === 1) ? `= ${one.numbers} = ${exact(one.value)}` : `= ${exact(sum)}`;
  return [
    el("h3", {}, `${words}, ${place}`),
    el("p", { className: "equation" }, math(formula(s))),
    el("p", { className: "numbers" }, alone),
    ...(note(s) ? [el("p", { className: "quiet" }, math(note(s)))] : []),
    ...(table ? [el("table", { className: "terms" }, el("tbody", {}, ...all.map(row), el("tr", { className: "total result" }, el("th", { scope: "row" }, math(tr("together: {what}", { what: total }))), el("td", {}), el("td", { className: "amount" }, exact(sum)))))] : []),
  ];
}

export class BackwardPanel {
  stage;
  /** @type {boolean} whether it is shown */ on;
  /** @type {boolean} whether the stage has it at all */ offered;
  /** @type {string | null} the answer that is called right */ right;
  /** @type {number | null} steps after which the gradient stops */ cut;
  /** @type {string | null} the wire that is chosen */ chosen;
  /** @type {Map} a model's name -> its trace of the text */ traces;
  found; // the loss that was followed back last, and of what: {model, tokens, label, cut, back}

  /** @param stage the lesson's; @param start what it opens on, {back, right, wire, cut}, without `back` where a page has no way back */
  constructor(stage, { back, right = null, wire = null, cut = null }) {
    Object.assign(this, { stage, offered: back !== undefined, on: back === "on", right, cut, chosen: wire, traces: new Map(), found: {} });
    this.button = el("button", { type: "button", title: tr("The way back of the gradient (b)"), onclick: () => this.toggle() }, tr("Way back"));
    this.answers = el("div", { className: "chips", role: "group", "aria-label": tr("The answer that is called right") });
    this.stop = el("select", { "aria-label": tr("The gradient stops after"), onchange: () => this.#set({ cut: this.stop.value === "" ? null : Number(this.stop.value) }) }, el("option", { value: "" }, tr("never")), ...CUTS.map((k) => el("option", { value: String(k) }, steps(k))));
    this.said = el("p", { className: "loss" });
    this.chips = el("div", { className: "back-parts", role: "group", "aria-label": tr("What flows back through this step: choose one to see its product") });
    this.panel = el("section", { className: "back-panel", "aria-label": tr("The product of what flows back") });
    this.curve = figure("", "");
    this.choices = el("div", { className: "back-choices" }, el("span", { className: "field" }, el("span", {}, tr("Right answer")), this.answers), el("label", { className: "field" }, el("span", {}, tr("The gradient stops after")), this.stop));
    this.body = el("div", {}, el("h2", {}, tr("The way back of the loss")), this.choices, this.said, this.chips, this.panel, this.curve.element);
    this.home = back === "on"; // the page is about it: its button stands with it
    this.element = el("section", { className: "way-of-gradient", "aria-label": tr("The way back of the gradient") }, ...(this.home ? [this.button] : []), this.body);
  }

  /** Its button, where it stands among what is rarely used. */
  get rare() {
    return this.offered && !this.home ? [this.button] : [];
  }

  toggle() {
    if (this.offered && !this.button.disabled) this.#set({ on: !this.on });
  }

  #set(what) {
    Object.assign(this, what);
    this.stage.paintSoon();
    changed();
  }

  /** What a link of the text shows: whether it is shown, which wire, which answer is right, and after how many steps it stops, "never" for none. */
  look({ back, wire, right, cut }) {
    if (!this.offered) return;
    if (back) this.#set({ on: back === "on" });
    if (wire) this.#set({ chosen: wire });
    if (right) this.#set({ right });
    if (cut) this.#set({ cut: Number(cut) || null });
  }

  /** What a link to the page says of it, {back, right, wire, cut}. */
  see({ back, right, wire, cut }) {
    const asked = { on: back === "on", right, chosen: wire, cut };
    if (this.offered && Object.entries(asked).some(([name, value]) => value !== this[name])) this.#set(asked);
  }

  /** The product of the wire that is chosen, in one line: its equation with its numbers; null where none is chosen, or the mean of all units. */
  line(back, t, unit) {
    const { wire, stage: { record } } = this;
    if (!wire || unit === null) return null;
    const s = scene(back, t, unit, record.turned);
    const { math: formula, terms, first } = gradients(record)[wire];
    const all = terms(s);
    const [one] = all;
    if (halted(wire, s)) return nothing(record, wire, s);
    if (one?.numbers && (first || all.length === 1)) return `${formula(s)} = ${one.numbers} = ${exact(one.value)}`;
    const equation = `${formula(s).split(" = ")[0]} = ${exact(all.reduce((sum, { value }) => sum + value, 0))}`;
    return all.length > 1 ? tr("{equation}, a sum of several ways", { equation }) : equation;
  }

  /** Choose a wire, or the part of the diagram that its gradient is of. */
  pick(key) {
    const { record } = this.stage;
    const known = gradients(record);
    const wanted = [key, `d.${key}`].find((one) => one in known);
    if (wanted) this.#set({ chosen: wanted });
  }

  linked() {
    const { on, right, cut, chosen } = this;
    return this.offered ? { back: on ? "on" : "off", ...(right && { right }), ...(chosen && on && { wire: chosen }), ...(cut && { cut }) } : {};
  }

  /** Whether the model that is here has a way back: its cell is drawn, and it answers with one of two labels. */
  get possible() {
    const { model } = this.stage.record;
    return this.offered && model.cell in BACK && model.labels?.length === 2;
  }

  /** The right answer: the one that was chosen, else the first that the model knows. */
  get label() {
    const { labels } = this.stage.record.model;
    return labels.includes(this.right) ? this.right : labels.at(-1);
  }

  /** The loss followed back through the text that is here, a `Backward`; null where the network is not in the page, or what it computes is held. */
  get followed() {
    const { stage, cut } = this;
    const { record, holding, checkpoints } = stage;
    if (!this.possible || holding.active || !stage.steps) return null;
    const model = checkpoints.model(record.model.name);
    if (!model) return null;
    if (this.traces.get(record.model.name)?.model !== model) this.traces.set(record.model.name, new Trace(model));
    const { found, label } = this;
    const tokens = record.tokens.join("\n");
    if (found.model === model && found.tokens === tokens && found.label === label && found.cut === cut) return found.back;
    const trace = this.traces.get(record.model.name).follow([...record.tokens]);
    this.found = { model, tokens, label, cut, back: new Followed(model, trace, label, cut ?? Infinity) };
    return this.found.back;
  }

  /** What each wire carries at step t of one unit, or of the mean of all where `unit` is null. */
  values(back, t, unit) {
    const units = unit === null ? Array.from({ length: back.w.size }, (_, k) => k) : [unit];
    const scenes = units.map((k) => scene(back, t, k, this.stage.record.turned));
    return Object.fromEntries(Object.entries(gradients(this.stage.record)).map(([key, one]) => [key, scenes.reduce((sum, s) => sum + carries(one, s), 0) / scenes.length]));
  }

  /** What the diagram is to draw; null where nothing is. */
  get drawn() {
    const { stage } = this;
    const back = this.on ? this.followed : null;
    if (!back) return null;
    const keep = share(writing(stage.record).cell, "keep");
    return {
      values: (t) => (t >= stage.veiled ? null : this.values(back, t, stage.unit)),
      keep: (t) => (keep && t < stage.veiled ? (stage.unit === null ? mean(stage, keep, t) : keep.of((name) => stage.record.value(name, t, stage.unit))) : 0),
      chosen: this.wire,
    };
  }

  /** The wire that is chosen: of a cell that has no such wire, the one to the step before. */
  get wire() {
    return this.chosen === null || this.chosen in gradients(this.stage.record) ? this.chosen : "d.h-";
  }

  /** The sentence on the step in sight. */
  tell(back, t, unit) {
    const { record } = this.stage;
    const [letters, values] = [writing(record), this.values(back, t, unit)];
    const memory = letters.cell.memory;
    const on = memory === "h" ? values["d.h-"] : values["d.c-"];
    const passes = letters.cell.keep ? tr("To the step before goes {value}, along {letter}.", { value: exact(on), letter: letters.plain(memory) }) : tr("To the same unit one step before comes {value}, from all units.", { value: exact(on) });
    const left = t === 0 ? tr("Before it there is nothing to teach.") : t <= back.first ? tr("Here the gradient is stopped.") : passes;
    const of = { h: `dL/d${letters.plain("h")}`, first: exact(values["d.h"]) };
    const sizes = memory === "h" ? tr("{h} is {first}", of) : tr("{h} is {first} and {c} is {second}", { ...of, c: `dL/d${letters.plain(memory)}`, second: exact(values["d.c"]) });
    const at = { step: t + 1, token: spoken(record.tokens[t]), unit, sizes };
    const told = unit === null ? tr("Way back, step {step} {token}: on average over all units {sizes}.", at) : tr("Way back, step {step} {token}: for unit {unit} {sizes}.", at);
    return `${told} ${left}`;
  }

  /** What is pointed at. */
  about(key, t) {
    const back = this.followed;
    const token = tr("step {step} {token}", { step: t + 1, token: spoken(this.stage.record.tokens[t]) });
    if (!back || t >= this.stage.veiled || !(key in gradients(this.stage.record))) return token;
    return `${token} \u00b7 ${gradients(this.stage.record)[key].words} = ${exact(this.values(back, t, this.stage.unit)[key])}`;
  }

  paint() {
    const { stage, on, possible } = this;
    this.element.hidden = !this.offered || (!on && !this.home);
    this.button.setAttribute("aria-pressed", String(on));
    this.button.disabled = !possible;
    this.body.hidden = !on;
    if (!on || this.element.hidden) return;
    const back = this.followed;
    this.choices.hidden = !possible;
    if (possible) this.#paintChoices(stage.record.model.labels);
    const veiled = stage.veiled !== Infinity;
    this.said.textContent = this.#says(back, veiled);
    const inside = Boolean(back) && !veiled && stage.level > TEXT;
    this.chips.hidden = this.panel.hidden = !inside;
    if (inside) this.#paintProduct(back);
    this.curve.element.hidden = !back || veiled;
    if (back && !veiled) this.#paintCurve(back);
  }

  #paintChoices(labels) {
    const made = [...this.answers.children].map(({ textContent }) => textContent);
    if (made.join() !== labels.join()) this.answers.replaceChildren(...labels.map((label) => el("button", { type: "button", className: "chip", onclick: () => this.#set({ right: label }) }, label)));
    [...this.answers.children].forEach((chip, k) => chip.setAttribute("aria-pressed", String(labels[k] === this.label)));
    const value = this.cut === null ? "" : String(this.cut);
    if (value && !CUTS.includes(this.cut) && ![...this.stop.options].some((one) => one.value === value)) this.stop.append(el("option", { value }, steps(this.cut)));
    this.stop.value = value;
  }

  #says(back, veiled) {
    const { stage } = this;
    if (!stage.steps) return tr("Type a sentence: its loss is followed back from the last word.");
    if (!this.possible) return tr("The way back is drawn for models that answer positive or negative. Choose one of them.");
    if (stage.holding.active) return tr("A value is held, and the way back is that of the network itself. Let all go to see it.");
    if (!back) return tr("The network is on its way into this page \u2026");
    if (veiled) return tr("Hidden until you answer the question in the text.");
    const p = Math.exp(-back.loss);
    const loss = tr("After the last word p({label}) = {p}, so the loss is L = \u2212ln p = {loss}.", { label: tr(this.label), p: exact(p), loss: exact(back.loss) });
    if (!this.cut || back.first <= 0) return loss;
    const within = plural("one step", "{count} steps", this.cut);
    const stops = plural("The gradient is stopped after {within}: the first word teaches nothing.", "The gradient is stopped after {within}: the first {count} words teach nothing.", back.first, { within });
    return `${loss} ${stops}`;
  }

  #paintProduct(back) {
    const { stage } = this;
    const { record, cursor, unit } = stage;
    const known = gradients(record);
    const values = this.values(back, cursor, unit);
    const keys = Object.keys(known);
    if (this.chips.dataset.keys !== `${record.model.cell} ${record.notation}`) {
      this.chips.dataset.keys = `${record.model.cell} ${record.notation}`;
      this.chips.replaceChildren(...keys.map((key) => this.#chip(key, known[key])));
    }
    keys.forEach((key, k) => {
      this.chips.children[k].setAttribute("aria-pressed", String(key === this.wire));
      this.chips.children[k].lastChild.textContent = ` ${exact(values[key])}`;
    });
    const chosen = this.wire;
    const place = tr("unit {unit}, step {step} {token}", { unit, step: cursor + 1, token: spoken(record.tokens[cursor]) });
    if (!chosen) this.panel.replaceChildren(el("p", { className: "quiet" }, tr("Click a wire, or a button above: its product stands here.")));
    else if (unit === null) this.panel.replaceChildren(el("h3", {}, known[chosen].words), el("p", { className: "numbers" }, tr("mean over {units} units = {value} (choose one unit for its product)", { units: record.model.hidden_size, value: exact(values[chosen]) })));
    else refill(this.panel, ...content(record, chosen, scene(back, cursor, unit, record.turned), place));
  }

  #chip(key, { words, math: formula, whole, first }) {
    const s = { last: false };
    const name = first ? formula(s) : formula(s).split(" = ")[0];
    const short = name.length > 40 ? SHORT[key] ?? words : name;
    const chip = el("button", { type: "button", className: "chip", title: words, onclick: () => this.pick(key) }, math(short), el("b", {}));
    chip.dataset.key = key;
    return chip;
  }

  #paintCurve(back) {
    const { stage } = this;
    const { record, cursor, ink } = stage;
    const letters = writing(record);
    const names = states(cellOf(record.model.cell));
    const lines = names.map((name, k) => ({ points: Array.from(back.norms(name), (value, t) => [t, value]), color: k ? ink.out : ink.back, place: k }));
    const size = (name) => `|dL/d${letters.plain(name)}|`;
    const [h, c] = names.map((name) => back.norms(name));
    this.curve.heading.textContent = c ? tr("How large the gradient is at each step, over all units: {h} (circles) and {c} (squares)", { h: size("h"), c: size(names[1]) }) : tr("How large the gradient is at each step, over all units: {h} (circles)", { h: size("h") });
    const at = (t) => `${size("h")} ${exact(h[t])}${c ? `, ${size(names[1])} ${exact(c[t])}` : ""}`;
    this.curve.canvas.setAttribute("aria-label", tr("At the last step {last}; at step {step} {here}; at the first {first}", { last: at(h.length - 1), step: cursor + 1, here: at(cursor), first: at(0) }));
    const width = Math.max(160, this.curve.element.clientWidth);
    draw(this.curve.canvas, { width, height: HIGH, axis: AXIS, ink, most: Math.max(1, h.length - 1), lines, from: spokenAt(record, 0), to: spokenAt(record, h.length - 1), at: cursor });
  }
}

const spokenAt = (record, t) => `${t + 1} ${spoken(record.tokens[t]).slice(0, 16)}`;

/** How much a share lets through at a step, on average over all units. */
function mean({ record }, keep, t) {
  const size = record.model.hidden_size;
  let sum = 0;
  for (let k = 0; k < size; k += 1) sum += keep.of((name) => record.value(name, t, k));
  return sum / size;
}
