// The stage for the projector: alone on the screen, with its text and what is drawn, in letters that the last row reads.

/** @typedef {{stage: HTMLElement, instead: HTMLElement, on: boolean, alone: (asked: boolean) => void}} FullScreen that of kit/fullscreen.js */

const [WIDE, HIGH] = [853, 480]; // CSS pixels that the stage is laid out for: on a window of 1280 x 720 all of it is half as large again

/** How many times as large everything is in a window. Pure. */
export const enlarged = ({ width, height }) => Math.max(1, Math.min(width / WIDE, height / HIGH));

/** What is not shown on a projector, as fields of `hide`. */
export const ASIDE = ["examples", "pickers", "controls", "panels", "nav", "page"];

const TURNED = { PageDown: "on", PageUp: "back" }; // what the buttons of a presenter's remote send

export class Presenting {
  /** whether the stage is presented */ on = false;
  /** @type {FullScreen} */ full;
  /** @type {(way: "on" | "back") => boolean} */ turn;
  /** @type {() => void} */ changed;

  /**
   * @param {FullScreen} full the stage's
   * @param {{turn: (way: "on" | "back") => boolean, changed: () => void}} does turn: what a remote does; changed: it begins or ends
   */
  constructor(full, { turn, changed }) {
    Object.assign(this, { full, turn, changed });
    this.sized = () => this.#size();
    this.turned = (event) => event.key in TURNED && this.turn(TURNED[event.key]) && (event.preventDefault(), event.stopPropagation()); // it means nothing else then
  }

  /** @param {boolean} asked whether somebody has just asked for it by a click or a key, as a browser wants it before it fills the screen */
  start(asked = true) {
    if (this.on) return;
    this.#turn(true);
    this.full.alone(asked);
    this.full.instead.focus({ preventScroll: true }); // so the arrow keys work
  }

  /** Full screen has begun or ended. */
  follow() {
    if (this.on && !this.full.on) this.#turn(false);
  }

  close() {
    window.removeEventListener("resize", this.sized);
    document.removeEventListener("keydown", this.turned, true);
  }

  /** As fields of the link. */
  linked() {
    return this.on ? { present: "on" } : {};
  }

  /** How many times as large as usual the stage is. */
  get scale() {
    return this.on ? enlarged({ width: window.innerWidth, height: window.innerHeight }) : 1;
  }

  #turn(on) {
    this.on = on;
    if (on) {
      window.addEventListener("resize", this.sized);
      document.addEventListener("keydown", this.turned, true);
    } else this.close();
    this.#size();
    this.changed();
  }

  #size() {
    const { stage } = this.full;
    stage.classList.toggle("presented", this.on);
    stage.style.setProperty("zoom", this.on ? String(this.scale) : "");
  }
}
