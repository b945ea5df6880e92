// What the stages of models that write share: one model, asked for the whole answer at each key.

import { Stage } from "./stage.js";

export class AttendStage extends Stage {
  static route = "/live/attend";

  get model() {
    return this.reading.model;
  }

  get asked() {
    return this.picker.select.value;
  }

  set asked(model) {
    this.picker.select.value = model;
  }

  nearby(request, near) {
    return near.attend(request, this.models[request.model].plain, this.page.tokens);
  }

  get needed() {
    return [this.asked, this.models[this.asked].plain].filter(Boolean);
  }
}
