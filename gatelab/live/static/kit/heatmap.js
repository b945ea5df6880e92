// One heatmap: on top a strip of the chosen unit alone, under it all units (rows) by steps (columns). A few units have tall rows and no strip.

import { sharpen } from "./dom.js";
import { hatch } from "./hatch.js";
import { shade } from "./palette.js";

export const STRIP = 16; // height of the strip, in CSS pixels
const ALONE = 44; // the same where the chosen unit stands alone
const GAP = 3;
export const TALL = 26; // height of a row where there are a few units, and room for a name beside each
const LINE = 2; // between tall rows

/** Where the rows begin. */
const top = (row) => (row < TALL ? STRIP + GAP : 0);

/** Height of one unit's row in CSS pixels: the fewer maps a cell has, the larger they are. */
export function rowHeight(units, maps) {
  const room = maps > 4 ? 96 : maps > 1 ? 144 : 320;
  const ratio = window.devicePixelRatio || 1;
  return Math.max(1, Math.round((room / units) * ratio)) / ratio;
}

/** Height of a whole heatmap in CSS pixels; where a row has no height, the chosen unit stands alone. */
export const height = (units, row) => (row === 0 ? ALONE : top(row) + Math.ceil(units * row));

/** The row under a vertical position: its place in the order, or -1 on the strip. */
export function rowAt(y, units, row) {
  const place = Math.floor((y - top(row)) / row);
  return row === 0 || y < top(row) || place >= units ? -1 : place;
}

const offscreen = typeof document === "undefined" ? null : document.createElement("canvas");

/**
 * @param scene - {record, view, cursor, unit, order, row, tables, ink, held(name, t, unit)}
 */
export function draw(canvas, scene, name) {
  const { record, view, order, row, ink } = scene;
  const units = order.length;
  const context = sharpen(canvas, view.count * view.step, height(units, row));
  const end = view.end(record.steps);
  const columns = end - view.start;
  context.fillStyle = ink.empty;
  context.fillRect(columns * view.step, 0, (view.count - columns) * view.step, height(units, row));
  if (columns <= 0) return;
  if (row < TALL) strip(context, scene, name, columns);
  if (row > 0) all(context, scene, name, columns);
  hatch(context, held(scene, name, columns), ink, 6, true);
}

/** Where values of a name are held, as rectangles. */
function held({ view, unit, order, row, held: is }, name, columns) {
  const found = [];
  for (let column = 0; column < columns; column += 1) {
    const t = view.start + column;
    if (!is?.(name, t, null)) continue;
    const x = column * view.step;
    if (row < TALL && is(name, t, unit)) found.push([x, 0, view.step, row > 0 ? STRIP : ALONE]);
    if (row > 0) order.forEach((one, place) => is(name, t, one) && found.push([x, top(row) + place * row, view.step, row]));
  }
  return found;
}

/** The chosen unit alone. */
function strip(context, { record, view, unit, row, tables }, name, columns) {
  const { css } = tables[record.scales[name]];
  for (let column = 0; column < columns; column += 1) {
    context.fillStyle = css[shade(record.value(name, view.start + column, unit), record.ranges[name])];
    context.fillRect(column * view.step, 0, view.step, row > 0 ? STRIP : ALONE);
  }
}

/** All units: one pixel an entry, then enlarged without smoothing. */
function all(context, { record, view, unit, order, row, tables, ink }, name, columns) {
  const { packed } = tables[record.scales[name]];
  const range = record.ranges[name];
  const pixels = new ImageData(columns, order.length);
  const out = new Uint32Array(pixels.data.buffer);
  for (let column = 0; column < columns; column += 1) {
    const values = record.row(name, view.start + column);
    for (let place = 0; place < order.length; place += 1) out[place * columns + column] = packed[shade(values[order[place]], range)];
  }
  offscreen.width = columns;
  offscreen.height = order.length;
  offscreen.getContext("2d").putImageData(pixels, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(offscreen, 0, top(row), columns * view.step, order.length * row);
  if (row >= TALL) lines(context, order.length, row, columns * view.step, ink);
  else marker(context, top(row) + order.indexOf(unit) * row, row, columns * view.step, ink);
}

/** What parts tall rows, so that each is read by itself. */
function lines(context, units, row, width, ink) {
  context.fillStyle = ink.paper;
  for (let place = 1; place <= units; place += 1) context.fillRect(0, place * row - LINE, width, LINE);
}

/** Two hairlines that frame the chosen unit's row. */
function marker(context, y, row, width, ink) {
  context.fillStyle = ink.text;
  context.globalAlpha = 0.75;
  context.fillRect(0, y - 1, width, 1);
  context.fillRect(0, y + row, width, 1);
  context.globalAlpha = 1;
}
