// A question of the teacher's own: a small form, and those that were asked before.

import { closesBeside, el, refill } from "../../kit/dom.js";
import { glyph } from "../../kit/words.js";
import { tr } from "../../language.js";
import { forget, keep, KINDS, LONG, OPTIONS, questions, valid, written } from "./kept.js";
import { DIRECTIONS } from "./rows.js";
import { letter } from "./telling.js";
import { themed } from "./themed.js";

/** @import { Own } from "./kept.js" */

const NAMES = { choose: tr("Choose"), number: tr("A number"), point: tr("Point at a word"), direction: tr("Up or down") };

const NOT_KNOWN = "none";

export class Form {
  /** @type {HTMLDialogElement} */ dialog;
  /** @type {string[]} of the text that stands there now */ tokens = [];
  /** @type {HTMLInputElement} */ least;
  /** @type {HTMLInputElement} */ largest;
  /** @type {HTMLInputElement} */ right;

  /** @param {{tokens: () => string[], ask: (question: Own) => void}} does tokens: of the text that stands there */
  constructor(does) {
    this.does = does;
    this.words = el("textarea", { rows: 2, maxLength: LONG, required: true });
    this.kinds = el("fieldset", { className: "form-kinds" }, el("legend", {}, tr("How it is answered")), ...KINDS.map((kind) => el("label", {}, el("input", { type: "radio", name: "gatelab-kind", value: kind, checked: kind === KINDS[0], onchange: () => this.#change() }), NAMES[kind])));
    this.options = Array.from({ length: OPTIONS.most }, (_, k) => el("input", { type: "text", maxLength: OPTIONS.long, "aria-label": tr("Answer {letter}", { letter: letter(k) }), oninput: () => this.#rights() }));
    [this.least, this.largest, this.right] = [1, 2, 3].map(() => el("input", { type: "number", step: "any" }));
    this.rights = el("select", { "aria-label": tr("Right answer") });
    this.particular = el("div", { className: "form-particular" });
    this.fault = el("p", { className: "form-fault", role: "alert" });
    this.before = el("section", { className: "form-before" });
    const send = (event) => {
      event.preventDefault();
      this.#send();
    };
    const form = el("form", { onsubmit: send }, el("label", {}, el("span", {}, tr("Question")), this.words), this.kinds, this.particular, this.fault, el("button", { type: "submit", className: "form-ask" }, tr("Ask the class")));
    const close = el("button", { type: "button", onclick: () => this.dialog.close() }, tr("Close"));
    this.dialog = el("dialog", { className: "gatelab-asking", "aria-label": tr("A question of your own"), onkeydown: (event) => event.stopPropagation() }, el("div", { className: "form-head" }, el("h2", {}, tr("A question of your own")), close), form, this.before);
    closesBeside(this.dialog);
  }

  open() {
    this.tokens = this.does.tokens();
    const point = this.kinds.querySelector("input[value=point]");
    point.disabled = !this.tokens.length;
    if (point.disabled && point.checked) this.kinds.querySelector("input").checked = true;
    this.fault.textContent = "";
    this.#change();
    this.#paintBefore();
    themed(this.dialog);
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.words.focus();
  }

  close() {
    this.dialog.remove();
  }

  get kind() {
    return this.kinds.querySelector("input:checked").value;
  }

  /** Another kind of answer: what belongs to it. */
  #change() {
    const part = { choose: () => this.options.map((input, k) => el("label", { className: "form-option" }, el("span", { className: "answer-letter", "aria-hidden": "true" }, letter(k)), input)), number: () => [[tr("Smallest number, or nothing"), this.least], [tr("Largest number, or nothing"), this.largest], [tr("Right answer, or nothing"), this.right]].map(([words, input]) => el("label", {}, el("span", {}, words), input)), point: () => [el("p", { className: "form-text" }, this.tokens.map(glyph).join(" "))], direction: () => [] }[this.kind];
    this.particular.replaceChildren(...part(), ...(this.kind === "number" ? [] : [el("label", {}, el("span", {}, tr("Right answer")), this.rights)]));
    this.#rights();
  }

  /** What can be right. */
  #rights() {
    const chosen = this.rights.value;
    const { options, inputs } = written(this.options.map(({ value }) => value));
    const answers = { choose: options.map((option, k) => [inputs[k], `${letter(k)} ${option}`]), point: this.tokens.map((token, k) => [k, `${k + 1} ${glyph(token)}`]), direction: DIRECTIONS.map((direction) => [direction, { up: tr("up"), same: tr("stays the same"), down: tr("down") }[direction]]), number: [] }[this.kind];
    refill(this.rights, el("option", { value: NOT_KNOWN }, tr("none: a matter of opinion, or told later")), ...answers.map(([value, words]) => el("option", { value: String(value) }, words)));
    this.rights.value = answers.some(([value]) => String(value) === chosen) ? chosen : NOT_KNOWN;
  }

  /** The question as it is written. @returns {Own} */
  get question() {
    const { kind } = this;
    const words = this.words.value.trim();
    const chosen = this.rights.value === NOT_KNOWN ? null : kind === "direction" ? this.rights.value : Number(this.rights.value);
    const number = ({ value, valueAsNumber }) => (value === "" ? null : valueAsNumber);
    const { options, inputs } = written(this.options.map(({ value }) => value));
    if (kind === "choose") return { kind, words, options, truth: chosen === null ? null : inputs.indexOf(Number(chosen)) };
    if (kind === "point") return { kind, words, tokens: this.tokens, truth: chosen };
    if (kind === "direction") return { kind, words, truth: chosen };
    const range = [number(this.least), number(this.largest)];
    return { kind: "number", words, ...(range.some((end) => end !== null) && { range: /** @type {[number, number]} */ (range) }), truth: number(this.right) };
  }

  #send() {
    const { question } = this;
    this.fault.textContent = this.#wrong(question);
    if (this.fault.textContent) return;
    const { tokens, ...kept } = question;
    keep(question.kind === "point" ? { ...kept, truth: null } : kept); // another text has other words
    this.dialog.close();
    this.does.ask(question);
  }

  /** What is wrong with it, in a sentence; "" where nothing is. @param {Own} question */
  #wrong(question) {
    if (!question.words) return tr("Write the question first.");
    if (question.kind === "choose" && question.options.length < OPTIONS.fewest) return tr("Write at least two answers to choose from.");
    if (question.range?.includes(null)) return tr("Give both ends of the range, or neither.");
    return valid(question) ? "" : tr("The smallest number must be below the largest one, and the right answer between them.");
  }

  /** What was asked before, to be asked again. */
  #paintBefore() {
    const kept = questions();
    this.before.hidden = !kept.length;
    const line = (question) => el("li", {}, el("span", {}, question.words), el("span", { className: "form-kind" }, NAMES[question.kind]),
      el("button", { type: "button", onclick: () => this.#take(question) }, tr("Take up")), el("button", { type: "button", onclick: () => this.#forget(question) }, tr("Forget")));
    refill(this.before, el("h3", {}, tr("Asked before, kept in this browser")), el("ul", {}, ...kept.map(line)));
  }

  #forget(question) {
    forget(question);
    this.#paintBefore();
  }

  /** Write a question that was asked before into the form. @param {Own} question */
  #take(question) {
    const { kind, words, options = [], range = [null, null], truth } = question;
    const radio = this.kinds.querySelector(`input[value=${kind}]`);
    if (radio.disabled) return void (this.fault.textContent = tr("There is no text to point at: type one first."));
    this.words.value = words;
    radio.checked = true;
    this.options.forEach((input, k) => (input.value = options[k] ?? ""));
    [[this.least, range[0]], [this.largest, range[1]], [this.right, kind === "number" ? truth : null]].forEach(([input, value]) => (input.value = value ?? ""));
    this.fault.textContent = "";
    this.#change();
    if (truth !== null && kind !== "number") this.rights.value = String(truth);
    this.words.focus();
  }
}
