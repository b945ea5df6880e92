// Checked by PyTorch: when typing rests, the server reads the same text, and the stage says how far the page's numbers are from its own.

import { el } from "./kit/dom.js";
import { scientific } from "./kit/words.js";
import { tr } from "./language.js";

const REST = 800; // ms without a key
const ALARM = 1e-3; // a difference above which the server's values are painted
const LARGE = 100; // where something is held, the difference of larger values is a share of them: it may drive them far
const BEYOND = 1e6; // and above these not at all: numbers of 32 bits, which PyTorch has, and of 64 part there

/**
 * How far two answers to one text are apart.
 *
 * @returns {{same: boolean, arrays: {name: string, most: number, step: number}[]}} whether tokens and outputs are the same; for each array the largest difference
 *   and the step (from 0) where it is, the largest first; an array of another size differs by Infinity.
 *   Where something is held, the difference of a value above `LARGE` is a share of it
 */
export function differences(mine, theirs) {
  const told = ({ metadata }) => JSON.stringify([metadata.tokens, metadata.output ?? null, metadata.parts?.map(({ ids }) => ids) ?? metadata.ids ?? null]);
  const arrays = Object.entries(theirs.tensors).map(([name, { shape, data }]) => ({ name, ...apart(mine.tensors[name]?.data, data, shape, isHeld(mine) ? LARGE : Infinity) }));
  return { same: told(mine) === told(theirs), arrays: arrays.sort((a, b) => b.most - a.most) };
}

/** Whether something is held of a network of an answer. */
const isHeld = ({ metadata }) => Boolean(metadata.held || metadata.parts?.some(({ held }) => held));

function apart(mine, theirs, shape, large) {
  if (mine?.length !== theirs.length) return { most: Infinity, step: 0 };
  let [most, at] = [0, 0];
  for (let k = 0; k < theirs.length; k += 1) {
    const difference = Math.abs(mine[k] - theirs[k]) / (Math.abs(theirs[k]) > large ? Math.abs(theirs[k]) : 1);
    if (!(difference <= most)) [most, at] = [Number.isNaN(difference) ? Infinity : difference, k];
  }
  const width = theirs.length / Math.max(1, shape[0]);
  return { most, step: Math.floor(at / Math.max(1, width)) };
}

/** Whether what is held drives values of an answer beyond what can be compared. */
export function beyond(answer) {
  return isHeld(answer) && Object.values(answer.tensors).some(({ data }) => data.some((value) => !(Math.abs(value) <= BEYOND)));
}

export class Check {
  ask;
  wrong;

  /**
   * @param ask (asked, signal) => Promise of the server's answer to the whole text, in full precision
   * @param wrong (answer, asked) => void: the page's numbers are not PyTorch's
   */
  constructor({ ask, wrong }) {
    Object.assign(this, { ask, wrong });
    this.said = el("summary", {});
    this.list = el("table", {}, el("caption", {}, tr("Largest difference of each array, and its step")));
    this.details = el("details", {}, this.said, this.list);
    this.element = el("div", { className: "check" }); // empty while nothing has been checked
  }

  /** Something else stands there now; once it rests, it is checked. `mine` makes the page's whole answer, or null where the server made it. */
  rests(asked, mine) {
    this.stop();
    if (!asked.text) return; // there is nothing to compare
    this.timer = setTimeout(() => this.#check(asked, mine), REST);
  }

  /** Nothing that stands there has been checked. */
  stop() {
    clearTimeout(this.timer);
    this.abort?.abort();
    this.element.replaceChildren();
  }

  async #check(asked, mine) {
    const here = await mine();
    if (!here) return;
    if (beyond(here)) return this.leave(tr("Not compared with PyTorch: what is held drives values beyond a million."));
    const abort = (this.abort = new AbortController());
    try {
      const there = await this.ask(asked, abort.signal);
      if (!abort.signal.aborted) this.#tell(differences(here, there), there, asked);
    } catch {
      // no server, no check
    }
  }

  /** Say that nothing is compared, and why. */
  leave(why) {
    this.said.textContent = why;
    this.element.classList.remove("wrong");
    this.list.tBodies[0]?.remove();
    this.element.replaceChildren(this.details);
  }

  #tell({ same, arrays }, there, asked) {
    const [worst = { name: "", most: 0, step: 0 }] = arrays;
    const wrong = !same || worst.most > ALARM;
    this.element.classList.toggle("wrong", wrong);
    if (!wrong) this.said.textContent = tr("PyTorch agrees: largest difference {difference}", { difference: scientific(worst.most) });
    else if (same) this.said.textContent = tr("PyTorch disagrees: {name} at step {step} differs by {difference}. PyTorch\u2019s values are shown.", { name: worst.name, step: worst.step + 1, difference: scientific(worst.most) });
    else this.said.textContent = tr("PyTorch disagrees on what was read or written. PyTorch\u2019s values are shown.");
    this.list.tBodies[0]?.remove();
    this.list.append(el("tbody", {}, ...arrays.map(({ name, most, step }) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, scientific(most)), el("td", {}, tr("step {step}", { step: step + 1 }))))));
    this.element.replaceChildren(this.details);
    if (wrong) this.wrong(there, asked);
  }
}
