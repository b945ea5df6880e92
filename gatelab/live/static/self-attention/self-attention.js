// The stage of the Self-attention page: one source, three attentions, all their heads, one of them large, and one entry of it in numbers.

import { END } from "../engine/text.js";
import { button, field, toolbar } from "../kit/controls.js";
import { el } from "../kit/dom.js";
import { More } from "../kit/more.js";
import { labelled, number } from "../kit/words.js";
import { tr } from "../language.js";
import { mounting } from "../mounting.js";
import { Reading } from "../reading.js";
import { known, modelPicker, WritingStage } from "../writingstage.js";
import * as dotpanel from "./dotpanel.js";
import { Head, PLACES } from "./head.js";
import { HeadBoard } from "./headboard.js";
import { HeadGrid } from "./headgrid.js";
import { REACH } from "./headvalues.js";

const NOTHING = tr("nothing");

class SelfAttention extends WritingStage {
  static kind = "self-attention";
  static placeholder = tr("Type a source: every weight changes at every key.");
  static explores = tr("these heads: figures to zoom and select, downloads");
  static keys = tr("Head: up and down arrow move the row, left and right the column, Home and End go to the first and the last row, digits choose the head, Page Up and Page Down the layer");

  /** @type {string} which of the three attentions */ where;
  /** @type {number} */ layer;
  /** @type {number} the head */ number;
  /** @type {number} the row */ q;
  /** @type {number} of the head's output */ entry;
  title;
  legend;
  colors;
  vectors;

  build() {
    this.picker = modelPicker(this, () => this.ask(this.asked));
    this.entries = el("input", { type: "number", min: 0, step: 1, onchange: () => this.entries.value !== "" && this.choose({ entry: Number(this.entries.value) }) });
    this.answer = el("div", { className: "answer" });
    this.places = Object.entries(PLACES).map(([where, { title }]) => {
      const place = el("button", { type: "button", onclick: () => this.choose({ where }) }, title);
      place.dataset.where = where;
      return place;
    });
    this.grid = new HeadGrid((head) => this.choose(head));
    this.rows = new HeadBoard({ pick: (what) => this.choose(what), hover: this.hover });
    this.panels = dotpanel.build((k) => this.choose({ k }));
    [this.title, this.legend] = [el("h3", {}), el("p", { className: "quiet hint" })];
    [this.colors, this.vectors] = [tr("weight"), tr("query, key, product, value")].map((name) => scaleOf(name));
    this.masked = el("p", { className: "masked" }, el("span", { className: "hatched", "aria-hidden": "true" }), tr("hatched: masked, weight exactly 0"));
    this.board.append(this.title, this.legend, this.rows.top, this.panels.dot, this.rows.look);
    const overview = el("div", { className: "overview-of-heads" }, this.grid.element, el("div", { className: "keys-to-colors" }, this.colors.element, this.masked, this.vectors.element));
    const step = (label, title, key) => button(label, title, () => this.press(key));
    const more = (this.more = new More(field(tr("Entry of the output"), this.entries), this.link));
    const bar = toolbar(tr("Attention, row and column"),
      [el("div", { className: "group segments", role: "group", "aria-label": tr("Which attention") }, ...this.places)],
      [step("\u2191", tr("One row up (up arrow)"), "ArrowUp"), step("\u2193", tr("One row down (down arrow)"), "ArrowDown"), step("\u2190", tr("One column to the left (left arrow)"), "ArrowLeft"), step("\u2192", tr("One column to the right (right arrow)"), "ArrowRight")],
      [more.button]);
    this.shown = el("div", { className: "self-attention-rows" }, overview, this.board, this.panels.below);
    return [el("div", { className: "top" }, this.box.element, this.picker.element), this.tries, bar, more.panel, this.answer, this.shown];
  }

  open(first) {
    const { where, layer, head, step, column, entry } = this.page.start;
    Object.assign(this, { where, layer, number: head, q: step, entry, reading: new Reading(first, this.models[first.metadata.model]) });
    this.settle();
    this.choose({ k: column ?? undefined });
    this.box.open(this.reading.text);
  }

  /** What depends on the model alone. */
  settle() {
    const { card, layers, heads, unit } = this.model;
    this.stage.dataset.unit = unit; // words need more room beside their rows
    this.picker.settle(this.model, [tr("{layers} layers \u00d7 {heads} heads", { layers, heads }), known(card)].join(" \u00b7 "));
  }

  typed(text) {
    if (this.reading.text === text && this.model.name === this.asked && this.lane.idle) return;
    this.ask(this.asked, text);
    this.explore.changed();
  }

  take(answer) {
    const old = this.reading;
    this.reading = new Reading(answer, this.models[answer.metadata.model]);
    if (this.model !== old.model) this.settle();
    const same = this.reading.text === old.text && this.model === old.model;
    this.choose({ k: same ? this.k : undefined });
    return true;
  }

  /** Choose an attention, a head, a row, a column, an entry of the output; without `k`, what changes the head's place looks where it looks most. */
  choose(what) {
    const { where = this.where, layer = this.layer, number: head = this.number, q = this.q, entry = this.entry } = what;
    Object.assign(this, { where, layer: clamped(layer, this.model.layers), number: clamped(head, this.model.heads) });
    this.head = new Head(this.reading, where, this.layer, this.number);
    this.q = clamped(q, this.head.rows);
    const look = ("where" in what || "k" in what) && what.k === undefined;
    if (this.head.rows) this.k = look ? this.head.focus(this.q) : clamped(what.k ?? this.k, this.head.columns);
    this.entry = clamped(entry, this.head.size);
    if (["where", "layer", "number"].some((name) => name in what)) this.explore.changed();
    this.paintSoon();
  }

  get moves() {
    const { q, k, layer } = this;
    const digits = Array.from({ length: Math.min(9, this.model.heads) }, (_, head) => [head + 1, { number: head }]);
    const to = { ArrowUp: { q: q - 1 }, ArrowDown: { q: q + 1 }, ArrowLeft: { k: k - 1 }, ArrowRight: { k: k + 1 }, Home: { q: 0 }, End: { q: this.head.rows - 1 },
      PageUp: { layer: layer - 1 }, PageDown: { layer: layer + 1 }, ...Object.fromEntries(digits) };
    return Object.fromEntries(Object.entries(to).map(([key, what]) => [key, () => this.choose(what)]));
  }

  see({ where, layer, head, step, column, entry }) {
    this.choose({ where, layer, number: head, q: step, entry, k: column ?? undefined });
  }

  linked() {
    const { where, layer, number: head, q, k, entry } = this;
    return { model: this.model.name, step: q + 1, where, layer: layer + 1, head: head + 1, column: k + 1, entry };
  }

  chosen() {
    const { asked: model, where, layer, number: head } = this;
    return { model, where, layer, head };
  }

  colored() {
    this.colors.show(this.scales.sequential, 0, 1);
    this.vectors.show(this.scales.diverging, -REACH, REACH);
  }

  draw() {
    const { reading, head, q, k, entry, where, ink, tables } = this;
    this.#answer(reading);
    this.shown.hidden = !head.rows;
    for (const place of this.places) place.setAttribute("aria-pressed", String(place.dataset.where === where));
    if (this.root.activeElement !== this.entries) this.entries.value = entry;
    this.entries.max = head.size - 1;
    if (!head.rows) return;
    this.title.textContent = labelled(capital(head.title), PLACES[where].title);
    this.legend.textContent = PLACES[where].legend(reading.model.unit);
    this.masked.hidden = where !== "decoder";
    const scene = { head, q, k, entry, ink, tables };
    for (const view of [this.grid, this.rows, this.panels]) view.paint(scene);
  }

  #answer(reading) {
    if (!reading.columns) return this.answer.replaceChildren(el("p", { className: "quiet" }, tr("Nothing to read yet: type a source above.")));
    const cut = reading.written.at(-1) !== END;
    this.answer.replaceChildren(
      el("p", { className: "output" }, el("span", { className: "quiet" }, tr("it writes"), " "), el("b", {}, reading.output || NOTHING)),
      ...(cut ? [el("p", { className: "note" }, tr("Stopped after {steps} steps: the decoder did not end by itself.", { steps: reading.steps }))] : []),
    );
  }

  get decoded() {
    return { where: this.where };
  }

  get pictured() {
    const all = this.grid.element.parentElement;
    return [{ name: tr("what it writes"), element: this.answer, shown: true }, { name: tr("all heads"), element: all, shown: true }, ...super.pictured, { name: tr("arithmetic"), element: this.panels.below, shown: false }];
  }

  painted() {
    return { model: this.model.name, text: this.reading.text, output: this.reading.output };
  }

  said() {
    const { reading, head, q, k } = this;
    if (!head.rows) return tr("Nothing to read yet.");
    const [row, most] = [head.row("weights", q), head.focus(q)];
    const at = {
      output: reading.output || NOTHING, head: capital(head.title), attention: PLACES[head.where].title, row: head.about(q),
      most: head.aboutKey(most), weight: number(row[most], 2), chosen: head.aboutKey(k), other: number(row[k] ?? 0, 2),
    };
    return k < row.length
      ? tr("Output: {output}. {head}, {attention}. Row: {row} looks most at {most}, weight {weight}. Chosen: {chosen}, weight {other}.", at)
      : tr("Output: {output}. {head}, {attention}. Row: {row} looks most at {most}, weight {weight}. Chosen: {chosen}, masked, weight exactly 0.", at);
  }
}

const clamped = (at, count) => Math.max(0, Math.min(count - 1, Math.trunc(at) || 0));
const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** A scale of colors with the numbers of its ends. */
function scaleOf(name) {
  const [low, colors, high] = [el("span", {}), el("span", { className: "colors" }), el("span", {})];
  const show = (stops, from, to) => {
    colors.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
    [low.textContent, high.textContent] = [number(from, 0), number(to, 0)];
  };
  return { element: el("div", { className: "color-key" }, el("span", {}, name), el("div", { className: "scale" }, low, colors, high)), show };
}

export const { mount, unmount } = mounting(SelfAttention);
