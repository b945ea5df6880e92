// "Let it write": the model goes on from what stands in the text box, one character at a time, each as if it had been typed.

import { mulberry32 } from "../engine/random.js";
import { next, weigh } from "../engine/sampling.js";
import { UNKNOWN } from "../engine/text.js";
import { field } from "../kit/controls.js";
import { el, math, within } from "../kit/dom.js";
import { grouped, tr } from "../language.js";
import { own, restore } from "../remember.js";
import { speeds } from "./controls.js";

const HOTTEST = 2; // the highest temperature
const LAST_SEED = 999_999_999; // as in gatelab/live/watch.py
const FEW = 9_999; // a new seed has so few digits that it can be told to a neighbor
const WAITS = { network: tr("The network is on its way into the page; it can write once it is here"), text: tr("Type at least one character: the model goes on from what stands in the text box") };

/**
 * Which characters of a text the model wrote, once a visitor has edited it: those that stand before and behind what was edited keep their mark.
 *
 * @param {boolean[]} marks of the old text
 * @param {string[]} before its characters
 * @param {string[]} after those of the new one
 */
export function remaining(marks, before, after) {
  const least = Math.min(before.length, after.length);
  let [head, tail] = [0, 0];
  while (head < least && before[head] === after[head]) head += 1;
  while (tail < least - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  return [...marks.slice(0, head), ...new Array(after.length - head - tail).fill(false), ...marks.slice(before.length - tail)];
}

/** The likeliest tokens as they are drawn at a temperature, [{token, probability}]: the unknown one never comes. */
export function tempered(probs, labels, temperature, count) {
  const weights = weigh(probs, { temperature, labels });
  const sum = weights.reduce((all, weight) => all + weight);
  const best = Array.from(labels.keys()).filter((k) => labels[k] !== UNKNOWN).sort((a, b) => probs[b] - probs[a]);
  return best.slice(0, count).map((k) => ({ token: labels[k], probability: weights[k] / sum }));
}

export class WritingOn {
  stage;
  /** @type {number} */ temperature;
  /** @type {number} */ seed;
  /** @type {boolean[]} which characters of the text the model wrote */ marks;
  /** @type {string[]} the characters of the text */ characters;
  run; // while it writes: {random, due: when the next character is, in ms, frame}
  /** @type {string} what stood in the box when it last began to write; null once the visitor has edited that */ before;
  own; // the visitor's own text when it last began to write (remember.js)
  /** @type {boolean} whether the change of the text that is under way is its own */ adding;
  /** @type {number} how many characters it wrote that nobody has heard of */ unheard;

  /**
   * @param stage has box, record, speed, setSpeed, checkpoints, asked, page.limit, pick and paintSoon
   * @param start - {temperature, seed} of the link, null where it has none: then the panel is closed
   */
  constructor(stage, { temperature, seed }) {
    Object.assign(this, { stage, temperature: temperature ?? 0.8, seed: seed ?? 1, marks: [], characters: [], run: null, before: null, adding: false, unheard: 0 });
    this.button = el("button", { type: "button", title: tr("The model goes on from what stands in the text box"), onclick: () => this.#show(this.panel.hidden) }, tr("Let it write"));
    this.go = el("button", { type: "button", className: "go", onclick: () => (this.run ? this.stop() : this.#start()) }, tr("Write"));
    this.back = el("button", { type: "button", title: tr("Put the text back that stood here when it last began to write"), onclick: () => this.#takeBack() }, tr("Take back"));
    this.slider = el("input", { type: "range", min: 0, max: HOTTEST, step: 0.05, value: this.temperature, oninput: () => this.#warm(Number(this.slider.value)) });
    this.degree = el("span", { className: "degree" }, String(this.temperature));
    this.number = el("input", { type: "number", min: 0, max: LAST_SEED, step: 1, value: this.seed, title: tr("The same seed writes the same characters"), onchange: () => this.#sow(this.number.value) });
    this.speed = speeds((speed) => stage.setSpeed(speed));
    this.note = el("p", { className: "stopped", role: "status" });
    this.panel = el("div", { className: "more-panel writing-on", role: "group", "aria-label": tr("Let it write") }, ...this.#controls(), this.note, this.#formula());
    this.#show(temperature !== null || seed !== null);
    this.escape = (event) => event.key === "Escape" && this.stop();
  }

  #controls() {
    const warmth = field(tr("Temperature"), this.slider);
    warmth.firstChild.dataset.term = "temperature";
    warmth.append(this.degree);
    const anew = el("button", { type: "button", onclick: () => this.#sow(1 + Math.floor(FEW * Math.random())) }, tr("New seed"));
    return [this.go, this.back, warmth, el("span", { className: "group" }, field(tr("Seed"), this.number), anew), field(tr("Speed of writing"), this.speed)];
  }

  #formula() {
    return el("p", { className: "quiet" }, ...within(
      tr("Each character {i} is drawn with the chance {formula}: its probability to the power of 1/\u03C4, renormalized. At temperature \u03C4 = 1 that is what the model expects; below 1 the likeliest gain, above 1 all become more alike; at 0 the likeliest is always taken. While this is open, the bars of what comes next show these chances."),
      { i: el("i", {}, "i"), formula: math("p_{i}^{1/\u03C4} / \u03A3_{j}\u2009p_{j}^{1/\u03C4}") },
    ));
  }

  get open() {
    return !this.panel.hidden;
  }

  #show(open) {
    this.panel.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (!open) this.stop();
    this.stage.paintSoon();
  }

  /** Open with what a link says, {temperature, seed}; closed where it says neither. */
  see({ temperature, seed }) {
    const open = temperature !== null || seed !== null;
    if (open !== this.open) this.#show(open);
    if (temperature !== null) this.slider.value = String(temperature);
    if (temperature !== null && temperature !== this.temperature) this.#warm(temperature);
    if (seed !== null) this.#sow(String(seed));
  }

  #warm(temperature) {
    this.temperature = temperature;
    this.degree.textContent = String(temperature);
    this.stage.paintSoon();
  }

  /** Take another seed; what is none leaves it as it was. */
  #sow(seed) {
    if (seed !== "" && Number(seed) >= 0 && Number(seed) <= LAST_SEED) this.seed = Math.trunc(Number(seed));
    this.number.value = String(this.seed);
  }

  /** Why it cannot write now, in words; null where it can. */
  get #waits() {
    if (!this.stage.checkpoints.model(this.stage.asked)) return WAITS.network;
    return this.characters.length ? null : WAITS.text;
  }

  #start() {
    this.before = this.stage.box.text;
    this.own = own(this.stage.record.model.task);
    this.unheard = 0;
    this.note.textContent = "";
    this.run = { random: mulberry32(this.seed), due: performance.now(), frame: requestAnimationFrame((now) => this.#frame(now)) };
    window.addEventListener("keydown", this.escape);
    this.stage.pick({ step: this.stage.record.steps - 1 });
  }

  /** Another model takes over: what stands there is not its own. */
  disown() {
    this.stop();
    this.marks = this.characters.map(() => false);
  }

  stop(note = "") {
    if (!this.run) return;
    cancelAnimationFrame(this.run.frame);
    window.removeEventListener("keydown", this.escape);
    this.run = null;
    this.note.textContent = note;
    this.stage.paintSoon();
  }

  /** One frame of the screen: at most one character, so that each is painted. */
  #frame(now) {
    const { run, stage } = this;
    const here = stage.box.text === stage.record.text; // else the last character's gates are on their way
    if (here && now >= run.due) {
      run.due = Math.max(run.due + 1000 / stage.speed, now - 1000 / stage.speed); // what a slow machine has missed is not caught up on
      this.#write();
    }
    if (this.run) run.frame = requestAnimationFrame((then) => this.#frame(then)); // after the paint, which was asked for before
  }

  #write() {
    const { record, box, page } = this.stage;
    if (record.steps >= page.limit) return this.stop(tr("The text has {count} characters, and no more fit: the model has stopped.", { count: grouped(page.limit) }));
    const labels = record.labels;
    const token = labels[next(record.row("probs", record.steps - 1), { temperature: this.temperature, random: this.run.random, labels })];
    this.adding = true;
    const added = box.append(token);
    this.adding = false;
    if (!added) this.stop(); // the visitor writes, with an input method
  }

  #takeBack() {
    const { before, stage } = this;
    if (before === null) return;
    stage.box.open(before);
    if (stage.isExample(before)) restore(stage.record.model.task, this.own); // what the model wrote goes along to no other page
    this.unheard = 0;
    this.go.focus();
  }

  /** The text is another one, by the model's or by the visitor's hand, who stops the model. Returns whether it was the model. */
  typed(text) {
    const characters = Array.from(text);
    if (this.adding) {
      this.marks.push(true);
      this.unheard += 1;
    } else {
      this.stop();
      this.note.textContent = "";
      this.marks = remaining(this.marks, this.characters, characters);
      if (this.before !== null && !text.startsWith(this.before)) this.before = null;
      if (this.before === text) this.before = null;
    }
    this.characters = characters;
    return this.adding;
  }

  /** What comes after step t as the bars show it: at the temperature while the panel is open. */
  guesses(t, count) {
    const { record } = this.stage;
    return this.open ? tempered(record.row("probs", t), record.labels, this.temperature, count) : record.guesses(t, count);
  }

  /** What stands beside the bars. */
  get label() {
    if (this.stage.record.model.answers) return tr("its answer here");
    return this.open ? tr("next at \u03C4 = {temperature}", { temperature: this.temperature }) : tr("expected next");
  }

  /** What it has written since somebody last heard of it, said once: a sentence, or nothing while it writes. */
  report() {
    if (this.run || !this.unheard) return "";
    const written = this.characters.filter((_, k) => this.marks[k]).slice(-this.unheard).join("");
    this.unheard = 0;
    return `${tr("The model wrote \u201C{text}\u201D.", { text: written })} `;
  }

  /** The fields of a link that writes the same. */
  linked() {
    return this.open ? { temperature: this.temperature, seed: this.seed } : {};
  }

  /** Paint the controls; last of all, since it makes the browser lay out. */
  paint() {
    this.button.hidden = Boolean(this.stage.record.model.answers); // a network that answers predicts no character that could be written
    if (this.button.hidden && this.open) this.#show(false);
    const waits = this.#waits;
    this.go.textContent = this.run ? tr("Stop") : tr("Write");
    this.go.title = waits ?? (this.run ? tr("Stop (Escape)") : tr("Write from the end of the text, until you stop it"));
    this.go.disabled = waits !== null;
    this.back.disabled = this.before === null;
    this.speed.value = String(this.stage.speed);
    if (this.run) this.stage.box.showEnd();
  }

  close() {
    this.stop();
  }
}
