// Where the visitor draws the curve of the task "wave": one period, with the pointer or by keys.

import { CURVES } from "../engine/tasks.js";
import { el, sharpen } from "../kit/dom.js";
import { tr } from "../language.js";

export const POINTS = 24; // of one period
const [HEIGHT, EDGE, STEP] = [120, 8, 0.05]; // CSS pixels, CSS pixels, what one press of an arrow adds

const whole = (value) => Math.round(Math.min(1, Math.max(0, value)) * 100) / 100; // whole percents, as the link has them

/** A curve as `POINTS` values in [0, 1] of one period, whole percents. @param {{curve?: string, drawn?: number[]}} settings */
export function sampled({ curve = "sine", drawn }) {
  if (curve === "drawn" && drawn?.length) return Array.from({ length: POINTS }, (_, k) => drawn[Math.floor((k / POINTS) * drawn.length)]);
  return Array.from({ length: POINTS }, (_, k) => whole(CURVES[curve === "drawn" ? "sine" : curve](k / POINTS)));
}

/** `values` with a straight stroke from one point to another, both {point, value}; the rest stays as it is. */
export function stroked(values, from, to) {
  const [left, right] = from.point <= to.point ? [from, to] : [to, from];
  const slope = (right.value - left.value) / Math.max(1, right.point - left.point);
  return values.map((value, k) => {
    if (k < left.point || k > right.point) return value;
    return k === to.point ? whole(to.value) : whole(left.value + slope * (k - left.point));
  });
}

export class Drawing {
  /** @type {number[]} */ values;
  ink;
  /** @type {(values: number[]) => void} */ drawn;

  /** @param drawn called when the pointer or the key is let go, with `POINTS` values in [0, 1] */
  constructor(drawn) {
    Object.assign(this, { drawn, values: [], before: null, point: 0, edited: false });
    this.canvas = el("canvas", {
      className: "drawing", tabIndex: 0, role: "slider", "aria-label": tr("Curve to draw"), "aria-valuemin": "0", "aria-valuemax": "100",
      onpointerdown: (event) => this.#down(event), onpointermove: (event) => this.before && this.#to(event), onpointerup: () => this.#up(), onpointercancel: () => this.#up(),
      onkeydown: (event) => this.#pressed(event), onkeyup: () => this.#done(), onblur: () => this.#blurred(), onfocus: () => this.paint(),
    });
    const about = el("p", { className: "facts" }, tr("Draw one period here with the mouse or a finger; or press \u2190 \u2192 to choose a point, \u2191 \u2193 to move it."));
    this.element = el("div", { className: "own" }, this.canvas, about);
    this.resized = new ResizeObserver(() => this.paint());
    this.resized.observe(this.element);
  }

  /** Show the curve of these settings. */
  show(settings) {
    if (this.before || this.edited) return; // a stroke is under way
    this.values = sampled(settings);
    this.paint();
  }

  dress(ink) {
    this.ink = ink;
    this.paint();
  }

  close() {
    this.resized.disconnect();
  }

  paint() {
    const { canvas, values, ink, point, element: { clientWidth: width } } = this;
    canvas.setAttribute("aria-valuenow", String(Math.round(100 * (values[point] ?? 0))));
    canvas.setAttribute("aria-valuetext", tr("point {point} of {all}: {percent} %", { point: point + 1, all: POINTS, percent: Math.round(100 * (values[point] ?? 0)) }));
    if (!ink || !width || !values.length) return;
    const context = sharpen(canvas, width, HEIGHT);
    const [x, y] = [(k) => EDGE + (k / POINTS) * (width - 2 * EDGE), (value) => EDGE + (1 - value) * (HEIGHT - 2 * EDGE)];
    Object.assign(context, { fillStyle: ink.text, globalAlpha: 0.18 });
    for (const value of [0, 0.5, 1]) context.fillRect(EDGE, y(value) - 0.5, width - 2 * EDGE, 1);
    Object.assign(context, { strokeStyle: ink.kept, fillStyle: ink.kept, lineWidth: 2, globalAlpha: 1 });
    context.beginPath();
    [...values, values[0]].forEach((value, k) => context[k ? "lineTo" : "moveTo"](x(k), y(value))); // it repeats itself
    context.stroke();
    values.forEach((value, k) => context.fillRect(x(k) - 2, y(value) - 2, 4, 4));
    if (/** @type {ShadowRoot} */ (canvas.getRootNode()).activeElement !== canvas) return;
    Object.assign(context, { strokeStyle: ink.cursor });
    context.strokeRect(x(point) - 5, y(values[point]) - 5, 10, 10);
  }

  /** Where the pointer is: {point, value}. */
  #at({ offsetX, offsetY }) {
    const place = Math.round(((offsetX - EDGE) / (this.canvas.clientWidth - 2 * EDGE)) * POINTS);
    return { point: Math.min(POINTS - 1, Math.max(0, place)), value: whole(1 - (offsetY - EDGE) / (HEIGHT - 2 * EDGE)) };
  }

  #down(event) {
    if (event.button) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.before = this.#at(event);
    this.#to(event);
  }

  #to(event) {
    const now = this.#at(event);
    this.values = stroked(this.values, this.before, now);
    Object.assign(this, { before: now, point: now.point, edited: true });
    this.paint();
  }

  #up() {
    this.before = null;
    this.#done();
  }

  #pressed(event) {
    const [aside, up] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[event.key] ?? [0, 0];
    if (!aside && !up) return;
    event.preventDefault();
    event.stopPropagation();
    this.point = (this.point + aside + POINTS) % POINTS;
    if (up) {
      this.values = this.values.map((value, k) => (k === this.point ? whole(value + up) : value));
      this.edited = true;
    }
    this.paint();
  }

  #blurred() {
    this.#done();
    this.paint();
  }

  #done() {
    if (!this.edited || this.before) return;
    this.edited = false;
    this.drawn(this.values);
  }
}
