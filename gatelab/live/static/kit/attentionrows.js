// One look of the decoder, over the columns of the source: energies, weights, the encoder's states, and what each adds to the context.

import { sharpen } from "./dom.js";
import { hatch } from "./hatch.js";
import { shade } from "./palette.js";
import { number } from "./words.js";

export const BARS = 84; // height of a row of bars, in CSS pixels
const TOP = 18; // room above the tallest bar, and below the deepest one, for its number
export const TALL = 128; // height of the states
const SUM = 36; // width of the context
const NUMBERED = 36; // CSS pixels of a column from which every bar has its number

/** The middle of a column, but far enough from the ends for a number to be whole. */
const inside = (x, view) => Math.min(view.count * view.step - 16, Math.max(16, x + view.step / 2));

/** The weight under a vertical position on the row of weights. */
export const weightAt = (y) => Math.min(1, Math.max(0, (BARS - y) / (BARS - TOP)));

/** Where a value stands in a row of bars that reaches from `low` to `high`: CSS pixels from the top. Zero is always in sight. */
export function axis(low, high) {
  const [least, most] = [Math.min(0, low), Math.max(0, high)];
  const [top, bottom] = [most > 0 ? TOP : 0, least < 0 ? BARS - TOP : BARS];
  return (value) => bottom - ((bottom - top) * (value - least)) / Math.max(1e-9, most - least);
}

/** Energies: up where positive and down where negative; hatched where they are held. */
export function energies(canvas, scene) {
  const row = scene.veiled ? [] : scene.reading.row("scores", scene.q);
  const at = axis(Math.min(...row), Math.max(...row));
  const context = bars(canvas, scene, row, at, scene.ink.kept, 1);
  const { view, reading, held, q } = scene;
  for (let column = view.start; column < view.end(reading.columns) && held && row.length; column += 1) {
    const [zero, y] = [at(0), at(row[column])];
    if (held.score(q, column)) hatch(context, [[(column - view.start) * view.step + 2, Math.min(zero, y, BARS - 6), view.step - 4, Math.max(6, Math.abs(y - zero))]], scene.ink, 5, true);
  }
}

/** Attention weights; `ghost` are those of the model itself where the row was taken over, or something is held. */
export function weights(canvas, scene) {
  const { reading, view, q, ink, veiled, ghost } = scene;
  const at = axis(0, 1);
  const context = bars(canvas, scene, veiled ? [] : reading.row("weights", q), at, ink.added, 2);
  if (!ghost || veiled) return;
  context.strokeStyle = ink.text;
  context.setLineDash([3, 2]);
  for (let column = view.start; column < view.end(reading.columns); column += 1) {
    const y = at(ghost.weight(q, column));
    context.strokeRect((column - view.start) * view.step + 2.5, y - 0.5, view.step - 5, BARS - y);
  }
  context.setLineDash([]);
}

/** What each column adds to one entry of the context; they add up to the number beside. */
export function products(canvas, scene, values) {
  const shown = scene.veiled ? [] : values;
  const most = Math.max(...shown.map(Math.abs));
  bars(canvas, scene, shown, axis(-most, most), scene.ink.text, 2);
}

/** A bar from zero to each value, with its number at the end of the bar. */
function bars(canvas, { reading, view, k, ink }, values, at, color, digits) {
  const context = sharpen(canvas, view.count * view.step, BARS);
  Object.assign(context, { textAlign: "center", textBaseline: "middle", font: `11px ${ink.mono}` });
  const zero = values.length ? at(0) : BARS;
  const nothing = number(0, digits);
  for (let column = view.start; column < view.end(reading.columns) && values.length; column += 1) {
    const [x, y, text] = [(column - view.start) * view.step, at(values[column]), number(values[column], digits)];
    context.fillStyle = color;
    context.globalAlpha = column === k ? 1 : 0.6;
    context.fillRect(x + 2, Math.min(zero, y), view.step - 4, Math.abs(y - zero));
    context.globalAlpha = 1;
    context.fillStyle = ink.text;
    if (column === k || (view.step >= NUMBERED && text !== nothing)) context.fillText(text, inside(x, view), y + (y > zero ? 8 : -8));
  }
  context.fillStyle = ink.text;
  context.globalAlpha = 0.4;
  context.fillRect(0, Math.min(BARS - 1, zero), (view.end(reading.columns) - view.start) * view.step, 1);
  context.globalAlpha = 1;
  return context;
}

/** The encoder's states as columns, and in the side canvas the context of step q: their weighted sum. */
export function states(canvas, side, { reading, view, q, k, unit, ink, tables, veiled, held }) {
  const size = reading.model.hidden_size;
  const { css } = tables.diverging;
  const context = sharpen(canvas, view.count * view.step, TALL);
  for (let column = view.start; column < view.end(reading.columns); column += 1)
    stack(context, (column - view.start) * view.step, view.step - (view.step > 20 ? 2 : 1), reading.row("states", column), css, veiled || !reading.attends ? 1 : 0.25 + 0.75 * reading.weight(q, column));
  if (held) hatch(context, heldStates(held, reading, view), ink, 5, true);
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

/** Where states are held: [x, y, width, height] each. */
function heldStates(held, { columns, model: { hidden_size: size } }, view) {
  const found = [];
  for (let column = view.start; column < view.end(columns); column += 1) {
    const units = Array.from({ length: size }, (_, unit) => unit).filter((unit) => held.state(column, unit));
    found.push(...(units.length === size ? [0] : units).map((unit) => [(column - view.start) * view.step, (unit * TALL) / size, view.step - 1, units.length === size ? TALL : Math.max(3, TALL / size)]));
  }
  return found;
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
