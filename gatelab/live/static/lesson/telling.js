// What a lesson's stage says in words: of what is pointed at, of its colors, and to a screen reader.

import { cellOf, states } from "../engine/cells.js";
import { el } from "../kit/dom.js";
import { reach } from "../kit/legend.js";
import { plain } from "../kit/notation.js";
import { told as answered } from "../kit/readings.js";
import { number, spoken } from "../kit/words.js";
import { quantities } from "./quantities.js";

/** What is pointed at: a token, an answer, or what flows at step t and its value. */
export function about(stage, key, t, whatIf) {
  const { record, reading } = stage;
  const token = `step ${t + 1} ${spoken(record.tokens[t])}`;
  if (key === undefined || key === "token") return token;
  if (key === "said") return t >= stage.veiled ? token : `${token} \u00b7 ${reading.says}: ${reading.short(record, t)}`;
  const { words, math } = quantities(record)[key];
  const value = stage.values(t, whatIf)?.[key];
  return `${token} \u00b7 ${words} ${plain(math)}${value === undefined || value === null ? "" : ` = ${number(value)}`}`;
}

/** What the colors mean: the content of the legend; `shows`, what the rows have in the place of values, or null. */
export function colors(record, scales, shows) {
  const bar = (scale) => el("span", { className: "colors", style: `background: linear-gradient(to right, ${scales[scale].join(", ")})` });
  const gates = Object.values(record.scales).includes("sequential") ? ["gates go from 0, shut, ", bar("sequential"), " to 1, open; all else: "] : [];
  const reaches = states(cellOf(record.model.cell)).map((name) => `${reach(record, name)}. `);
  const rows = shows ? [`The rows show ${shows}: below 0 `, bar("diverging"), " above 0. In the diagram "] : [];
  return [...rows, ...gates, "below 0 ", bar("diverging"), " above 0; the further a value is from 0, the wider its wire. ", el("span", { className: "reach" }, ...reaches), "A dashed frame: a token that training never saw."];
}

/** What a screen reader hears: what happens at the step in sight, and what the model says after it. */
export function said({ holdPanel, told, cursor, veiled, record }) {
  if (holdPanel.said) return holdPanel.said;
  return told.textContent + (cursor < 0 || cursor >= veiled ? "" : ` The network ${answered(record, cursor, {})}.`);
}
