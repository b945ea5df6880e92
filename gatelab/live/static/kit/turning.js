// What a presenter's remote does: step by step through the text, then to the next view of a lesson that is played, or to the next page; and back the same way.

import { isServed } from "../files.js";

const KEYS = { on: "ArrowRight", back: "ArrowLeft" };
const SOON = 15_000; // ms in which the page that was turned to has its stage

let turnedAt = -Infinity; // when a page was turned, which then opens as it was left: presented

/** Whether this stage stands on a page that was just turned to. */
export function isTurnedTo() {
  const turned = performance.now() - turnedAt < SOON;
  turnedAt = -Infinity;
  return turned;
}

/** Go on, or back. Returns whether there was anywhere to go. @param {any} stage @param {"on" | "back"} way */
export function turn(stage, way) {
  const before = JSON.stringify(stage.linked());
  if (!stage.press(KEYS[way])) return false;
  return JSON.stringify(stage.linked()) !== before || view(stage, way) || leaf(way);
}

/** The next view of the lesson that is played. */
function view({ builder: { playing } }, way) {
  const button = way === "on" ? playing.next : playing.back;
  if (playing.element.hidden || button.disabled) return false;
  button.click();
  return true;
}

/** The next page, in the order in which one may read them: the link under the text. */
function leaf(way) {
  const isIt = ({ textContent: words }) => (way === "on" ? words.trim().endsWith("\u2192") : words.trim().startsWith("\u2190"));
  const link = /** @type {HTMLAnchorElement} */ ([...document.querySelectorAll(".st-key-onward a, .onward a")].find(isIt));
  if (!link) return false;
  if (isServed()) turnedAt = performance.now();
  else link.search = "?present=on";
  link.click();
  return true;
}
