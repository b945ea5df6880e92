// All models' answers as lines in one picture, over the same time axis as everything else.

import { el, sharpen } from "./dom.js";
import { number } from "./words.js";

export const HEIGHT = 132;
const TOP = 8;
const BOTTOM = 8;
const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2]];
const TRUTH = [1, 3];
const FAINT = [3, 4];
export const SIGNS = ["circle", "square", "triangle", "diamond", "cross"];

/** The vertical position of a value, kept inside the picture. */
export function height(value, [low, high]) {
  const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
}

const marks = ([low, high]) => [low, (low + high) / 2, high];

/** The labels of the vertical axis, as they stand to the left of the picture. */
export function axis({ range, label = (value) => number(value, range[1] > 2 ? 0 : 1) }) {
  const at = (value) => {
    const element = el("span", {}, label(value));
    element.style.top = `${height(value, range)}px`;
    return element;
  };
  return marks(range).map(at);
}

/**
 * @param scene - {records, places, colors, view, cursor, reading, ink, ghosts}; record k is drawn as place k says, in the color of that place, and under it, where
 *   there is one, ghost k, what it would be where nothing is held
 */
export function draw(canvas, { records, places, colors, view, cursor, reading, ink, ghosts = [] }) {
  const width = view.count * view.step;
  const context = sharpen(canvas, width, HEIGHT);
  const end = view.end(records[0].steps);
  const x = (t) => (t - view.start + 0.5) * view.step;
  grid(context, width, reading.range, ink);
  if (cursor >= view.start && cursor < end) {
    context.fillStyle = ink.text;
    context.globalAlpha = 0.12;
    context.fillRect((cursor - view.start) * view.step, 0, view.step, HEIGHT);
    context.globalAlpha = 1;
  }
  const points = (of) => range(view.start, end).map((t) => [x(t), of(t)]).filter(([, y]) => y !== null).map(([at, y]) => [at, height(y, reading.range)]);
  if (reading.truth) line(context, points((t) => reading.truth(records[0].tokens, t)), ink.text);
  ghosts.forEach((ghost, k) => ghost && faint(context, points((t) => reading.of(ghost, t)), colors[places[k]]));
  records.forEach((record, k) => {
    const placed = points((t) => reading.of(record, t));
    line(context, placed, colors[places[k]], places[k]);
    if (view.step >= 12 || placed.length === 1) for (const point of placed) sign(context, SIGNS[places[k]], point, colors[places[k]]);
  });
}

const range = (from, to) => Array.from({ length: Math.max(0, to - from) }, (_, k) => from + k);

function grid(context, width, ends, ink) {
  context.fillStyle = ink.text;
  context.globalAlpha = 0.18;
  for (const value of marks(ends)) context.fillRect(0, height(value, ends) - 0.5, width, 1);
  context.globalAlpha = 1;
}

/** A line through points, dashed as its place says; the true answer has no place and is dotted. */
export function line(context, points, color, place) {
  context.strokeStyle = color;
  context.lineWidth = place === undefined ? 3 : 2;
  context.setLineDash(place === undefined ? TRUTH : DASHES[place]);
  context.beginPath();
  corners(context, points);
  context.stroke();
  context.setLineDash([]);
}

/** The line of what is no longer so: thin and dashed, whatever its place. */
export function faint(context, points, color) {
  Object.assign(context, { strokeStyle: color, lineWidth: 1.5, globalAlpha: 0.75 });
  context.setLineDash(FAINT);
  context.beginPath();
  corners(context, points);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** The mark of a model, told apart without color. */
export function sign(context, kind, point, color, size = 3.4) {
  const [x, y] = point;
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
