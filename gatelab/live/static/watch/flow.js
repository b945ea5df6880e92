// The flow of the state of one unit through time: at each step what was kept, what was added, and what came out.

import { cellOf, isCoupled, share, titles } from "../engine/cells.js";
import { sharpen } from "../kit/dom.js";
import { entries } from "../kit/notation.js";
import { fitting } from "../kit/rows.js";
import { glyph, number } from "../kit/words.js";
import { tr } from "../language.js";

export const HEIGHT = 210;
const MARGIN = { left: 34, right: 6, top: 10, bottom: 22 };
const SPANS = [1, 2.5, 5, 10, 15, 25, 50, 100];

/** What the state of a cell is made of; `kept` and `added` sum to `total`, `out` is what the rest of the network sees. */
function flow(written) {
  const { cell } = written;
  const { memory, candidate, show } = cell;
  const [title, [keep, write]] = [tr(titles(cell)[memory]), ["keep", "write"].map((role) => share(cell, role))];
  const [c, h] = [written.plain(memory), written.plain("h")];
  if (!keep) return { title, total: { label: tr("came out: {h} (a simple RNN keeps nothing apart: all of {h} is made anew at each step)", { h }), of: (at) => at("h") } };
  const called = (share) => written.share(share, true).replaceAll(" ", "\u2009");
  const added = `${called(write)}\u2009\u2299\u2009${written.plain(candidate)}`;
  const coupled = isCoupled(cell) && `${written.plain(write.name)} = 1\u2009\u2212\u2009${written.plain(keep.name)}`;
  return {
    title,
    kept: { label: tr("kept: {product} of the step before", { product: `${called(keep)}\u2009\u2299\u2009${c}` }), of: (at) => keep.of(at) * at(memory, -1) },
    added: { label: coupled ? tr("added: {product}, where {equation}", { product: added, equation: coupled }) : tr("added: {product}", { product: added }), of: (at) => write.of(at) * at(candidate) },
    total: { label: show ? `${title} ${c}` : tr("came out: {state}", { state: c }), of: (at) => at(memory) },
    ...(show && { out: { label: tr("came out: {state}", { state: `${h} = ${written.plain(show)}\u2009\u2299\u2009tanh(${c})` }), of: (at) => at("h") } }),
  };
}

/** The flow of the cell of a record, as its notation writes it: {title, kept, added, total, out}, as far as it has them. */
export const flowOf = entries(flow);

/** The parts of the flow at step t: {kept, added, total, out}, as far as the cell has them. */
export function parts(record, unit, t) {
  const way = record.way?.(unit) ?? 1; // -1 for a unit that reads from the right
  const at = (name, back = 0) => record.value(name, t + back * way, unit);
  const flow = flowOf(record);
  return Object.fromEntries(["kept", "added", "total", "out"].filter((key) => flow[key]).map((key) => [key, flow[key].of(at)]));
}

/** The pinned range of the state where it holds every value, else the smallest of a few fixed ranges that does, so that the axis seldom changes. */
export function span(values, pinned = SPANS[0]) {
  const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return most <= pinned ? pinned : (SPANS.find((limit) => limit >= most) ?? Math.ceil(most));
}

/**
 * @param scene - {record, ghost (where nothing is held, or null), view, cursor, unit, ink}
 * @returns - {left, step}: where the first column begins and how wide one is
 */
export function draw(canvas, scene, width) {
  const { record, ghost, view, unit, cursor, ink } = scene;
  const context = sharpen(canvas, width, HEIGHT);
  const step = (width - MARGIN.left - MARGIN.right) / view.count;
  const steps = Array.from({ length: Math.max(0, view.end(record.steps) - view.start) }, (_, k) => parts(record, unit, view.start + k));
  const before = ghost ? steps.map((_, k) => parts(ghost, unit, view.start + k).total) : [];
  const limit = span([...steps.flatMap(Object.values), ...before], record.model.ranges?.[cellOf(record.model.cell).memory]?.to);
  const bottom = HEIGHT - MARGIN.bottom;
  const y = (value) => MARGIN.top + ((limit - value) / (2 * limit)) * (bottom - MARGIN.top);
  axis(context, width, y, limit, ink);
  steps.forEach((_, k) => letter(context, record.tokens[view.start + k], MARGIN.left + (k + 0.5) * step, step, view.start + k === cursor, ink));
  steps.forEach((values, k) => bars(context, MARGIN.left + k * step, step, y, values, ink));
  if (ghost) line(context, before.map((value, k) => [MARGIN.left + (k + 0.5) * step, y(value)]), ink.out, [5, 4]);
  line(context, steps.map((values, k) => [MARGIN.left + (k + 0.5) * step, y(values.total)]), ink.out);
  for (const [k, values] of steps.entries()) if ("out" in values) dot(context, MARGIN.left + (k + 0.5) * step, y(values.out), step, ink.out);
  if (cursor >= view.start && cursor < view.end(record.steps)) {
    context.strokeStyle = ink.cursor;
    context.lineWidth = 2;
    context.strokeRect(MARGIN.left + (cursor - view.start) * step, MARGIN.top - 6, step, bottom - MARGIN.top + 12);
  }
  return { left: MARGIN.left, step };
}

function axis(context, width, y, limit, ink) {
  context.font = `13px ${ink.sans}`;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of [limit, 0, -limit]) {
    context.fillStyle = ink.text;
    context.globalAlpha = 0.75;
    context.fillText(number(value, Number.isInteger(limit) ? 0 : 1), MARGIN.left - 6, y(value));
    context.globalAlpha = value === 0 ? 0.5 : 0.15;
    context.fillRect(MARGIN.left, y(value) - 0.5, width - MARGIN.left - MARGIN.right, 1);
  }
  context.globalAlpha = 1;
}

/** The token under its step; where steps are narrow, under the cursor alone. */
function letter(context, token, x, step, chosen, ink) {
  if (step < 8 && !chosen) return;
  context.font = `${chosen ? 700 : 400} ${chosen ? 15 : Math.min(14, step * 1.1)}px ${ink.mono}`;
  context.textAlign = "center";
  context.fillStyle = ink.text;
  context.globalAlpha = chosen ? 1 : 0.75;
  const words = glyph(token);
  context.fillText(words.length > 1 ? fitting(context, words, Math.max(step, 8)) : words, x, HEIGHT - 8);
  context.globalAlpha = 1;
}

function bars(context, x, step, y, values, ink) {
  const wide = Math.max(1, step * 0.4);
  for (const [key, left] of [["kept", x + step * 0.08], ["added", x + step * 0.52]]) {
    if (!(key in values)) continue;
    context.fillStyle = ink[key];
    context.fillRect(left, Math.min(y(0), y(values[key])), wide, Math.abs(y(values[key]) - y(0)));
  }
}

function line(context, points, color, dashes = []) {
  context.strokeStyle = color;
  context.setLineDash(dashes);
  context.lineWidth = 2;
  context.lineJoin = "round";
  context.beginPath();
  points.forEach(([x, y], k) => (k ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.stroke();
  context.setLineDash([]);
}

function dot(context, x, y, step, color) {
  context.fillStyle = color;
  context.beginPath();
  context.arc(x, y, Math.min(3, Math.max(1.5, step / 5)), 0, 2 * Math.PI);
  context.fill();
}
