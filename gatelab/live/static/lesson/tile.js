// One step of the unrolled network: the wires and parts of its cell as SVG, in the colors and widths of what they carry.

import { shade } from "../kit/palette.js";
import { number } from "../kit/words.js";
import { CELLS, H, W } from "./cells.js";
import { QUANTITIES } from "./quantities.js";

const SVG = "http://www.w3.org/2000/svg";
const THIN = 1.2; // width of a wire that carries nothing, in units of a tile
const THICK = 7; // what is added to it where it carries all that its range allows
const CORNER = 7;
const WIDE = [-4, 4]; // ranges of what the trace does not hold itself
const UNIT = [-1, 1]; // of what has the span "one"

/** An SVG element with attributes and children. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** The `d` of a line through some points with rounded corners. */
export function line(points) {
  const parts = points.map(([x, y], k) => {
    if (k === 0) return `M${x} ${y}`;
    if (k === points.length - 1) return `L${x} ${y}`;
    const toward = ([px, py]) => {
      const long = Math.hypot(px - x, py - y);
      const part = Math.min(CORNER, long / 2) / long;
      return `${round(x + (px - x) * part)} ${round(y + (py - y) * part)}`;
    };
    return `L${toward(points[k - 1])}Q${x} ${y} ${toward(points[k + 1])}`;
  });
  return parts.join("");
}

const round = (value) => Math.round(100 * value) / 100;

/** How wide a wire is for a value in a range: with the square root, so that small flows are seen beside large ones. */
export const width = (value, [low, high]) => THIN + THICK * Math.sqrt(Math.min(1, Math.abs(value) / Math.max(high, -low)));

export class Tile {
  /** @type {string} */ written;
  tables; // the colors and the ranges that it was drawn with
  ranges;

  /** @param token what is read at this step, as it is written */
  constructor(cell, t, token) {
    this.t = t;
    this.values = {};
    this.shown = {}; // what is on the screen now, while it moves towards the values
    const { joint, parts, wires } = CELLS[cell];
    this.quantities = QUANTITIES[cell];
    this.token = svg("text", { class: "token", x: W / 2, y: H - 13 });
    this.token.textContent = token;
    this.flows = wires.map((wire) => this.#wire(wire));
    this.parts = parts.map((part) => this.#part(part));
    this.element = svg("g", { class: "tile", transform: `translate(${t * W} 0)` },
      svg("line", { class: "edge", x1: 0, x2: 0, y1: 16, y2: H - 40 }),
      ...this.flows.map(({ group }) => group), svg("circle", { class: "joint", cx: joint[0], cy: joint[1], r: 4 }), ...this.parts.flatMap(({ back, group }) => [back, group]), this.token,
      ...[...this.flows, ...this.parts].map(({ label }) => label).filter(Boolean));
  }

  #wire({ key, path, stages, label, thin }) {
    const d = line(path);
    const flow = svg("path", { class: "flow", d });
    const group = svg("g", { class: thin ? "wire peep" : "wire", "data-key": key }, svg("path", { class: "touch", d }), svg("path", { class: "base", d }), flow, svg("path", { class: "spark", d }));
    return { key, stages, group, flow, label: label ? svg("text", { class: "amount", x: label[0], y: label[1], "data-of": key }) : null };
  }

  #part({ kind, key, at: [x, y], stages, sign }) {
    const long = sign && sign.length > 2;
    const shapes = {
      gate: () => svg("rect", { class: "box", x: x - 18, y: y - 17, width: 36, height: 34, rx: 8 }),
      candidate: () => svg("path", { class: "box", d: `M${x - 11} ${y - 17}h22l11 17l-11 17h-22l-11 -17z` }),
      op: () => svg("rect", { class: "box", x: x - (long ? 20 : 11), y: y - 11, width: long ? 40 : 22, height: 22, rx: 11 }),
    };
    const box = shapes[kind]();
    const back = shapes[kind](); // hides the wires behind a part that is not lit
    back.setAttribute("class", "back");
    const letter = svg("text", { class: kind === "op" ? "sign" : "letter", x, y: kind === "op" ? y : y - 4 });
    letter.textContent = sign ?? this.quantities[key].name;
    const label = kind === "op" ? null : svg("text", { class: "inside", x, y: y + 10, "data-of": key });
    const group = svg("g", { class: `part ${kind}`, "data-key": key }, box, letter);
    return { kind, key, stages, group, back, box, letter, label };
  }

  /** What it is to show from now on: values by key; null where it is not to be told. */
  aim(values) {
    this.from = { ...this.shown };
    this.values = values;
    this.moving = Object.keys(this.quantities).some((key) => (values?.[key] ?? null) !== (this.shown[key] ?? null));
    for (const { key, label } of [...this.flows, ...this.parts]) {
      if (!label) continue;
      const value = values?.[key] ?? null;
      label.textContent = values === null ? "?" : value === null ? "" : number(value, 2);
    }
  }

  /** Draw the way from the old values to the new, `p` of it in [0, 1]; scene as of diagram.js. What stands there already is not drawn again. */
  draw(p, { tables, record, ink }) {
    if (!this.moving && this.tables === tables && this.ranges === record.ranges) return;
    Object.assign(this, { tables, ranges: record.ranges, moving: p < 1 });
    for (const key of Object.keys(this.quantities)) {
      const aim = this.values?.[key];
      if (aim === undefined || aim === null) delete this.shown[key];
      else this.shown[key] = p >= 1 ? aim : (this.from[key] ?? 0) + (aim - (this.from[key] ?? 0)) * p;
    }
    const look = (key) => {
      const value = this.shown[key];
      if (value === undefined) return null;
      const range = record.ranges[this.quantities[key].span] ?? (this.quantities[key].span === "c" ? WIDE : UNIT);
      const { css, letters } = tables[range[0] === 0 ? "sequential" : "diverging"];
      const k = shade(value, range);
      return { color: css[k], ink: letters[k], wide: width(value, range) };
    };
    for (const { key, flow } of this.flows) {
      const found = look(key);
      set(flow, "stroke", found ? found.color : "transparent");
      set(flow, "stroke-width", found ? found.wide.toFixed(2) : "1");
    }
    for (const { kind, key, box, letter, label } of this.parts) {
      if (kind === "op") continue;
      const found = look(key);
      set(box, "fill", found ? found.color : ink.empty);
      const color = found ? found.ink : ink.text;
      for (const text of [letter, label]) if (text.style.fill !== color) text.style.fill = color;
    }
  }

  /** Light the parts of one stage of the walk, or all of them; frame what is chosen. */
  light(stage, chosen) {
    for (const { key, stages, group, label } of [...this.flows, ...this.parts]) {
      const dim = stage > 0 && !stages.includes(stage);
      for (const element of label ? [group, label] : [group]) element.classList.toggle("dim", dim);
      group.classList.toggle("chosen", key === chosen);
    }
  }
}

/** Give an element an attribute, unless it has it already. */
export function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
