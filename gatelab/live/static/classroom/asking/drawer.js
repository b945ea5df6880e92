// A sheet at the lower edge of the screen, over the page and over a stage that fills the screen; it can be put aside and comes back.

import { el, refill } from "../../kit/dom.js";
import { tr } from "../../language.js";
import { themed } from "./themed.js";

const ALONE = ["fullscreenchange", "gatelab:alone"]; // a stage fills the screen, or no more
const ROOM = "--gatelab-drawer"; // how high the sheet is, for the page, which can be scrolled so much further

export class Drawer {
  /** @type {HTMLElement} */ element;
  /** @type {HTMLElement} */ body;
  /** @type {HTMLButtonElement} what stands for the sheet while it is put aside */ tab;
  /** @type {string} what stands in it */ state = "";

  /** @param {{name: string, className: string, back: string}} words name: of the sheet; back: of the button that brings it back */
  constructor({ name, className, back }) {
    this.aside = el("button", { type: "button", className: "drawer-aside", onclick: () => this.putAside() }, tr("Put aside"));
    this.tab = el("button", { type: "button", className: "drawer-tab", hidden: true, onclick: () => this.comeBack() }, back);
    this.body = el("div", { className: "drawer-body" });
    this.sheet = el("section", { className: "drawer-sheet", "aria-label": name, onkeydown: (event) => this.#key(event) }, this.aside, this.body);
    this.element = el("div", { className: `gatelab-drawer ${className}`, popover: "manual" }, this.sheet, this.tab);
    this.resized = new ResizeObserver(() => this.#room());
    this.raised = () => this.#raise();
    this.dressed = () => themed(this.element);
  }

  /** Fill it, unless this stands in it already, and show it. @param {string} state @param {() => (Node | string)[]} make */
  show(state, make) {
    if (state !== this.state) refill(this.body, ...make());
    this.state = state;
    this.dressed();
    if (this.element.isConnected) return;
    document.body.append(this.element);
    this.element.showPopover?.();
    this.resized.observe(this.element);
    for (const event of ALONE) document.addEventListener(event, this.raised);
    window.addEventListener("gatelab:painted", this.dressed);
  }

  hide() {
    if (!this.element.isConnected) return;
    for (const event of ALONE) document.removeEventListener(event, this.raised);
    window.removeEventListener("gatelab:painted", this.dressed);
    this.resized.disconnect();
    this.element.remove();
    this.state = "";
    document.documentElement.style.removeProperty(ROOM);
  }

  get isAside() {
    return this.sheet.hidden;
  }

  putAside() {
    [this.sheet.hidden, this.tab.hidden] = [true, false];
    this.tab.focus({ preventScroll: true });
  }

  comeBack() {
    const focused = document.activeElement === this.tab;
    [this.sheet.hidden, this.tab.hidden] = [false, true];
    if (focused) this.aside.focus({ preventScroll: true });
  }

  #key(event) {
    if (event.key !== "Escape") return event.stopPropagation(); // the keys of the stage are not meant
    event.preventDefault();
    event.stopPropagation();
    this.putAside();
  }

  #room() {
    document.documentElement.style.setProperty(ROOM, `${Math.ceil(this.element.offsetHeight)}px`);
  }

  /** What filled the screen last lies above all others: come above it. */
  #raise() {
    if (!this.element.isConnected || !this.element.hidePopover) return;
    const focused = /** @type {HTMLElement} */ (document.activeElement);
    const inside = this.element.contains(focused);
    this.element.hidePopover();
    this.element.showPopover();
    if (inside) focused.focus({ preventScroll: true });
  }
}
