// The panel in which a visitor holds the gates of one role in several models at once.

import { share } from "../engine/cells.js";
import { tr } from "../language.js";
import { option } from "./controls.js";
import { HoldControls } from "./holdcontrols.js";
import { touched } from "./holding.js";
import { writing } from "./notation.js";
import { describe, effect, offer, overruled, ROLES, without } from "./rolewords.js";

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

export class RolePanel extends HoldControls {
  /**
   * @param holding `RoleHolding`
   * @param look () => what is chosen on the stage: {record: the first, records, ghosts, cursor, ready, veiled}; where records have no gates also
   *   {gates: records that have, at: the step of these}
   * @param shown () => void: the panel is open or closed
   */
  constructor(holding, look, shown) {
    super(holding, look, { choose: () => this.paint(), shown }, tr("Hold the gates of one role in all models at a value of your own, and see what follows"), tr("Move the slider: the gates of all units are held, in each model that has them."));
    this.name.replaceChildren(...Object.entries(ROLES).map(([role, { called }]) => option(role, called)));
    this.steps.value = "always";
    this.lay([this.name], [this.undo, this.redo, this.release]);
  }

  made(value) {
    return { name: this.name.value, value: Math.max(0, Math.min(1, value)), units: null, steps: this.when, how: "set" };
  }

  /** What is held, else the mean over all units of all models that have the gate. */
  now() {
    const { records, cursor, gates = records, at = cursor } = this.scene;
    const role = this.name.value;
    const held = this.holding.holds.findLast((hold) => touched([hold], role, cursor, null));
    if (held || cursor < 0) return held?.value ?? 0;
    const means = gates.flatMap((record) => {
      const gate = share(writing(record).cell, role);
      return gate ? [gate.of((name) => mean(record.row(name, at)))] : [];
    });
    return means.length ? mean(means) : 0;
  }

  target() {
    const { records } = this.scene;
    const role = this.name.value;
    Object.keys(ROLES).forEach((one, k) => {
      const label = offer(one, records);
      if (this.name.options[k].textContent !== label) this.name.options[k].textContent = label;
    });
    super.target();
    const held = this.holding.holds.some(({ name }) => name === role); // then the list says it
    this.hint.textContent = held ? "" : without(role, records.map(({ model }) => model));
  }

  line(hold, place) {
    const { records } = this.scene;
    const models = records.map(({ model }) => model);
    const called = describe(hold, records[0].tokens);
    return { text: called, called, note: [without(hold.name, models), overruled(this.holding.holds, place, models)].filter(Boolean).join(" ") };
  }

  get said() {
    const { records, ghosts } = this.scene;
    return effect(this.holding.holds, records, ghosts);
  }
}
