// What is held of several models at once, by role, and what each of them computes where nothing is held. No page in it.

import { cellOf } from "../engine/cells.js";
import { inCell, parseRoles, write } from "../engine/holds.js";
import { Holding, touched, unheld } from "./holding.js";

export class RoleHolding extends Holding {
  ghosts = []; // of each model the record where nothing is held; null where its cell has none of the gates, or the engine cannot tell

  read(text) {
    return parseRoles(text).holds;
  }

  /** What is held in a model's own letters. */
  of({ cell }) {
    return inCell(this.holds, cellOf(cell));
  }

  /** The same as text, "" where its cell has none of the gates. */
  textOf(model) {
    return write(this.of(model));
  }

  askedOf(model) {
    return { hold: this.textOf(model), after: this.after };
  }

  /** Which entries of a model are held, as a heatmap asks; null where none are. */
  entries(model) {
    const held = this.of(model);
    return held.length ? (name, t, unit) => touched(held, name, t, unit) : null;
  }

  /** At which steps a model is held, (t) => whether it is; null where it never is. */
  steps(model) {
    const held = this.of(model);
    return held.length ? (t) => held.some((hold) => touched([hold], hold.name, t, null)) : null;
  }

  /** Take what each of some models computes of a text where nothing is held. */
  followAll(records, text, near) {
    const old = this.ghosts;
    this.ghosts = records.map((record) => (this.of(record.model).length ? unheld(record, text, near, old.find((ghost) => ghost?.model === record.model)) : null));
  }
}
