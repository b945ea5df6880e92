// The tensors that a framework hands out, each number in its place: where one stands that is chosen, the same number is lit in every tensor.

import { el } from "../kit/dom.js";
import { tr } from "../language.js";
import { mounting } from "../mounting.js";
import { shade, tables } from "../kit/palette.js";
import { dress } from "../theme.js";
import { labelled, number } from "../kit/words.js";
import { index, moved, places, told } from "./places.js";
import styles from "./shapes.css" with { type: "css" };

const TERMS = { __proto__: null, time: "time", batch: "batch", layers: "layer", directions: "bidirectional" }; // what the glossary calls an axis

class Shapes {
  title;
  code;
  keras;
  /** what `component.shapes` hands over of each tensor */ tensors;
  /** the tensor and the place in it that are chosen at first */ opens;

  constructor(root, { metadata }) {
    Object.assign(this, metadata.shapes);
    this.palette = metadata.palette;
    this.says = el("p", { className: "says", role: "status" });
    this.grids = this.tensors.map((tensor, k) => this.#grid(tensor, k));
    this.element = el(
      "section",
      { className: "stage shapes", "aria-label": labelled(tr(this.title), this.tensors.map(({ name, shape }) => `${name} (${shape.join(", ")})`).join("; ")) },
      el("pre", {}, el("code", {}, this.code)),
      el("div", { className: "tensors" }, ...this.grids.map(({ figure }) => figure)),
      this.says,
      el("p", { className: "quiet" }, tr(this.keras)),
    );
    root.append(this.element);
    this.dress();
    this.#choose(...this.opens);
  }

  dress() {
    const { diverging } = tables(dress(this.element, this.palette).scales);
    this.grids.forEach(({ cells }, k) =>
      cells.forEach((cell, place) => {
        if (this.tensors[k].whole) return;
        const at = shade(this.tensors[k].values[place], [-1, 1]);
        cell.style.background = diverging.css[at];
        cell.style.color = diverging.letters[at];
      }),
    );
    window.dispatchEvent(new CustomEvent("gatelab:painted", { detail: { model: "shapes", text: this.title } }));
  }

  close() {}

  /** A tensor as a table: a row for each place of all axes but the last, a column for each of the last. */
  #grid(tensor, k) {
    const { name, axes, labels, shape, values, inside } = tensor;
    const columns = shape.at(-1);
    const cells = values.map((value, place) =>
      el("td", { role: "gridcell", tabIndex: -1, onclick: () => this.#choose(k, place, true), onpointerenter: () => this.#choose(k, place) }, tensor.whole ? `${value}` : number(value, 2)),
    );
    const rows = Array.from({ length: values.length / columns }, (_, row) => {
      const at = index(row * columns, shape).slice(0, -1);
      const heads = at.map((place, axis) => el("th", { scope: "row", className: place || axis === at.length - 1 ? "" : "first" }, labels[axis][place]));
      return el("tr", { role: "row" }, ...heads, ...cells.slice(row * columns, (row + 1) * columns));
    });
    const corner = axes.slice(0, -1).map((axis) => el("th", { scope: "col", ...(axis in TERMS ? { "data-term": TERMS[axis] } : {}) }, tr(axis)));
    const head = el("tr", { role: "row" }, ...corner, ...labels.at(-1).map((label) => el("th", { scope: "col" }, label)));
    const caption = el("figcaption", {}, el("b", {}, name), ` (${shape.join(", ")})`, el("span", { className: "quiet" }, ` ${inside ? tr("{axes}: not handed out", { axes: axes.map((axis) => tr(axis)).join(" × ") }) : axes.map((axis) => tr(axis)).join(" × ")}`));
    const table = el("table", { role: "grid", "aria-label": tr("{tensor}: arrow keys move", { tensor: `${name} (${shape.join(", ")})` }), onkeydown: (event) => this.#key(event, k) }, el("thead", {}, head), el("tbody", {}, ...rows));
    return { figure: el("figure", { className: inside ? "inside" : "" }, caption, el("div", { className: "scroll" }, table)), cells };
  }

  #key(event, k) {
    const to = moved(event.key, this.at[k], this.tensors[k].shape);
    if (to === null) return;
    event.preventDefault();
    this.#choose(k, to, true);
  }

  /** Light a number wherever it stands, and say what it is; each tensor keeps one place that Tab leads to. */
  #choose(k, place, focus = false) {
    const meaning = this.tensors[k].meanings[place];
    const lit = places(this.tensors, meaning);
    this.at = this.grids.map((_, other) => (other === k ? place : (lit.find(({ tensor }) => tensor === other)?.place ?? this.at?.[other] ?? 0)));
    this.grids.forEach(({ cells }, other) =>
      cells.forEach((cell, at) => {
        cell.classList.toggle("lit", lit.some(({ tensor, place: one }) => tensor === other && one === at));
        cell.classList.toggle("chosen", other === k && at === place);
        cell.tabIndex = at === this.at[other] ? 0 : -1;
      }),
    );
    this.says.textContent = told(this.tensors, k, place);
    if (focus) this.grids[k].cells[place].focus();
  }
}

export const { mount, unmount } = mounting(Shapes, styles);
