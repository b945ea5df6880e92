// Predict, then see: the panel of a question. It asks, takes a choice, says what was right and why, and counts, in this tab alone.

import { tr } from "../language.js";
import { el, refill } from "./dom.js";

const SCORE = "gatelab:score";

/** Right answers and questions of this visit: kept in the tab, sent nowhere. */
export function score() {
  try {
    const { right, asked } = JSON.parse(sessionStorage.getItem(SCORE));
    return Number.isInteger(right) && Number.isInteger(asked) ? { right, asked } : { right: 0, asked: 0 };
  } catch {
    return { right: 0, asked: 0 }; // none yet, or no storage
  }
}

export function count(isRight) {
  const { right, asked } = score();
  try {
    sessionStorage.setItem(SCORE, JSON.stringify({ right: right + (isRight ? 1 : 0), asked: asked + 1 }));
  } catch {
    // without storage there is no score
  }
}

/** What is said after the choice: {isRight, answer: what was right, why}. */
export const verdict = ({ isRight, answer, why }) => [isRight ? tr("Right.") : tr("Not this time: the answer is {answer}.", { answer }), why];

export class Predict {
  /** @type {HTMLElement} */ element;
  /** @type {HTMLElement} */ tally;
  /** @type {string | null} what stands in the panel */ state;

  /** @param about what is asked, in a few words */
  constructor(about) {
    this.state = null;
    this.tally = el("span", { className: "quiet" });
    this.element = el("section", { className: "predict", "aria-label": tr("Predict, then see: {about}", { about }) });
  }

  /** Show what belongs to a state, unless it is there already. */
  show(state, make) {
    const { right, asked } = score();
    this.tally.textContent = asked ? tr("{right} of {asked} right in this visit", { right, asked }) : "";
    if (state === this.state) return;
    this.state = state;
    refill(this.element, el("p", { className: "predict-head" }, el("b", {}, tr("Predict, then see")), this.tally), ...make());
  }

  /** Give the focus to the first button, or to another element of the panel. */
  focus(selector = "button") {
    /** @type {HTMLElement | null} */ (this.element.querySelector(selector))?.focus({ preventScroll: true });
  }
}

export const quiet = (text) => el("p", { className: "quiet" }, text);
export const button = (text, onclick, disabled = false) => el("button", { type: "button", onclick, disabled }, text);

/** A question and its choices as buttons. */
export const choices = (asks, labels, choose) => [el("p", {}, asks), el("div", { className: "choices" }, ...labels.map((label, k) => button(label, () => choose(k))))];

/** A question, what was right, and why. */
export function told(asks, outcome) {
  const [said, why] = verdict(outcome);
  return [quiet(asks), el("p", { className: "told", tabIndex: -1 }, el("b", {}, `${said} `), why)];
}
