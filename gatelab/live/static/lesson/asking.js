// What the questions in the text want of a lesson's stage: a model that can be asked, what is hidden until they are answered, and what the network itself says.

import { cellOf } from "../engine/cells.js";
import { write } from "../engine/holds.js";
import { called } from "../kit/titles.js";
import { ARITHMETIC } from "./levels.js";
import { changed } from "./stages.js";
import { Veils } from "./veils.js";

const JUDGED = ["held", "mover", "gradient", "along"]; // what is asked of models with two answers alone

export class Asking {
  stage;

  constructor(stage) {
    this.stage = stage;
    this.veils = new Veils();
  }

  /** What a question is made from. */
  get scene() {
    const { record: now, holding, lastUnit, backward } = this.stage;
    const record = holding.ghost ?? now; // a question is on the network itself, not on what is held
    return { record, unit: lastUnit, titles: called(cellOf(now.model.cell)), back: backward.followed, ifHeld: (holds) => this.#ifHeld(holds) };
  }

  /** The model that a kind of question can be asked of: the one that is here, or else the first that can; null where none can. */
  home(kind) {
    const { record, page } = this.stage;
    const [how, name] = kind.split(":");
    const [judges, named] = [({ labels }) => labels?.length === 2, ({ titles }) => name in titles];
    const can = JUDGED.includes(how) ? (model) => judges(model) && (!name || named(model)) : name ? named : (model) => !judges(model);
    return can(record.model) ? record.model : (page.models.find(can) ?? null);
  }

  /** The first step of which nothing is told; Infinity where all is. */
  get veiled() {
    return this.veils.first(this.scene);
  }

  /** A question opens: its answer is hidden. */
  pose(kind, { at = this.stage.cursor, from }) {
    const { stage } = this;
    this.veils.ask(kind, this.scene, from);
    stage.spoken.textContent = ""; // what was said before may be the answer
    stage.unit = stage.lastUnit; // it is asked of one unit
    stage.pick({ step: at, stage: 0, part: null });
    changed();
  }

  /** A question is answered: what it asked for is shown. */
  answer(kind, { t, name }) {
    this.veils.answer(kind, this.scene);
    this.stage.pick({ step: t, part: name ?? null, stage: 0, level: name ? ARITHMETIC : this.stage.level });
    changed();
  }

  /** Show what is hidden, answered or not. */
  lift() {
    this.veils.lift(this.scene);
    this.stage.paintSoon();
    changed();
  }

  /** What the network computes of the text with some holds and no others: a record, or null where the engine does not answer. */
  #ifHeld(holds) {
    const { record: { model: { name } }, ready, answers, text } = this.stage;
    const answer = ready && answers.near.trace({ model: name, text, hold: write(holds) });
    if (!answer) return null;
    const record = this.stage.fresh(name);
    return record.apply(answer) ? record : null;
  }
}
