// The way back through one step of the unrolled network: the wires of backwires.js over those of its tile, in a color of their own, with what they carry.

import { writing } from "../kit/notation.js";
import { number } from "../kit/words.js";
import { share } from "../learn/curves.js";
import { BACK } from "./backwires.js";
import { brief } from "./gradients.js";
import { line, set, svg } from "./tile.js";
import { drawing } from "./turned.js";

/** The pinned ends of the size of a gradient, on the wires and on the curve over the steps. */
export const AXIS = { low: 1e-5, high: 10, log: true, marks: [[10, "\u2265 10"], [1, "1"], [0.1, "0.1"], [0.01, "0.01"], [1e-3, "0.001"], [1e-5, "\u2264 10\u207B\u2075"]] };
const [THIN, THICK] = [1, 9]; // units of a tile
const HEAD = 6; // of an arrow
const UNDER = 11; // from the middle of a box to the number in it

const width = (value) => (value ? THIN + THICK * share(Math.abs(value), AXIS) ** 2 : THIN);

/** The arrow in the middle of the longest part of a way, as the points of a triangle. Pure. */
export function arrow(path) {
  const parts = path.slice(1).map(([x, y], k) => [...path[k], x, y]);
  const long = ([x, y, u, v]) => Math.hypot(u - x, v - y);
  const [x, y, u, v] = parts.reduce((best, one) => (long(one) > long(best) ? one : best));
  const [dx, dy, mx, my] = [Math.sign(u - x), Math.sign(v - y), (x + u) / 2, (y + v) / 2];
  const at = (along, beside) => `${mx + along * dx - beside * dy},${my + along * dy + beside * dx}`;
  return [at(HEAD, 0), at(-HEAD, HEAD), at(-HEAD, -HEAD)].join(" ");
}

export class BackTile {
  constructor(record) {
    const { wires, inside, factor } = BACK[record.model.cell];
    const boxes = drawing(writing(record)).parts.filter(({ kind, key }) => kind !== "op" && inside.includes(key));
    this.flows = wires.map(({ key, path }) => this.#wire(key, path));
    this.labels = [...wires.filter(({ label }) => label).map(({ key, label }) => this.#label(key, label, "grad")), ...boxes.map(({ key, at: [x, y] }) => this.#label(`d.${key}`, [x, y + UNDER], "grad inside-grad"))];
    this.factor = factor && { key: factor.key, text: svg("text", { class: "factor", x: factor.at[0], y: factor.at[1] }) };
    this.under = svg("g", { class: "back-wires" }, ...this.flows.map(({ group }) => group));
    this.over = svg("g", { class: "back-words" }, ...this.labels.map(({ text }) => text), ...(this.factor ? [this.factor.text] : []));
  }

  #label(key, [x, y], kind) {
    return { key, text: svg("text", { class: kind, x, y, "data-of": key }) };
  }

  #wire(key, path) {
    const d = line(path);
    const flow = svg("path", { class: "back-flow", d });
    return { key, flow, group: svg("g", { class: "back", "data-key": key }, svg("path", { class: "touch", d }), flow, svg("path", { class: "back-spark", d }), svg("polygon", { class: "back-head", points: arrow(path) })) };
  }

  /** Stand on a tile: the wires below its parts, the numbers above all. */
  on({ element }) {
    element.insertBefore(this.under, element.querySelector(".joint"));
    element.append(this.over);
  }

  remove() {
    this.under.remove();
    this.over.remove();
  }

  /** @param values what each wire carries, by key, null where it is not told; @param keep how much the gate that keeps lets through; @param chosen the key that is framed, or null */
  paint(values, keep, chosen) {
    for (const { key, flow, group } of this.flows) {
      const value = values?.[key] ?? 0;
      set(flow, "stroke-width", width(value).toFixed(2));
      group.classList.toggle("none", !value);
      group.classList.toggle("chosen-back", key === chosen);
    }
    for (const { key, text } of this.labels) {
      text.textContent = values === null ? "?" : brief(values[key]);
      text.classList.toggle("chosen-back", key === chosen);
    }
    if (this.factor) this.factor.text.textContent = values === null ? "" : `\u00d7 ${number(keep, 2)}`;
  }
}
