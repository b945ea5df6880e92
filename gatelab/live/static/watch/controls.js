// The controls of the stage: model, step, play, unit, which units the maps show, link; and behind tr("More") what is rarely used.

import { choices, field, option, stepButtons } from "../kit/controls.js";
import { el } from "../kit/dom.js";
import { labelled, number } from "../kit/words.js";
import { plural, tr } from "../language.js";

const SPEEDS = { 2: "2 / s", 5: "5 / s", 10: "10 / s", 20: "20 / s", Infinity: tr("as fast as it can") }; // steps a second
export const MAPS = { few: [tr("A few units"), tr("Those that have a name: what each tells of the text was measured")], all: [tr("All units"), tr("Every unit in every map")], alone: [tr("One unit"), tr("The chosen unit alone")] };
export const ORDERS = { similarity: tr("by similarity"), mean: tr("by mean"), index: tr("by index") };

/** The choice of a speed; `chosen` is called with it. */
export function speeds(chosen) {
  const select = el("select", { onchange: () => chosen(Number(select.value)) }, ...Object.entries(SPEEDS).map(([value, label]) => option(value, label)));
  select.value = "5";
  return select;
}

/** @param hold the button that opens the panel of holds; @param on - {model, step, unit, order, ribbon}: what to call with what was chosen; @param play the button that plays; @param notation the choice of letters */
export function build(models, on, play, hold, link, notation) {
  const model = el("select", { onchange: () => on.model(model.value) }, ...choices(models, ({ name, hidden_size: size }) => `${name}, ${plural("{count} unit", "{count} units", size)}`));
  const facts = el("span", { className: "facts" });
  const speed = speeds(on.speed);
  const unit = el("input", { type: "number", min: 0, step: 1, onchange: () => on.unit(unit.value) });
  const maps = Object.fromEntries(Object.entries(MAPS).map(([key, [label, title]]) => [key, el("button", { type: "button", title, onclick: () => on.maps(key) }, label)]));
  const order = el("select", { onchange: () => on.order(order.value) }, ...Object.entries(ORDERS).map(([key, label]) => option(key, label)));
  const ribbon = el("select", { onchange: () => on.ribbon(ribbon.value) });
  const more = el("details", { className: "more" }, el("summary", {}, tr("More")),
    el("div", { className: "group" }, field(tr("Unit"), unit), field(tr("Order of units"), order), field(tr("Text color"), ribbon), field(tr("Speed"), speed)), notation);
  return {
    model, facts, speed, unit, maps, order, ribbon, link, more,
    picker: el("div", { className: "picker" }, field(tr("Model"), model), facts),
    bar: el(
      "div",
      { className: "bar-of-controls", role: "toolbar", "aria-label": tr("Step, unit and color") },
      el("div", { className: "group segments", role: "group", "aria-label": tr("Maps") }, ...Object.values(maps)),
      el("div", { className: "group steps" }, ...stepButtons(on.step), play),
      el("div", { className: "group" }, hold, link, more),
    ),
  };
}

/** What to know of a model: what it read, how much it learns, how well it does; of the visitor's own as much of it as is known. */
export function facts({ own, card }) {
  const size = plural("{count} parameter", "{count} parameters", card.parameters);
  const title = tr("In nats per character, \u2212ln of the probability that it gave to what came next, on text that it never saw");
  const nats = card.held_out_nats_per_character;
  const well = nats === undefined ? [] : ["; ", el("span", { title }, tr("surprise {nats} (lower is better)", { nats: number(nats, 2) }))];
  const data = card.data && `${tr(card.data.title)}${own ? `, ${card.data.licence}` : ""}`;
  const read = own && data ? labelled(tr("your own network"), data) : own ? tr("your own network") : data ?? "";
  return [`${read}; ${size}`, ...well];
}

/** Offer the names of a cell, {name: title}, as colors of the text, in the letters of a writing (kit/notation.js). */
export function offer(select, titles, chosen, written) {
  select.replaceChildren(...Object.entries(titles).map(([name, title]) => option(name, `${written.plain(name)}, ${tr(title)}`)));
  select.value = chosen;
}
