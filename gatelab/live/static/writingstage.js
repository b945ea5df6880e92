// What the stages of models that write share: one model, asked for the whole answer at each key.

import { choices, field } from "./kit/controls.js";
import { el } from "./kit/dom.js";
import { plural, tr } from "./language.js";
import { Stage } from "./stage.js";

/** @import { Reading } from "./reading.js" */

export class WritingStage extends Stage {
  /** @type {Reading} */ reading;
  picker; // see `modelPicker`

  get model() {
    return this.reading.model;
  }

  get read() {
    const { model, tokens, unknown } = this.reading;
    return { model, tokens, unknown, unit: model.unit, several: false };
  }

  get asked() {
    return this.picker.select.value;
  }

  set asked(model) {
    this.picker.select.value = model;
  }

  get readable() {
    return this.model.unit === "words" ? tr("at most {most} words", { most: this.page.tokens }) : tr("at most {most} characters", { most: this.page.tokens });
  }

  nearby(request, near) {
    return near.attention(request, this.models[request.model].plain, this.page.tokens);
  }

  get needed() {
    return [this.asked, this.models[this.asked].plain].filter(Boolean);
  }
}

/** What the card of a model says first: its size, and how well it does on sources that training never read. */
export function known({ parameters, scores }) {
  const [what, score] = Object.entries(scores)[0] ?? [];
  const size = plural("{count} parameter", "{count} parameters", parameters);
  if (score === undefined) return size;
  const well = what === "exact" ? tr("{share} % right", { share: (100 * score).toLocaleString("en", { maximumFractionDigits: 1 }) }) : `${tr(what)} ${score}`;
  return tr("{size}; on sources that it never read: {well}", { size, well });
}

/** The choice of one model for a text: a select, its facts, its examples; an example that nobody touched makes room for another task's own. */
export function modelPicker(stage, want) {
  const select = el("select", {}, ...choices(stage.page.models, ({ name }) => name));
  const facts = el("span", { className: "facts" });
  select.onchange = () => {
    const [old, other] = [stage.model, stage.models[select.value]];
    if (stage.isExample(stage.box.text) && other.task !== old.task) stage.box.fill(other.opening.text);
    want();
    stage.explore?.changed();
  };
  const settle = ({ name, opening }, said) => {
    select.value = name;
    facts.textContent = said;
    stage.offer([opening.text, ...opening.others]);
  };
  return { select, facts, settle, element: el("div", { className: "picker" }, field(tr("Model"), select), facts) };
}
