// Elements of the page as SVG: boxes, lines of text, canvases as they were recorded, and drawings that are SVG already.

import { shown } from "./recorder.js";
import { node, painted } from "./svg.js";

const CONTROLS = "input, textarea, select, option, dialog, .unseen, .tip";
const SIDES = ["Top", "Right", "Bottom", "Left"];
const COPIED = [
  "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity", "paint-order",
  "font-family", "font-size", "font-weight", "font-style", "text-anchor", "dominant-baseline", "transform", "visibility",
];
const PLAIN = { "fill-opacity": "1", "fill-rule": "nonzero", "stroke-opacity": "1", opacity: "1", "stroke-dasharray": "none", "stroke-linecap": "butt", "stroke-linejoin": "miter", "paint-order": "normal", "font-style": "normal", transform: "none", visibility: "visible", "dominant-baseline": "auto", "text-anchor": "start" };

/** @typedef {{left: number, top: number, of: (canvas: HTMLCanvasElement) => SVGElement[] | null, pen: CanvasRenderingContext2D, ids: {next: number}}} Place where the picture begins on the page, and what was recorded */

/** An element with all that is in it. @param {Place} place @returns {SVGElement[]} */
export function drawn(element, place) {
  const style = getComputedStyle(element);
  if (style.display === "contents") return inside(element, place); // it has no box of its own
  if (!element.checkVisibility() || element.matches(CONTROLS)) return [];
  if (style.visibility !== "visible" || style.opacity === "0") return [];
  const at = boxOf(element.getBoundingClientRect(), place);
  const content = element instanceof HTMLCanvasElement ? canvas(element, at, place) : element instanceof SVGSVGElement ? [copied(element, at)] : inside(element, place);
  const all = [...background(style, at, place), ...edges(style, at), ...before(element, style, at, place), ...clipped(element, style, at, content, place)];
  return all.length && style.opacity !== "1" ? [node("g", { opacity: style.opacity }, ...all)] : all;
}

const boxOf = ({ left, top, width, height }, place) => ({ x: left - place.left, y: top - place.top, width, height });

function inside(element, place) {
  return Array.from(element.childNodes).flatMap((child) => (child instanceof Element ? drawn(child, place) : child instanceof Text ? lines(child, place) : []));
}

function canvas(element, at, { of }) {
  const recorded = of(element);
  if (!at.width || !at.height) return [];
  if (recorded) return recorded.length ? [node("svg", { ...at, class: name(element), viewBox: `0 0 ${at.width} ${at.height}` }, ...recorded)] : [];
  return [node("image", { ...at, ...shown(element) })]; // drawn at another time
}

/** What a canvas is called, so that one who edits the picture finds it. */
const name = (element) => [element.className, element.dataset.name].filter(Boolean).join(" ") || null;

/** What is in an element that lets nothing out. */
function clipped(element, { overflowX }, at, content, { ids }) {
  if (overflowX === "visible" || element.scrollWidth <= element.clientWidth || !content.length) return content;
  const id = `clip-${(ids.next += 1)}`;
  return [node("clipPath", { id }, node("rect", at)), node("g", { "clip-path": `url(#${id})` }, ...content)];
}

// Boxes.

const isClear = (color) => color === "transparent" || /^rgba\(.*, 0\)$/.test(color);

function background(style, at, { ids }) {
  const shape = { ...at, rx: Math.min(parseFloat(style.borderTopLeftRadius) || 0, at.height / 2) || null };
  const found = isClear(style.backgroundColor) ? [] : [node("rect", { ...shape, ...painted("fill", style.backgroundColor) })];
  const stops = /^linear-gradient\(to right, (.*)\)$/.exec(style.backgroundImage)?.[1].match(/rgb\([^)]*\)/g);
  if (stops) {
    const id = `scale-${(ids.next += 1)}`;
    const colors = stops.map((color, k) => node("stop", { offset: String(k / (stops.length - 1)), "stop-color": color }));
    found.push(node("linearGradient", { id }, ...colors), node("rect", { ...shape, fill: `url(#${id})` }));
  }
  const [, color, width] = /^(rgb\(.*?\)) (\d+)px 0px 0px 0px inset$/.exec(style.boxShadow) ?? [];
  return color ? [...found, node("rect", { ...at, width: Number(width), fill: color })] : found;
}

function edges(style, at) {
  const widths = SIDES.map((side) => (style[`border${side}Style`] === "none" || isClear(style[`border${side}Color`]) ? 0 : parseFloat(style[`border${side}Width`])));
  const [width] = widths;
  const same = widths.every((other, k) => other === width && style[`border${SIDES[k]}Color`] === style.borderTopColor);
  const dashes = style.borderTopStyle === "dashed" ? `${2 * width} ${2 * width}` : null;
  const inner = { x: at.x + width / 2, y: at.y + width / 2, width: at.width - width, height: at.height - width };
  if (same && width) return [node("rect", { ...inner, rx: parseFloat(style.borderTopLeftRadius) || null, fill: "none", ...painted("stroke", style.borderTopColor), "stroke-width": width, "stroke-dasharray": dashes })];
  const sides = (k) => [{ height: widths[0] }, { x: at.x + at.width - widths[1], width: widths[1] }, { y: at.y + at.height - widths[2], height: widths[2] }, { width: widths[3] }][k];
  return SIDES.flatMap((side, k) => (widths[k] ? [node("rect", { ...at, ...sides(k), ...painted("fill", style[`border${side}Color`]) })] : []));
}

/** What the style sheet puts before an element: a box in the color of a key, or a sign. */
function before(element, style, at, { pen }) {
  const { content, width, height, backgroundColor } = getComputedStyle(element, "::before");
  if (element.dataset.sign) return [lettered(element.dataset.sign, at, style, pen)];
  if (content !== '""' || isClear(backgroundColor)) return [];
  const [wide, high] = [parseFloat(width), parseFloat(height)];
  return [node("rect", { x: at.x + parseFloat(style.paddingLeft), y: at.y + (at.height - high) / 2, width: wide, height: high, rx: high > 4 ? 2 : null, fill: backgroundColor })];
}

// Text.

/** The lines of a text as they are broken on the page. @param {Text} text @param {Place} place */
function lines(text, place) {
  if (!text.data.trim() || !text.parentElement.checkVisibility()) return [];
  const style = getComputedStyle(text.parentElement);
  return broken(text).map((line) => written(line, style, place));
}

/** Its lines, {text, left, right, top, height}. */
function broken(text) {
  const range = document.createRange();
  /** @type {{text: string, left: number, right: number, top: number, height: number}[]} */
  const found = [];
  for (let at = 0, sign; at < text.data.length; at += sign.length) {
    sign = String.fromCodePoint(text.data.codePointAt(at));
    range.setStart(text, at);
    range.setEnd(text, at + sign.length);
    const [box] = range.getClientRects();
    if (!box) continue; // white space that takes no room
    const last = found[found.length - 1];
    if (last && Math.abs(last.top - box.top) < box.height / 2) Object.assign(last, { text: last.text + sign, left: Math.min(last.left, box.left), right: Math.max(last.right, box.right) });
    else if (box.width) found.push({ text: sign, left: box.left, right: box.right, top: box.top, height: box.height });
  }
  return found.filter((line) => line.text.trim());
}

function written({ text, left, right, top, height }, style, place) {
  const shown = style.textTransform === "uppercase" ? text.toUpperCase() : text;
  return lettered(shown.replace(/\s/g, " "), { x: left - place.left, y: top - place.top, width: right - left, height }, style, place.pen);
}

/** Words in one line, in a box that is just as wide. */
function lettered(words, { x, y, width, height }, style, pen) {
  pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const { fontBoundingBoxAscent: above, fontBoundingBoxDescent: below } = pen.measureText(words);
  const wide = words.length > 1 ? { textLength: width, lengthAdjust: "spacingAndGlyphs" } : {}; // also where another font stands in for this one
  return node("text", {
    x, y: y + (height - above - below) / 2 + above, ...wide,
    "font-family": style.fontFamily, "font-size": style.fontSize, "font-weight": style.fontWeight === "400" ? null : style.fontWeight, "font-style": style.fontStyle === "normal" ? null : style.fontStyle,
    "text-decoration": style.textDecorationLine === "none" ? null : style.textDecorationLine, ...painted("fill", style.color), style: "white-space: pre",
  }, words);
}

// Drawings.

/** A drawing of the page with the look that style sheets give it. @param {SVGSVGElement} drawing */
function copied(drawing, at) {
  const copy = /** @type {SVGSVGElement} */ (drawing.cloneNode(false));
  for (const { name: other } of [...copy.attributes]) if (!["viewBox", "preserveAspectRatio"].includes(other)) copy.removeAttribute(other);
  for (const [key, value] of Object.entries(at)) copy.setAttribute(key, String(Math.round(value * 100) / 100));
  for (const child of dressed(drawing.childNodes)) copy.append(child);
  return copy;
}

/** @param {Iterable<ChildNode>} nodes @returns {(Element | string)[]} */
function dressed(nodes) {
  return [...nodes].flatMap((one) => (one instanceof SVGElement ? likewise(one) : one instanceof Text ? [/** @type {Element | string} */ (one.data)] : []));
}

/** The same element with the look that it has, or none where it is not to be seen. @returns {(Element | string)[]} */
function likewise(one) {
  const style = getComputedStyle(one);
  if (style.display === "none" || style.opacity === "0") return [];
  const copy = /** @type {Element} */ (one.cloneNode(false));
  for (const { name: other } of [...copy.attributes]) if (/^(class|style|role|tabindex|(aria|data)-.*)$/.test(other)) copy.removeAttribute(other);
  for (const key of COPIED) {
    const value = style.getPropertyValue(key);
    if (value && value !== PLAIN[key]) copy.setAttribute(key, value);
  }
  for (const child of dressed(one.childNodes)) copy.append(child);
  return [copy];
}
