// The controls of a lesson's stage: one row with step and walk, and what is rarely used: unit or the mean of all, near and far, numbers.

import { button, field } from "../kit/controls.js";
import { el } from "../kit/dom.js";
import { grouped, plural, tr } from "../language.js";

/**
 * @param on - {key(key), walk(stage), closer(), back(), numbers(), unit(null: the mean), typed(unit)}
 * @param others further buttons that are rarely used
 * @returns - {element: the row, rare: what is rarely used, offer, press, unit}
 */
export function bar(on, others) {
  const steps = el("div", { className: "group steps" }, button("\u2190", tr("One step back (left arrow)"), () => on.key("ArrowLeft")), button("\u2192", tr("One step on (right arrow)"), () => on.key("ArrowRight")));
  const walk = el("div", { className: "group walk", role: "group", "aria-label": tr("The walk through one step") });
  const closer = button(tr("+ Closer"), tr("Closer: text, cell, arithmetic (Enter)"), () => on.closer());
  const back = button(tr("\u2212 Back"), tr("Back: arithmetic, cell, text (Escape)"), () => on.back());
  const numbers = el("button", { type: "button", title: tr("Numbers on the wires (n)"), onclick: () => on.numbers() }, tr("Numbers"));
  const unit = el("input", { type: "number", min: 0, step: 1, onchange: () => on.typed(unit.value) });
  const mean = el("button", { type: "button", title: tr("The mean over all units (m)"), onclick: () => on.unit(null) }, tr("mean of all"));
  const element = el("div", { className: "bar-of-controls", role: "toolbar", "aria-label": tr("Step and walk") }, steps, walk);
  const rare = [el("div", { className: "group" }, field(tr("Unit"), unit), mean), el("div", { className: "group" }, back, closer, numbers, ...others)];

  /** The stages of a cell's walk as buttons, 0 for the whole step. */
  const offer = (stages) => {
    const whole = el("button", { type: "button", title: tr("The whole step at once (0)"), onclick: () => on.walk(0) }, tr("whole step"));
    const each = stages.map(({ title, words }, k) => el("button", { type: "button", title: `${words} (${k + 1})`, onclick: () => on.walk(k + 1) }, `${k + 1} ${title}`));
    walk.replaceChildren(whole, ...each, button(tr("Next \u25B8"), tr("The next stage of the walk, then the next token (space)"), () => on.key(" ")));
  };

  /** Press what is chosen; a `chosen` unit of null is the mean. */
  const press = ({ stage, level, numbered, chosen, size }) => {
    [...walk.children].slice(0, -1).forEach((each, k) => each.setAttribute("aria-pressed", String(k === stage)));
    numbers.setAttribute("aria-pressed", String(numbered));
    mean.setAttribute("aria-pressed", String(chosen === null));
    unit.max = size - 1;
    if (unit.getRootNode().activeElement !== unit) unit.value = chosen ?? "";
    back.disabled = level === 0;
    closer.disabled = level === 2;
  };
  return { element, rare, offer, press, unit };
}

/**
 * Which cell, with what each has to learn.
 *
 * @param models [{name, family, sizes}]; @param choose (name) => void
 */
export function picker(models, choose) {
  const chips = el("div", { className: "chips cells", role: "group", "aria-label": tr("Cell") }, ...models.map((model) => chip(model, models, choose)));
  const element = el("div", { className: "lesson-picker" }, ...(models.length > 1 ? [chips] : []));
  const facts = el("p", { className: "facts" });
  const press = (model) => {
    models.forEach(({ name }, k) => chips.children[k].setAttribute("aria-pressed", String(name === model.name)));
    const { formula, numbers, count } = recurrent(model);
    facts.textContent = plural("{name}: {count} unit; its recurrent layer learns {formula} = {numbers} = {all} numbers.", "{name}: {count} units; its recurrent layer learns {formula} = {numbers} = {all} numbers.", model.hidden_size, { name: model.name, formula, numbers, all: grouped(count) });
  };
  return { element, facts, press };
}

const recurrent = ({ sizes }) => sizes.find(({ what }) => what.startsWith("recurrent"));

/** A model by its cell, or by its task where several have the same cell; and how much it learns where the cells differ. */
function chip(model, models, choose) {
  const alike = models.every(({ cell }) => cell === model.cell);
  const count = el("small", {}, ` ${grouped(recurrent(model).count)}`);
  const mine = model.own ? [el("small", {}, " ", tr("yours"))] : [];
  return el("button", { type: "button", className: "chip", title: model.name, onclick: () => choose(model.name) }, ...(alike ? [model.name] : [tr(model.family), count]), ...mine);
}
