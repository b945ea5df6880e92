// The rows that have one square a step: the tokens, what a model says, and how far the models are apart.

import { frame, sharpen } from "./dom.js";
import { hatch } from "./hatch.js";
import { shade } from "./palette.js";
import { lettering } from "./view.js";
import { glyph } from "./words.js";

const TOKEN = 30; // heights in CSS pixels
const SAID = 24;
const APART = 18;
const STRIP = 8; // of hatching
const WORD = { least: 58, most: 130 }; // width of a word's column in CSS pixels

/** Lay the steps out over a width: letters in narrow columns, words and numbers in wider ones, and the cursor among them. */
export function lay(view, width, unit, cursor, steps) {
  if (unit === "characters") view.resize(width);
  else view.fit(width, steps, WORD.least, WORD.most);
  view.follow(Math.max(0, cursor), steps);
}

const shown = (view, steps) => Array.from({ length: Math.max(0, view.end(steps) - view.start) }, (_, k) => view.start + k);

/** A text within a width: as it is, or cut with an ellipsis; one letter stays in any case. */
export function fitting(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  const letters = Array.from(text);
  const fits = (count) => context.measureText(`${letters.slice(0, count).join("")}\u2026`).width <= width;
  let [count, over] = [0, letters.length];
  while (over - count > 1) {
    const middle = (count + over) >> 1;
    if (fits(middle)) count = middle;
    else over = middle;
  }
  return count ? `${letters.slice(0, count).join("")}\u2026` : letters[0];
}

function letter(context, text, x, y, step, size, ink) {
  context.font = `${text.length > 1 ? lettering(size, step) : size}px ${ink.mono}`;
  context.fillText(text.length > 1 ? fitting(context, text, step - 4) : text, x + step / 2, y);
}

/** A canvas for a row of squares, ready for letters in their middle. */
function strip(canvas, view, height) {
  const context = sharpen(canvas, view.count * view.step, height);
  return Object.assign(context, { textAlign: "center", textBaseline: "middle", direction: "ltr" });
}

/** The tokens, the one under the cursor framed; a strange one is dashed. */
export function tokens(canvas, { tokens, strange = (t) => false, view, cursor, ink }) {
  const context = strip(canvas, view, TOKEN);
  for (const t of shown(view, tokens.length)) {
    const x = (t - view.start) * view.step;
    context.fillStyle = ink.empty;
    context.fillRect(x, 0, view.step - 1, TOKEN);
    context.fillStyle = ink.text;
    letter(context, glyph(tokens[t]), x, TOKEN / 2 + 1, view.step, view.step > 40 ? 15 : Math.min(19, view.step * 0.9), ink);
    if (strange(t)) frame(context, x, 0, view.step - 1, TOKEN, ink.alert, [3, 2]);
    if (t === cursor) frame(context, x, 0, view.step - 1, TOKEN, ink.cursor);
  }
}

/** What one model says after each step, in the color that its reading gives it. */
export function said(canvas, record, { view, cursor, reading: { short, tint }, tables, ink }) {
  const context = strip(canvas, view, SAID);
  const { css, letters } = tables[tint.scale];
  for (const t of shown(view, record.steps)) {
    const x = (t - view.start) * view.step;
    const k = shade(tint.of(record, t), tint.range);
    context.fillStyle = css[k];
    context.fillRect(x, 0, view.step - 1, SAID);
    context.fillStyle = letters[k];
    letter(context, short(record, t), x, SAID / 2 + 1, view.step, view.step > 40 ? 14 : Math.min(16, view.step * 0.8), ink);
    if (t === cursor) frame(context, x, 0, view.step - 1, SAID, ink.cursor);
  }
}

/** A share for each step, as a color between the ends of a scale; the largest is 1; hatched below where something is held. */
export function shares(canvas, values, { view, cursor, tables, ink }, held = null) {
  const context = strip(canvas, view, SAID);
  const most = values.reduce((a, b) => Math.max(a, b), 1e-30);
  for (const t of shown(view, values.length)) {
    const x = (t - view.start) * view.step;
    context.fillStyle = tables.sequential.css[shade(values[t] / most, [0, 1])];
    context.fillRect(x, 0, view.step - 1, SAID);
    if (held?.(t)) hatch(context, [[x, SAID - STRIP, view.step - 1, STRIP]], ink, 5, true);
    if (t === cursor) frame(context, x, 0, view.step - 1, SAID, ink.cursor);
  }
}

/** How far the two models that differ most are apart after each step: the fuller a square, the further. */
export function apart(canvas, { spread, view, most, ink }) {
  const context = strip(canvas, view, APART);
  for (const t of shown(view, spread.length)) {
    const x = (t - view.start) * view.step;
    const far = Math.min(1, spread[t].apart);
    context.fillStyle = ink.empty;
    context.fillRect(x, 0, view.step - 1, APART);
    context.fillStyle = ink.added;
    context.fillRect(x, APART - APART * far, view.step - 1, APART * far);
    if (t === most?.t) frame(context, x, 0, view.step - 1, APART, ink.cursor);
  }
}
