// The presets as buttons, and what to look for in the one that is chosen.

import { el } from "../kit/dom.js";
import { tr } from "../language.js";
import { PRESETS } from "./presets.js";

export class Tries {
  /** @param {(preset: any) => void} choose */
  constructor(choose) {
    this.buttons = PRESETS.map((one) => el("button", { type: "button", className: "try", title: one.look, "aria-pressed": "false", onclick: () => choose(one) }, one.name));
    this.element = el("div", { className: "presets", role: "group", "aria-label": tr("Presets") }, el("span", { className: "quiet" }, tr("Try:"), " "), ...this.buttons);
    this.look = el("p", { className: "look", role: "status" });
  }

  /** Say what to look for in a preset, until another one or another task is chosen; null for none. */
  show(one) {
    this.look.textContent = one?.look ?? "";
    PRESETS.forEach((preset, k) => this.buttons[k].setAttribute("aria-pressed", String(preset === one)));
  }
}
