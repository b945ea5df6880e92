// All models' answers as lines in one picture, over the same time axis as everything else.

import { sharpen } from "../dom.js";
import { number } from "../words.js";

export const HEIGHT = 132;
const TOP = 8;
const BOTTOM = 8;
export const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2]];
const SIGNS = ["circle", "square", "triangle", "diamond", "cross"];

/** The vertical position of a value, kept inside the picture. */
export function height(value, [low, high]) {
  const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
}

/**
 * @param scene {records, colors, view, cursor, reading, ink}
 */
export function draw(canvas, { records, colors, view, cursor, reading, ink }) {
  const width = view.count * view.step;
  const context = sharpen(canvas, width, HEIGHT);
  const end = view.end(records[0].steps);
  const x = (t) => (t - view.start + 0.5) * view.step;
  lines(context, width, reading, ink);
  if (reading.truth) {
    const points = range(view.start, end).map((t) => [x(t), height(reading.truth(records[0].tokens, t), reading.range)]);
    path(context, points, ink.text, [1, 3], 3);
  }
  records.forEach((record, k) => {
    const points = range(view.start, end).map((t) => [x(t), reading.of(record, t)]).filter(([, y]) => y !== null);
    const placed = points.map(([at, y]) => [at, height(y, reading.range)]);
    path(context, placed, colors[k], DASHES[k], 2);
    if (view.step >= 12) for (const point of placed) sign(context, SIGNS[k], point, colors[k]);
  });
  if (cursor >= view.start && cursor < end) {
    context.fillStyle = ink.text;
    context.globalAlpha = 0.12;
    context.fillRect((cursor - view.start) * view.step, 0, view.step, HEIGHT);
    context.globalAlpha = 1;
  }
}

const range = (from, to) => Array.from({ length: Math.max(0, to - from) }, (_, k) => from + k);

function lines(context, width, { range: [low, high], label = (value) => number(value, high > 2 ? 0 : 1) }, ink) {
  context.font = `12px ${ink.sans}`;
  context.textBaseline = "middle";
  for (const value of [low, (low + high) / 2, high]) {
    const y = height(value, [low, high]);
    context.fillStyle = ink.text;
    context.globalAlpha = 0.18;
    context.fillRect(0, y - 0.5, width, 1);
    context.globalAlpha = 0.6;
    context.fillText(label(value), 2, Math.max(7, Math.min(HEIGHT - 7, y - 7)));
  }
  context.globalAlpha = 1;
}

function path(context, points, color, dash, wide) {
  context.strokeStyle = color;
  context.lineWidth = wide;
  context.setLineDash(dash);
  context.beginPath();
  points.forEach(([x, y], k) => (k ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.stroke();
  context.setLineDash([]);
}

/** The mark of a model, told apart without color. */
export function sign(context, kind, [x, y], color, size = 3.4) {
  context.fillStyle = context.strokeStyle = color;
  context.beginPath();
  if (kind === "circle") context.arc(x, y, size, 0, 2 * Math.PI);
  if (kind === "square") context.rect(x - size, y - size, 2 * size, 2 * size);
  if (kind === "triangle") corners(context, [[x, y - size - 1], [x + size + 1, y + size], [x - size - 1, y + size]]);
  if (kind === "diamond") corners(context, [[x, y - size - 1], [x + size + 1, y], [x, y + size + 1], [x - size - 1, y]]);
  if (kind !== "cross") return context.fill();
  context.lineWidth = 2;
  corners(context, [[x - size, y - size], [x + size, y + size]]);
  corners(context, [[x - size, y + size], [x + size, y - size]]);
  context.stroke();
}

function corners(context, points) {
  points.forEach(([x, y], k) => (k ? context.lineTo(x, y) : context.moveTo(x, y)));
}

/** The line and the mark of the k-th model, as they stand beside its name. */
export function swatch(canvas, k, color) {
  const context = sharpen(canvas, 34, 16);
  path(context, [[1, 8], [33, 8]], color, DASHES[k], 2);
  sign(context, SIGNS[k], [17, 8], color, 4);
}
