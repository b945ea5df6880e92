// The controls of the Learn page, made from the table in settings.js.

import { button, field, option } from "../kit/controls.js";
import { el } from "../kit/dom.js";
import { plural, tr } from "../language.js";
import { Drawing } from "./drawing.js";
import { belongs, CALLED, FIELDS, MOST_RACERS, valueIn } from "./settings.js";

/** What the setting `length` of a task of engine/tasks.js counts. */
const MEANS = Object.fromEntries([
  ["letters between the marked one and the question, at most", tr("letters between the marked one and the question, at most")], ["numbers", tr("numbers")],
  ["brackets in the longest string", tr("brackets in the longest string")], ["most of each letter", tr("most of each letter")], ["steps back", tr("steps back")],
  ["bits", tr("bits")], ["values", tr("values")],
]);

/** How an offered value is written. */
const shown = (key, value) => (value === null ? tr("as drawn") : key === "clip" && value === 0 ? tr("never") : CALLED[value] ?? String(value));

/** What of the visitor's words or lines is not learned, in a sentence; "" where all are. */
function leftOut({ name, entries = [], list }) {
  const count = entries.filter((entry) => entry.trim()).length - list.seen.length - (list.apart ? list.unseen.length : 0);
  if (!count) return "";
  return name === "names"
    ? plural("One word is left out: each word counts once, and 2,000 at most.", "{count} words are left out: each word counts once, and 2,000 at most.", count)
    : plural("One line is left out: each must begin with + or \u2212, and have a word behind it.", "{count} lines are left out: each must begin with + or \u2212, and have a word behind it.", count);
}

export class Panel {
  /** @type {Drawing} */ drawing;

  /** @param {(key: string, value: any) => void} change a setting is chosen */
  constructor(change) {
    this.change = change;
    this.controls = FIELDS.filter(({ key }) => key !== "task").map((one) => ({ ...one, ...this.#made(one) }));
    this.basic = el("div", { className: "settings" }, ...this.controls.filter(({ advanced }) => !advanced).map(({ element }) => element));
    this.more = el("details", { className: "more" }, el("summary", {}, tr("More settings")),
      el("div", { className: "settings" }, ...this.controls.filter(({ advanced }) => advanced).map(({ element }) => element)));
    this.element = el("div", { className: "panel" }, this.basic, this.more);
  }

  #made(one) {
    if (one.key === "drawn") return this.#drawing();
    if (one.several) return this.#cells(one);
    if (one.own) return this.#own(one);
    if (one.choices || one.offers) return this.#select(one);
    return this.#number(one);
  }

  #drawing() {
    this.drawing = new Drawing((values) => this.change("drawn", values));
    return { element: this.drawing.element, show: (settings) => this.drawing.show(settings) };
  }

  #select({ key, label, choices, offers }) {
    const select = el("select", { onchange: () => this.change(key, values[select.selectedIndex]) });
    let values = [];
    const show = (settings) => {
      const given = valueIn(settings, key);
      const now = given === undefined ? choices?.[0] : given; // the curve of a wave, which no other task has
      values = choices ?? (offers.includes(now) ? offers : [...offers, now].sort((a, b) => a - b));
      select.replaceChildren(...values.map((value) => option(String(value), shown(key, value))));
      select.selectedIndex = values.indexOf(now);
    };
    return { element: field(label, select), show };
  }

  #number({ key, label, least, most }) {
    const input = el("input", { type: "number", min: String(least), max: String(most), onchange: () => this.#typed(key, input, Number(input.min), Number(input.max)) });
    const element = field(label, input);
    const name = element.querySelector("span");
    const show = (settings, task) => {
      input.value = String(valueIn(settings, key));
      if (key !== "length") return;
      element.hidden = !task.length;
      if (!task.length) return;
      Object.assign(input, { min: String(task.length.least), max: String(task.length.most) });
      const means = MEANS[task.length.means] ?? task.length.means;
      name.textContent = means[0].toUpperCase() + means.slice(1);
      input.setAttribute("aria-label", name.textContent);
    };
    return { element, show };
  }

  #typed(key, input, least, most) {
    const value = Math.round(Math.min(most, Math.max(least, Number(input.value) || 0)));
    input.value = String(value);
    this.change(key, value);
  }

  /** Chips: one to three cells race. */
  #cells({ key, label, several }) {
    let now = [];
    const chips = several.map((cell) => el("button", { type: "button", className: "chip", onclick: () => toggle(cell) }, CALLED[cell]));
    const note = el("span", { className: "facts", role: "status" });
    const toggle = (cell) => {
      const next = now.includes(cell) ? now.filter((one) => one !== cell) : [...now, cell];
      note.textContent = next.length > MOST_RACERS ? tr("At most {most} networks race: take one away first.", { most: MOST_RACERS }) : next.length ? "" : tr("At least one network learns.");
      if (next.length && next.length <= MOST_RACERS) this.change(key, next);
    };
    const show = (settings) => {
      now = settings.cells;
      several.forEach((cell, k) => chips[k].setAttribute("aria-pressed", String(now.includes(cell))));
    };
    return { element: el("div", { className: "chips", role: "group", "aria-label": tr("{label}: one to {most}", { label, most: MOST_RACERS }) }, ...chips, note), show };
  }

  /** The visitor's own words or lines; what was written and not yet learned stays, whatever else is chosen. */
  #own({ key, label }) {
    const area = el("textarea", { rows: 8, spellcheck: false, "aria-label": label, placeholder: key === "words" ? tr("One word a line") : tr("+ a line of praise\n- a line of blame") });
    const use = button(tr("Learn these"), key === "words" ? tr("Begin anew with these words") : tr("Begin anew with these lines"), () => this.change(key, area.value.split("\n").filter((one) => one.trim())));
    const back = button(tr("Take the built-in ones"), key === "words" ? tr("Begin anew with the built-in words") : tr("Begin anew with the built-in lines"), () => this.change(key, undefined));
    const about = el("p", { className: "facts" }, key === "words" ? tr("One word a line. Every fifth word is kept unseen.") : tr("One line each: a + or \u2212 (praise or blame), then the sentence. Every fifth line is kept unseen."));
    const note = el("p", { className: "note", role: "status" });
    let shown = null;
    const show = (settings, task) => {
      const text = (settings[key] ?? task.entries ?? []).join("\n");
      if (text !== shown) area.value = shown = text;
      note.textContent = leftOut(task);
    };
    return { element: el("div", { className: "own" }, about, area, use, back, note), show };
  }

  /** Show the settings as they are. */
  show(settings, task) {
    for (const { show, element, ...one } of this.controls) {
      element.hidden = !belongs(one, settings.task);
      if (!element.hidden) show(settings, task);
    }
  }
}
