// The band of one model: its name, its size, what it says at each step, and its gates and states.

import { el } from "../dom.js";
import { swatch } from "./chart.js";
import * as heatmap from "../watch/heatmap.js";
import * as rows from "./rows.js";
import { said } from "./readings.js";
import { number, spoken } from "../words.js";

/** What all bands show: a label, and the names of the value in the cells that have it. */
export const VALUES = {
  memory: { label: "memory (c, or h)", names: ["c", "h"] },
  keep: { label: "what is kept (f, z)", names: ["f", "z"] },
  write: { label: "what is written (i)", names: ["i"] },
  reset: { label: "reset gate (r)", names: ["r"] },
  candidate: { label: "candidate (g, n)", names: ["g", "n"] },
  output: { label: "output gate (o)", names: ["o"] },
  hidden: { label: "hidden state (h)", names: ["h"] },
};

const ROOM = 56; // height of a heatmap, in CSS pixels, where the units allow it

export class Band {
  /** @param on {pick(what), hover(text, event), fold()} */
  constructor(model, on) {
    this.model = model;
    this.on = on;
    this.unit = model.opening.unit;
    this.open = false; // whether all gates are shown
    this.swatch = el("canvas", { className: "swatch", "aria-hidden": "true" });
    this.said = el("canvas", { className: "said", role: "img" });
    this.now = el("output", { className: "now" });
    this.maps = el("div", { className: "band-maps" });
    this.fold = el("button", { type: "button", className: "link", onclick: () => this.#fold() }, "all gates");
    this.fold.setAttribute("aria-expanded", "false");
    const total = model.sizes.reduce((sum, { count }) => sum + count, 0);
    const recurrent = model.sizes.filter(({ what }) => what.startsWith("recurrent"));
    this.element = el(
      "section",
      { className: "band", "aria-label": model.name },
      el("div", { className: "row" },
        el("div", { className: "gutter" }, el("span", { className: "who" }, this.swatch, el("b", {}, model.family)), this.now),
        el("div", { className: "lane" }, this.said)),
      this.maps,
      el("p", { className: "quiet size" },
        `${model.name}: ${model.hidden_size} units, ${total.toLocaleString("en")} parameters; recurrent `,
        ...recurrent.map(({ formula, count }) => `${formula} = ${count.toLocaleString("en")}`), " \u00b7 ", this.fold),
    );
    this.#listen(this.said, (t) => `step ${t + 1} ${spoken(this.record.tokens[t])} \u00b7 ${model.name} says ${said(this.record, t)}`);
  }

  #fold() {
    this.open = !this.open;
    this.fold.textContent = this.open ? "fewer gates" : "all gates";
    this.fold.setAttribute("aria-expanded", String(this.open));
    this.on.fold();
  }

  /** The names that are shown: all, or the one that was chosen for every band. */
  #shown(value) {
    if (this.open) return Object.keys(this.model.titles);
    const name = VALUES[value].names.find((wish) => wish in this.model.titles);
    return name ? [name] : [];
  }

  #build(value) {
    const names = this.#shown(value);
    if (this.built === names.join()) return;
    this.built = names.join();
    this.canvases = Object.fromEntries(names.map((name) => [name, el("canvas", { className: "heatmap", role: "img" })]));
    const labels = (name) => el("div", { className: "gutter" }, el("b", {}, name), el("span", { className: "quiet" }, this.model.titles[name]));
    const none = el("p", { className: "quiet none" }, `The ${this.model.family} has none.`);
    this.maps.replaceChildren(
      ...names.map((name) => el("div", { className: "row" }, labels(name), el("div", { className: "lane" }, this.canvases[name]))),
      ...(names.length ? [] : [none]),
    );
    for (const [name, canvas] of Object.entries(this.canvases)) {
      canvas.dataset.name = name;
      const at = (y) => {
        const place = heatmap.rowAt(y, this.model.hidden_size, this.row);
        return place < 0 ? this.unit : this.model.order[place];
      };
      this.#listen(canvas, (t, y) => `step ${t + 1} ${spoken(this.record.tokens[t])} \u00b7 ${name} of unit ${at(y)} = ${number(this.record.value(name, t, at(y)))}`, (y) => (this.unit = at(y)));
    }
  }

  #listen(canvas, about, picked = () => {}) {
    const at = (event) => this.scene?.view.at(event.offsetX, this.record.steps) ?? -1;
    canvas.addEventListener("pointermove", (event) => this.on.hover(at(event) < 0 ? null : about(at(event), event.offsetY), event));
    canvas.addEventListener("pointerleave", () => this.on.hover(null));
    canvas.addEventListener("click", (event) => {
      if (at(event) < 0) return;
      picked(event.offsetY);
      this.on.pick({ step: at(event) });
    });
  }

  /** @param scene {view, cursor, reading, value, tables, ink}; @param k place among the models; @param color its line's color */
  paint(record, scene, k, color) {
    this.record = record;
    this.scene = scene;
    this.#build(scene.value);
    const units = this.model.hidden_size;
    this.row = Math.max(1, Math.min(14, Math.round(ROOM / units)));
    swatch(this.swatch, k, color);
    rows.said(this.said, record, scene);
    this.said.setAttribute("aria-label", `What ${this.model.name} says after each step`);
    this.now.textContent = scene.cursor < 0 ? "" : said(record, scene.cursor);
    for (const [name, canvas] of Object.entries(this.canvases)) {
      heatmap.draw(canvas, { ...scene, record, unit: this.unit, order: this.model.order, row: this.row }, name);
      canvas.setAttribute("aria-label", `${name} of ${this.model.name}, ${units} units by steps; the strip on top is unit ${this.unit}`);
    }
  }
}
