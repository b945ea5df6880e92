// The stage of the Self-attention page: one source, three attentions, all their heads, one of them large, and one entry of it in numbers.

import { el } from "../dom.js";
import * as dotpanel from "./dotpanel.js";
import { REACH } from "./headvalues.js";
import { Head, PLACES } from "./head.js";
import { HeadBoard } from "./headboard.js";
import { HeadGrid } from "./headgrid.js";
import { Explore } from "../explore.js";
import { Lane, overHttp } from "../lane.js";
import { copy } from "../link.js";
import { here, mounting } from "../mounting.js";
import { tables } from "../palette.js";
import { END, Reading } from "../attention/reading.js";
import { keep, reopen } from "../remember.js";
import { parse } from "../safetensors.js";
import { TextBox } from "../textbox.js";
import { dress } from "../theme.js";
import { Tip } from "../tip.js";
import { number } from "../words.js";


class SelfAttention {
  constructor(root, first, setStateValue) {
    const { page } = first.metadata;
    Object.assign(this, { root, page, ...linked(), q: page.start.step });
    this.models = Object.fromEntries(page.models.map((model) => [model.name, model]));
    this.lane = new Lane({
      send: overHttp(here("/live/attend"), parse),
      held: () => 0,
      painted: (answer) => this.#take(answer),
      status: (state, message) => this.box.status(state, message),
    });
    this.#build();
    this.reading = new Reading(first, this.models[first.metadata.model]);
    this.#settle();
    this.#choose({ k: this.k });
    reopen(this.box, this.model, this.reading, this.page.models);
    this.dress(setStateValue);
    this.resized = new ResizeObserver(() => this.#resize());
    this.resized.observe(this.stage);
    this.dressed = () => this.#paintSoon(); // letters on a canvas do not change by themselves when their font arrives
    document.fonts.addEventListener("loadingdone", this.dressed);
  }

  close() {
    this.resized.disconnect();
    document.fonts.removeEventListener("loadingdone", this.dressed);
    this.lane.close();
    clearTimeout(this.speaking);
    this.explore.close();
  }

  // What stands where.

  #build() {
    this.tip = new Tip();
    this.explore = new Explore("these heads: figures to zoom and select, downloads", () => ({ model: this.model.value, text: this.box.text }));
    this.box = new TextBox({ limit: this.page.limit, changed: (text) => this.#typed(text), placeholder: "Type a source: every weight changes at every key." });
    this.model = el("select", { onchange: () => this.#chooseModel(this.model.value) }, ...this.page.models.map(({ name }) => el("option", { value: name }, name)));
    this.facts = el("span", { className: "facts" });
    this.tries = el("div", { className: "tries" });
    this.entries = el("input", { type: "number", min: 0, step: 1, onchange: () => this.entries.value !== "" && this.#choose({ entry: Number(this.entries.value) }) });
    this.link = el("button", { type: "button", title: "Copy a link to all that is chosen here", onclick: () => this.#link() }, "Copy link");
    this.answer = el("div", { className: "answer" });
    this.places = Object.entries(PLACES).map(([where, { title }]) => {
      const button = el("button", { type: "button", onclick: () => this.#choose({ where }) }, title);
      button.dataset.where = where;
      return button;
    });
    this.grid = new HeadGrid((head) => this.#choose(head));
    this.board = new HeadBoard({ pick: (what) => this.#choose(what), hover: (text, event) => this.tip.say(text, event) });
    this.panels = dotpanel.build((k) => this.#choose({ k }));
    [this.title, this.legend] = [el("h3", {}), el("p", { className: "quiet hint" })];
    [this.colors, this.vectors] = ["weight", "query, key, product, value"].map((name) => scaleOf(name));
    this.spoken = el("p", { className: "unseen", "aria-live": "polite" });
    const keys = "Head: up and down arrow move the row, left and right the column, Home and End go to the first and the last row, digits choose the head, Page Up and Page Down the layer";
    this.focus = el("div", { className: "board", tabIndex: 0, role: "group", "aria-label": keys, onkeydown: (event) => this.#pressed(event) }, this.title, this.legend, this.board.top, this.panels.dot, this.board.look);
    this.shown = el("div", { className: "heads-rows" }, this.#overview(), this.focus, this.panels.below);
    this.stage = el(
      "div",
      { className: "stage heads" },
      el("div", { className: "top" }, this.box.element, el("div", { className: "picker" }, field("Model", this.model), this.facts)),
      this.tries,
      this.#bar(),
      this.answer,
      this.shown,
      this.explore.element,
      this.tip.element,
      this.spoken,
    );
    this.root.append(this.stage);
  }

  #bar() {
    const step = (label, title, key) => el("button", { type: "button", title, "aria-label": title, onclick: () => this.#key(key) }, label);
    return el(
      "div",
      { className: "bar-of-controls", role: "toolbar", "aria-label": "Attention, row, column and entry" },
      el("div", { className: "group segments", role: "group", "aria-label": "Which attention" }, ...this.places),
      el("div", { className: "group" }, step("\u2191", "One row up (up arrow)", "ArrowUp"), step("\u2193", "One row down (down arrow)", "ArrowDown"), step("\u2190", "One column to the left (left arrow)", "ArrowLeft"), step("\u2192", "One column to the right (right arrow)", "ArrowRight")),
      el("div", { className: "group" }, field("Entry of the output", this.entries)),
      el("div", { className: "group" }, this.link),
    );
  }

  /** All heads, and beside them what their colors mean. */
  #overview() {
    this.masked = el("p", { className: "masked" }, el("span", { className: "hatched", "aria-hidden": "true" }), "hatched: masked, weight exactly 0");
    return el("div", { className: "overview-of-heads" }, this.grid.element, el("div", { className: "keys-to-colors" }, this.colors.element, this.masked, this.vectors.element));
  }

  /** What depends on the model alone. */
  #settle() {
    const { name, card, opening, layers, heads, unit } = this.reading.model;
    this.model.value = name;
    this.stage.dataset.unit = unit; // words need more room beside their rows
    const score = Object.entries(card.scores).slice(0, 1).map(([what, value]) => `${what}: ${value}`);
    this.facts.textContent = `${layers} layers \u00d7 ${heads} heads \u00b7 ${card.parameters.toLocaleString("en")} parameters \u00b7 ${score} on sources it never read`;
    this.tries.replaceChildren(
      el("span", { className: "quiet" }, "Try: "),
      ...[opening.text, ...opening.others].map((text) => el("button", { type: "button", className: "try", title: text, onclick: () => this.box.fill(text) }, text)),
    );
  }

  // What happens.

  #typed(text) {
    if (this.reading.text === text && this.reading.model.name === this.model.value && this.lane.idle) return;
    this.lane.want(this.model.value, text);
    keep(this.models[this.model.value].task, text);
    this.explore.changed();
  }

  #chooseModel(model) {
    const { opening, task } = this.reading.model;
    const untouched = [opening.text, ...opening.others].includes(this.box.text);
    if (untouched && this.models[model].task !== task) this.box.fill(this.models[model].opening.text);
    this.lane.want(model, this.box.text);
    this.explore.changed();
  }

  /** An answer of the server. */
  #take(answer) {
    const old = this.reading;
    this.reading = new Reading(answer, this.models[answer.metadata.model]);
    if (this.reading.model !== old.model) this.#settle();
    const same = this.reading.text === old.text && this.reading.model === old.model;
    this.#choose({ k: same ? this.k : undefined });
    return true;
  }

  /** Choose an attention, a head, a row, a column, an entry of the output; without `k`, what changes the head's place looks where it looks most. */
  #choose(what) {
    const { where = this.where, layer = this.layer, number: head = this.number, q = this.q, entry = this.entry } = what;
    const { layers, heads } = this.reading.model;
    Object.assign(this, { where, layer: clamped(layer, layers), number: clamped(head, heads) });
    this.head = new Head(this.reading, where, this.layer, this.number);
    this.q = clamped(q, this.head.rows);
    const look = ("where" in what || "k" in what) && what.k === undefined;
    if (this.head.rows) this.k = look ? this.head.focus(this.q) : clamped(what.k ?? this.k, this.head.columns);
    this.entry = clamped(entry, this.head.size);
    this.#paintSoon();
  }

  // Keys.

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button, select, input")) return;
    if (this.#key(event.key)) event.preventDefault();
  }

  #key(key) {
    const { q, k, layer } = this;
    const moves = {
      ArrowUp: { q: q - 1 },
      ArrowDown: { q: q + 1 },
      ArrowLeft: { k: k - 1 },
      ArrowRight: { k: k + 1 },
      Home: { q: 0 },
      End: { q: this.head.rows - 1 },
      PageUp: { layer: layer - 1 },
      PageDown: { layer: layer + 1 },
    };
    const digit = /^[1-9]$/.test(key) && Number(key) <= this.reading.model.heads && { number: Number(key) - 1 };
    const move = moves[key] ?? digit;
    if (move) this.#choose(move);
    return Boolean(move);
  }

  #link() {
    const { where, layer, number: head, q, k, entry } = this;
    copy(this.link, { model: this.reading.model.name, text: this.box.text, step: q + 1, where, layer: layer + 1, head: head + 1, column: k + 1, entry });
  }

  // Painting.

  /** Take the theme's colors, at the first mount and whenever the theme changes. */
  dress(setStateValue) {
    this.explore.setStateValue = setStateValue;
    const { scales, ink } = dress(this.stage, this.page.palette);
    Object.assign(this, { ink, tables: tables(scales) });
    this.colors.show(scales.sequential, 0, 1);
    this.vectors.show(scales.diverging, -REACH, REACH);
    this.#paintSoon();
  }

  #resize() {
    if (this.stage.clientWidth === this.width) return; // only the height has changed, by what was painted
    this.width = this.stage.clientWidth;
    this.#paintSoon();
  }

  #paintSoon() {
    this.due ??= requestAnimationFrame(() => {
      this.due = null;
      this.#paint();
    });
  }

  #paint() {
    const { reading, head, q, k, entry, where } = this;
    this.#paintAnswer();
    this.shown.hidden = !head.rows;
    for (const button of this.places) button.setAttribute("aria-pressed", String(button.dataset.where === where));
    if (this.root.activeElement !== this.entries) this.entries.value = entry;
    this.entries.max = head.size - 1;
    if (head.rows) {
      const scene = { head, q, k, entry, ink: this.ink, tables: this.tables };
      this.title.textContent = `${capital(head.title)}: ${PLACES[where].title}`;
      this.legend.textContent = PLACES[where].legend(reading.model.unit);
      this.masked.hidden = where !== "decoder";
      this.grid.paint(scene);
      this.board.paint(scene);
      this.panels.paint(scene);
    }
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => (this.spoken.textContent = this.#summary()), 500);
    window.dispatchEvent(new CustomEvent("gatelab:painted", { detail: { model: reading.model.name, text: reading.text, output: reading.output } }));
  }

  #paintAnswer() {
    const { reading } = this;
    if (!reading.columns) return this.answer.replaceChildren(el("p", { className: "quiet" }, "Nothing to read yet: type a source above."));
    const cut = reading.written.at(-1) !== END;
    this.answer.replaceChildren(
      el("p", { className: "output" }, el("span", { className: "quiet" }, "it writes "), el("b", {}, reading.output || "nothing")),
      ...(cut ? [el("p", { className: "note" }, `Stopped after ${reading.steps} steps: the decoder did not end by itself.`)] : []),
    );
  }

  /** What a screen reader hears. */
  #summary() {
    const { reading, head, q, k } = this;
    if (!head.rows) return "Nothing to read yet.";
    const [row, most] = [head.row("weights", q), head.focus(q)];
    const chosen = k < row.length ? `weight ${number(row[k], 2)}` : "masked, weight exactly 0";
    return `Output: ${reading.output || "nothing"}. ${capital(head.title)}, ${PLACES[head.where].title}. Row: ${head.about(q)} looks most at ${head.aboutKey(most)}, weight ${number(row[most], 2)}. Chosen: ${head.aboutKey(k)}, ${chosen}.`;
  }
}

const clamped = (at, count) => Math.max(0, Math.min(count - 1, Math.trunc(at) || 0));
const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** What only this stage knows of a link: attention, head, column and entry. Anything else than what it wrote itself counts as the first. */
function linked() {
  const link = new URLSearchParams(window.location.search);
  const counted = (name) => Math.max(0, (Number.parseInt(link.get(name), 10) || 1) - 1);
  const where = link.get("where");
  return { where: Object.hasOwn(PLACES, where ?? "") ? where : "encoder", layer: counted("layer"), number: counted("head"), k: link.has("column") ? counted("column") : undefined, entry: Number.parseInt(link.get("entry"), 10) || 0 };
}

/** A scale of colors with the numbers of its ends. */
function scaleOf(name) {
  const [low, colors, high] = [el("span", {}), el("span", { className: "colors" }), el("span", {})];
  const show = (stops, from, to) => {
    colors.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
    [low.textContent, high.textContent] = [number(from, 0), number(to, 0)];
  };
  return { element: el("div", { className: "color-key" }, el("span", {}, name), el("div", { className: "scale" }, low, colors, high)), show };
}

function field(label, control) {
  control.setAttribute("aria-label", label);
  return el("label", { className: "field" }, el("span", {}, label), control);
}

export const { mount, unmount } = mounting(SelfAttention);
