// What stands at the upper edge of a stage that is presented: what time it is, since when it is presented, and the dark room.

import { language, tr } from "../language.js";
import { el } from "./dom.js";

const DARK = { "background-color": "#0f131a", "secondary-background-color": "#171c26", "text-color": "#e9edf3", "border-color": "#2c3442", "primary-color": "#49a894" }; // as in .streamlit/config.toml

let dark = false; // for the visit
let since = 0; // ms; 0 while nothing is presented

/** A number of seconds as a clock has it: "4:05", "1:02:03". Pure. */
export function elapsed(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

export class PresentBar {
  /** @type {HTMLElement} */ stage;
  /** @type {() => void} */ dressed;

  /** @param {HTMLElement} stage @param {() => void} dressed the stage has other colors now */
  constructor(stage, dressed) {
    Object.assign(this, { stage, dressed, timer: null });
    this.clock = el("span", { className: "clock" });
    this.button = el("button", { type: "button", title: tr("Light letters on a dark ground, whatever the system says"), onclick: () => this.#choose(!dark) }, tr("Dark room"));
    this.element = el("div", { className: "present-bar", hidden: true }, this.clock, this.button);
  }

  /** @param {boolean} on whether the stage is presented */
  show(on) {
    this.element.hidden = !on;
    clearInterval(this.timer);
    if (!on) since = 0;
    else since ||= Date.now();
    if (on) this.timer = setInterval(() => this.#tick(), 1000);
    if (on) this.#tick();
    this.#dress(on && dark);
  }

  close() {
    clearInterval(this.timer);
  }

  #tick() {
    const now = new Date();
    const time = now.toLocaleTimeString(language(), { hour: "2-digit", minute: "2-digit" });
    this.clock.textContent = `${time} \u00b7 ${elapsed(Math.floor((now.getTime() - since) / 1000))}`;
  }

  #choose(on) {
    dark = on;
    this.#dress(on);
  }

  #dress(on) {
    this.button.setAttribute("aria-pressed", String(on));
    if (this.stage.classList.contains("dark-room") === on) return;
    this.stage.classList.toggle("dark-room", on);
    for (const [name, color] of Object.entries(DARK)) this.stage.style.setProperty(`--st-${name}`, on ? color : "");
    this.dressed();
  }
}
