// What of a lesson is in sight: how high its diagram may be, and what stands above a phone's keyboard.

import { magnified } from "../kit/dom.js";

const LOWEST = 294; // CSS pixels of a cell from near: what is written on it is 14 of them high
const ON_THE_WALL = 252; // the same where everything is drawn larger
const LOW = 520; // of a window in which a phone's keyboard is up

export class Sight {
  stage;

  constructor(stage) {
    this.stage = stage;
    this.sized = () => stage.paintSoon(); // the diagram is as high as the window leaves room for
    this.squeezed = () => this.#aboveKeyboard();
  }

  listen() {
    window.addEventListener("resize", this.sized);
    window.visualViewport?.addEventListener("resize", this.squeezed);
    this.stage.box.area.addEventListener("focus", this.squeezed);
  }

  close() {
    window.removeEventListener("resize", this.sized);
    window.visualViewport?.removeEventListener("resize", this.squeezed);
  }

  /** Most CSS pixels of the diagram from near: what a window that is not scrolled leaves, with the rows of the gates below it where there is room for both. */
  get high() {
    const { strips, under } = this.stage;
    const left = window.innerHeight / this.stage.arrangement.presenting.scale - this.#above - under;
    const rows = strips.rows.length * (strips.high + 2);
    const lowest = this.stage.arrangement.presenting.on ? ON_THE_WALL : LOWEST;
    return Math.max(lowest, left - rows < lowest ? left : left - rows);
  }

  /** CSS pixels from the top of the page, or of the stage where it is alone, to the diagram, however far they are scrolled. */
  get #above() {
    const { root: { host }, diagram, stage, arrangement: { full } } = this.stage;
    const top = (element) => element.getBoundingClientRect().top / magnified(stage);
    const inside = top(diagram.element) - top(stage) + stage.scrollTop;
    if (full.on) return inside;
    const begin = host.closest(".stHorizontalBlock") ?? host; // the column may be held in sight, its row of columns is not
    const scrolled = (host.closest("[data-testid=stMain]") ?? document.documentElement).scrollTop;
    return top(begin) + scrolled + inside;
  }

  /** While one types above a phone's keyboard, the text stands at the top, and answer and picture below it. */
  #aboveKeyboard() {
    const { root, box } = this.stage;
    if (root.activeElement === box.area && (window.visualViewport ?? { height: LOW }).height < LOW) box.element.scrollIntoView({ block: "start" });
  }
}
