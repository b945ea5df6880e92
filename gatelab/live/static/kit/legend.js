// Legends: what the ends of a color scale mean, what each model's line is drawn like, and what it says at the cursor.

import { tr } from "../language.js";
import { line, sign, SIGNS } from "./chart.js";
import { el, sharpen } from "./dom.js";
import { writing } from "./notation.js";
import { number } from "./words.js";

/** The line and the sign at a place, as they stand beside a model's name. */
export function swatch(canvas, place, color) {
  const context = sharpen(canvas, 34, 16);
  line(context, [[1, 8], [33, 8]], color, place);
  sign(context, SIGNS[place], [17, 8], color, 4);
}

/** A color scale with what its ends mean. */
export function scale(stops, ends) {
  const [low, high] = ends;
  const bar = el("span", { className: "colors" });
  bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
  return [el("span", {}, low), bar, el("span", {}, high)];
}

const plain = (value) => number(value, Number.isInteger(value) ? 0 : String(value).split(".")[1].length);

/** The ends of a name's colors as they are written: with \u2264 and \u2265 where a value may lie beyond. */
export function ends({ model, ranges }, name) {
  const [low, high] = ranges[name];
  const beyond = name in (model.ranges ?? {}) || model.unbounded?.includes(name);
  return [`${beyond ? "\u2264" : ""}${plain(low)}`, `${beyond ? "\u2265" : ""}${plain(high)}`];
}

/** What the colors of a name reach over, in words, with how many of its values on unseen text lie inside where that was measured. */
export function reach(record, name) {
  const { model, ranges } = record;
  const [low, high] = ranges[name];
  const inside = model.ranges?.[name]?.inside;
  const about = { letter: writing(record).plain(name), low: plain(low), high: plain(high), share: `${Math.floor(100 * inside)}\u2009%` };
  if (inside === undefined) return tr("{letter} from {low} to {high}", about);
  return inside === 1 ? tr("{letter} from {low} to {high}: all values on unseen text lie inside", about) : tr("{letter} from {low} to {high}: {share} of values on unseen text lie inside", about);
}

export class Legend {
  constructor() {
    this.element = el("div", { className: "who-says" });
  }

  /** @param entries [{name, text, place, color}]; those without a place stand for a dotted line of the ink's color */
  show(entries) {
    const names = entries.map(({ name }) => name).join("\n");
    if (this.names !== names) {
      this.names = names;
      this.parts = entries.map(({ name }) => ({ canvas: el("canvas", { className: "swatch", "aria-hidden": "true" }), words: el("span", {}), name }));
      this.element.replaceChildren(...this.parts.map(({ canvas, words, name }) => el("span", { className: "entry" }, canvas, el("b", {}, name), words)));
    }
    this.parts.forEach(({ canvas, words }, k) => {
      const { text, place, color } = entries[k];
      if (place === undefined) line(sharpen(canvas, 34, 16), [[1, 8], [33, 8]], color);
      else swatch(canvas, place, color);
      words.textContent = text;
    });
  }
}
