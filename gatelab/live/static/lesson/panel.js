// The level of the arithmetic: the equation of what is chosen, the same with its numbers, and where it can, its largest terms.

import { explain } from "../kit/arithmetic.js";
import * as arithmetic from "../kit/arithmeticpanel.js";
import { el, math } from "../kit/dom.js";
import { number } from "../kit/words.js";
import { tr } from "../language.js";
import { filled, quantities } from "./quantities.js";

const MOVED = new Set(["f", "i", "c", "h"]); // what the slider of a coupled cell moves

/** The equation of a quantity in letters. */
export function equation(record, key, t) {
  const { name, math: formula } = quantities(record)[key];
  return name ? explain(record, null, name, t, 0).equation : formula;
}

/**
 * @param scene - {record, ghost (where nothing is held, or null), held(name, t, unit) or null, weights, cursor, unit (null: the mean), chosen, values, veil, whatIf (whether the slider has moved them)}; @param choose (unit) => void
 */
export function show(panel, { record, ghost = null, held = null, weights, cursor, unit, chosen, values, veil, whatIf }, choose) {
  panel.hidden = !chosen || cursor < 0;
  if (panel.hidden) return;
  const { hidden_size: size } = record.model;
  const { words, name, of } = quantities(record)[chosen];
  if (cursor >= veil) return panel.replaceChildren(el("p", { className: "quiet" }, tr("Predict first: this step is hidden until you answer the question in the text.")));
  if (name && unit !== null && !(whatIf && MOVED.has(name))) return arithmetic.show(panel, { record, ghost, held: Boolean(held?.(name, cursor, unit)), weights, name, cursor, unit }, choose);
  const value = values[chosen];
  const says = !of ? tr("{count} numbers of the old hidden state, and those that stand for the token, go into every gate.", { count: size })
    : value === null ? tr("fetching the weights \u2026")
    : unit === null ? tr("mean over {units} units = {value} (the mean of products is not the product of the means)", { units: size, value: number(value) })
    : filled(record, chosen, values) || (whatIf ? tr("= {value} (what if)", { value: number(value) }) : `= ${number(value)}`);
  panel.replaceChildren(el("h3", {}, words), el("p", { className: "equation" }, math(equation(record, chosen, cursor))), el("p", { className: "numbers" }, math(says)));
}
