// The stage of the Compare page: one text, one cursor, and several models of one task under each other.

import { el, frame, sharpen } from "../dom.js";
import { Band, scale, VALUES } from "./band.js";
import * as chart from "./chart.js";
import { called, FamilyPicker } from "../family.js";
import { Lane, overHttp } from "../lane.js";
import { Legend } from "./legend.js";
import { copy } from "../link.js";
import { here, mounting } from "../mounting.js";
import { tables } from "../palette.js";
import { listen } from "./pointing.js";
import { disagreement, quoted, reading, said, spread, told } from "./readings.js";
import { Record } from "../record.js";
import * as rows from "./rows.js";
import { parse } from "../safetensors.js";
import { Stepper } from "./stepper.js";
import { TextBox } from "../textbox.js";
import { dress } from "../theme.js";
import { Tip } from "../tip.js";
import { split } from "../tokens.js";
import { View } from "../view.js";
import { number } from "../words.js";

const PLACEHOLDERS = {
  characters: "Type a text: all models read it at once, letter by letter.",
  words: "Type a sentence: all models read it at once, word by word.",
  numbers: "Type numbers from 0 to 1 with spaces between, two of them with a star: 0.25*",
};
const STRANGE = { characters: "never seen in training", words: "a word that was never seen in training", numbers: "not a number from 0 to 1: read as 0" };

/** The part of an answer that belongs to the k-th of its models, as an answer of its own. */
export function part({ metadata, tensors }, k) {
  const mine = Object.entries(tensors).filter(([name]) => name.startsWith(`${k}.`));
  return { metadata: metadata.parts[k], tensors: Object.fromEntries(mine.map(([name, tensor]) => [name.slice(name.indexOf(".") + 1), tensor])) };
}

/**
 * Whether an answer from step `have` on continues what all records hold, and gives the tokens of the text. The server may split
 * a text otherwise than the browser, whose Unicode is newer or older: then only a whole answer is sure.
 */
function continues(records, { have, tokens }, whole) {
  return records.every((record) => record?.shared(whole) >= have) && tokens.join("\n") === whole.slice(have).join("\n");
}

class Comparison {
  constructor(root, first, setStateValue) {
    const { page } = first.metadata;
    Object.assign(this, { root, page, view: new View(), cursor: -1, follow: 0, value: page.start.value, records: {}, spread: [] });
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
    this.stepper.stop();
    clearTimeout(this.speaking);
  }

  get steps() {
    return this.records[this.names[0]]?.steps ?? 0;
  }

  // What stands where.

  #build() {
    this.tip = new Tip();
    this.box = new TextBox({ limit: this.page.limit, changed: (text, caret) => this.#typed(text, caret), moved: (caret) => this.#caret(caret) });
    this.picker = new FamilyPicker(this.page.families, {
      want: (names) => this.#want(names),
      choose: (names, text) => this.box.fill(text),
      fill: (text) => this.box.fill(text),
    });
    this.stepper = new Stepper((step) => this.#pick(step));
    const option = ([value, { label }]) => el("option", { value }, label);
    this.shown = el("select", { "aria-label": "Show", onchange: () => this.#show(this.shown.value) }, ...Object.entries(VALUES).map(option));
    this.shown.value = this.value;
    this.link = el("button", { type: "button", title: "Copy a link to all that is chosen here", onclick: () => this.#link() }, "Copy link");
    this.controls = el("div", { className: "bar-of-controls", role: "toolbar", "aria-label": "Step and value" },
      this.stepper.element, el("div", { className: "group" }, el("label", { className: "field" }, el("span", {}, "Show"), this.shown), this.link));
    this.#rows();
    this.spoken = el("p", { className: "unseen", "aria-live": "polite" });
    this.stage = el("div", { className: "stage compare" },
      el("div", { className: "top" }, el("div", { className: "left" }, this.box.element, this.picker.tries), this.picker.element),
      this.controls, this.board, this.tip.element, this.spoken);
    this.stage.addEventListener("pointerdown", () => this.tip.say(null)); // what a touch left
    this.root.append(this.stage);
  }

  #rows() {
    const canvas = (className, label) => this.#listen(el("canvas", { className, role: "img", "aria-label": label }));
    this.tokens = canvas("tokens", "The text, token by token");
    this.chart = canvas("chart", "What each model says, step by step, as lines");
    this.apart = canvas("apart", "How far the models are apart after each step");
    [this.window, this.at, this.chartTitle, this.gap] = ["text", "", "", "apart by"].map((text) => el("span", { className: "quiet" }, text));
    this.legend = new Legend();
    this.axis = el("div", { className: "axis", "aria-hidden": "true" });
    this.most = el("button", { type: "button", className: "most", onclick: () => this.#pick(this.disagreement.t) });
    this.keys = el("div", { className: "keys-to-rows" });
    this.bands = el("div", { className: "bands" });
    const row = (label, ...content) => el("div", { className: "row" }, el("div", { className: "gutter" }, label), el("div", { className: "lane" }, ...content));
    const plot = row(this.chartTitle, this.chart);
    plot.classList.add("plot");
    plot.append(this.axis);
    this.head = el("div", { className: "head" }, row(this.window, this.tokens), row(this.at, this.legend.element), plot, row(this.gap, this.apart));
    const keys = "Comparison: left and right arrow move the step, Home and End go to the ends, space plays";
    this.board = el("div", { className: "board", tabIndex: 0, role: "group", "aria-label": keys, onkeydown: (event) => this.#pressed(event) }, this.head, this.most, this.keys, this.bands);
  }

  #listen(canvas) {
    const say = (text, event) => this.tip.say(text, event);
    listen(canvas, { at: (event) => this.view.at(event.offsetX, this.steps), about: (t) => this.#about(t), say, pick: (t) => this.#pick(t) });
    return canvas;
  }

  #about(t) {
    const records = this.#chosen();
    const strange = records.some((record) => record.unknown(t)) ? `, ${STRANGE[this.picker.family.unit]}` : "";
    const truth = this.reading.truth ? [`true sum ${number(this.reading.truth(records[0].tokens, t))}`] : [];
    return [`step ${t + 1} ${quoted(records[0].tokens[t])}${strange}`, ...records.map((record) => `${record.model.name} ${told(record, t, this.reading)}`), ...truth].join("\n");
  }

  /** The models that stand side by side. */
  #settle(names) {
    this.names = names;
    const { picker } = this;
    if (picker.settle(names)) {
      const on = { pick: (step) => this.#pick(step), hover: (text, event) => this.tip.say(text, event), fold: () => this.#paintSoon() };
      this.made = Object.fromEntries(picker.family.models.map((model) => [model.name, new Band(model, on)]));
      this.reading = reading(picker.family.task, picker.family.models[0].labels);
      this.chartTitle.textContent = this.reading.title;
      this.axis.replaceChildren(...chart.axis(this.reading));
      this.box.area.placeholder = PLACEHOLDERS[picker.family.unit];
      if (this.scales) this.#explain();
    }
    this.bands.replaceChildren(...names.map((name) => this.made[name].element));
  }

  /** What the colors and signs of the rows mean. */
  #explain() {
    const { tint, truth } = this.reading;
    const key = (sample, text) => el("span", { className: "key" }, sample, text);
    const drawn = (draw) => {
      const canvas = el("canvas", { "aria-hidden": "true" });
      draw(sharpen(canvas, 16, 16));
      return canvas;
    };
    const bar = drawn((context) => {
      context.fillStyle = this.ink.empty;
      context.fillRect(0, 0, 16, 16);
      context.fillStyle = this.ink.added;
      context.fillRect(0, 6, 16, 10);
    });
    const dashed = drawn((context) => frame(context, 0, 0, 16, 16, this.ink.alert, [3, 2]));
    const full = truth ? "full where they are 1 apart or more, framed where most" : "empty where all say the same, full where two have nothing in common, framed where most";
    this.keys.replaceChildren(
      key(el("span", { className: "scale" }, ...scale(this.scales[tint.scale], tint.ends)), tint.title),
      key(bar, `apart by: ${full}`),
      key(dashed, STRANGE[this.picker.family.unit]));
  }

  // What happens.

  /** How many steps of a text are held for every one of these models. */
  #held(names, text) {
    if (this.anew) return 0;
    const tokens = split(text, this.picker.of(names[0]).unit);
    return Math.min(...names.map((name) => this.records[name]?.shared(tokens) ?? 0));
  }

  #typed(text, caret) {
    this.follow = this.#stepAt(text, caret);
    this.stepper.stop();
    this.lane.want(this.picker.asked.join(","), text);
  }

  #caret(caret) {
    const step = this.#stepAt(this.box.text, caret);
    this.#pick(step);
    this.follow = step; // the answer that has it may still be on its way
  }

  /** The step whose token stands before the caret. */
  #stepAt(text, caret) {
    return split(Array.from(text).slice(0, caret).join(""), this.picker.of(this.picker.asked[0]).unit).length - 1;
  }

  #want(names) {
    this.follow = this.cursor;
    this.lane.want(names.join(","), this.box.text);
  }

  /** An answer of the server; false where it does not continue what is held. */
  #take(answer, text) {
    const { have, parts } = answer.metadata;
    const names = parts.map(({ model }) => model);
    const family = this.picker.of(names[0]);
    const fresh = family === this.picker.family ? this.records : {};
    this.anew = have > 0 && !continues(names.map((name) => fresh[name]), answer.metadata, split(text, family.unit));
    if (this.anew) return false;
    for (const [k, name] of names.entries()) {
      const model = family.models.find((other) => other.name === name);
      fresh[name] ??= new Record(model, (given) => split(given, family.unit));
      fresh[name].apply(part(answer, k));
    }
    const same = names.join() === this.names.join();
    this.spread = spread(names.map((name) => fresh[name]), this.spread, same ? have : 0);
    this.records = fresh;
    this.text = text;
    if (!same) this.#settle(names);
    this.disagreement = disagreement(this.spread, this.#chosen()[0].tokens, this.reading);
    this.tip.say(null);
    this.cursor = Math.min(Math.max(this.follow, 0), this.steps - 1);
    this.#paintSoon();
    return true;
  }

  #pick(step) {
    this.cursor = this.follow = Math.max(Math.min(0, this.steps - 1), Math.min(this.steps - 1, step));
    this.#paintSoon();
  }

  #show(value) {
    this.value = value;
    this.#paintSoon();
  }

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button, select, input")) return;
    if (this.stepper.key(event.key)) event.preventDefault();
  }

  #link() {
    copy(this.link, { models: this.names.join(","), text: this.box.text, step: Math.max(1, this.cursor + 1), value: this.value });
  }

  // Painting.

  /** Take the theme's colors, at the first mount and whenever the theme changes. */
  dress() {
    const { scales, ink } = dress(this.stage, this.page.palette);
    Object.assign(this, { scales, ink, tables: tables(scales), lines: this.page.palette.lines[this.stage.dataset.theme] });
    this.#explain();
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
    const { view, cursor, reading, ink, tables, scales, value, spread } = this;
    const records = this.#chosen();
    rows.lay(view, this.tokens.parentElement.clientWidth, this.picker.family.unit, cursor, this.steps);
    const places = this.names.map((name) => this.picker.places[name]);
    const scene = { records, places, colors: this.lines, view, cursor, reading, value, tables, scales, ink, spread, most: this.disagreement };
    rows.tokens(this.tokens, { ...scene, tokens: records[0].tokens, strange: (t) => records.some((record) => record.unknown(t)) });
    chart.draw(this.chart, scene);
    rows.apart(this.apart, scene);
    this.names.forEach((name, k) => this.made[name].paint(records[k], scene, places[k], this.lines[places[k]]));
    this.#say(records, places);
    this.stepper.show(cursor, this.steps);
    window.dispatchEvent(new CustomEvent("gatelab:painted", { detail: { models: this.names, text: this.text } }));
  }

  /** What is said in words: where the cursor and the window are, what each model says there, and where they differ most. */
  #say(records, places) {
    const { view, cursor, steps, reading } = this;
    const there = cursor >= 0;
    const tokens = records[0].tokens;
    this.window.textContent = steps > view.count ? `text, steps ${view.start + 1} to ${view.end(steps)} of ${steps}` : "text";
    this.at.textContent = there ? `after step ${cursor + 1}, ${quoted(tokens[cursor])}` : "";
    const entries = records.map((record, k) => ({ name: called(record.model), place: places[k], color: this.lines[places[k]], text: there ? `says ${said(record, cursor)}` : "" }));
    if (reading.truth) entries.push({ name: "true sum", color: this.ink.text, text: there ? number(reading.truth(tokens, cursor)) : "" });
    this.legend.show(entries);
    this.gap.textContent = there ? `apart by ${number(this.spread[cursor].apart, 2)}` : "apart by";
    this.#sayMost(tokens);
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => (this.spoken.textContent = there ? this.#about(cursor) : "No text."), 500);
  }

  #sayMost(tokens) {
    const most = this.disagreement;
    this.most.disabled = !most || most.apart < 0.005;
    if (!most) this.most.textContent = this.steps ? "Type ? to ask for the marked letter." : "There is no text yet: type above, or try an example.";
    else if (this.most.disabled) this.most.textContent = "All say the same at every step.";
    else {
      const { t, one, other, apart } = most;
      this.most.replaceChildren(
        `They differ most, by ${number(apart, 2)}, after ${quoted(tokens[t])} `, el("u", {}, `(step ${t + 1})`),
        `: ${one.model.name} says ${said(one, t)}, ${other.model.name} says ${said(other, t)}.`);
    }
  }
}

export const { mount, unmount } = mounting(Comparison);
