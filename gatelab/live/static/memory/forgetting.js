// The stage of the Memory page: how much the last state of each model owes to every token before it.

import { scale } from "../compare/band.js";
import * as chart from "../compare/chart.js";
import { Legend, swatch } from "../compare/legend.js";
import { listen } from "../compare/pointing.js";
import { quoted } from "../compare/readings.js";
import * as rows from "../compare/rows.js";
import { Stepper } from "../compare/stepper.js";
import { el, math } from "../dom.js";
import { called, FamilyPicker } from "../family.js";
import { Lane, overHttp } from "../lane.js";
import { copy } from "../link.js";
import { here, mounting } from "../mounting.js";
import { tables } from "../palette.js";
import { parse } from "../safetensors.js";
import { TextBox } from "../textbox.js";
import { dress } from "../theme.js";
import { Tip } from "../tip.js";
import { split } from "../tokens.js";
import { View } from "../view.js";
import { fall, READINGS, scientific } from "./decay.js";

const REST = 300; // ms without a key before much work is asked for
const QUICK = 40; // units up to which a model is quick enough to be asked at every key

class Forgetting {
  constructor(root, first) {
    const { page } = first.metadata;
    Object.assign(this, { root, page, view: new View(), follow: 0, cut: 0, names: [] });
    const send = overHttp(here("/live/influence"), parse);
    this.lane = new Lane({
      send: ({ model, text }, signal) => send({ models: model.split(","), text }, signal),
      held: () => 0,
      painted: (answer, text) => this.#take(answer, text),
      status: (state, message) => this.box.status(state, message),
      timeout: 15000,
    });
    this.#build();
    this.#take(first, page.start.text);
    this.box.open(page.start.text);
    this.dress();
    this.#pick(page.start.step < this.cut + this.steps ? page.start.step - this.cut : this.#first());
    this.resized = new ResizeObserver(() => this.#paintSoon());
    this.resized.observe(this.stage);
    this.dressed = () => this.#paintSoon(); // letters on a canvas do not change by themselves when their font arrives
    document.fonts.addEventListener("loadingdone", this.dressed);
  }

  close() {
    this.resized.disconnect();
    document.fonts.removeEventListener("loadingdone", this.dressed);
    this.lane.close();
    this.stepper.stop();
    for (const timer of [this.rest, this.speaking]) clearTimeout(timer);
  }

  get steps() {
    return this.records[0].steps;
  }

  /** The step to begin with: the first, where the last is in sight too. */
  #first() {
    this.#lay();
    return this.view.count < this.steps ? this.steps - 1 : 0;
  }

  // What stands where.

  #build() {
    this.tip = new Tip();
    this.box = new TextBox({
      limit: this.page.limit,
      changed: (text, caret) => this.#typed(text, caret),
      moved: (caret) => this.#caret(caret),
      placeholder: "Type a text: how much of it does the last state still know?",
    });
    this.picker = new FamilyPicker(this.page.families, {
      want: () => this.#ask(0),
      choose: (names, text) => this.box.fill(text),
      fill: (text) => this.box.fill(text),
    });
    this.stepper = new Stepper((step) => this.#pick(step));
    this.link = el("button", { type: "button", title: "Copy a link to all that is chosen here", onclick: () => this.#link() }, "Copy link");
    [this.window, this.at, this.pace] = ["text", "", ""].map((text) => el("span", { className: "quiet" }, text));
    this.spoken = el("p", { className: "unseen", "aria-live": "polite" });
    this.#rows();
    this.stage = el("div", { className: "stage compare memory" },
      el("div", { className: "top" }, el("div", { className: "left" }, this.box.element, this.picker.tries), this.picker.element),
      el("div", { className: "bar-of-controls" }, this.stepper.element, el("div", { className: "group" }, this.pace, this.link)),
      this.board, this.tip.element, this.spoken);
    this.stage.addEventListener("pointerdown", () => this.tip.say(null)); // what a touch left
    this.root.append(this.stage);
  }

  #rows() {
    const canvas = (className, label) => this.#listen(el("canvas", { className, role: "img", "aria-label": label }));
    const row = (label, content) => el("div", { className: "row" }, el("div", { className: "gutter" }, label), el("div", { className: "lane" }, content));
    const plot = ([key, reading]) => {
      const plotted = row(el("span", { className: "quiet" }, reading.title), this.charts[key]);
      plotted.classList.add("plot");
      plotted.append(el("div", { className: "axis", "aria-hidden": "true" }, ...chart.axis(reading)));
      return plotted;
    };
    this.tokens = canvas("tokens", "The text, token by token");
    this.charts = Object.fromEntries(Object.entries(READINGS).map(([key, { title }]) => [key, canvas(`chart ${key}`, title)]));
    this.legend = new Legend();
    this.shares = el("div", {});
    this.finding = el("p", { className: "finding" });
    this.numbers = el("table", { className: "terms decay" });
    this.key = el("span", { className: "scale" });
    const [norms, gains, products] = Object.entries(READINGS).map(plot);
    const keys = "Memory: left and right arrow move the step, Home and End go to the ends, space plays";
    this.board = el("div", { className: "board", tabIndex: 0, role: "group", "aria-label": keys, onkeydown: (event) => this.#pressed(event) },
      row(this.window, this.tokens), this.shares,
      el("div", { className: "keys-to-rows beside" }, el("span", { className: "key" }, this.key, "of the largest influence in the row")), this.finding,
      row(this.at, this.legend.element), norms,
      el("p", { className: "equation" }, math("\u2202h_{T}/\u2202x_{t} = J_{T} \u00b7 J_{T\u22121} \u00b7 \u2026 \u00b7 J_{t+1} \u00b7 \u2202s_{t}/\u2202x_{t}, where J_{k} = \u2202s_{k}/\u2202s_{k\u22121} s is all of the state: h, or h and c, of which the rows of h are kept at the end")),
      gains, products, el("div", { className: "wide" }, this.numbers));
  }

  #listen(canvas) {
    const say = (text, event) => this.tip.say(text, event);
    listen(canvas, { at: (event) => this.view.at(event.offsetX, this.steps), about: (t) => this.#about(t), say, pick: (t) => this.#pick(t) });
    return canvas;
  }

  #about(t) {
    return [`influence of ${this.#named(t)} on the last state`, ...this.records.map(({ name, norms }) => `${name} ${scientific(norms[t])}`)].join("\n");
  }

  #named(t) {
    return `step ${this.cut + t + 1}, ${quoted(this.records[0].tokens[t])}`;
  }

  // What happens.

  #typed(text, caret) {
    this.follow = this.#stepAt(text, caret);
    this.stepper.stop();
    if (text === this.text && this.lane.idle && this.picker.asked.join() === this.names.join()) return;
    this.#ask(this.#quick() ? 0 : REST);
  }

  #caret(caret) {
    const step = this.#stepAt(this.box.text, caret);
    this.#pick(step - this.cut);
    this.follow = step; // the answer that has it may still be on its way
  }

  /** Whether the models that are asked for are small enough to be asked at every key. */
  #quick() {
    const { asked } = this.picker;
    return this.picker.of(asked[0]).models.every(({ name, hidden_size }) => !asked.includes(name) || hidden_size <= QUICK);
  }

  /** The step of the whole text whose token stands before the caret. */
  #stepAt(text, caret) {
    return split(Array.from(text).slice(0, caret).join(""), this.picker.of(this.picker.asked[0]).unit).length - 1;
  }

  /** Ask for the text that stands in the box, once typing has rested for so many milliseconds. */
  #ask(rest) {
    clearTimeout(this.rest);
    const go = () => this.lane.want(this.picker.asked.join(","), this.box.text);
    if (rest === 0) return go();
    this.stage.classList.add("waiting");
    this.rest = setTimeout(go, rest);
  }

  #take({ metadata, tensors }, text) {
    const { models, tokens, cut } = metadata;
    if (models.join() !== this.names.join()) {
      this.names = models;
      this.picker.settle(models);
    }
    const arrays = (k) => Object.fromEntries(["norms", "gains", "products", "path"].filter((key) => `${k}.${key}` in tensors).map((key) => [key, tensors[`${k}.${key}`].data]));
    this.records = models.map((name, k) => ({ name, tokens, steps: tokens.length, ...arrays(k) }));
    Object.assign(this, { text, cut });
    this.stage.classList.remove("waiting");
    this.cursor = Math.max(0, Math.min(this.follow - cut, tokens.length - 1));
    this.tip.say(null);
    this.#bars();
    this.#paintSoon();
    return true;
  }

  /** Look at a step, counted from the first that is followed back. */
  #pick(step) {
    this.cursor = Math.max(0, Math.min(this.steps - 1, step));
    this.follow = this.cut + this.cursor;
    this.#paintSoon();
  }

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button, select, input")) return;
    if (this.stepper.key(event.key)) event.preventDefault();
  }

  #link() {
    copy(this.link, { models: this.names.join(","), text: this.box.text, step: this.cut + this.cursor + 1 });
  }

  // Painting.

  /** Take the theme's colors, at the first mount and whenever the theme changes. */
  dress() {
    const { scales, ink } = dress(this.stage, this.page.palette);
    Object.assign(this, { ink, tables: tables(scales), lines: this.page.palette.lines[this.stage.dataset.theme] });
    this.key.replaceChildren(...scale(scales.sequential, ["0", "all"]));
    this.#paintSoon();
  }

  /** One row of shares for each model. */
  #bars() {
    const names = this.names.join();
    if (this.barred === names) return;
    this.barred = names;
    this.bars = this.records.map(({ name }) => ({
      swatch: el("canvas", { className: "swatch", "aria-hidden": "true" }),
      canvas: this.#listen(el("canvas", { className: "shares", role: "img", "aria-label": `How much the last state of ${name} owes to each token` })),
      title: called(this.picker.model(name)),
    }));
    this.shares.replaceChildren(...this.bars.map(({ swatch, canvas, title }) =>
      el("div", { className: "row" }, el("div", { className: "gutter" }, el("span", { className: "who" }, swatch, el("b", {}, title))), el("div", { className: "lane" }, canvas))));
  }

  #paintSoon() {
    this.due ??= requestAnimationFrame(() => {
      this.due = null;
      this.#paint();
    });
  }

  #lay() {
    rows.lay(this.view, this.tokens.parentElement.clientWidth, this.picker.family.unit, this.cursor, this.steps);
  }

  #paint() {
    const { view, cursor, ink, tables, records } = this;
    this.#lay();
    const places = this.names.map((name) => this.picker.places[name]);
    const scene = { records, places, colors: this.lines, view, cursor, tables, ink };
    rows.tokens(this.tokens, { ...scene, tokens: records[0].tokens });
    this.bars.forEach(({ swatch: canvas, canvas: row }, k) => {
      swatch(canvas, places[k], this.lines[places[k]]);
      rows.shares(row, records[k].norms, scene);
    });
    for (const [key, canvas] of Object.entries(this.charts)) chart.draw(canvas, { ...scene, reading: READINGS[key] });
    this.#say(places);
    this.stepper.show(this.steps ? cursor : -1, this.steps, this.cut);
    window.dispatchEvent(new CustomEvent("gatelab:painted", { detail: { models: this.names, text: this.text } }));
  }

  /** What is said in words. */
  #say(places) {
    const { view, cursor, steps, cut, records } = this;
    const titles = this.bars.map(({ title }) => title);
    const part = steps > view.count ? `, steps ${cut + view.start + 1} to ${cut + view.end(steps)} of ${cut + steps}` : "";
    this.window.textContent = `text${part || (cut ? `, its last ${steps} steps` : "")}`;
    this.at.textContent = steps ? this.#named(cursor) : "";
    this.legend.show(records.map(({ norms }, k) => ({ name: titles[k], place: places[k], color: this.lines[places[k]], text: steps ? scientific(norms[cursor]) : "" })));
    this.#find(titles);
    this.#table(titles);
    this.pace.textContent = this.#quick() ? "Asked at every key: these models are small." : "Asked when typing rests: each unit is followed back.";
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => (this.spoken.textContent = steps ? this.#about(cursor) : "No text."), 500);
  }

  /** How much the first token still counts beside the last one. */
  #find(titles) {
    const { steps, cut, records } = this;
    const { tokens } = records[0];
    if (steps < 2) {
      this.finding.textContent = steps ? "Type more: with one token there is no way back." : "There is no text yet: type above, or try an example.";
      return;
    }
    const from = cut ? ` The first ${cut.toLocaleString("en")} of ${(cut + steps).toLocaleString("en")} are left out: the last ${steps} are read from a state of zeros.` : "";
    const counted = records.map((record, k) => `${titles[k]} ${scientific(fall(record))}`).join("; ");
    this.finding.textContent = `Where the last token, ${quoted(tokens[steps - 1])}, counts 1, the first, ${quoted(tokens[0])}, counts: ${counted}.${from}`;
  }

  /** The numbers at the cursor. */
  #table(titles) {
    if (!this.steps) return this.numbers.replaceChildren();
    const t = this.cursor;
    const after = this.steps - 1 - t;
    const cell = (value) => el("td", { className: "amount" }, value === undefined ? "\u2013" : scientific(value));
    const head = ["", "influence \u2016\u2202h_{T}/\u2202x_{t}\u2016", "gain of J_{t}", `gain of the ${after === 1 ? "factor" : `${after} factors`} after t`, "f_{T} \u00b7 \u2026 \u00b7 f_{t+1}, mean of units"];
    this.numbers.replaceChildren(
      el("caption", {}, `At ${this.#named(t)}, of ${this.cut + this.steps}`),
      el("thead", {}, el("tr", {}, ...head.map((title) => (title ? el("th", { scope: "col" }, math(title)) : el("td"))))),
      el("tbody", {}, ...this.records.map((record, k) => {
        const values = ["norms", "gains", "products", "path"].map((key) => cell(record[key]?.[t]));
        return el("tr", {}, el("th", { scope: "row" }, titles[k]), ...values);
      })),
    );
  }
}

export const { mount, unmount } = mounting(Forgetting);
