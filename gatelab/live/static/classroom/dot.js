// Where the teacher points, on a student's screen.

import { el } from "../kit/dom.js";
import { placed } from "./pointing.js";

export class Dot {
  /** @param on - {room, following, stage()} */
  constructor(on) {
    this.on = on;
    this.element = el("div", { className: "dot", hidden: true, "aria-hidden": "true" });
    const paint = () => this.paint();
    on.room.listen((what) => ["pointer", "member", "attention"].includes(what) && paint());
    for (const event of ["gatelab:painted", "resize"]) window.addEventListener(event, paint);
    document.addEventListener("scroll", paint, { capture: true, passive: true });
  }

  paint() {
    const { room, following, stage } = this.on;
    const { pointer } = room.heard;
    const on = stage();
    const at = pointer && following.led && on?.stage ? placed(on, pointer) : null;
    this.element.hidden = !at;
    if (at) this.element.style.translate = `${at.x}px ${at.y}px`;
  }
}
