// What is rarely used, behind one button of a stage's row of controls. Whether it is open is remembered in this tab.

import { tr } from "../language.js";
import { el } from "./dom.js";

const KEY = "gatelab:more";

function remembered() {
  try {
    return sessionStorage.getItem(KEY) === "open";
  } catch {
    return false; // no storage
  }
}

function remember(open) {
  try {
    sessionStorage.setItem(KEY, open ? "open" : "");
  } catch {
    // no storage, nothing to remember
  }
}

export class More {
  /** @param content what stands behind the button; `button` goes into the row of controls and `panel` under it */
  constructor(...content) {
    this.panel = el("div", { className: "more-panel", role: "group", "aria-label": tr("More controls"), onkeydown: (event) => event.key === "Escape" && this.#close(event) }, ...content);
    this.button = el("button", { type: "button", className: "more", title: tr("More controls"), onclick: () => this.show(this.panel.hidden) }, tr("More"));
    this.show(remembered());
  }

  get open() {
    return !this.panel.hidden;
  }

  show(open) {
    this.panel.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    remember(open);
  }

  #close(event) {
    if (event.target.closest("select, input")) return; // there it has a meaning of its own
    event.stopPropagation();
    this.show(false);
    this.button.focus();
  }
}
