// The stage of the Memory page: how much the last state of each model owes to every token before it.

import * as chart from "../compare/chart.js";
import { fitting, TOKEN } from "../compare/rows.js";
import { el, frame, math, sharpen } from "../dom.js";
import { FamilyPicker } from "../family.js";
import { Lane, overHttp } from "../lane.js";
import { copy } from "../link.js";
import { here, mounting } from "../mounting.js";
import { shade, tables } from "../palette.js";
import { parse } from "../safetensors.js";
import { TextBox } from "../textbox.js";
import { dress } from "../theme.js";
import { Tip } from "../tip.js";
import { View } from "../view.js";
import { glyph, spoken } from "../words.js";
import { fall, READINGS, scientific } from "./decay.js";

const REST = 300; // ms without a key before much work is asked for
const QUICK = 40; // units up to which a model is quick enough to be asked at every key
const WORD = { least: 58, most: 130 }; // width of a word's column in CSS pixels
const SHARE = 22; // height of a row of shares

class Forgetting {
  constructor(root, first) {
    const { page } = first.metadata;
    Object.assign(this, { root, page, view: new View(), cursor: 0, names: [] });
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
    this.resized = new ResizeObserver(() => this.#paintSoon());
    this.resized.observe(this.stage);
    this.dressed = () => this.#paintSoon(); // letters on a canvas do not change by themselves when their font arrives
    document.fonts.addEventListener("loadingdone", this.dressed);
  }

  close() {
    this.resized.disconnect();
    document.fonts.removeEventListener("loadingdone", this.dressed);
    this.lane.close();
    for (const timer of [this.rest, this.speaking]) clearTimeout(timer);
  }

  get steps() {
    return this.records[0].steps;
  }

  // What stands where.

  #build() {
    this.tip = new Tip();
    this.box = new TextBox({ limit: this.page.limit, changed: (text) => this.#typed(text), placeholder: "Type a text: how much of it does the last state still know?" });
    this.picker = new FamilyPicker(this.page.families, {
      want: () => this.#ask(0),
      choose: (names, text) => this.box.fill(text),
      fill: (text) => this.box.fill(text),
    });
    this.link = el("button", { type: "button", title: "Copy a link to all that is chosen here", onclick: () => this.#link() }, "Copy link");
    const canvas = (className, label) => this.#listen(el("canvas", { className, role: "img", "aria-label": label }));
    this.tokens = canvas("tokens", "The text, token by token");
    this.charts = Object.fromEntries(Object.entries(READINGS).map(([key, { title }]) => [key, canvas(`chart ${key}`, title)]));
    this.shares = el("div", {});
    const row = (label, content) => el("div", { className: "row" }, el("div", { className: "gutter" }, label), el("div", { className: "lane" }, content));
    const quiet = (text) => el("span", { className: "quiet" }, text);
    this.finding = el("p", { className: "finding" });
    this.numbers = el("table", { className: "terms decay" });
    this.cut = el("p", { className: "quiet" });
    this.spoken = el("p", { className: "unseen", "aria-live": "polite" });
    const keys = "Memory: left and right arrow move the step, Home and End go to the ends";
    this.board = el("div", { className: "board", tabIndex: 0, role: "group", "aria-label": keys, onkeydown: (event) => this.#pressed(event) },
      row(quiet("text"), this.tokens), this.shares, this.finding,
      row(quiet(READINGS.norms.title), this.charts.norms),
      el("p", { className: "equation" }, math("\u2202h_{T}/\u2202x_{t} = J_{T} \u00b7 J_{T\u22121} \u00b7 \u2026 \u00b7 J_{t+1} \u00b7 \u2202s_{t}/\u2202x_{t}, where J_{k} = \u2202s_{k}/\u2202s_{k\u22121}")),
      row(quiet(READINGS.gains.title), this.charts.gains), row(quiet(READINGS.products.title), this.charts.products), this.numbers);
    this.stage = el("div", { className: "stage compare memory" },
      el("div", { className: "top" }, this.box.element, this.picker.element), this.picker.tries,
      el("div", { className: "bar-of-controls" }, this.cut, this.link), this.board, this.tip.element, this.spoken);
    this.root.append(this.stage);
  }

  #listen(canvas) {
    const at = (event) => this.view.at(event.offsetX, this.steps);
    canvas.addEventListener("click", (event) => at(event) >= 0 && this.#pick(at(event)));
    canvas.addEventListener("pointerleave", () => this.tip.say(null));
    canvas.addEventListener("pointermove", (event) => this.tip.say(at(event) < 0 ? null : this.#about(at(event)), event));
    return canvas;
  }

  #about(t) {
    return `step ${t + 1} ${spoken(this.records[0].tokens[t])} \u00b7 ${this.records.map((record) => `${record.name} ${scientific(record.norms[t])}`).join(" \u00b7 ")}`;
  }

  // What happens.

  #typed(text) {
    const { models } = this.picker.of(this.picker.asked[0]);
    if (text === this.text && this.lane.idle && this.picker.asked.join() === this.names.join()) return;
    this.#ask(models[0].hidden_size > QUICK ? REST : 0);
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
    const changed = models.join() !== this.names.join();
    this.names = models;
    if (changed) this.picker.settle(models);
    this.text = text;
    this.records = models.map((name, k) => ({
      name, tokens, steps: tokens.length,
      ...Object.fromEntries(["norms", "gains", "products", "path"].filter((key) => `${k}.${key}` in tensors).map((key) => [key, tensors[`${k}.${key}`].data])),
    }));
    this.cut.textContent = cut ? `Only the last ${tokens.length} tokens are followed back, from a zero state.` : "";
    this.stage.classList.remove("waiting");
    this.cursor = Math.max(0, Math.min(this.cursor, tokens.length - 1));
    this.tip.say(null);
    this.#rows();
    this.#paintSoon();
    return true;
  }

  #pick(step) {
    this.cursor = Math.max(0, Math.min(this.steps - 1, step));
    this.#paintSoon();
  }

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button, select, input")) return;
    const to = { ArrowLeft: this.cursor - 1, ArrowRight: this.cursor + 1, Home: 0, End: this.steps - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#pick(to);
  }

  #link() {
    copy(this.link, { models: this.names.join(","), text: this.box.text });
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

  /** One row of shares for each model. */
  #rows() {
    const titles = Object.fromEntries(this.picker.family.models.map((model) => [model.name, model.family]));
    this.bars = this.records.map(({ name }) => ({
      swatch: el("canvas", { "aria-hidden": "true" }),
      canvas: this.#listen(el("canvas", { className: "shares", role: "img", "aria-label": `How much the last state of ${name} owes to each token` })),
      title: titles[name],
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

  #paint() {
    const { view, cursor, ink, records } = this;
    const width = this.tokens.parentElement.clientWidth;
    if (this.picker.family.unit === "characters") view.resize(width);
    else view.fit(width, this.steps, WORD.least, WORD.most);
    view.follow(cursor, this.steps);
    const scene = { records, colors: this.lines, view, cursor, ink };
    this.#letters(scene);
    this.bars.forEach(({ swatch, canvas }, k) => {
      chart.swatch(swatch, k, this.lines[k]);
      this.#share(canvas, records[k], scene);
    });
    for (const [key, canvas] of Object.entries(this.charts)) chart.draw(canvas, { ...scene, reading: READINGS[key] });
    this.finding.textContent = this.steps > 1 ? records.map(fall).join(" ") : "Type more: with one token there is no way back.";
    this.#table();
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => (this.spoken.textContent = this.steps ? this.#about(this.cursor) : "No text."), 500);
    window.dispatchEvent(new CustomEvent("gatelab:painted", { detail: { models: this.names, text: this.text } }));
  }

  #letters({ view, cursor, ink, records: [{ tokens }] }) {
    const context = sharpen(this.tokens, view.count * view.step, TOKEN);
    Object.assign(context, { textAlign: "center", textBaseline: "middle", direction: "ltr", fillStyle: ink.text });
    context.font = `${view.step > 40 ? 15 : Math.min(19, view.step * 0.9)}px ${ink.mono}`;
    for (let t = view.start; t < view.end(this.steps); t += 1) {
      const x = (t - view.start) * view.step;
      context.fillText(fitting(context, glyph(tokens[t]), view.step), x + view.step / 2, TOKEN / 2 + 1);
      if (t === cursor) frame(context, x, 0, view.step - 1, TOKEN, ink.cursor);
    }
  }

  /** Each token as dark as its share of the largest influence. */
  #share(canvas, { norms }, { view, cursor, ink }) {
    const context = sharpen(canvas, view.count * view.step, SHARE);
    const most = norms.reduce((a, b) => Math.max(a, b), 1e-30);
    for (let t = view.start; t < view.end(this.steps); t += 1) {
      const x = (t - view.start) * view.step;
      context.fillStyle = this.tables.sequential.css[shade(norms[t] / most, [0, 1])];
      context.fillRect(x, 0, view.step - 1, SHARE);
      if (t === cursor) frame(context, x, 0, view.step - 1, SHARE, ink.cursor);
    }
  }

  /** The numbers at the cursor. */
  #table() {
    if (!this.steps) return this.numbers.replaceChildren();
    const t = this.cursor;
    const cell = (value) => el("td", { className: "amount" }, value === undefined ? "\u2013" : scientific(value));
    const head = ["", "\u2016\u2202h_{T}/\u2202x_{t}\u2016", "gain of J_{t}", `gain of all ${this.steps - 1 - t} factors after t`, "f_{T} \u2026 f_{t+1}, mean of units"];
    this.numbers.replaceChildren(
      el("caption", {}, `At step ${t + 1} of ${this.steps}, ${spoken(this.records[0].tokens[t])}`),
      el("thead", {}, el("tr", {}, ...head.map((title) => el("th", { scope: "col" }, math(title))))),
      el("tbody", {}, ...this.records.map((record) => {
        const values = ["norms", "gains", "products", "path"].map((key) => cell(record[key]?.[t]));
        return el("tr", {}, el("th", { scope: "row" }, record.name), ...values);
      })),
    );
  }
}

export const { mount, unmount } = mounting(Forgetting);
