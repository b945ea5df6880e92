// Curves over the updates of a training, and over the steps of a string: one line a network.

import { el, sharpen } from "../kit/dom.js";
import { line, sign, SIGNS } from "../kit/chart.js";

const [TOP, BOTTOM, RIGHT] = [8, 20, 10];
const LABELS = 46; // CSS pixels for what stands beside the vertical axis

/** A vertical axis with its ends pinned: {low, high, log, marks: [value, label][]}. */
export const AXES = {
  loss: { low: 1e-4, high: 10, log: true, marks: [[10, "10"], [1, "1"], [0.1, "0.1"], [0.01, "0.01"], [0.001, "0.001"], [1e-4, "\u2264 0.0001"]] },
  share: { low: 0, high: 1, log: false, marks: [[1, "100 %"], [0.5, "50 %"], [0, "0 %"]] },
  gradient: { low: 1e-8, high: 1, log: true, marks: [[1, "\u2265 1"], [1e-2, "0.01"], [1e-4, "10\u207B\u2074"], [1e-6, "10\u207B\u2076"], [1e-8, "\u2264 10\u207B\u2078"]] },
};

/** Where a value stands between the ends of an axis, from 0 to 1; what is outside stands at its end. */
export function share(value, { low, high, log }) {
  const [at, from, to] = log ? [Math.log(Math.max(value, low)), Math.log(low), Math.log(high)] : [value, low, high];
  return Math.min(1, Math.max(0, (at - from) / (to - from)));
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param scene - {width, height, axis, ink, most: the last place on the horizontal axis, lines: [{points: [place, value][], color, place, thin}], levels: [{value, label}], from: the
 *   label of the first place, to: of the last, at: a place that is marked}
 */
export function draw(canvas, { width, height, axis, ink, most, lines, levels = [], from = "0", to, at = null }) {
  const context = sharpen(canvas, width, height);
  const x = (place) => LABELS + (place / Math.max(1, most)) * (width - LABELS - RIGHT);
  const y = (value) => TOP + (1 - share(value, axis)) * (height - TOP - BOTTOM);
  grid(context, { width, height, axis, ink, y, x, most, from, to });
  if (at !== null) mark(context, x(at), height, ink);
  for (const { points, color, place, thin } of lines) {
    const placed = points.filter(([, value]) => Number.isFinite(value)).map(([one, value]) => [x(one), y(value)]);
    context.globalAlpha = thin ? 0.6 : 1;
    line(context, placed, color, place);
    if (placed.length && !thin) sign(context, SIGNS[place], placed.at(-1), color);
    context.globalAlpha = 1;
  }
  for (const level of levels) written(context, level, { width, ink, y }); // above the lines, so that its name can be read
}

function grid(context, { width, height, axis, ink, y, x, most, from, to }) {
  Object.assign(context, { fillStyle: ink.text, font: `12px ${ink.sans}`, textAlign: "right", textBaseline: "middle" });
  for (const [value, label] of axis.marks) {
    context.globalAlpha = 0.18;
    context.fillRect(LABELS, y(value) - 0.5, width - LABELS - RIGHT, 1);
    context.globalAlpha = 0.85;
    context.fillText(label, LABELS - 5, y(value));
  }
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.fillText(from, LABELS, height - 5);
  context.textAlign = "right";
  context.fillText(to, x(most), height - 5);
  context.globalAlpha = 1;
}

/** A level that means something, with its name. */
function written(context, { value, label }, { width, ink, y }) {
  Object.assign(context, { strokeStyle: ink.text, fillStyle: ink.text, lineWidth: 1, globalAlpha: 0.7, textAlign: "right", textBaseline: "bottom", font: `12px ${ink.sans}` });
  context.setLineDash([2, 3]);
  context.beginPath();
  context.moveTo(LABELS, y(value));
  context.lineTo(width - RIGHT, y(value));
  context.stroke();
  context.setLineDash([]);
  Object.assign(context, { strokeStyle: ink.paper, lineWidth: 4, globalAlpha: 0.9 });
  context.strokeText(label, width - RIGHT - 12, y(value) - 1);
  context.fillText(label, width - RIGHT - 12, y(value) - 1);
  context.globalAlpha = 1;
}

function mark(context, at, height, ink) {
  context.fillStyle = ink.text;
  context.globalAlpha = 0.4;
  context.fillRect(at - 0.5, TOP, 1, height - TOP - BOTTOM);
  context.globalAlpha = 1;
}

/** A figure: a canvas under its title, and a sentence on how to read it. */
export function figure(title, label, how = "") {
  const canvas = el("canvas", { role: "img", "aria-label": label });
  const heading = el("h3", {}, title);
  return { canvas, heading, element: el("figure", {}, heading, how ? el("p", { className: "quiet" }, how) : "", canvas) };
}
