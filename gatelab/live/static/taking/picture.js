// What stands on a stage as one picture: always in the light theme, with a line that says which network read which text.

import { fitting } from "../kit/rows.js";
import { drawn } from "./domsvg.js";
import { light, LIGHT, PAPER, repaint } from "./light.js";
import { recording } from "./recorder.js";
import { node } from "./svg.js";

const EDGE = 20; // CSS pixels around the picture
const GAP = 16; // between two parts
const LETTERS = 16; // height of those above them
const LINE = 22; // height of their lines

/**
 * The picture of some elements of a stage, under each other.
 *
 * @param stage a `Stage`, or what has its {stage: element, dress(), draw()}
 * @param {HTMLElement[]} elements that are in sight
 * @param {{models: string, text: string}} about which networks, and what they read
 * @returns {SVGElement} an `svg` whose width and height are CSS pixels
 */
export function picture(stage, elements, about) {
  const leave = light(stage);
  try {
    return recording((of) => {
      repaint(stage);
      return assembled(stage, elements, about, of);
    });
  } finally {
    leave();
  }
}

function assembled(stage, elements, about, of) {
  const pen = document.createElement("canvas").getContext("2d");
  const width = Math.max(...elements.map((element) => element.getBoundingClientRect().width));
  const title = titled(about, width, pen, getComputedStyle(stage.stage).fontFamily);
  const ids = { next: 0 };
  const found = [];
  let y = Number(title.at(-1).getAttribute("y")) + GAP;
  for (const element of elements) {
    const { left, top, height } = element.getBoundingClientRect();
    found.push(...drawn(element, { of, pen, ids, left: left - EDGE, top: top - y }));
    y += height + GAP;
  }
  return framed({ width: Math.ceil(width) + 2 * EDGE, height: Math.ceil(y - GAP) + EDGE }, title, about, found);
}

function framed({ width, height }, title, { models, text }, found) {
  return node("svg", { width, height, viewBox: `0 0 ${width} ${height}`, xmlns: "http://www.w3.org/2000/svg" },
    node("title", {}, `${[models, quoted(text)].filter(Boolean).join(": ")} \u00B7 GateLab`), node("rect", { width, height, fill: PAPER }), ...title, ...found);
}

const quoted = (text) => text.trim() && `\u201C${text.split(/\s+/).join(" ").trim()}\u201D`;

/** Who read what, in one line, or in two where one has not room for both. @returns {SVGElement[]} */
function titled({ models, text }, width, pen, family) {
  const line = (words, weight, x, k) => {
    pen.font = `${weight} ${LETTERS}px ${family}`;
    const shown = fitting(pen, words, width + EDGE - x);
    return { element: node("text", { x, y: EDGE + LETTERS + k * LINE, "font-family": family, "font-size": `${LETTERS}px`, "font-weight": weight, fill: LIGHT["--st-text-color"], class: "title" }, shown), end: x + pen.measureText(shown).width };
  };
  const name = line(models, 650, EDGE, 0);
  if (!text.trim()) return [name.element];
  pen.font = `400 ${LETTERS}px ${family}`;
  const beside = name.end + GAP + pen.measureText(quoted(text)).width <= width + EDGE;
  return [name.element, (beside ? line(quoted(text), 400, name.end + GAP, 0) : line(quoted(text), 400, EDGE, 1)).element];
}
