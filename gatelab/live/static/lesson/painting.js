// How a lesson's stage is painted: what stands beside the board, the board with its rows and its diagram, what is told, and what can be read below.

import { caption } from "../kit/caption.js";
import { math } from "../kit/dom.js";
import { difference } from "../kit/holding.js";
import { writing } from "../kit/notation.js";
import { fitting } from "../kit/rows.js";
import { glyph, spoken } from "../kit/words.js";
import { tr } from "../language.js";
import { W } from "./cells.js";
import { ARITHMETIC, TEXT } from "./levels.js";
import * as panel from "./panel.js";
import { QUANTITIES } from "./quantities.js";
import { changed } from "./stages.js";
import { drawing } from "./turned.js";

const pens = new WeakMap(); // a stage -> what measures its letters

export function paint(stage) {
  const { record, cursor, holding } = stage;
  const veil = stage.veiled;
  const ghost = holding.follow(record, stage.text, stage.answers.near);
  const held = holding.holds.length ? (...entry) => holding.at(...entry) : null;
  const shown = ghost && stage.holdPanel.comparing ? difference(record, ghost) : record;
  if (shown.shows !== stage.shows) stage.explain(shown.shows);
  beside(stage, veil);
  const { high } = stage.sight; // measured before anything of the board is painted
  const back = stage.backward.drawn;
  const scene = { veil, ghost, held, shown, high, back, values: cursor < 0 ? null : stage.values(cursor) };
  board(stage, scene);
  told(stage, scene);
  below(stage, scene);
}

/** What matters, and a second text: they may tell the answer to a question. */
function beside(stage, veil) {
  const { record, record: { model }, cursor, unit, matters, against } = stage;
  stage.diagram.element.style.display = stage.steps ? "" : "none";
  matters.element.hidden = model.task !== "sentiment" || veil !== Infinity;
  matters.paint({ model: model.name, text: stage.text, steps: stage.steps, unit: "word", ready: stage.ready && !matters.element.hidden, held: stage.holding.active });
  against.veil(veil !== Infinity);
  against.paint({ record, cursor, unit, reading: stage.reading, tables: stage.tables, ink: stage.ink });
}

/** The controls, the rows under the text and the diagram. */
function board(stage, { veil, held, shown, high, back }) {
  const { record, record: { model }, cursor, unit, walked, level, numbered, tables, ink } = stage;
  stage.bar.press({ stage: walked, level, numbered, chosen: unit, size: model.hidden_size });
  stage.picker.press(model);
  stage.strips.paint({ record: shown, held, cursor, unit, lit: lit(stage), veil, words: model.unit !== "characters", short: (t) => stage.short(t), tint: stage.tint, numbered, tables, ink });
  if (stage.steps) {
    stage.diagram.paint({ record, values: (t) => stage.values(t), write: (t) => written(stage, record.tokens[t]), cursor, level: level === TEXT ? "text" : "cell", stage: walked, chosen: stage.framed, held: held && ((name, t) => held(name, t, unit)), numbers: numbered,
      tables, ink, room: stage.room, high, typed: stage.arrived, back });
  }
  stage.arrived = false;
  if (stage.met !== stage.ready) {
    stage.met = stage.ready;
    changed(); // some questions need the network in the page
  }
}

/** The names of what the stage of the walk is about; null for all. */
function lit({ record, walked }) {
  if (!walked) return null;
  const { parts, wires } = drawing(writing(record));
  const keys = [...parts, ...wires].filter(({ stages }) => stages.includes(walked)).map(({ key }) => key);
  return [...new Set(keys.map((key) => QUANTITIES[record.model.cell][key].name).filter(Boolean))];
}

/** A token as it stands under its tile, cut where it would reach into the next one. */
function written(stage, token) {
  if (!pens.has(stage)) pens.set(stage, document.createElement("canvas").getContext("2d"));
  const pen = pens.get(stage);
  pen.font = `700 32px ${stage.ink.sans}`; // as large as it gets (lesson.css)
  return fitting(pen, glyph(token), W - 12);
}

/** What happens at the step in sight. */
function told(stage, { veil, back, values }) {
  const { record, cursor, unit, backward, whatif } = stage;
  const words = back && values ? backward.tell(backward.followed, cursor, unit) : values || cursor < 0 ? stage.tell(values) : tr("Step {step}, {token}: what happens here is hidden until you answer the question in the text.", { step: cursor + 1, token: spoken(record.tokens[cursor]) });
  stage.told.textContent = words;
  stage.lifting.hidden = veil === Infinity;
  stage.diagram.element.setAttribute("aria-label", words);
  whatif.element.hidden = record.model.cell !== "coupled" || unit === null || !values;
  if (!whatif.element.hidden) whatif.show(values, stage.whatIf !== null, writing(record));
}

/** What can be read below the board: the way back, the parts, the unit, the arithmetic of what is chosen. */
function below(stage, { veil, ghost, held, back, values }) {
  const { record, cursor, unit, level, walked, part: chosen, backward, parts } = stage;
  backward.paint();
  parts.element.hidden = level === TEXT || !stage.steps || Boolean(back);
  if (!parts.element.hidden) parts.paint(record, values, chosen);
  const about = caption(ghost ?? record, unit, veil === Infinity);
  stage.note.textContent = about && tr("Unit {unit}: {about}", { unit, about });
  const open = (level === ARITHMETIC || walked > 0) && !back;
  const product = back && values ? backward.line(backward.followed, cursor, unit) : null;
  stage.equation.replaceChildren(...(product ? [math(product)] : open && chosen && cursor >= 0 ? [math(panel.equation(record, chosen, cursor))] : []));
  stage.holdPanel.paint();
  panel.show(stage.panel, { record, ghost, held, weights: stage.checkpoints.of(record.model.name), cursor, unit, chosen: open ? chosen : null, values, veil, whatIf: stage.whatIf !== null }, (other) => stage.pickUnit(other));
}
