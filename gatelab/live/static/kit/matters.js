// "Which unit matters here?": how the answer at the end of the text changes without each unit, and without each token; the most first.

import { tr } from "../language.js";
import { el, refill } from "./dom.js";
import { Measurer } from "./measurer.js";
import { number, spoken } from "./words.js";

const REST = 600; // ms without a change of the text before the work begins
const FINEST = 3; // decimals of a percentage

/** Two probabilities in percent, with no more decimals than it takes to tell them apart. */
export function percents(one, other) {
  const decimals = Array.from({ length: FINEST + 1 }, (_, n) => n);
  const digits = decimals.find((n) => (100 * one).toFixed(n) !== (100 * other).toFixed(n)) ?? 0;
  return [one, other].map((p) => `${number(100 * p, digits)}\u2009%`);
}

/** What was asked about, in words: "the answer “positive”", "“e” as the next character". */
const about = (label, answers) => (answers || label === "positive" ? tr("the answer \u201c{label}\u201d", { label: tr(label) }) : tr("{token} as the next character", { token: spoken(label) }));

const LEFT_OUT = {
  character: { all: tr("Then each character of the text was left out in turn."), last: tr("Then each of the last {left} characters was left out in turn."), table: tr("Without one character") },
  word: { all: tr("Then each word of the text was left out in turn."), last: tr("Then each of the last {left} words was left out in turn."), table: tr("Without one word") },
};

/** What was done, in a sentence; `answers` says whether the network answers, rather than predict what comes next. */
export function told({ label, now, size, steps, left, tokens }, unit, held, answers = false) {
  const [share] = percents(now, NaN);
  const { all, last } = LEFT_OUT[unit];
  return [
    tr("The network gives {share} to {what}. Each of its {size} units was held at 0 in turn, at every step: here are those whose silence changes this most.", { share, what: about(label, answers), size }),
    ...(tokens.length ? [left < steps ? last.replace("{left}", left) : all] : []),
    ...(held ? [tr("What you hold is let go for this.")] : []),
  ].join(" ");
}

export class Matters {
  pick;
  scene;
  /** @type {string | null} what is shown, or on its way */ key;

  /** @param checkpoints `Checkpoints`; @param pick ({unit} or {step}) => void, with what was clicked */
  constructor(checkpoints, pick) {
    Object.assign(this, { pick, key: null, scene: null });
    this.measurer = new Measurer(checkpoints);
    this.said = el("p", { "aria-live": "polite" });
    this.tables = el("div", { className: "measured" });
    this.element = el("details", { className: "measure matters", ontoggle: () => this.#toggled() }, el("summary", {}, tr("Which unit matters here?")), this.said, this.tables);
  }

  close() {
    clearTimeout(this.rest);
    this.measurer.close();
  }

  #toggled() {
    if (this.element.open) return this.#want(0);
    this.key = null;
    clearTimeout(this.rest);
    this.measurer.stop();
  }

  /** @param scene - {model: its name, text, steps, unit: "character" or "word", ready, held: whether something is held, answers: whether it answers, rather than predict} */
  paint(scene) {
    this.scene = scene;
    this.#want(REST);
  }

  /** Measure what is there, once it has been there for so many milliseconds; another text ends what is under way. */
  #want(rest) {
    if (!this.element.open || !this.scene) return;
    const key = JSON.stringify(this.scene);
    if (key === this.key) return;
    this.key = key;
    clearTimeout(this.rest);
    this.measurer.stop();
    this.element.classList.add("waiting");
    if (!this.scene.ready) return this.#empty(tr("As soon as the network is here, its units can be silenced one by one."));
    if (!this.scene.steps) return this.#empty(tr("There is no text yet: type above."));
    this.rest = setTimeout(() => this.#measure(), rest);
  }

  #empty(said) {
    this.said.textContent = said;
    this.tables.replaceChildren();
    this.element.classList.remove("waiting");
  }

  #measure() {
    const { model, text, unit, held, answers } = this.scene;
    this.said.textContent = tr("Each unit is silenced in turn \u2026");
    this.measurer.ask("matters", model, { text }, (answer) => {
      if (answer.error) return this.#empty(tr("This could not be measured."));
      this.element.classList.remove("waiting");
      this.said.textContent = told(answer, unit, held, answers);
      const step = ({ place, token }) => [tr("step {step}, {token}", { step: place + 1, token: spoken(token) }), { step: place }];
      refill(this.tables, this.#table(tr("Without one unit"), answer, answer.units, ({ place }) => [tr("unit {unit}", { unit: place }), { unit: place }]),
        ...(answer.tokens.length ? [this.#table(LEFT_OUT[unit].table, answer, answer.tokens, step)] : []));
    });
  }

  #table(caption, { now }, changes, name) {
    const most = Math.max(1e-9, ...changes.map(({ change }) => Math.abs(change)));
    return el("table", { className: "terms" }, el("caption", {}, caption), el("tbody", {}, ...changes.map((one) => this.#row(one, now, most, ...name(one)))));
  }

  #row({ change }, now, most, label, what) {
    const bar = el("span", { className: `bar ${change < 0 ? "minus" : "plus"}` });
    bar.style.width = `${(50 * Math.abs(change)) / most}%`;
    const [without, whole] = percents(now + change, now);
    return el("tr", {}, el("th", { scope: "row" }, el("button", { type: "button", className: "link", onclick: () => this.pick(what) }, label)),
      el("td", { className: "amount" }, tr("{now} instead of {before}", { now: without, before: whole })), el("td", { className: "bars", "aria-hidden": "true" }, bar));
  }
}
