// The board of the Attention page: everything over the columns of one source, and the pointer on it.

import * as alignment from "../kit/alignment.js";
import * as look from "../kit/attentionrows.js";
import { el, pointed, within } from "../kit/dom.js";
import { drag } from "../kit/pointing.js";
import { View } from "../kit/view.js";
import { labelled, number, spoken } from "../kit/words.js";
import { tr } from "../language.js";
import { taken } from "../reading.js";
import { oneLook, percent, written } from "./descriptions.js";
import { context } from "./sums.js";

const canvas = (name) => el("canvas", { className: name, role: "img" });

export class AlignmentBoard {
  /** @type {View} */ view;
  scene; // what was painted last
  pick;
  choose;
  take;
  nudge;
  hover;
  /** @type {HTMLCanvasElement} */ source;
  /** @type {HTMLCanvasElement} */ threads;
  /** @type {HTMLCanvasElement} */ map;
  /** @type {HTMLCanvasElement} */ energies;
  /** @type {HTMLCanvasElement} */ weights;
  /** @type {HTMLCanvasElement} */ states;
  /** @type {HTMLCanvasElement} */ products;
  /** @type {HTMLCanvasElement} */ labels;
  /** @type {HTMLCanvasElement} */ chances;
  /** @type {HTMLCanvasElement} */ sum;

  /**
   * @param pick ({q, k, unit}) => void, with what was pointed at
   * @param choose (k) => void: a token of the source was clicked while a prediction is being made
   * @param take (row) => void, with the weights that the chosen step is to have instead of its own
   * @param nudge (by) => whether the chosen weight can be changed by so much; then it is
   * @param hover (text, event) => void; text is null where there is nothing
   */
  constructor({ pick, choose, take, nudge, hover }) {
    Object.assign(this, { pick, choose, take, nudge, hover, scene: null, view: new View() });
    for (const name of ["source", "threads", "map", "energies", "weights", "states", "products"]) this[name] = canvas(name);
    for (const name of ["labels", "chances", "sum"]) this[name] = canvas(name);
    this.weights.tabIndex = 0;
    this.weights.setAttribute("role", "slider");
    this.notes = Object.fromEntries(["map", "energies", "weights", "products"].map((name) => [name, el("div", { className: "side-note" })]));
    this.title = el("h3", { className: "look-title" });
    this.productsTitle = el("span", {});
    this.top = el(
      "div",
      {},
      row([el("b", {}, tr("source")), el("span", { className: "quiet" }, tr("dashed: unknown to the model")), el("b", { className: "low" }, tr("output")), el("span", { className: "quiet" }, tr("the wider a line, the larger its weight"))], [this.source, this.threads], [this.notes.map]),
      row([el("b", {}, tr("alignment")), this.labels], this.map, [this.chances], "flush"),
    );
    this.look = el(
      "div",
      { className: "look" },
      this.title,
      row([el("b", { "data-term": "energy" }, tr("energy")), el("span", { className: "quiet" }, tr("how well each token fits the decoder\u2019s state"))], this.energies, [this.notes.energies]),
      row([el("b", { "data-term": "attention weight" }, tr("weight")), el("span", { className: "quiet" }, tr("softmax of the energies: drag a bar"))], this.weights, [this.notes.weights]),
      row([el("b", {}, tr("encoder states")), el("span", { className: "quiet" }, tr("one column a token, the fainter the smaller its weight"))], this.states, [el("div", { className: "sum-of" }, this.sum, el("span", {}, ...within(tr("context:{line}their weighted sum"), { line: el("br") })))], "with-sum"),
      row([this.productsTitle, el("span", { className: "quiet" }, tr("weight \u00d7 state of one unit"))], this.products, [this.notes.products]),
    );
    this.body = el("div", { className: "attention-rows" }, this.top, this.look);
    this.#listen();
  }

  get lane() {
    return this.source.parentElement;
  }

  /** The stage has changed its width. */
  resize() {
    this.width = this.lane.clientWidth;
    this.side = this.chances.parentElement.clientWidth;
    this.gutter = this.labels.parentElement.clientWidth;
  }

  /** Paint everything; `scene` as in attention.js. */
  paint(scene) {
    const { reading, q, k, unit } = scene;
    const words = reading.model.unit === "words";
    this.view.fit(this.width, reading.columns, words ? 18 : 10, words ? 120 : 44);
    this.view.follow(Math.max(0, k), reading.columns);
    this.scene = { ...scene, view: this.view };
    const shown = this.scene;
    const [first, last, all] = [this.view.start + 1, this.view.end(reading.columns), reading.columns];
    this.notes.map.textContent = last - first + 1 < all ? tr("{first} to {last}\nof {all}", { first, last, all }) : "";
    alignment.source(this.source, shown);
    alignment.threads(this.threads, shown);
    alignment.map(this.map, shown);
    alignment.labels(this.labels, shown, this.gutter - 8, (step) => `${step + 1}\u2002${alignment.sign(reading.written[step])}`);
    alignment.labels(this.chances, shown, Math.min(56, this.side), (step) => percent(reading.chances[step]));
    this.map.parentElement.parentElement.hidden = !reading.attends || !reading.steps;
    this.look.hidden = !reading.attends || q < 0;
    if (reading.attends && q >= 0) this.#paintLook(shown);
    this.#tell(written(reading));
    this.source.setAttribute("aria-label", tr("The source: {count} tokens", { count: reading.columns }));
    this.threads.setAttribute("aria-label", tr("Lines from the source to the output {output}", { output: reading.output }));
    this.map.setAttribute("aria-label", tr("Attention weights: {steps} steps by {tokens} tokens", { steps: reading.steps, tokens: reading.columns }));
  }

  /** What a screen reader hears of some pictures: {name: sentence}. */
  #tell(sentences) {
    for (const [name, sentence] of Object.entries(sentences)) this[name].setAttribute("aria-label", sentence);
  }

  #paintLook(scene) {
    const { reading, q, k, unit, veiled } = scene;
    this.title.textContent = alignment.sign(reading.written[q]) === alignment.ENDED
      ? tr("Step {step}: what the decoder looked at to write the end", { step: q + 1 })
      : tr("Step {step}: what the decoder looked at to write {token}", { step: q + 1, token: spoken(reading.written[q]) });
    look.energies(this.energies, scene);
    look.weights(this.weights, scene);
    look.states(this.states, this.sum, scene);
    const { products, value } = context(reading, q, unit);
    look.products(this.products, scene, products);
    const row = reading.row("weights", q);
    const said = (text) => (veiled ? "" : text);
    this.notes.energies.textContent = said(k < 0 ? "" : labelled(spoken(reading.tokens[k]), number(reading.row("scores", q)[k], 2)));
    const all = tr("all: {sum}", { sum: number(row.reduce((a, b) => a + b, 0)) });
    this.notes.weights.textContent = said(k < 0 ? all : `${labelled(spoken(reading.tokens[k]), number(row[k]))}\n${all}`);
    this.notes.products.textContent = said(tr("sum = context\nof unit {unit}:\n{value}", { unit, value: number(value) }));
    this.productsTitle.replaceChildren(el("b", {}, tr("unit {unit}", { unit })));
    this.#tell(oneLook(reading, q, unit, veiled));
    this.weights.setAttribute("aria-label", tr("Attention weight of {token}; up and down change it", { token: spoken(reading.tokens[k] ?? "") }));
    for (const [key, now] of Object.entries({ valuemin: 0, valuemax: 1, valuenow: veiled ? 0 : number(row[k] ?? 0) })) this.weights.setAttribute(`aria-${key}`, String(now));
    this.weights.setAttribute("aria-valuetext", veiled ? tr("hidden until you reveal it") : number(row[k] ?? 0));
  }

  // The pointer.

  #listen() {
    const column = (event) => this.view.at(pointed(event).x, this.scene.reading.columns);
    const on = (target, { at, about }) =>
      drag(target, {
        at: (event) => this.scene && at(event),
        about: (event) => (this.scene && !this.scene.veiled ? about(event) : null),
        say: (text, event) => this.hover(text, event),
        pick: (what) => this.pick(what),
      });
    const step = (event) => Math.floor(pointed(event).y / alignment.rowHeight(this.scene.reading.steps));
    this.source.addEventListener("click", (event) => this.scene?.veiled && column(event) >= 0 && this.choose(column(event)));
    on(this.source, { at: (event) => !this.scene.veiled && column(event) >= 0 && { k: column(event) }, about: (event) => this.#aboutToken(column(event)) });
    on(this.threads, { at: (event) => this.#chipAt(event), about: (event) => this.#aboutChip(this.#chipAt(event)) });
    on(this.map, {
      at: (event) => column(event) >= 0 && { q: step(event), k: column(event) },
      about: (event) => this.#aboutWeight(step(event), column(event)),
    });
    on(this.energies, { at: (event) => column(event) >= 0 && { k: column(event) }, about: (event) => this.#aboutWeight(this.scene.q, column(event)) });
    on(this.states, {
      at: (event) => column(event) >= 0 && { k: column(event), unit: look.unitAt(pointed(event).y, this.scene.reading.model.hidden_size) },
      about: (event) => this.#aboutState(column(event), look.unitAt(pointed(event).y, this.scene.reading.model.hidden_size)),
    });
    on(this.products, { at: (event) => column(event) >= 0 && { k: column(event) }, about: (event) => this.#aboutState(column(event), this.scene.unit) });
    this.#listenWeights(column);
  }

  /** Dragging a bar sets its weight. */
  #listenWeights(column) {
    let dragged = -1;
    const set = (event) => this.take(taken(this.scene.reading.row("weights", this.scene.q), dragged, look.weightAt(pointed(event).y)), dragged);
    this.weights.addEventListener("pointerdown", (event) => {
      dragged = this.scene.veiled ? -1 : column(event);
      if (dragged < 0) return;
      this.weights.setPointerCapture(event.pointerId);
      this.pick({ k: dragged });
      this.start = pointed(event).y;
    });
    this.weights.addEventListener("pointermove", (event) => {
      if (!this.scene || this.scene.veiled) return;
      if (dragged >= 0 && (this.start === null || Math.abs(pointed(event).y - this.start) > 3)) {
        this.start = null; // a drag, not a click
        set(event);
      }
      this.hover(this.#aboutWeight(this.scene.q, dragged >= 0 ? dragged : column(event)), event);
    });
    for (const end of ["pointerup", "pointercancel"]) this.weights.addEventListener(end, () => (dragged = -1));
    this.weights.addEventListener("pointerleave", (event) => this.hover(null, event));
    this.weights.addEventListener("keydown", (event) => {
      const by = { ArrowUp: 0.05, ArrowDown: -0.05, PageUp: 0.25, PageDown: -0.25 }[event.key];
      if (by === undefined || !this.nudge(by)) return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  #chipAt(event) {
    const { width } = alignment.chip(this.scene, 0);
    const q = Math.floor(pointed(event).x / width);
    return q >= 0 && q < this.scene.reading.steps ? { q } : null;
  }

  #aboutToken(k) {
    if (k < 0) return null;
    const { reading } = this.scene;
    const at = { place: k + 1, token: spoken(reading.tokens[k]) };
    return reading.unknown[k] ? tr("token {place} {token}, unknown to the model", at) : tr("token {place} {token}", at);
  }

  #aboutChip(chip) {
    if (!chip) return null;
    const { reading } = this.scene;
    return tr("step {step} wrote {token}, held {percent} likely", { step: chip.q + 1, token: spoken(alignment.sign(reading.written[chip.q])), percent: percent(reading.chances[chip.q]) });
  }

  #aboutWeight(q, k) {
    const { reading } = this.scene;
    if (k < 0 || q < 0 || q >= reading.steps || !reading.attends) return null;
    return tr("step {step} {token} looked at {source} \u00b7 energy {energy} \u00b7 weight {weight}",
      { step: q + 1, token: spoken(alignment.sign(reading.written[q])), source: spoken(reading.tokens[k]), energy: number(reading.row("scores", q)[k]), weight: number(reading.weight(q, k)) });
  }

  #aboutState(k, unit) {
    if (k < 0) return null;
    const { reading, q } = this.scene;
    const state = reading.row("states", k)[unit];
    return tr("{token} \u00b7 unit {unit} \u00b7 state {state} \u00d7 weight {weight} = {product}",
      { token: spoken(reading.tokens[k]), unit, state: number(state), weight: number(reading.weight(q, k)), product: number(state * reading.weight(q, k)) });
  }
}

function row(gutter, lane, side = [], kind = "") {
  return el("div", { className: `row ${kind}` }, el("div", { className: "gutter" }, ...gutter), el("div", { className: "lane" }, ...[lane].flat()), el("div", { className: "side" }, ...side));
}
