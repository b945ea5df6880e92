// The stage of the Compare page: one text, one cursor, and several models of one task under each other.

import { el } from "../dom.js";
import { Band, VALUES } from "./band.js";
import * as chart from "./chart.js";
import { FamilyPicker } from "../family.js";
import { Lane, overHttp } from "../lane.js";
import { copy } from "../link.js";
import { here, mounting } from "../mounting.js";
import { tables } from "../palette.js";
import { disagreement, reading, said } from "./readings.js";
import { Record } from "../record.js";
import * as rows from "./rows.js";
import { parse } from "../safetensors.js";
import { TextBox } from "../textbox.js";
import { dress } from "../theme.js";
import { Tip } from "../tip.js";
import { split } from "../tokens.js";
import { View } from "../view.js";
import { spoken } from "../words.js";

const WORD = { least: 58, most: 130 }; // width of a word's column in CSS pixels

/** The part of an answer that belongs to the k-th of its models, as an answer of its own. */
export function part({ metadata, tensors }, k) {
  const mine = Object.entries(tensors).filter(([name]) => name.startsWith(`${k}.`));
  return { metadata: metadata.parts[k], tensors: Object.fromEntries(mine.map(([name, tensor]) => [name.slice(name.indexOf(".") + 1), tensor])) };
}

class Comparison {
  constructor(root, first, setStateValue) {
    const { page } = first.metadata;
    Object.assign(this, { root, page, view: new View(), cursor: -1, follow: 0, value: page.start.value, records: {} });
    const send = overHttp(here("/live/compare"), parse);
    this.lane = new Lane({
      send: ({ model, text, have }, signal) => send({ models: model.split(","), text, have }, signal),
      held: (models, characters) => this.#held(models.split(","), characters.join("")),
      painted: (answer, text) => this.#take(answer, text),
      status: (state, message) => this.box.status(state, message),
    });
    this.#build();
    this.#settle(first.metadata.parts.map(({ model }) => model));
    this.#take(first, page.start.text);
    this.box.open(page.start.text);
    this.cursor = this.follow = Math.min(page.start.step, this.steps - 1);
    this.dress(setStateValue);
    this.resized = new ResizeObserver(() => this.#paintSoon());
    this.resized.observe(this.stage);
    this.dressed = () => this.#paintSoon(); // letters on a canvas do not change by themselves when their font arrives
    document.fonts.addEventListener("loadingdone", this.dressed);
  }

  close() {
    this.resized.disconnect();
    document.fonts.removeEventListener("loadingdone", this.dressed);
    this.lane.close();
    clearInterval(this.player);
    clearTimeout(this.speaking);
  }

  get steps() {
    return this.records[this.names[0]]?.steps ?? 0;
  }

  // What stands where.

  #build() {
    this.tip = new Tip();
    this.box = new TextBox({
      limit: this.page.limit,
      changed: (text, caret) => this.#typed(text, caret),
      moved: (caret) => this.#caret(caret),
      placeholder: "Type a text: all models read it at once.",
    });
    const field = (label, control) => (control.setAttribute("aria-label", label), el("label", { className: "field" }, el("span", {}, label), control));
    const option = ([value, label]) => el("option", { value }, label);
    this.picker = new FamilyPicker(this.page.families, {
      want: (names) => this.#want(names),
      choose: (names, text) => this.#choose(names, text),
      fill: (text) => this.box.fill(text),
    });
    this.shown = el("select", { onchange: () => this.#show(this.shown.value) }, ...Object.entries(VALUES).map(([key, { label }]) => option([key, label])));
    this.shown.value = this.value;
    const button = (label, title, onclick) => el("button", { type: "button", title, "aria-label": title, onclick }, label);
    this.play = button("\u25B6 Play", "Play from the cursor to the end", () => this.#play());
    this.link = button("Copy link", "Copy a link to all that is chosen here", () => this.#link());
    const key = (name) => () => this.#key(name);
    this.controls = el(
      "div",
      { className: "bar-of-controls", role: "toolbar", "aria-label": "Step and value" },
      el("div", { className: "group steps" },
        button("\u21E4", "First step (Home)", key("Home")), button("\u2190", "One step back (left arrow)", key("ArrowLeft")),
        button("\u2192", "One step on (right arrow)", key("ArrowRight")), button("\u21E5", "Last step (End)", key("End")), this.play),
      el("div", { className: "group" }, field("Show", this.shown), this.link),
    );
    const canvas = (className, label) => el("canvas", { className, role: "img", "aria-label": label });
    this.tokens = canvas("tokens", "The text, token by token");
    this.chart = canvas("chart", "What each model says, step by step, as lines");
    this.apart = canvas("apart", "How far the models are apart after each step");
    this.chartTitle = el("span", { className: "quiet" });
    this.most = el("button", { type: "button", className: "most", onclick: () => this.disagreement && this.#pick({ step: this.disagreement.t }) });
    this.bands = el("div", { className: "bands" });
    const row = (label, ...content) => el("div", { className: "row" }, el("div", { className: "gutter" }, label), el("div", { className: "lane" }, ...content));
    const quiet = (text) => el("span", { className: "quiet" }, text);
    this.head = el("div", { className: "head" }, row(quiet("text"), this.tokens), row(this.chartTitle, this.chart), row(quiet("apart by"), this.apart));
    this.spoken = el("p", { className: "unseen", "aria-live": "polite" });
    const keys = "Comparison: left and right arrow move the step, Home and End go to the ends, space plays";
    this.board = el("div", { className: "board", tabIndex: 0, role: "group", "aria-label": keys, onkeydown: (event) => this.#pressed(event) }, this.head, this.most, this.bands);
    for (const one of [this.tokens, this.chart, this.apart]) this.#listen(one);
    this.stage = el(
      "div",
      { className: "stage compare" },
      el("div", { className: "top" }, this.box.element, this.picker.element),
      this.picker.tries, this.controls, this.board, this.tip.element, this.spoken,
    );
    this.root.append(this.stage);
  }

  #listen(canvas) {
    const at = (event) => this.view.at(event.offsetX, this.steps);
    canvas.addEventListener("click", (event) => at(event) >= 0 && this.#pick({ step: at(event) }));
    canvas.addEventListener("pointerleave", () => this.tip.say(null));
    canvas.addEventListener("pointermove", (event) => this.tip.say(at(event) < 0 ? null : this.#about(at(event)), event));
  }

  #about(t) {
    const records = this.#chosen();
    return `step ${t + 1} ${spoken(records[0].tokens[t])} \u00b7 ${records.map((record) => `${record.model.name} ${said(record, t)}`).join(" \u00b7 ")}`;
  }

  /** The models that stand side by side. */
  #settle(names) {
    this.names = names;
    if (this.picker.settle(names)) {
      const on = { pick: (what) => this.#pick(what), hover: (text, event) => this.tip.say(text, event), fold: () => this.#paintSoon() };
      this.made = Object.fromEntries(this.picker.family.models.map((model) => [model.name, new Band(model, on)]));
    }
    const { family } = this.picker;
    this.reading = reading(family.task, family.models[0].labels);
    this.chartTitle.textContent = this.reading.title;
    this.bands.replaceChildren(...names.map((name) => this.made[name].element));
  }

  // What happens.

  /** How many steps of a text are held for every one of these models. */
  #held(names, text) {
    const tokens = split(text, this.picker.of(names[0]).unit);
    return Math.min(...names.map((name) => this.records[name]?.shared(tokens) ?? 0));
  }

  #typed(text, caret) {
    this.follow = this.#stepAt(text, caret);
    this.#stop();
    this.lane.want(this.picker.asked.join(","), text);
  }

  #caret(caret) {
    this.#pick({ step: this.#stepAt(this.box.text, caret) });
  }

  /** The step whose token stands before the caret. */
  #stepAt(text, caret) {
    return split(Array.from(text).slice(0, caret).join(""), this.picker.of(this.picker.asked[0]).unit).length - 1;
  }

  #want(names) {
    this.follow = this.cursor;
    this.lane.want(names.join(","), this.box.text);
  }

  /** Another task brings its own example. */
  #choose(names, text) {
    this.follow = Infinity;
    this.box.fill(text);
    this.lane.want(names.join(","), this.box.text);
  }

  /** An answer of the server; false where it does not continue what is held. */
  #take(answer, text) {
    const names = answer.metadata.parts.map(({ model }) => model);
    const family = this.picker.of(names[0]);
    const fresh = family === this.picker.family ? this.records : {};
    for (const [k, name] of names.entries()) {
      const model = family.models.find((other) => other.name === name);
      fresh[name] ??= new Record(model, (given) => split(given, family.unit));
      if (!fresh[name].apply(part(answer, k), text)) return this.#forget(names);
    }
    if (fresh[names[0]].tokens.join("\n") !== split(text, family.unit).join("\n")) return this.#forget(names); // split otherwise than the server does
    if (names.join() !== this.names.join()) this.#settle(names);
    this.records = fresh;
    this.text = text;
    this.tip.say(null);
    this.cursor = Math.min(Math.max(this.follow, 0), this.steps - 1);
    this.#paintSoon();
    return true;
  }

  #forget(names) {
    for (const name of names) delete this.records[name];
    return false;
  }

  #pick({ step }) {
    this.cursor = this.follow = Math.max(Math.min(0, this.steps - 1), Math.min(this.steps - 1, step));
    this.#paintSoon();
  }

  #show(value) {
    this.value = value;
    this.#paintSoon();
  }

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button, select, input")) return;
    if (this.#key(event.key)) event.preventDefault();
  }

  #key(key) {
    const moves = {
      ArrowLeft: () => this.#pick({ step: this.cursor - 1 }),
      ArrowRight: () => this.#pick({ step: this.cursor + 1 }),
      Home: () => this.#pick({ step: 0 }),
      End: () => this.#pick({ step: this.steps - 1 }),
      " ": () => this.#play(),
    };
    if (!moves[key]) return false;
    if (key !== " ") this.#stop();
    moves[key]();
    return true;
  }

  #play() {
    if (this.player) return this.#stop();
    if (this.cursor >= this.steps - 1) this.#pick({ step: 0 });
    this.play.textContent = "\u275A\u275A Pause";
    this.player = setInterval(() => (this.cursor >= this.steps - 1 ? this.#stop() : this.#pick({ step: this.cursor + 1 })), 200);
  }

  #stop() {
    clearInterval(this.player);
    this.player = null;
    this.play.textContent = "\u25B6 Play";
  }

  #link() {
    copy(this.link, { models: this.names.join(","), text: this.box.text, step: Math.max(1, this.cursor + 1), value: this.value });
  }

  // Painting.

  /** Take the theme's colors, at the first mount and whenever the theme changes. */
  dress() {
    const { scales, ink } = dress(this.stage, this.page.palette);
    this.ink = ink;
    this.tables = tables(scales);
    this.lines = this.page.palette.lines[this.stage.dataset.theme];
    this.#paintSoon();
  }

  #chosen() {
    return this.names.map((name) => this.records[name]);
  }

  #paintSoon() {
    this.due ??= requestAnimationFrame(() => {
      this.due = null;
      this.#paint();
    });
  }

  #paint() {
    const { view, cursor, reading, ink, tables, value } = this;
    const records = this.#chosen();
    const width = this.tokens.parentElement.clientWidth;
    if (this.picker.family.unit === "characters") view.resize(width);
    else view.fit(width, this.steps, WORD.least, WORD.most);
    view.follow(Math.max(0, cursor), this.steps);
    this.disagreement = disagreement(records);
    const scene = { records, colors: this.lines, view, cursor, reading, value, tables, ink, most: this.disagreement };
    rows.tokens(this.tokens, scene);
    chart.draw(this.chart, scene);
    rows.apart(this.apart, scene);
    this.names.forEach((name, k) => this.made[name].paint(this.records[name], scene, k, this.lines[k]));
    this.#say();
    window.dispatchEvent(new CustomEvent("gatelab:painted", { detail: { models: this.names, text: this.text } }));
  }

  #say() {
    const most = this.disagreement;
    this.most.hidden = !most;
    if (most) {
      const unlike = `${most.one.model.name} says ${said(most.one, most.t)}, ${most.other.model.name} ${said(most.other, most.t)}`;
      this.most.textContent = most.apart < 0.005 ? "They say the same at every step." : `They differ most after ${spoken(most.one.tokens[most.t])} (step ${most.t + 1}): ${unlike}.`;
    }
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => (this.spoken.textContent = this.cursor < 0 ? "No text." : this.#about(this.cursor)), 500);
  }
}

export const { mount, unmount } = mounting(Comparison);
