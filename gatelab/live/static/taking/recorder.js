// What is drawn on canvases, as SVG. While `recording` does its work, every canvas hands out a context that keeps its colors, fonts and transform as a
// browser's does, for it is one, and writes down what is drawn instead of drawing it.

import { PAPER } from "./light.js";
import { node, painted, short } from "./svg.js";

const MOST = 4000; // entries of a heatmap that are rectangles each; one with more is an image with a pixel an entry
const ANCHORS = { left: "start", start: "start", center: "middle", right: "end", end: "end" };

/** How browsers hand out a context, also while one records. */
const real = globalThis.HTMLCanvasElement?.prototype.getContext;
const { prototype } = globalThis.CanvasRenderingContext2D ?? { prototype: null };
let clips = 0; // that have a name
const drawing = (canvas) => /** @type {CanvasRenderingContext2D} */ (real.call(canvas, "2d"));

/** What a recorder knows of drawing; colors, fonts, the transform and the like are the browser's own. */
export const DRAWS = ["arc", "beginPath", "bezierCurveTo", "clearRect", "clip", "closePath", "drawImage", "fill", "fillRect", "fillText", "lineTo", "moveTo", "putImageData", "rect", "restore", "roundRect", "save", "stroke", "strokeRect", "strokeText"];

/**
 * Do some work, in which what is drawn on canvases is recorded.
 *
 * @template T
 * @param {(of: (canvas: HTMLCanvasElement) => SVGElement[] | null) => T} work is told how to ask for what was drawn on a canvas; null where nothing was
 * @returns {T}
 */
export function recording(work) {
  /** @type {Map<HTMLCanvasElement, Recorder>} */
  const found = new Map();
  clips = 0;
  HTMLCanvasElement.prototype.getContext = /** @type {any} */ (/** @this {HTMLCanvasElement} */ function () {
    if (!found.has(this)) found.set(this, new Recorder(this, drawing(document.createElement("canvas")), (canvas) => found.get(canvas)?.pixels));
    return found.get(this).context;
  });
  try {
    return work((canvas) => found.get(canvas)?.drawn ?? null);
  } finally {
    HTMLCanvasElement.prototype.getContext = real;
  }
}

class Recorder {
  /** @type {HTMLCanvasElement} */ canvas;
  /** @type {any} a browser's, whose drawing is done here */ context;
  /** @type {(canvas: any) => ImageData | null | undefined} what was put on another canvas as pixels */ pixelsOf;
  /** @type {SVGElement[]} */ drawn = [];
  /** @type {ImageData | null} what was put here as pixels */ pixels = null;
  path = "";
  /** @type {string | null} in what all is drawn, "url(#...)" */ within = null;
  /** @type {(string | null)[]} */ before = [];

  constructor(canvas, context, pixelsOf) {
    Object.assign(this, { canvas, context, pixelsOf });
    Object.defineProperty(context, "canvas", { value: canvas });
    for (const name of DRAWS) context[name] = (...given) => this[name](...given);
  }

  /** How what is drawn lies in CSS pixels: nothing where it lies as it is. */
  get #transform() {
    const ratio = window.devicePixelRatio || 1;
    const { a, b, c, d, e, f } = this.context.getTransform();
    const matrix = [a, b, c, d, e, f].map((value) => Math.round((value / ratio) * 1e4) / 1e4);
    return matrix.join() === "1,0,0,1,0,0" ? null : `matrix(${matrix.join(" ")})`;
  }

  #put(tag, attributes, ...children) {
    this.drawn.push(node(tag, { transform: this.#transform, "clip-path": this.within, ...attributes }, ...children));
  }

  get #filled() {
    return painted("fill", this.context.fillStyle, this.context.globalAlpha);
  }

  get #stroked() {
    const { strokeStyle, globalAlpha, lineWidth, lineCap, lineJoin } = this.context;
    const dashes = this.context.getLineDash();
    return {
      fill: "none", ...painted("stroke", strokeStyle, globalAlpha), "stroke-width": lineWidth, "stroke-dasharray": dashes.length ? dashes.map(short).join(" ") : null,
      "stroke-linecap": lineCap === "butt" ? null : lineCap, "stroke-linejoin": lineJoin === "miter" ? null : lineJoin,
    };
  }

  // Rectangles.

  /** All of it: a picture begins anew. A part: paper again. */
  clearRect(x, y, width, height) {
    const ratio = window.devicePixelRatio || 1;
    if (width * ratio >= this.canvas.width - 1 && height * ratio >= this.canvas.height - 1) this.drawn = [];
    else this.#put("rect", { ...box(x, y, width, height), fill: PAPER });
  }

  fillRect(x, y, width, height) {
    if (width && height) this.#put("rect", { ...box(x, y, width, height), ...this.#filled });
  }

  strokeRect(x, y, width, height) {
    this.#put("rect", { ...box(x, y, width, height), ...this.#stroked });
  }

  // Paths.

  beginPath() {
    this.path = "";
  }

  #go(command, ...numbers) {
    this.path += `${command}${numbers.map(short).join(" ")}`;
  }

  moveTo(x, y) {
    this.#go("M", x, y);
  }

  lineTo(x, y) {
    this.#go(this.path ? "L" : "M", x, y);
  }

  bezierCurveTo(...numbers) {
    this.#go("C", ...numbers);
  }

  closePath() {
    this.#go("Z");
  }

  rect(x, y, width, height) {
    this.path += `M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`;
  }

  roundRect(x, y, width, height, radius = 0) {
    const r = Math.min(Number([radius].flat()[0]), width / 2, height / 2);
    const corner = (dx, dy) => `a${short(r)} ${short(r)} 0 0 1 ${short(dx)} ${short(dy)}`;
    const [across, down] = [width - 2 * r, height - 2 * r];
    this.path += `M${short(x + r)} ${short(y)}h${short(across)}${corner(r, r)}v${short(down)}${corner(-r, r)}h${short(-across)}${corner(-r, -r)}v${short(-down)}${corner(r, -r)}Z`;
  }

  arc(x, y, radius, from, to) {
    const at = (angle) => [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
    const whole = to - from >= 2 * Math.PI - 1e-6;
    this.#go(this.path && !whole ? "L" : "M", ...at(from));
    if (whole) this.#go("A", radius, radius, 0, 1, 1, ...at(from + Math.PI));
    this.#go("A", radius, radius, 0, to - from > Math.PI ? 1 : 0, 1, ...at(to));
  }

  fill() {
    this.#put("path", { d: this.path, ...this.#filled });
  }

  /** From now on what is drawn is seen within the path alone. */
  clip() {
    const id = `within-${(clips += 1)}`;
    this.drawn.push(node("clipPath", { id }, node("path", { d: this.path })));
    this.within = `url(#${id})`;
  }

  save() {
    this.before.push(this.within);
    prototype.save.call(this.context);
  }

  restore() {
    this.within = this.before.pop() ?? null;
    prototype.restore.call(this.context);
  }

  stroke() {
    if (this.path) this.#put("path", { d: this.path, ...this.#stroked });
  }

  // Text.

  fillText(text, x, y) {
    this.#put("text", { ...this.#lettered(text, x, y), ...this.#filled }, text);
  }

  strokeText(text, x, y) {
    this.#put("text", { ...this.#lettered(text, x, y), ...this.#stroked }, text);
  }

  #lettered(text, x, y) {
    const { context } = this;
    const anchor = context.direction === "rtl" ? { ...ANCHORS, start: "end", end: "start" } : ANCHORS;
    return { x, y: y + lower(context, text), ...fontOf(context.font), "text-anchor": anchor[context.textAlign], style: "white-space: pre" };
  }

  // Pixels.

  putImageData(pixels) {
    this.pixels = pixels;
  }

  drawImage(source, x, y, width, height) {
    const pixels = this.pixelsOf(source);
    if (pixels && pixels.width * pixels.height <= MOST) this.#put("g", { class: "entries", "shape-rendering": "crispEdges" }, ...entries(pixels, x, y, width, height));
    else this.#put("image", { ...box(x, y, width, height), ...shown(pixels ? imageOf(pixels) : source) });
  }
}

const box = (x, y, width, height) => ({ x: Math.min(x, x + width), y: Math.min(y, y + height), width: Math.abs(width), height: Math.abs(height) });

/** How far the line on which letters stand is below the height at which they are drawn. */
function lower(context, text) {
  const { textBaseline } = context;
  if (textBaseline === "alphabetic") return 0;
  const above = context.measureText(text).fontBoundingBoxAscent;
  context.textBaseline = "alphabetic";
  const whole = context.measureText(text).fontBoundingBoxAscent;
  context.textBaseline = textBaseline;
  return whole - above;
}

/** A font in the words of CSS as attributes. */
export function fontOf(font) {
  const { style } = document.createElement("i");
  style.font = font;
  return { "font-family": style.fontFamily, "font-size": style.fontSize, "font-weight": plainly(style.fontWeight), "font-style": plainly(style.fontStyle) };
}

const plainly = (value) => (["", "normal", "400"].includes(value) ? null : value);

/** A rectangle for each pixel, row by row. */
function entries({ width: columns, height: rows, data }, x, y, width, height) {
  const [wide, high] = [width / columns, height / rows];
  return Array.from({ length: rows * columns }, (_, k) => {
    const [r, g, b] = data.subarray(4 * k, 4 * k + 3);
    return node("rect", { x: x + (k % columns) * wide, y: y + Math.floor(k / columns) * high, width: wide, height: high, fill: `rgb(${r}, ${g}, ${b})` });
  });
}

/** A canvas of some pixels. */
function imageOf(pixels) {
  const image = Object.assign(document.createElement("canvas"), { width: pixels.width, height: pixels.height });
  drawing(image).putImageData(pixels, 0, 0);
  return image;
}

/** A canvas as an image whose pixels stay squares. */
export const shown = (canvas) => ({ href: canvas.toDataURL(), preserveAspectRatio: "none", style: "image-rendering: pixelated" });
