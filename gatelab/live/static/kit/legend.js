// Legends: what the ends of a color scale mean, what each model's line is drawn like, and what it says at the cursor.

import { line, sign, SIGNS } from "./chart.js";
import { el, sharpen } from "./dom.js";
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

/** What the ends of a name's color scale mean; where the values go beyond, the color saturates there. */
export function ends({ ranges, model }, name) {
  const [low, high] = ranges[name].map((end) => number(end, 0));
  return model.unbounded.includes(name) ? [`\u2264${low}`, `\u2265${high}`] : [low, high];
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
