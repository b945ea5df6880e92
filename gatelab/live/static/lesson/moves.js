// What keys and buttons do on a lesson's stage: go through the text, through one step, closer and back, and from unit to unit.

import { CELLS } from "./cells.js";
import { ARITHMETIC, CELL, TEXT } from "./levels.js";

export class Moves {
  stage;

  constructor(stage) {
    this.stage = stage;
  }

  /** The stages of the walk through one step. */
  get #stages() {
    return CELLS[this.stage.record.model.cell].walk;
  }

  /** One stage of the walk, 0 for the whole step: what it is about is chosen with it. */
  walk(stage) {
    const { level } = this.stage;
    this.stage.pick({ stage, part: stage ? this.#stages[stage - 1].part : null, level: stage ? Math.max(level, CELL) : level });
  }

  /** The next stage of the walk, and after the last one the next token. */
  on() {
    const { walked, cursor, steps } = this.stage;
    if (walked < this.#stages.length) return this.walk(walked + 1);
    if (cursor >= steps - 1) return this.walk(0);
    this.stage.pick({ step: cursor + 1 });
    this.walk(1);
  }

  closer() {
    const { stage } = this;
    if (stage.level === CELL && !stage.part) stage.part = this.#stages[Math.max(0, stage.walked - 1)].part;
    stage.pick({ level: Math.min(ARITHMETIC, stage.level + 1) });
  }

  back() {
    const { stage } = this;
    if (stage.level === CELL) stage.walked = 0;
    stage.pick({ level: Math.max(TEXT, stage.level - 1), part: stage.level === ARITHMETIC && !stage.walked ? null : stage.part });
  }

  /** What each key does: {key: () => void}. */
  get keys() {
    const { stage } = this;
    const by = (n) => () => stage.pickUnit(stage.lastUnit + n);
    return {
      ...Object.fromEntries(Array.from({ length: this.#stages.length + 1 }, (_, k) => [k, () => this.walk(k)])),
      ArrowLeft: () => stage.pick({ step: stage.cursor - 1 }),
      ArrowRight: () => stage.pick({ step: stage.cursor + 1 }),
      Home: () => stage.pick({ step: 0 }),
      End: () => stage.pick({ step: stage.steps - 1 }),
      ArrowUp: by(-1),
      ArrowDown: by(1),
      " ": () => this.on(),
      Enter: () => this.closer(),
      Escape: () => this.back(),
      "+": () => this.closer(),
      "-": () => this.back(),
      n: () => stage.number(!stage.numbered),
      m: () => stage.pickUnit(null),
      f: () => stage.arrangement.full.toggle(),
      b: () => stage.backward.toggle(),
    };
  }
}
