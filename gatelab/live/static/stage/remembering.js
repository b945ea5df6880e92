// What was typed on a stage is kept for this tab, and the next stage that reads such texts goes on with it.

import { keep, kept, kindOf } from "../remember.js";
import { standing } from "../standing.js";

export class Remembering {
  stage;
  /** whether the stage has opened: what it opens on is not what somebody typed */ began = false;

  /** @param stage a `Stage` */
  constructor(stage) {
    this.stage = stage;
  }

  keep(text) {
    if (!this.began || standing.led) return;
    const { models, asked } = this.stage;
    keep({ task: models[asked.split(",")[0]].task, models: asked, text, own: !this.stage.isExample(text) });
  }

  /** Go on with what was typed here before, or on another page that reads such texts. */
  resume() {
    const { stage, stage: { box } } = this;
    const tasks = Object.values(stage.models).map(({ task }) => task);
    const last = standing.led ? null : kept(tasks);
    if (last && tasks.some((task) => kindOf(task) === kindOf(last.task))) { // the visitor's own network that read it may be forgotten
      const models = stage.fitting(last);
      if (models !== stage.asked || last.text !== box.text) { // else the address has brought all of it
        stage.asked = models;
        box.open(last.text);
      }
    }
    this.began = true;
    if (!last && stage.page.start.text !== undefined && new URLSearchParams(window.location.search).has("text")) this.keep(box.text); // a link's text goes along, too
  }
}
