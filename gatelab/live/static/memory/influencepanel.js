// The panel of Compare, which holds the gates of one role in all models; it says what became of the influences.

import { RolePanel } from "../kit/rolepanel.js";
import { tr } from "../language.js";
import { effect } from "./heldwords.js";

export class InfluencePanel extends RolePanel {
  get said() {
    const { followed, record, waiting } = this.scene;
    if (waiting) return tr("What follows is being computed.");
    return effect(this.holding.holds, followed, record.tokens);
  }
}
