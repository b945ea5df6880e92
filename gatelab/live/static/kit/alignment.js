// The alignment: the source on top, lines to what was written, and the map of weights, all over the same columns.

import { END } from "../engine/text.js";
import { frame, sharpen } from "./dom.js";
import { hatch } from "./hatch.js";
import { on, shade } from "./palette.js";
import { glyph, number } from "./words.js";

const CHIP = 32; // height of a token's box, in CSS pixels
const THREADS = 76; // height of the lines between source and target
const STRIP = 7; // of hatching, along a box at whose step a gate is held
export const ENDED = "\u25A0"; // the sign for the end of a target

/** A token of a source or a target as it stands in a box. */
export const sign = (token) => (token === END ? ENDED : glyph(token));

/** How the tokens of a source fit their columns: upright where the widest is too wide to lie. */
export function lettering(context, { reading, view, ink }) {
  const size = Math.round(Math.min(18, Math.max(11, view.step * 0.8)));
  context.font = `600 ${size}px ${reading.model.unit === "characters" ? ink.mono : ink.sans}`;
  const widest = Math.max(0, ...reading.tokens.map((token) => context.measureText(sign(token)).width));
  const upright = widest > view.step - (reading.model.unit === "words" ? 4 : 1);
  return { font: context.font, upright, height: upright ? Math.min(140, Math.ceil(widest) + 12) : CHIP };
}

/** The source: one box a token; the chosen column is filled, those in `picked` are marked, unknown ones have a dashed frame; hatched below where the encoder is held. */
export function source(canvas, scene) {
  const { reading, view, k, ink, picked } = scene;
  const probe = canvas.getContext("2d");
  const { font, upright, height } = lettering(probe, scene);
  const context = sharpen(canvas, view.count * view.step, height);
  Object.assign(context, { font, textAlign: upright ? "left" : "center", textBaseline: "middle", direction: "ltr" });
  for (let column = view.start; column < view.end(reading.columns); column += 1) {
    const x = (column - view.start) * view.step;
    const color = picked.has(column) ? ink.added : column === k ? ink.kept : null;
    box(context, x, 0, view.step, height, color ?? ink.empty, reading.unknown[column] && ink.alert);
    context.fillStyle = color ? on(color) : ink.text;
    context.save();
    context.translate(x + view.step / 2, upright ? height - 6 : height / 2 + 1);
    if (upright) context.rotate(-Math.PI / 2);
    context.fillText(sign(reading.tokens[column]), 0, 0);
    context.restore();
    if (scene.held?.token(column)) hatch(context, [[x + 1, height - STRIP, view.step - 2, STRIP]], ink, 5, true);
  }
  return height;
}

function box(context, x, y, width, height, color, dashed) {
  context.fillStyle = color;
  context.beginPath();
  context.roundRect(x + 1, y + 1, width - 2, height - 2, 4);
  context.fill();
  if (!dashed) return;
  context.strokeStyle = dashed;
  context.lineWidth = 2;
  context.setLineDash([3, 2]);
  context.stroke();
  context.setLineDash([]);
}

/** Where the box of step q lies under the lines: {x, width}. */
export function chip({ reading, view }, q) {
  const room = view.count * view.step;
  const width = Math.min(room / Math.max(1, reading.steps), Math.max(view.step, reading.model.unit === "words" ? 96 : 30));
  return { x: q * width, width };
}

/** The lines: from each token of the source to what was written while it was looked at, the wider the larger the weight. */
export function threads(canvas, scene) {
  const { reading, view, q, ink, veiled } = scene;
  const context = sharpen(canvas, view.count * view.step, THREADS + CHIP);
  if (reading.attends && !veiled)
    for (const step of [...Array(reading.steps).keys()].sort((a, b) => Number(a === q) - Number(b === q))) {
      const to = chip(scene, step);
      const row = reading.row("weights", step);
      context.strokeStyle = step === q ? ink.added : ink.kept;
      for (let column = view.start; column < view.end(reading.columns); column += 1) {
        if (row[column] < 0.02) continue;
        const [from, end] = [(column - view.start + 0.5) * view.step, to.x + to.width / 2];
        context.globalAlpha = (step === q ? 0.95 : 0.5) * Math.max(0.15, row[column]);
        context.lineWidth = 1 + 5 * row[column];
        context.beginPath();
        context.moveTo(from, 0);
        context.bezierCurveTo(from, THREADS * 0.55, end, THREADS * 0.45, end, THREADS);
        context.stroke();
      }
    }
  context.globalAlpha = 1;
  Object.assign(context, { textAlign: "center", textBaseline: "middle", direction: "ltr" });
  for (let step = 0; step < reading.steps; step += 1) {
    const { x, width } = chip(scene, step);
    box(context, x, THREADS, width, CHIP, step === q ? ink.added : ink.empty);
    context.fillStyle = step === q ? on(ink.added) : ink.text;
    context.font = fitting(context, sign(reading.written[step]), width - 6, ink);
    context.fillText(sign(reading.written[step]), x + width / 2, THREADS + CHIP / 2 + 1);
    if (scene.held?.step(step)) hatch(context, [[x + 1, THREADS + CHIP - STRIP, width - 2, STRIP]], ink, 5, true);
  }
}

function fitting(context, text, width, { sans }) {
  context.font = `600 17px ${sans}`;
  const size = Math.max(9, Math.min(17, (17 * width) / Math.max(1, context.measureText(text).width)));
  return `600 ${size}px ${sans}`;
}

/** Height of one row of the map, in CSS pixels. */
export const rowHeight = (steps) => Math.max(14, Math.min(30, Math.floor(420 / Math.max(1, steps))));

/** The map: a row for each step of the decoder, a column for each token of the source; a forced row has a dashed frame, an entry whose energy is held is hatched. */
export function map(canvas, scene) {
  const { reading, view, q, k, ink, tables, veiled, held } = scene;
  const high = rowHeight(reading.steps);
  const context = sharpen(canvas, view.count * view.step, high * reading.steps);
  context.fillStyle = ink.empty;
  context.fillRect(0, 0, (view.end(reading.columns) - view.start) * view.step, high * reading.steps);
  if (!reading.attends || veiled) return;
  Object.assign(context, { textAlign: "center", textBaseline: "middle", font: `12px ${ink.mono}` });
  for (let step = 0; step < reading.steps; step += 1) {
    const row = reading.row("weights", step);
    for (let column = view.start; column < view.end(reading.columns); column += 1) {
      const [x, at] = [(column - view.start) * view.step, shade(row[column], [0, 1])];
      context.fillStyle = tables.sequential.css[at];
      context.fillRect(x, step * high, view.step, high);
      if (held?.score(step, column)) hatch(context, [[x, (step + 1) * high - STRIP, view.step, STRIP]], ink, 5, true); // along its foot: its number stays in sight
      if (view.step < 36 || row[column] < 0.005) continue;
      context.fillStyle = tables.sequential.letters[at];
      context.fillText(number(row[column], 2), x + view.step / 2, (step + 0.5) * high + 1);
    }
    if (reading.forced.includes(step)) frame(context, 0, step * high, (view.end(reading.columns) - view.start) * view.step, high, ink.alert, [4, 3]);
  }
  if (q >= 0) frame(context, 0, q * high, (view.end(reading.columns) - view.start) * view.step, high, ink.added);
  if (k >= view.start && q >= 0) frame(context, (k - view.start) * view.step, q * high, view.step, high, ink.cursor);
}

/** What was written, beside the rows of the map: the token, and how likely the decoder held it. */
export function labels(canvas, { reading, q, ink }, width, text) {
  const high = rowHeight(reading.steps);
  const context = sharpen(canvas, width, high * reading.steps);
  Object.assign(context, { textAlign: "right", textBaseline: "middle", direction: "ltr" });
  for (let step = 0; step < reading.steps; step += 1) {
    context.font = `${step === q ? 700 : 500} ${Math.min(17, high - 2)}px ${ink.sans}`;
    context.fillStyle = ink.text;
    context.fillText(text(step), width - 6, (step + 0.5) * high + 1, width - 8);
  }
}
