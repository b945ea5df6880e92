// A stage alone on the screen, without navigation and text: full screen where the browser has that for an element, else over the page.

import { tr } from "../language.js";
import { el } from "./dom.js";

export class FullScreen {
  /** @type {HTMLElement} */ stage;
  /** @type {HTMLElement} what has the focus instead of the button that leaves */ instead;
  changed;

  /** @param changed () => void: the stage has another size now */
  constructor(changed) {
    Object.assign(this, { changed });
    this.button = el("button", { type: "button", title: tr("This stage alone on the screen (f); Escape leaves"), onclick: () => this.toggle() }, tr("Full screen"));
    this.end = el("button", { type: "button", className: "leave", onclick: () => this.leave() }, tr("Leave full screen"));
    this.escaped = (event) => event.key === "Escape" && !this.stage.querySelector("dialog[open]") && this.#escape(event);
    this.settled = () => this.#show(this.#native);
  }

  /** What is to stand alone, and what in it takes the focus. */
  of(stage, instead) {
    Object.assign(this, { stage, instead });
    stage.append(this.end);
    stage.addEventListener("fullscreenchange", this.settled);
  }

  /** The page goes. */
  close() {
    document.removeEventListener("keydown", this.escaped, true);
  }

  get on() {
    return this.stage.classList.contains("full-screen");
  }

  get #root() {
    return /** @type {ShadowRoot} */ (this.stage.getRootNode());
  }

  get #native() {
    return this.#root.fullscreenElement === this.stage;
  }

  toggle() {
    if (this.on) this.leave();
    else this.alone();
  }

  /** Show the stage alone. @param {boolean} asked whether somebody has just asked for it: without that no browser fills the screen, and the stage lies over the page */
  alone(asked = true) {
    if (this.on) return;
    const over = () => this.#over();
    if (asked && this.stage.requestFullscreen) this.stage.requestFullscreen().catch(over);
    else over();
  }

  /** Over the page, in the layer above all others where the browser has one. */
  #over() {
    this.stage.popover = "manual";
    this.stage.showPopover?.();
    this.#show(true);
  }

  leave() {
    if (this.#native) return void document.exitFullscreen(); // the event tells when it is done
    this.stage.hidePopover?.();
    this.stage.removeAttribute("popover");
    this.#show(false);
  }

  #escape(event) {
    event.preventDefault();
    event.stopPropagation(); // it means nothing else then
    this.leave();
  }

  #show(on) {
    if (!on && this.#root.activeElement === this.end) this.instead.focus({ preventScroll: true });
    this.stage.classList.toggle("full-screen", on);
    this.button.setAttribute("aria-pressed", String(on));
    if (on) document.addEventListener("keydown", this.escaped, true);
    else document.removeEventListener("keydown", this.escaped, true);
    this.changed();
  }
}
