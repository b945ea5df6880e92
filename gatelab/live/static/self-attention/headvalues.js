// The values of all columns, each the fainter the smaller its weight, and the head's output: their weighted sum.

import { sharpen } from "../kit/dom.js";
import { shade } from "../kit/palette.js";
import { hatch } from "../kit/hatch.js";

export const REACH = 3; // queries, keys and values: where their color saturates; about 99 in 100 entries of the shipped models lie within
export const TALL = 128; // height of a vector, in CSS pixels
const SUM = 36; // width of the output

/** The values under the columns of the map, for row q. */
export function values(canvas, { head, view, q, k, entry, ink, tables }) {
  const context = sharpen(canvas, view.count * view.step, TALL);
  const weights = head.row("weights", q);
  const end = view.end(head.seen(q));
  for (let column = view.start; column < end; column += 1) {
    context.globalAlpha = 0.25 + 0.75 * weights[column];
    stack(context, (column - view.start) * view.step, view.step - (view.step > 20 ? 2 : 1), head.row("value", column), tables);
  }
  context.globalAlpha = 1;
  line(context, entry, head.size, Math.max(0, end - view.start) * view.step, ink);
  hidden(context, { head, view, q, ink }, TALL);
  if (k >= end) return;
  context.strokeStyle = ink.cursor;
  context.lineWidth = 2;
  context.strokeRect((k - view.start) * view.step, 1, view.step - 1, TALL - 2);
}

/** The output as one column. */
export function sum(canvas, { head, entry, ink, tables }, output) {
  const context = sharpen(canvas, SUM, TALL);
  stack(context, 0, SUM, output, tables);
  line(context, entry, head.size, SUM, ink);
}

/** Hatch the columns that the mask hides from row q, in a canvas over the columns of the map. */
export function hidden(context, { head, view, q, ink }, height) {
  const left = Math.max(0, head.seen(q) - view.start) * view.step;
  const right = (view.end(head.columns) - view.start) * view.step;
  if (left < right) hatch(context, [[left, 0, right - left, height]], ink);
}

function stack(context, x, width, vector, tables) {
  const high = TALL / vector.length;
  for (let entry = 0; entry < vector.length; entry += 1) {
    context.fillStyle = tables.diverging.css[shade(vector[entry], [-REACH, REACH])];
    context.fillRect(x, entry * high, width, high);
  }
}

function line(context, entry, size, width, ink) {
  const high = TALL / size;
  context.fillStyle = ink.text;
  context.fillRect(0, entry * high - 1, width, 1);
  context.fillRect(0, (entry + 1) * high, width, 1);
}

/** The entry under a vertical position. */
export const entryAt = (y, size) => Math.max(0, Math.min(size - 1, Math.floor((y / TALL) * size)));
