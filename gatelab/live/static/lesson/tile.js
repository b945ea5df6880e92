// One step of the unrolled network: the wires and parts of its cell as SVG, in the colors and widths of what they carry.

import { writing } from "../kit/notation.js";
import { shade } from "../kit/palette.js";
import { number } from "../kit/words.js";
import { CALLED } from "./called.js";
import { H, W } from "./cells.js";
import { quantities } from "./quantities.js";
import { drawing } from "./turned.js";

const SVG = "http://www.w3.org/2000/svg";
const THIN = 1.2; // width of a wire that carries nothing, in units of a tile
const THICK = 7; // what is added to it where it carries all that its range allows
const CORNER = 7;
const LINE = 17; // from a line of words to the next
/** Half the width and half the height of each kind of part, and of an operation with a longer sign. */
export const HALF = { gate: [27, 23], candidate: [27, 23], op: [13, 13], long: [24, 13] };
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

/** Write a letter with its index lowered, \u0393_{f}. */
function write(text, letter) {
  const [plain, index] = letter.split(/_\{|\}/);
  if (!index) return (text.textContent = letter);
  const lowered = svg("tspan", { class: "index", dy: "0.3em" });
  lowered.textContent = index;
  text.append(plain, lowered);
}

const round = (value) => Math.round(100 * value) / 100;

/** How wide a wire is for a value in a range: with the square root, so that small flows are seen beside large ones. */
export const width = (value, [low, high]) => THIN + THICK * Math.sqrt(Math.min(1, Math.abs(value) / Math.max(high, -low)));

export class Tile {
  /** @type {string} */ written;
  back = null; // the way back through it, where it is shown (backtile.js)
  tables; // the colors and the ranges that it was drawn with
  ranges;

  /** @param token what is read at step t of the record, as it is written */
  constructor(record, t, token) {
    this.t = t;
    this.values = {};
    this.shown = {}; // what is on the screen now, while it moves towards the values
    this.letters = writing(record);
    const { joint, parts, wires } = drawing(this.letters);
    this.quantities = quantities(record);
    this.called = CALLED[record.model.cell];
    this.token = svg("text", { class: "token", x: W / 2, y: H - 14 });
    this.token.textContent = token;
    this.flows = wires.map((wire) => this.#wire(wire));
    this.parts = parts.map((part) => this.#part(part));
    this.element = svg("g", { class: "tile", transform: `translate(${t * W} 0)` },
      svg("line", { class: "edge", x1: 0, x2: 0, y1: 12, y2: H - 32 }),
      ...this.flows.map(({ group }) => group), svg("circle", { class: "joint", cx: joint[0], cy: joint[1], r: 4 }), ...this.parts.flatMap(({ back, group }) => [back, group]), this.token,
      ...[...this.flows, ...this.parts].flatMap(({ label, words }) => [label, words]).filter(Boolean));
  }

  /** What a wire or a part is called, where it says so. */
  #words(key, word) {
    if (!word) return null;
    const { at: [x, y], anchor } = word;
    return svg("text", { class: `called ${anchor}` }, ...this.called[key].map((line, k) => {
      const written = svg("tspan", { x, y: y + k * LINE });
      written.textContent = line;
      return written;
    }));
  }

  #wire({ key, path, stages, label, word, thin }) {
    const d = line(path);
    const flow = svg("path", { class: "flow", d });
    const group = svg("g", { class: thin ? "wire peep" : "wire", "data-key": key }, svg("path", { class: "touch", d }), svg("path", { class: "base", d }), flow, svg("path", { class: "spark", d }));
    return { key, stages, group, flow, words: this.#words(key, word), label: label ? svg("text", { class: "amount", x: label[0], y: label[1], "data-of": key }) : null };
  }

  #part({ kind, key, at: [x, y], stages, sign, word }) {
    const [wide, high] = HALF[sign && sign.length > 2 ? "long" : kind];
    const shapes = {
      gate: () => svg("rect", { class: "box", x: x - wide, y: y - high, width: 2 * wide, height: 2 * high, rx: 9 }),
      candidate: () => svg("path", { class: "box", d: `M${x - wide + 11} ${y - high}h${2 * wide - 22}l11 ${high}l-11 ${high}h-${2 * wide - 22}l-11 -${high}z` }),
      op: () => svg("rect", { class: "box", x: x - wide, y: y - high, width: 2 * wide, height: 2 * high, rx: high }),
    };
    const box = shapes[kind]();
    const back = shapes[kind](); // hides the wires behind a part that is not lit
    back.setAttribute("class", "back");
    const letter = svg("text", { class: kind === "op" ? "sign" : "letter", x, y: kind === "op" ? y : y - 10 });
    write(letter, sign ?? this.letters.letter(this.quantities[key].name));
    const label = kind === "op" ? null : svg("text", { class: "inside", x, y: y + 11, "data-of": key });
    const group = svg("g", { class: `part ${kind}`, "data-key": key }, box, letter, clamp(x, y, wide, high));
    return { kind, key, stages, group, back, box, letter, label, words: this.#words(key, word) };
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

  /** Draw a clamp on each part whose value is held. @param held (name, t) => whether it is, or null where nothing is */
  clamp(held) {
    for (const { key, group } of this.parts) group.classList.toggle("held", Boolean(held?.(this.quantities[key].name, this.t)));
  }

  /** Light the parts of one stage of the walk, or all of them; frame what is chosen. */
  light(stage, chosen) {
    for (const { key, stages, group, label, words } of [...this.flows, ...this.parts]) {
      const dim = stage > 0 && !stages.includes(stage);
      for (const element of [group, label, words]) element?.classList.toggle("dim", dim);
      group.classList.toggle("chosen", key === chosen);
    }
  }
}

const JAW = 9; // how far a clamp reaches over a part, in units of a tile

/** Two jaws that hold a part from both sides; seen where its value is held (lesson.css). */
function clamp(x, y, wide, high) {
  const jaw = (side) => `M${x + side * (wide - JAW)} ${y - high - 4}h${side * (JAW + 5)}v${2 * high + 8}h${-side * (JAW + 5)}`;
  return svg("path", { class: "clamp", d: jaw(-1) + jaw(1) });
}

/** Give an element an attribute, unless it has it already. */
export function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
