// Which task, and which two to five of its models stand side by side; with examples to try.

import { plural, tr } from "../language.js";
import { el } from "./dom.js";
import { labelled } from "./words.js";

const FEWEST = 2;
const MOST = 5;
const YOURS = tr("yours"); // those of one's own folder of models that stand beside the shipped ones

/** What a model is called beside others of its family. */
export const called = ({ family, matched }) => (matched ? tr("{family}, matched", { family: tr(family) }) : tr(family));

/** How many numbers a model learns. */
export const parameters = ({ sizes }) => sizes.reduce((sum, { count }) => sum + count, 0);

/** Models of the same size, by the rule that makes it the same: [{rule, models}]; the LSTM is the measure of the matched ones. */
export function groups(models) {
  if (models[0].own) return [{ rule: "", models }]; // nobody has made the visitor's own of one size
  const mine = models.filter(({ own }) => own);
  const plain = models.filter(({ matched, own }) => !matched && !own);
  const place = ({ cell }) => plain.findIndex((model) => model.cell === cell);
  const matched = models.filter((model) => model.matched).sort((a, b) => place(a) - place(b));
  const measure = plain.filter(({ cell }) => cell === "lstm");
  const both = [{ rule: tr("equal units"), models: plain }, { rule: tr("equal parameters"), models: [...measure, ...matched] }];
  const some = both.filter((group) => group.models.length >= FEWEST);
  const shown = some.length ? some : [{ rule: "", models: models.filter(({ own }) => !own) }];
  return mine.length ? [...shown, { rule: YOURS, models: mine }] : shown;
}

/** The names of the models of a family that stand side by side at first. */
export const standing = (models) => groups(models)[0].models.slice(0, MOST).map(({ name }) => name);

/**
 * Which line and sign each model has, {name: k}: a model keeps its own while it is shown, a new one takes that of its cell
 * where it is free, else the first that is.
 */
export function places(names, models, old = {}) {
  const cells = [...new Set(models.map(({ cell }) => cell))];
  const kept = Object.fromEntries(names.filter((name) => name in old).map((name) => [name, old[name]]));
  return names.reduce((taken, name) => {
    if (name in taken) return taken;
    const free = [0, 1, 2, 3, 4].filter((k) => !Object.values(taken).includes(k));
    const own = cells.indexOf(models.find((model) => model.name === name).cell);
    return { ...taken, [name]: free.includes(own) ? own : free[0] };
  }, kept);
}

export class FamilyPicker {
  families;
  family; // the one that is here
  want;
  fill;
  /** @type {string[] | null} what was asked for and is not here yet */ wanted;
  /** @type {string[]} the models that are here */ names;
  /** @type {Object<string, number>} which line each of them has */ places;

  /**
   * @param families [{task, title, unit, models}]
   * @param want (names) => void: other models of the same task; @param choose (names, text) => void: another task and its example;
   *   @param fill (text) => void
   */
  constructor(families, { want, choose, fill }) {
    Object.assign(this, { families, want, fill, wanted: null, names: [], places: {} });
    this.task = el("select", { "aria-label": tr("Task"), onchange: () => this.#choose(choose) }, ...families.map(({ task, title }) => el("option", { value: task }, tr(title))));
    this.chips = el("div", { className: "groups" });
    this.note = el("span", { className: "facts", role: "status" });
    this.tries = el("div", { className: "tries" });
    this.element = el("div", { className: "picker" }, el("label", { className: "field" }, el("span", {}, tr("Task")), this.task), this.chips, this.note);
  }

  /** The family of a model. */
  of(name) {
    return this.families.find(({ models }) => models.some((model) => model.name === name));
  }

  /** A model of the family that is here. */
  model(name) {
    return this.family.models.find((model) => model.name === name);
  }

  /** The models that were asked for last, whether they are here yet or not. */
  get asked() {
    return this.wanted ?? this.names;
  }

  /** These models are here now. Returns whether they are of another family than those before. */
  settle(names) {
    const family = this.of(names[0]);
    const changed = family !== this.family;
    if (this.wanted?.join() === names.join()) this.wanted = null; // else something else was asked for in the meantime
    Object.assign(this, { family, names });
    this.places = places(names, family.models, changed ? {} : this.places);
    if (changed) this.#offer(family);
    this.#mark();
    return changed;
  }

  #offer({ models }) {
    const some = groups(models);
    this.buttons = [];
    this.chips.replaceChildren(...some.map((group) => this.#group(group, some.length > 1)));
    const openings = [...new Set(models.flatMap(({ opening }) => [opening.text, ...opening.others]))].slice(0, 6);
    this.tries.replaceChildren(el("span", { className: "quiet" }, tr("Try: ")),
      ...openings.map((text) => el("button", { type: "button", className: "try", title: text, onclick: () => this.fill(text) }, text)));
  }

  /** A row of chips; where there are several, their rule stands before them and chooses them all, but for the visitor's own. */
  #group({ rule, models }, several) {
    const names = models.map(({ name }) => name).slice(0, MOST);
    const chips = models.map((model) => {
      const size = `${plural("{count} unit", "{count} units", model.hidden_size)}, ${plural("{count} parameter", "{count} parameters", parameters(model))}`;
      const chip = el("button", { type: "button", className: "chip", title: labelled(model.name, size), "aria-label": called(model), onclick: () => this.#toggle(model.name) }, tr(model.family));
      this.buttons.push({ chip, name: model.name });
      return chip;
    });
    const all = rule === YOURS ? el("span", { className: "quiet" }, rule) : el("button", { type: "button", className: "link rule", title: tr("Show all with {rule}", { rule }), onclick: () => this.#ask(names) }, rule);
    return el("div", { className: "chips", role: "group", "aria-label": rule ? tr("Models with {rule}: two to five in all", { rule }) : tr("Models: two to five in all") }, ...(several ? [all] : []), ...chips);
  }

  #mark() {
    this.task.value = this.of(this.asked[0]).task;
    for (const { chip, name } of this.buttons) chip.setAttribute("aria-pressed", String(this.asked.includes(name)));
  }

  #toggle(name) {
    const now = this.asked;
    const order = new Set(groups(this.of(name).models).flatMap(({ models }) => models.map((model) => model.name)));
    this.#ask([...order].filter((other) => now.includes(other) !== (other === name)));
  }

  #ask(names) {
    this.note.textContent = names.length < FEWEST ? tr("At least two models stand side by side.") : names.length > MOST ? tr("At most five models fit: take one away first.") : "";
    if (names.length < FEWEST || names.length > MOST) return;
    this.prefer(names);
    this.want(names);
  }

  /** These models are asked for from now on. */
  prefer(names) {
    this.wanted = names;
    this.#mark();
  }

  #choose(choose) {
    const { models } = this.families.find(({ task }) => task === this.task.value);
    this.wanted = standing(models);
    this.note.textContent = "";
    choose(this.wanted, models[0].opening.text);
    this.task.focus(); // filling the box took the focus: who goes through the tasks by key stays here
  }
}
