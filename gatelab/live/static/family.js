// Which task, and which two to five of its models stand side by side; with examples to try.

import { el } from "./dom.js";

const FEWEST = 2;
const MOST = 5;

export class FamilyPicker {
  /**
   * @param families [{task, title, unit, models}]
   * @param want (names) => void: other models of the same task; @param choose (names, text) => void: another task and its example;
   *   @param fill (text) => void
   */
  constructor(families, { want, choose, fill }) {
    Object.assign(this, { families, want, fill, wanted: null });
    this.task = el("select", { "aria-label": "Task", onchange: () => this.#choose(choose) }, ...families.map(({ task, title }) => el("option", { value: task }, title)));
    this.chips = el("div", { className: "chips", role: "group", "aria-label": "Models: two to five" });
    this.note = el("span", { className: "facts", role: "status" });
    this.tries = el("div", { className: "tries" });
    this.element = el("div", { className: "picker" }, el("label", { className: "field" }, el("span", {}, "Task"), this.task), this.chips, this.note);
  }

  /** The family of a model. */
  of(name) {
    return this.families.find(({ models }) => models.some((model) => model.name === name));
  }

  /** The models that were asked for last, whether they are here yet or not. */
  get asked() {
    return this.wanted ?? this.names;
  }

  /** These models are here now. Returns whether they are of another family than those before. */
  settle(names) {
    const family = this.of(names[0]);
    const changed = family !== this.family;
    Object.assign(this, { family, names, wanted: null });
    this.task.value = family.task;
    if (changed) {
      this.chips.replaceChildren(...family.models.map(({ name, family: title, matched }) =>
        el("button", { type: "button", className: "chip", title: name, onclick: () => this.#toggle(name) }, matched ? `${title}, matched` : title)));
      const openings = [...new Set(family.models.flatMap(({ opening }) => [opening.text, ...opening.others]))].slice(0, 6);
      this.tries.replaceChildren(el("span", { className: "quiet" }, "Try: "),
        ...openings.map((text) => el("button", { type: "button", className: "try", title: text, onclick: () => this.fill(text) }, text)));
    }
    for (const [k, chip] of [...this.chips.children].entries()) chip.setAttribute("aria-pressed", String(names.includes(family.models[k].name)));
    return changed;
  }

  #toggle(name) {
    const now = this.asked;
    const names = this.of(name).models.map((model) => model.name).filter((other) => now.includes(other) !== (other === name));
    this.note.textContent = names.length < FEWEST ? "At least two models stand side by side." : names.length > MOST ? "At most five models fit: take one away first." : "";
    if (names.length < FEWEST || names.length > MOST) return;
    this.wanted = names;
    this.want(names);
  }

  #choose(choose) {
    const { models } = this.families.find(({ task }) => task === this.task.value);
    this.wanted = models.filter(({ matched }) => !matched).slice(0, MOST).map(({ name }) => name);
    this.note.textContent = "";
    choose(this.wanted, models[0].opening.text);
  }
}
