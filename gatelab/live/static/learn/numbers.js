// A string of numbers as a picture: what is read as bars, what a network says as a line, and what would be right as rings.

import { frame, sharpen } from "../kit/dom.js";

export const HEIGHT = 96; // CSS pixels
const EDGE = 6;

/**
 * @param {HTMLCanvasElement} canvas
 * @param scene - {view, steps, read: [number, mark][], said: (t) => number, targets: numbers, NaN where nothing is asked, right: (t) => boolean | null, cursor, ink}
 */
export function draw(canvas, { view, steps, read, said, targets, right, cursor, ink }) {
  const context = sharpen(canvas, view.count * view.step, HEIGHT);
  const shown = Array.from({ length: view.end(steps) - view.start }, (_, k) => view.start + k);
  const top = Math.max(1, ...targets.filter((target) => target >= 1).map((target) => target * 1.1)); // the sum of two numbers is at most 2
  const x = (t) => (t - view.start) * view.step;
  const y = (value) => EDGE + (1 - Math.min(1, Math.max(0, value / top))) * (HEIGHT - 2 * EDGE);
  for (const t of shown) {
    const [number, mark] = read[t] ?? [0, 0];
    Object.assign(context, { fillStyle: ink.text, globalAlpha: mark ? 0.55 : 0.15 });
    context.fillRect(x(t), y(number), view.step - 1, HEIGHT - y(number));
  }
  context.globalAlpha = 1;
  Object.assign(context, { strokeStyle: ink.added, lineWidth: 2 });
  context.beginPath();
  shown.forEach((t, k) => context[k ? "lineTo" : "moveTo"](x(t) + view.step / 2, y(said(t))));
  context.stroke();
  for (const t of shown) {
    const verdict = right(t);
    if (verdict !== null) ring(context, x(t) + view.step / 2, y(targets[t]), verdict ? ink.kept : ink.alert, verdict);
    if (t === cursor) frame(context, x(t), 0, view.step - 1, HEIGHT, ink.cursor);
  }
}

/** What would be right: a full point where the answer is near, a ring where it is not. */
function ring(context, x, y, color, full) {
  Object.assign(context, { strokeStyle: color, fillStyle: color, lineWidth: 1.5 });
  context.beginPath();
  context.arc(x, y, 3, 0, 2 * Math.PI);
  if (full) context.fill();
  else context.stroke();
}
