// A stage becomes what a link says, in place: what the answer depends on at once, and the rest as soon as the text is read.

import { readLink } from "../linkfields.js";

export class Becoming {
  stage;
  /** @type {{start: any, models: string} | null} what a link says, while the answer that it needs is on its way */ coming = null;

  /** @param stage a `Stage` */
  constructor(stage) {
    this.stage = stage;
  }

  /** @param {string | Object<string, string>} fields see `Stage.become` */
  become(fields) {
    const { stage, stage: { page, box, notation } } = this;
    const { start } = readLink(page.fields, String(new URLSearchParams(fields)), { page, given: { models: Object.keys(stage.models), page: page.address } });
    if (start.notation && start.notation !== notation.chosen) notation.choose(start.notation);
    const models = start.model ?? start.models.join(","); // a lesson also has the models that it can show
    const reheld = this.#hold(start, models);
    const otherModels = models !== stage.asked;
    const otherText = start.text !== box.text;
    stage.asked = models;
    if (otherText) box.open(start.text); // asks by itself
    const preferred = stage.prefer(start);
    if (preferred || (!otherText && (otherModels || reheld))) stage.ask(models);
    this.coming = { start, models };
    stage.paintSoon();
  }

  /** Nothing of a link is to be shown any more: somebody types. */
  leave() {
    this.coming = null;
  }

  /** Show the rest of what a link says as soon as its text is read: not before each paint, but until nothing is on its way. */
  arrive() {
    const { stage, coming: { start, models } } = this;
    const { model, models: several = [model], text } = stage.painted();
    if (several.join() !== models || text !== stage.box.text) return;
    if (stage.lane.idle) this.coming = null;
    stage.see(start);
    stage.arrangement.open(start.open ?? []);
    if ("film" in start) stage.film.see(start.film);
  }

  /** Hold what a link says. Returns whether that is something else. */
  #hold(start, models) {
    const { hold, after = "" } = start;
    const { holding, models: known } = this.stage;
    if (!holding || (hold === holding.text && after === holding.after)) return false;
    holding.open(hold, known[models.split(",")[0]], after);
    return true;
  }
}
