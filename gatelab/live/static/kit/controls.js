// What the toolbars of the stages are made of.

import { tr } from "../language.js";
import { el } from "./dom.js";

export const button = (label, title, onclick) => el("button", { type: "button", title, "aria-label": title, onclick }, label);

export const option = (value, label) => el("option", { value: String(value) }, label);

/**
 * The models of a page to choose among, the visitor's own in a group of their own.
 *
 * @param models [{name, own}]
 * @param {(model: any) => string} label of a model
 */
export function choices(models, label) {
  const offered = (some) => some.map((model) => option(model.name, label(model)));
  const [shipped, own] = [models.filter((one) => !one.own), models.filter((one) => one.own)];
  return [...offered(shipped), ...(own.length ? [el("optgroup", { label: tr("Yours") }, ...offered(own))] : [])];
}

/** A control with its label before it. */
export function field(label, control) {
  control.setAttribute("aria-label", label);
  return el("label", { className: "field" }, el("span", {}, label), control);
}

/** A toolbar of groups of controls. */
export const toolbar = (label, ...groups) => el("div", { className: "bar-of-controls", role: "toolbar", "aria-label": label }, ...groups.map((group) => el("div", { className: "group" }, ...group)));

/** The buttons that move the cursor; `pressed` is called with the name of the key that does the same. */
export const stepButtons = (pressed) => [
  button("\u21E4", tr("First step (Home)"), () => pressed("Home")), button("\u2190", tr("One step back (left arrow)"), () => pressed("ArrowLeft")),
  button("\u2192", tr("One step on (right arrow)"), () => pressed("ArrowRight")), button("\u21E5", tr("Last step (End)"), () => pressed("End")),
];
