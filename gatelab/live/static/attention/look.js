// One look of the decoder, over the columns of the source: energies, weights, the encoder's states, and what each adds to the context.

import { sharpen } from "../dom.js";
import { shade } from "../palette.js";
import { number } from "../words.js";

export const BARS = 84; // height of a row of bars, in CSS pixels
const TOP = 18; // room above the tallest bar
export const TALL = 128; // height of the states
const SUM = 36; // width of the context

/** The middle of a column, but far enough from the ends for a number to be whole. */
const inside = (x, view) => Math.min(view.count * view.step - 16, Math.max(16, x + view.step / 2));

/** The weight under a vertical position on the row of weights. */
export const weightAt = (y) => Math.min(1, Math.max(0, (BARS - y) / (BARS - TOP)));

/** Energies: bars from the lowest of the row upwards, since only their differences count. */
export function energies(canvas, { reading, view, q, k, ink, veiled }) {
  const row = veiled ? [] : reading.row("scores", q);
  const [low, high] = [Math.min(...row), Math.max(...row)];
  bars(canvas, { reading, view, k, ink }, row, (score) => 0.06 + (0.94 * (score - low)) / Math.max(1e-9, high - low), ink.kept, (score) => number(score, 1));
}

/** Attention weights; `ghost` are those of the model itself where the row was taken over. */
export function weights(canvas, { reading, view, q, k, ink, veiled, ghost }) {
  const row = veiled ? [] : reading.row("weights", q);
  const context = bars(canvas, { reading, view, k, ink }, row, (weight) => weight, ink.added, (weight) => number(weight, 2));
  if (!ghost || veiled) return;
  context.strokeStyle = ink.text;
  context.setLineDash([3, 2]);
  for (let column = view.start; column < view.end(reading.columns); column += 1) {
    const height = (BARS - TOP) * ghost.weight(q, column);
    context.strokeRect((column - view.start) * view.step + 2.5, BARS - height - 0.5, view.step - 5, height);
  }
  context.setLineDash([]);
}

function bars(canvas, { reading, view, k, ink }, row, share, color, text) {
  const context = sharpen(canvas, view.count * view.step, BARS);
  Object.assign(context, { textAlign: "center", textBaseline: "alphabetic", font: `11px ${ink.mono}` });
  context.fillStyle = ink.empty;
  context.fillRect(0, BARS - 1, (view.end(reading.columns) - view.start) * view.step, 1);
  const every = view.step >= 34;
  for (let column = view.start; column < view.end(reading.columns) && row.length; column += 1) {
    const x = (column - view.start) * view.step;
    const height = (BARS - TOP) * share(row[column]);
    context.fillStyle = color;
    context.globalAlpha = column === k ? 1 : 0.6;
    context.fillRect(x + 2, BARS - height, view.step - 4, height);
    context.globalAlpha = 1;
    context.fillStyle = ink.text;
    if ((every && text(row[column]) !== "0.00") || column === k) context.fillText(text(row[column]), inside(x, view), BARS - height - 4);
  }
  return context;
}

/** The encoder's states as columns, and in the side canvas the context of step q: their weighted sum. */
export function states(canvas, side, { reading, view, q, k, unit, ink, tables, veiled }) {
  const size = reading.model.hidden_size;
  const { css } = tables.diverging;
  const context = sharpen(canvas, view.count * view.step, TALL);
  for (let column = view.start; column < view.end(reading.columns); column += 1)
    stack(context, (column - view.start) * view.step, view.step - (view.step > 20 ? 2 : 1), reading.row("states", column), css, veiled || !reading.attends ? 1 : 0.25 + 0.75 * reading.weight(q, column));
  line(context, unit, size, (view.end(reading.columns) - view.start) * view.step, ink);
  if (k >= view.start && k < view.end(reading.columns)) {
    context.strokeStyle = ink.cursor;
    context.lineWidth = 2;
    context.strokeRect((k - view.start) * view.step, 1, view.step - 1, TALL - 2);
  }
  const sum = sharpen(side, SUM, TALL);
  if (q < 0 || veiled) return;
  stack(sum, 0, SUM, reading.row("context", q), css, 1);
  line(sum, unit, size, SUM, ink);
}

function stack(context, x, width, values, css, alpha) {
  const high = TALL / values.length;
  context.globalAlpha = alpha;
  for (let unit = 0; unit < values.length; unit += 1) {
    context.fillStyle = css[shade(values[unit], [-1, 1])];
    context.fillRect(x, unit * high, width, Math.ceil(high));
  }
  context.globalAlpha = 1;
}

function line(context, unit, size, width, ink) {
  context.fillStyle = ink.text;
  const high = TALL / size;
  context.fillRect(0, unit * high - 1, width, 1);
  context.fillRect(0, (unit + 1) * high, width, 1);
}

/** The unit of the states under a vertical position. */
export const unitAt = (y, size) => Math.max(0, Math.min(size - 1, Math.floor((y / TALL) * size)));

/** What each column adds to one entry of the context, up where positive and down where negative; they add up to the number beside. */
export function products(canvas, { reading, view, k, ink, veiled }, values) {
  const context = sharpen(canvas, view.count * view.step, BARS);
  Object.assign(context, { textAlign: "center", textBaseline: "middle", font: `11px ${ink.mono}` });
  const [middle, most] = [BARS / 2, Math.max(1e-9, ...values.map(Math.abs))];
  context.fillStyle = ink.text;
  context.globalAlpha = 0.4;
  context.fillRect(0, middle, (view.end(reading.columns) - view.start) * view.step, 1);
  context.globalAlpha = 1;
  if (veiled) return;
  for (let column = view.start; column < view.end(reading.columns); column += 1) {
    const [x, height] = [(column - view.start) * view.step, ((middle - 14) * values[column]) / most];
    context.fillStyle = ink.text;
    context.globalAlpha = column === k ? 1 : 0.55;
    context.fillRect(x + 2, Math.min(middle, middle - height), view.step - 4, Math.abs(height));
    context.globalAlpha = 1;
    if (column !== k && (view.step < 36 || Math.abs(values[column]) < 0.005)) continue;
    context.fillText(number(values[column], 2), inside(x, view), middle - height + (height < 0 ? 8 : -8));
  }
}
