// The trace of a second text by the network of a stage. It has answers of its own (answers.js): a lane, the engine in the page or the server, and
// PyTorch's check. What is held on the stage is held for it too.

import { Answers } from "./answers.js";
import { split } from "./engine/tokens.js";
import { Record } from "./record.js";

/** How a model splits a text: one that does not say reads characters. */
const splitting = ({ unit = "characters" }) => (text) => split(text, unit);

export class SecondTrace {
  stage;
  box;
  /** @type {Record | null} the trace, of this text or the one before */ record;
  /** @type {string} what was asked for last: model, text and holds */ key;
  /** @type {boolean} whether an answer at once is on its way: its picture is being painted */ asking;
  /** @type {boolean} whether all steps are to be asked for anew */ anew;

  /** @param stage with `record`, the trace of the first text, `holding` and `request(asked)`; @param box its `TextBox` */
  constructor(stage, box) {
    Object.assign(this, { stage, box, record: null, key: "", asking: false, anew: false });
    const { pieces } = /** @type {any} */ (stage.constructor);
    this.answers = new Answers(this, { route: stage.page.route, pieces });
  }

  /** What PyTorch says of it. */
  get check() {
    return this.answers.check.element;
  }

  close() {
    this.answers.close();
  }

  /** Ask for what stands in the box, as the stage's model reads it with what is held, unless that was asked for. */
  want() {
    const { stage, box, answers } = this;
    if (stage.answers.ready) answers.painted(); // the page has its first picture, so the network may come
    const key = JSON.stringify([this.asked, box.text, stage.holding.asked]);
    if (key === this.key) return;
    this.key = key;
    this.asking = true;
    answers.lane.want(this.asked, box.text);
    this.asking = false;
  }

  // What its answers ask of it, as of a stage.

  get root() {
    return this.stage.root;
  }

  get board() {
    return this.stage.board;
  }

  get asked() {
    return this.stage.record.model.name;
  }

  get needed() {
    return [this.asked];
  }

  request(asked) {
    return this.stage.request(asked);
  }

  nearby(request, near) {
    return near.trace(request);
  }

  beside() {
    return null;
  }

  held(model, text) {
    return this.record?.model.name === model && !this.anew ? this.stage.holding.shared(this.record, this.record.split(text)) : 0;
  }

  take(answer, text) {
    const { model } = this.stage.record;
    const { have, model: name } = answer.metadata;
    if (name !== model.name) return true; // that model is no longer here: another answer is on its way
    const same = this.record?.model === model;
    if (!same && have > 0) return false; // the beginning that it continues is no longer held
    const record = same ? this.record : new Record(model, splitting(model));
    if (!record.apply(answer, text)) return false;
    this.anew = have > 0 && record.tokens.join("\n") !== record.split(text).slice(0, record.steps).join("\n"); // the server splits it otherwise
    if (this.anew) return false;
    this.record = record;
    this.paintSoon();
    return true;
  }

  paintSoon() {
    if (!this.asking) this.stage.paintSoon();
  }
}
