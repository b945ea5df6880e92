// The text as a ribbon, each token colored by one value of the chosen unit, and under it what the model expected next.

import { sharpen } from "../kit/dom.js";
import { shade } from "../kit/palette.js";
import { glyph } from "../kit/words.js";

export const GUESSES = 3; // rows of guesses under the ribbon

/** Heights in CSS pixels for a step's width. */
export function heights(step) {
  const letter = Math.round(Math.max(24, step * 1.7));
  const guess = Math.round(Math.max(14, step * 0.85));
  return { letter, guess, whole: letter + 4 + GUESSES * guess + 2 };
}

/**
 * @param scene - {record, view, cursor, unit, ribbonName, tables, ink, written: whether the model wrote the token of each step}
 */
export function draw(canvas, scene) {
  const { record, view, unit, ribbonName, tables, ink, written = [] } = scene;
  const { letter, guess, whole } = heights(view.step);
  const context = sharpen(canvas, view.count * view.step, whole);
  const colors = tables[record.scales[ribbonName]];
  const end = view.end(record.steps);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.direction = "ltr";
  for (let t = view.start; t < end; t += 1) {
    const x = (t - view.start) * view.step;
    const k = shade(record.value(ribbonName, t, unit), record.ranges[ribbonName]);
    context.fillStyle = colors.css[k];
    context.fillRect(x, 0, view.step, letter);
    context.font = `${record.tokens[t] === " " ? 400 : 600} ${Math.min(22, view.step * 0.92)}px ${ink.mono}`;
    context.fillStyle = colors.letters[k];
    context.globalAlpha = record.tokens[t] === " " || record.tokens[t] === "\n" ? 0.45 : 1;
    context.fillText(glyph(record.tokens[t]), x + view.step / 2, letter / 2 + 1);
    context.globalAlpha = 1;
    if (written[t]) underline(context, x, letter + 1, view.step, ink.text);
    if (record.unknown(t)) outline(context, x, view.step, letter, ink.alert);
    context.font = `${Math.min(18, view.step * 0.76)}px ${ink.mono}`;
    context.fillStyle = ink.text;
    record.guesses(t, GUESSES).forEach(({ token, probability }, row) => {
      context.globalAlpha = 0.65 + 0.35 * probability; // the faintest can still be read
      context.fillText(glyph(Array.from(token)[0]), x + view.step / 2, letter + 4 + (row + 0.5) * guess); // of an answer of one's own, "open", its first letter
    });
    context.globalAlpha = 1;
  }
}

/** A line in the gap under the letter: the model wrote it. */
function underline(context, x, y, width, color) {
  context.fillStyle = color;
  context.fillRect(x, y, width, 2);
}

/** A dashed frame: the model never saw this token. */
function outline(context, x, width, height, color) {
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.setLineDash([3, 2]);
  context.strokeRect(x + 1, 1, width - 2, height - 2);
  context.setLineDash([]);
}
