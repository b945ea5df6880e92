// The rows of a comparison that have one square a step: the tokens, what a model says, and how far the models are apart.

import { frame, sharpen } from "../dom.js";
import { shade } from "../palette.js";
import { glyph } from "../words.js";
import { widest } from "./readings.js";

export const TOKEN = 30; // heights in CSS pixels
export const SAID = 24;
export const APART = 12;

const steps = (view, record) => Array.from({ length: Math.max(0, view.end(record.steps) - view.start) }, (_, k) => view.start + k);

/** A text within a width: as it is, or cut with an ellipsis. */
export function fitting(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let cut = Array.from(text);
  while (cut.length > 1 && context.measureText(`${cut.join("")}\u2026`).width > width) cut = cut.slice(0, -1);
  return `${cut.join("")}\u2026`;
}

function letter(context, text, x, y, step, size, ink) {
  context.font = `${size}px ${ink.mono}`;
  context.fillText(text.length > 1 ? fitting(context, text, step - 4) : text, x + step / 2, y);
}

/** The tokens, the one under the cursor framed; what a model never saw is dashed. */
export function tokens(canvas, { records, view, cursor, ink }) {
  const context = sharpen(canvas, view.count * view.step, TOKEN);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.direction = "ltr";
  const [record] = records;
  for (const t of steps(view, record)) {
    const x = (t - view.start) * view.step;
    context.fillStyle = ink.empty;
    context.fillRect(x, 0, view.step - 1, TOKEN);
    context.fillStyle = ink.text;
    letter(context, glyph(record.tokens[t]), x, TOKEN / 2 + 1, view.step, view.step > 40 ? 15 : Math.min(19, view.step * 0.9), ink);
    if (records.some((other) => other.unknown(t))) frame(context, x, 0, view.step - 1, TOKEN, ink.alert, [3, 2]);
    if (t === cursor) frame(context, x, 0, view.step - 1, TOKEN, ink.cursor);
  }
}

/** What one model says after each step, colored by how sure it is. */
export function said(canvas, record, { view, cursor, reading, tables, ink }) {
  const context = sharpen(canvas, view.count * view.step, SAID);
  const { css, bright } = tables.sequential;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.direction = "ltr";
  for (const t of steps(view, record)) {
    const x = (t - view.start) * view.step;
    const sure = record.arrays.probs ? record.guesses(t, 1)[0].probability : 0;
    const k = shade(sure, [0, 1]);
    context.fillStyle = css[k];
    context.fillRect(x, 0, view.step - 1, SAID);
    context.fillStyle = bright[k] ? "#1b2430" : "#f7f8fa";
    letter(context, reading.short(record, t), x, SAID / 2 + 1, view.step, view.step > 40 ? 14 : Math.min(16, view.step * 0.8), ink);
    if (t === cursor) frame(context, x, 0, view.step - 1, SAID, ink.cursor);
  }
}

/** How far the two models that differ most are apart after each step: the fuller a square, the further. */
export function apart(canvas, { records, view, most, ink }) {
  const context = sharpen(canvas, view.count * view.step, APART);
  for (const t of steps(view, records[0])) {
    const x = (t - view.start) * view.step;
    const far = Math.min(1, widest(records, t).apart);
    context.fillStyle = ink.added;
    context.globalAlpha = 0.15 + 0.85 * far;
    context.fillRect(x, APART - APART * far, view.step - 1, APART * far);
    context.globalAlpha = 1;
    if (t === most?.t) frame(context, x, 0, view.step - 1, APART, ink.cursor);
  }
}
