// What a lesson's stage says in words: of what is pointed at, of its colors, and to a screen reader.

import { cellOf, states } from "../engine/cells.js";
import { el, within } from "../kit/dom.js";
import { reach } from "../kit/legend.js";
import { plain } from "../kit/notation.js";
import { told as answered } from "../kit/readings.js";
import { labelled, number, spoken } from "../kit/words.js";
import { tr } from "../language.js";
import { quantities } from "./quantities.js";

/** What is pointed at: a token, an answer, or what flows at step t and its value. */
export function about(stage, key, t, whatIf) {
  const { record, reading } = stage;
  const token = tr("step {step} {token}", { step: t + 1, token: spoken(record.tokens[t]) });
  if (key === undefined || key === "token") return token;
  if (key === "said") return t >= stage.veiled ? token : `${token} \u00b7 ${labelled(reading.says, reading.short(record, t))}`;
  const { words, math } = quantities(record)[key];
  const value = stage.values(t, whatIf)?.[key];
  return `${token} \u00b7 ${words} ${plain(math)}${value === undefined || value === null ? "" : ` = ${number(value)}`}`;
}

/** What the colors mean: the content of the legend; `shows`, what the rows have in the place of values, or null. */
export function colors(record, scales, shows) {
  const bar = (scale) => el("span", { className: "colors", style: `background: linear-gradient(to right, ${scales[scale].join(", ")})` });
  const gates = Object.values(record.scales).includes("sequential");
  const reaches = states(cellOf(record.model.cell)).map((name) => `${reach(record, name)}. `);
  const alone = gates ? tr("gates go from 0, shut, {gates} to 1, open; all else: below 0 {bar} above 0; the further a value is from 0, the wider its wire.") : tr("below 0 {bar} above 0; the further a value is from 0, the wider its wire.");
  const drawn = gates ? tr("In the diagram gates go from 0, shut, {gates} to 1, open; all else: below 0 {bar} above 0; the further a value is from 0, the wider its wire.") : tr("In the diagram below 0 {bar} above 0; the further a value is from 0, the wider its wire.");
  const rows = shows ? [...within(tr("The rows show {shows}: below 0 {bar} above 0."), { shows, bar: bar("diverging") }), " "] : [];
  return [...rows, ...within(shows ? drawn : alone, { gates: bar("sequential"), bar: bar("diverging") }), " ", el("span", { className: "reach" }, ...reaches), tr("A dashed frame: a token that training never saw.")];
}

/** What a screen reader hears: what happens at the step in sight, and what the model says after it. */
export function said({ holdPanel, told, cursor, veiled, record }) {
  if (holdPanel.said) return holdPanel.said;
  if (cursor < 0 || cursor >= veiled) return told.textContent;
  const answer = tr("The network {says}.", { says: answered(record, cursor, {}) });
  return `${told.textContent} ${answer}`;
}
