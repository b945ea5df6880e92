// The board of the Self-attention page: one head's map and the look of its chosen row over the same columns, and the pointer on them.

import * as alignment from "../kit/alignment.js";
import { BARS, energies, products, weights } from "../kit/attentionrows.js";
import { el, pointed } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { drag } from "../kit/pointing.js";
import { labelled, number } from "../kit/words.js";
import { tr } from "../language.js";
import { pictures } from "./descriptions.js";
import * as dotproduct from "./dotproduct.js";
import * as headmap from "./headmap.js";
import * as headvalues from "./headvalues.js";

const WIDE = 1300; // room for the columns in CSS pixels from which the rows get more too
const SPARE = 16; // room behind the last column in CSS pixels, for a number that is wider than it

const canvas = (name) => el("canvas", { className: name, role: "img" });
const titled = (name, text) => [el("b", {}, name), el("span", { className: "quiet" }, text)];

export class HeadBoard {
  pick;
  hover;
  scene; // what was painted last
  /** @type {View} */ view;
  /** @type {View} */ rows;
  /** @type {HTMLCanvasElement} */ keys;
  /** @type {HTMLCanvasElement} */ labels;
  /** @type {HTMLCanvasElement} */ map;
  /** @type {HTMLCanvasElement} */ energies;
  /** @type {HTMLCanvasElement} */ weights;
  /** @type {HTMLCanvasElement} */ values;
  /** @type {HTMLCanvasElement} */ sum;
  /** @type {HTMLCanvasElement} */ products;
  entryTitle;
  lookTitle;

  /**
   * @param pick ({q, k, entry}) => void, with what was pointed at
   * @param hover (text, event) => void; text is null where there is nothing
   */
  constructor({ pick, hover }) {
    Object.assign(this, { pick, hover, scene: null, view: new View(), rows: new View() });
    for (const name of ["keys", "labels", "map", "energies", "weights", "values", "sum", "products"]) this[name] = canvas(name);
    this.notes = Object.fromEntries(["map", "energies", "weights", "products"].map((name) => [name, el("div", { className: "side-note" })]));
    [this.entryTitle, this.lookTitle] = [el("b", {}), el("h3", {})];
    this.top = el("div", {}, row(titled(tr("looked at"), tr("dashed: unknown")), this.keys), row([this.labels], this.map, [this.notes.map], "flush"));
    this.look = el(
      "div",
      { className: "look" },
      this.lookTitle,
      row(titled(tr("energy"), tr("how well each column\u2019s key fits the row\u2019s query")), this.energies, [this.notes.energies]),
      row(titled(tr("weight"), tr("softmax of the energies")), this.weights, [this.notes.weights]),
      row(titled(tr("values"), tr("one column a token, the fainter the smaller its weight")), this.values, [el("div", { className: "sum-of" }, this.sum, el("span", {}, tr("output"), el("span", { className: "more" }, tr(": their weighted sum"))))], "with-sum"),
      row([this.entryTitle, el("span", { className: "quiet" }, tr("weight \u00d7 value"))], this.products, [this.notes.products]),
    );
    this.#listen();
  }

  /** As many columns and rows as there is room for; the lane ends with its last column. */
  #lay({ head, q, k }) {
    const style = getComputedStyle(this.top);
    const [gutter, side] = ["--gutter", "--side"].map((name) => parseFloat(style.getPropertyValue(name)));
    const width = this.top.clientWidth - gutter - side;
    const words = head.reading.model.unit === "words";
    this.gutter = gutter;
    this.view.fit(width, head.columns, words ? 18 : 12, words ? 120 : 64);
    this.view.count = Math.min(this.view.count, head.columns);
    this.view.follow(k, head.columns);
    this.rows.fit(width > WIDE ? 680 : 520, head.rows, 16, width > WIDE ? 36 : 30);
    this.rows.follow(q, head.rows);
    for (const part of [this.top, this.look]) part.style.setProperty("--lane", `${this.view.count * this.view.step}px`);
  }

  /** Paint everything; `scene` as in self-attention.js. */
  paint(scene) {
    const { head, k, ink } = scene;
    this.#lay(scene);
    const shown = (this.scene = { ...scene, view: this.view, rows: this.rows });
    alignment.source(this.keys, { reading: head.keys, view: this.view, k, ink, picked: new Set() });
    headmap.labels(this.labels, shown, this.gutter);
    headmap.map(this.map, shown);
    for (const [name, sentence] of Object.entries(pictures(head, scene.q, scene.entry))) this[name].setAttribute("aria-label", sentence);
    this.notes.map.textContent = [this.#window(tr("rows"), this.rows, head.rows), this.#window(tr("columns"), this.view, head.columns)].filter(Boolean).join("\n");
    this.#paintLook(shown);
  }

  /** Which part is shown, where not all fits. */
  #window(what, view, count) {
    return view.count < count ? tr("{what}\n{first} to {last}\nof {all}", { what, first: view.start + 1, last: view.end(count), all: count }) : "";
  }

  #paintLook(scene) {
    const { head, view, q, k, entry, ink } = scene;
    const row = { scores: dotproduct.energies(head, q), weights: head.row("weights", q) };
    const output = dotproduct.output(head, q);
    const roomy = { start: view.start, step: view.step, count: view.count + SPARE / view.step, end: (count) => view.end(count) };
    const seen = { reading: { columns: head.seen(q), row: (name) => row[name] }, view: roomy, q, k, ink, veiled: false };
    energies(this.energies, seen);
    weights(this.weights, seen);
    products(this.products, seen, dotproduct.terms(head, q, entry).map(({ value }) => value));
    for (const name of ["energies", "weights", "products"]) headvalues.hidden(this[name].getContext("2d"), scene, BARS);
    headvalues.values(this.values, scene);
    headvalues.sum(this.sum, scene, output);
    const masked = k >= head.seen(q);
    this.lookTitle.textContent = tr("The look of {row}", { row: head.about(q).replace(/,$/, "") });
    const energy = masked ? tr("masked") : number(row.scores[k]);
    this.notes.energies.textContent = labelled(head.key(k), energy);
    const [weight, all] = [masked ? tr("0, masked") : number(row.weights[k]), tr("all: {sum}", { sum: number(row.weights.reduce((a, b) => a + b, 0)) })];
    this.notes.weights.textContent = `${labelled(head.key(k), weight)}\n${all}`;
    this.notes.products.textContent = tr("sum:\n{value}", { value: number(output[entry]) });
    this.entryTitle.textContent = tr("entry {entry}", { entry });
  }

  // The pointer.

  #listen() {
    const column = (event) => this.view.at(pointed(event).x, this.scene.head.columns);
    const line = (event) => this.rows.start + Math.floor(pointed(event).y / this.rows.step);
    const within = (at, count) => Math.max(0, Math.min(count - 1, at)); // a drag past the edge brings on what lies behind it
    const along = (event) => within(this.view.start + Math.floor(pointed(event).x / this.view.step), this.scene.head.columns);
    const down = (event) => within(line(event), this.scene.head.rows);
    const entry = (event) => headvalues.entryAt(pointed(event).y, this.scene.head.size);
    const over = (about) => (event) => (column(event) < 0 ? null : about(event));
    this.#on(this.keys, { at: (event) => ({ k: along(event) }), about: over((event) => this.scene.head.aboutKey(column(event))) });
    this.#on(this.labels, { at: (event) => ({ q: down(event) }), about: (event) => this.#aboutRow(line(event)) });
    this.#on(this.map, { at: (event) => ({ q: down(event), k: along(event) }), about: over((event) => this.#aboutEntry(line(event), column(event))) });
    for (const bars of [this.energies, this.weights]) this.#on(bars, { at: (event) => ({ k: along(event) }), about: over((event) => this.#aboutEntry(this.scene.q, column(event))) });
    this.#on(this.values, { at: (event) => ({ k: along(event), entry: entry(event) }), about: over((event) => this.#aboutValue(column(event), entry(event))) });
    this.#on(this.products, { at: (event) => ({ k: along(event) }), about: over((event) => this.#aboutValue(column(event), this.scene.entry)) });
    this.#on(this.sum, { at: (event) => ({ entry: entry(event) }), about: (event) => this.#aboutSum(entry(event)) });
  }

  #on(target, { at, about }) {
    drag(target, {
      at: (event, dragged) => this.scene && (dragged || about(event) !== null) && at(event),
      about: (event) => this.scene && about(event),
      say: (text, event) => this.hover(text, event),
      pick: (what) => this.pick(what),
    });
  }

  #aboutRow(q) {
    const { head } = this.scene;
    return q < head.rows ? head.about(q).replace(/,$/, "") : null;
  }

  #aboutEntry(q, k) {
    const { head } = this.scene;
    if (q >= head.rows) return null;
    if (k >= head.seen(q)) return tr("masked: {row} may not look at what comes after it \u00b7 weight exactly 0", { row: head.about(q) });
    return tr("{row} looks at {column} \u00b7 energy {energy} \u00b7 weight {weight}",
      { row: head.about(q), column: head.aboutKey(k), energy: number(dotproduct.energy(head, q, k).energy), weight: number(head.row("weights", q)[k]) });
  }

  #aboutValue(k, entry) {
    const { head, q } = this.scene;
    const at = { token: head.key(k), entry, value: number(head.row("value", k)[entry]) };
    if (k >= head.seen(q)) return tr("{token} \u00b7 entry {entry} \u00b7 value {value} \u00b7 masked", at);
    const { weight, value } = dotproduct.terms(head, q, entry)[k];
    return tr("{token} \u00b7 entry {entry} \u00b7 value {value} \u00d7 weight {weight} = {product}", { ...at, weight: number(weight), product: number(value) });
  }

  #aboutSum(entry) {
    const { head, q } = this.scene;
    return tr("output \u00b7 entry {entry} = {value}", { entry, value: number(dotproduct.output(head, q)[entry]) });
  }
}

function row(gutter, lane, side = [], kind = "") {
  return el("div", { className: `row ${kind}` }, el("div", { className: "gutter" }, ...gutter), el("div", { className: "lane" }, lane), el("div", { className: "side" }, ...side));
}
