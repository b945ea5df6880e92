// All heads of all layers as small maps, a row for each layer; each is a button that chooses its head.

import { el, sharpen } from "../kit/dom.js";
import { shade } from "../kit/palette.js";
import { hatch } from "../kit/hatch.js";
import { labelled } from "../kit/words.js";
import { tr } from "../language.js";
import { Head } from "./head.js";

const FLATTEST = 0.4; // height of a map over its width, at least
const TALLEST = 1.15; // and at most

const offscreen = typeof document === "undefined" ? null : document.createElement("canvas");

export class HeadGrid {
  /** @type {number} */ layers;
  /** @type {number} */ heads;

  /** @param choose ({layer, number}) => void */
  constructor(choose) {
    this.choose = choose;
    this.element = el("div", { className: "all-heads", role: "group", "aria-label": tr("All heads of all layers") });
    this.maps = [];
  }

  /** Paint all heads of the attention of `head`, which is the chosen one. */
  paint({ head, ink, tables }) {
    const { layers, heads } = head.reading.model;
    if (this.layers !== layers || this.heads !== heads) this.#build(layers, heads);
    for (const { layer, number, button, label } of this.maps) {
      button.setAttribute("aria-pressed", String(layer === head.layer && number === head.number));
      const { called, measured } = about(head.reading.model, head.where, layer, number);
      label.textContent = called;
      button.title = measured;
      const title = tr("layer {layer}, head {head}", { layer: layer + 1, head: number + 1 });
      button.setAttribute("aria-label", called ? labelled(title, called) : title);
    }
    const width = this.maps[0].canvas.parentElement.clientWidth;
    const painted = [head.reading, head.where, tables, ink, width, window.devicePixelRatio];
    if (this.painted?.every((what, k) => what === painted[k])) return; // only the choice has changed
    this.painted = painted;
    for (const { layer, number, canvas } of this.maps) small(canvas, width, new Head(head.reading, head.where, layer, number), ink, tables);
  }

  #build(layers, heads) {
    Object.assign(this, { layers, heads, painted: null });
    const each = (count, of) => Array.from({ length: count }, (_, k) => of(k));
    this.maps = each(layers, (layer) => each(heads, (number) => this.#map(layer, number))).flat();
    this.element.style.setProperty("--heads", heads);
    this.element.replaceChildren(...each(layers, (layer) => [el("span", { className: "layer", "aria-hidden": "true" }, tr("layer {layer}", { layer: layer + 1 })), ...this.maps.filter((map) => map.layer === layer).map(({ button }) => button)]).flat());
  }

  #map(layer, number) {
    const canvas = el("canvas", { className: "small" });
    const label = el("small", {});
    const button = el("button", { type: "button", className: "head-map", onclick: () => this.choose({ layer, number }) }, el("span", {}, tr("head {head}", { head: number + 1 }), " "), label, el("div", {}, canvas));
    return { layer, number, canvas, button, label };
  }
}

/** What the card of a model calls its heads (gatelab/training/heads.py). */
const LABELS = {
  "itself": tr("itself"), "the first token": tr("the first token"), "the last token": tr("the last token"), "punctuation and spaces": tr("punctuation and spaces"),
  "what was written last": tr("what was written last"), "what was written one step earlier": tr("what was written one step earlier"), "the start": tr("the start"), "the field that it writes": tr("the field that it writes"),
  "about the same place in the sentence": tr("about the same place in the sentence"), "spread over several": tr("spread over several"), "the word before": tr("the word before"), "the word after": tr("the word after"),
  "two words before": tr("two words before"), "two words after": tr("two words after"), "the character before": tr("the character before"), "the character after": tr("the character after"),
  "two characters before": tr("two characters before"), "two characters after": tr("two characters after"),
};

/**
 * What a head does by what was measured of it (gatelab/training/heads.py): {called: in a few words, measured: with the number}; both
 * empty where the model's card says nothing of it.
 */
export function about({ card: { heads } }, where, layer, number) {
  const found = heads?.[where]?.[layer]?.[number];
  if (!found) return { called: "", measured: "" };
  const [label, place] = [found.label, found.place].map((one) => LABELS[one] ?? one);
  const at = { label, place, percent: Math.round(100 * found.share), sources: heads.sources };
  const measured = found.label === found.place
    ? tr("looks at {label}: {percent} % of its attention, on {sources} sources that training never read", at)
    : tr("{label}: the most lies on {place}, {percent} % of its attention, on {sources} sources that training never read", at);
  return { called: label, measured };
}

function small(canvas, width, head, ink, tables) {
  const height = Math.round(width * Math.min(TALLEST, Math.max(FLATTEST, head.rows / head.columns)));
  const context = sharpen(canvas, width, height);
  const ratio = window.devicePixelRatio || 1;
  const { values, rows, columns } = pooled(head, Math.floor(height * ratio), Math.floor(width * ratio));
  const pixels = new ImageData(columns, rows);
  new Uint32Array(pixels.data.buffer).set(Array.from(values, (weight) => tables.sequential.packed[shade(weight, [0, 1])]));
  [offscreen.width, offscreen.height] = [columns, rows];
  offscreen.getContext("2d").putImageData(pixels, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(offscreen, 0, 0, width, height);
  const [wide, high] = [width / head.columns, height / head.rows];
  const masked = Array.from({ length: head.rows }, (_, q) => [head.seen(q) * wide, q * high, (head.columns - head.seen(q)) * wide, high]);
  hatch(context, masked.filter(([, , room]) => room > 0), ink, 4);
}

/** All weights of a head in at most `most` rows and `widest` columns: where entries share a place, the largest of them. */
export function pooled(head, most, widest) {
  const [rows, columns] = [Math.min(head.rows, most), Math.min(head.columns, widest)];
  const values = new Float32Array(rows * columns);
  for (let q = 0; q < head.rows; q += 1) {
    const start = Math.floor((q * rows) / head.rows) * columns;
    const row = head.row("weights", q);
    for (let k = 0; k < row.length; k += 1) {
      const place = start + Math.floor((k * columns) / head.columns);
      if (row[k] > values[place]) values[place] = row[k];
    }
  }
  return { values, rows, columns };
}
