// Builds elements. Text only ever becomes text nodes: nothing that a visitor typed meets innerHTML.

import { paper } from "./view.js";

/** An element with properties, and children that are elements or strings. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element && key !== "list") element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** Give an element other children; where a button among the old ones had the focus, the same one of the new has it, or the one in its place. */
export function refill(element, ...children) {
  const buttons = () => [...element.querySelectorAll("button:enabled")];
  const [before, focused] = [buttons(), element.getRootNode().activeElement];
  const at = before.indexOf(focused);
  element.replaceChildren(...children);
  if (at < 0) return;
  const after = buttons();
  (after.find(({ textContent }) => textContent === focused.textContent) ?? after[Math.min(at, after.length - 1)])?.focus({ preventScroll: true });
}

/** Do what may disable, hide or take away the control that has the focus; where it does, `instead` has the focus then. */
export function keepFocus(root, instead, work) {
  const focused = root.activeElement;
  const result = work();
  const gone = focused && (focused.disabled || !focused.isConnected || focused.closest("[hidden]"));
  if (gone && [null, focused].includes(root.activeElement)) instead.focus({ preventScroll: true });
  return result;
}

/** A text in which names in braces stand for elements or words: its parts, in the order of the language. @param {string} text as `tr` gives it @param {Object<string, Node | string>} values */
export const within = (text, values) => text.split(/\{(\w+)\}/u).map((part, k) => (k % 2 ? values[part] : part)).filter((part) => part !== "");

/** Inline math: `W_{if} x_{t}` with its subscripts lowered, `v^{\u22a4}` with its superscripts raised. */
export function math(source) {
  const parts = source.split(/([_^])\{([^}]*)\}/); // text, sign, what is lowered or raised, text, ...
  return el("span", { className: "math" }, ...parts.flatMap((part, k) => (k % 3 === 0 ? [part] : k % 3 === 2 ? [el(parts[k - 1] === "_" ? "sub" : "sup", {}, part)] : [])));
}

const PRINTED = 3; // dots of a printer for a CSS pixel

/** How many times as large an element is drawn as it is laid out: more than 1 on a stage that is presented. */
export const magnified = (element) => element.getBoundingClientRect().width / element.offsetWidth || 1;

/** Where in an element the pointer is, in the CSS pixels that the element is laid out in, however much larger it is drawn. @param {{clientX: number, clientY: number, target: EventTarget}} event */
export function pointed({ clientX, clientY, target }) {
  const element = /** @type {HTMLElement} */ (target);
  const [{ left, top }, scale] = [element.getBoundingClientRect(), magnified(element)];
  return { x: (clientX - left) / scale, y: (clientY - top) / scale };
}

/** A canvas of a given size in CSS pixels, sharp on this screen; returns its context with the scale set. */
export function sharpen(canvas, width, height) {
  const ratio = paper.on ? PRINTED : (window.devicePixelRatio || 1) * (canvas.currentCSSZoom ?? 1);
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** A frame inside a rectangle of a canvas, dashed where `dash` says how. */
export function frame(context, x, y, width, height, color, dash = []) {
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.setLineDash(dash);
  context.strokeRect(x + 1, y + 1, width - 2, height - 2);
  context.setLineDash([]);
}

/** Close a dialog by a press and a release beside it; one that began inside, to select words, leaves it open. */
export function closesBeside(dialog) {
  let pressed = false;
  const beside = ({ target, clientX: x, clientY: y }) => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    return target === dialog && (x < left || x > right || y < top || y > bottom);
  };
  dialog.addEventListener("pointerdown", (event) => (pressed = beside(event)));
  dialog.addEventListener("click", (event) => pressed && beside(event) && dialog.close());
}
