// One head large: a row for each token that looks, a column for each that is looked at.

import { frame, sharpen } from "../kit/dom.js";
import { shade } from "../kit/palette.js";
import { number } from "../kit/words.js";
import { hatch } from "../kit/hatch.js";

const ROOM = 34; // width in CSS pixels from which an entry has its number in it

/** The rows' labels, right beside the map. */
export function labels(canvas, { head, rows, q, ink }, width) {
  const high = rows.step;
  const context = sharpen(canvas, width, (rows.end(head.rows) - rows.start) * high);
  Object.assign(context, { textAlign: "right", textBaseline: "middle", direction: "ltr" });
  for (let row = rows.start; row < rows.end(head.rows); row += 1) {
    const y = (row - rows.start) * high;
    context.font = `${row === q ? 700 : 500} ${Math.min(20, high - 1, Math.max(15, Math.round(high * 0.6)))}px ${ink.sans}`;
    context.fillStyle = ink.text;
    context.fillText(head.label(row), width - 8, y + high / 2 + 1, width - 10);
    if (!head.unknown(row)) continue;
    const wide = Math.min(width - 4, context.measureText(head.label(row)).width + 8);
    frame(context, width - 4 - wide, y, wide, high, ink.alert, [3, 2]);
  }
}

/** The map of weights; what the mask hides is hatched. */
export function map(canvas, scene) {
  const { head, view, rows, q, k, ink } = scene;
  const [width, high] = [(view.end(head.columns) - view.start) * view.step, rows.step];
  const context = sharpen(canvas, view.count * view.step, (rows.end(head.rows) - rows.start) * high);
  Object.assign(context, { textAlign: "center", textBaseline: "middle", font: `${Math.min(high - 4, view.step < 40 ? 11 : view.step < 60 ? 12 : 14)}px ${ink.mono}` });
  const masked = [];
  for (let row = rows.start; row < rows.end(head.rows); row += 1) {
    weights(context, scene, row);
    const left = Math.max(0, head.seen(row) - view.start) * view.step;
    if (left < width) masked.push([left, (row - rows.start) * high, width - left, high]);
  }
  hatch(context, masked, ink);
  frame(context, 0, (q - rows.start) * high, width, high, ink.added);
  frame(context, (k - view.start) * view.step, (q - rows.start) * high, view.step, high, ink.cursor);
}

function weights(context, { head, view, rows, tables: { sequential } }, row) {
  const y = (row - rows.start) * rows.step;
  const values = head.row("weights", row);
  for (let column = view.start; column < view.end(head.seen(row)); column += 1) {
    const [x, at] = [(column - view.start) * view.step, shade(values[column], [0, 1])];
    context.fillStyle = sequential.css[at];
    context.fillRect(x, y, view.step, rows.step);
    if (view.step < ROOM || values[column] < 0.005) continue;
    context.fillStyle = sequential.letters[at];
    context.fillText(number(values[column], 2), x + view.step / 2, y + rows.step / 2 + 1);
  }
}
