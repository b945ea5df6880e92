// A tour: a few sentences, one after the other, each beside what it speaks of. It never takes the focus, and any key or click elsewhere ends it.

import { el } from "../kit/dom.js";
import { tr } from "../language.js";

const KEY = "gatelab:tour";
const GAP = 10; // CSS pixels between the bubble and what it points at
const EDGE = 8; // and between the bubble and the edge of the window
const HEAD = 60; // what the bar at the top of the page covers
const QUIET = ["Tab", "Shift", "Control", "Alt", "Meta", "CapsLock"]; // keys that do nothing by themselves, or lead to the tour's own buttons

/** Whether the tour was here before; true as well where nothing can be remembered, or it would come at every visit. */
function seen() {
  try {
    const before = localStorage.getItem(KEY) !== null;
    localStorage.setItem(KEY, "seen");
    return before;
  } catch {
    return true;
  }
}

/**
 * Where a bubble may stand: below a target, or above one in the lower half, else on its other sides; null where it is inside the window nowhere. Pure.
 *
 * @param target - {left, top, right, bottom}
 * @param size - {width, height} of the bubble
 * @param room - {width, height} of the window
 */
export function beside(target, { width, height }, room) {
  const inside = (value, low, high) => Math.max(low, Math.min(high, value));
  const left = inside((target.left + target.right - width) / 2, EDGE, room.width - width - EDGE);
  const top = inside((target.top + target.bottom - height) / 2, HEAD, room.height - height - EDGE);
  const [below, above] = [{ left, top: target.bottom + GAP }, { left, top: target.top - height - GAP }];
  const low = target.top + target.bottom > 0.9 * room.height;
  const places = [...(low ? [above, below] : [below, above]), { left: target.right + GAP, top }, { left: target.left - width - GAP, top }];
  return places.find((at) => at.left >= 0 && at.left + width <= room.width && at.top >= HEAD && at.top + height <= room.height) ?? null;
}

export class Tour {
  /** @param stops - () => [[element, sentence]]: asked anew whenever the tour is drawn, for elements come and go */
  constructor(stops) {
    this.stops = stops;
    this.button = el("button", { type: "button", className: "tour-call", onclick: () => this.start() }, tr("Take the tour"));
    this.words = el("p", { role: "status" });
    this.count = el("span", { className: "quiet" });
    this.back = el("button", { type: "button", onclick: () => this.#go(this.at - 1) }, tr("Back"));
    this.next = el("button", { type: "button", onclick: () => this.#go(this.at + 1) }, tr("Next"));
    const end = el("button", { type: "button", "aria-label": tr("End the tour"), onclick: () => this.#leave() }, "\u00d7");
    this.element = el("div", { className: "tour", role: "dialog", "aria-label": tr("A tour of this page"), popover: "manual", hidden: true },
      this.words, el("div", { className: "group" }, this.count, this.back, this.next, end));
    this.ring = el("div", { className: "tour-ring", popover: "manual", hidden: true });
    this.element.append(this.ring);
    this.still = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.heard = {
      keydown: (event) => this.#key(event),
      pointerdown: (event) => this.#mine(event) || this.end(),
      focusin: (event) => this.#mine(event) || this.end(),
      resize: () => this.#place(),
      scroll: () => this.#place(),
      "gatelab:painted": () => this.#place(),
    };
  }

  /** Begin by itself, on the first visit alone, when the stage has been painted. */
  first() {
    if (seen()) return;
    this.waiting = () => this.start();
    window.addEventListener("gatelab:painted", this.waiting, { once: true });
  }

  start() {
    if (this.at === undefined) for (const [name, heard] of Object.entries(this.heard)) window.addEventListener(name, heard, { capture: true, passive: true });
    this.#go(0);
  }

  /** The page goes. */
  close() {
    window.removeEventListener("gatelab:painted", this.waiting);
    this.end();
  }

  end() {
    if (this.at === undefined) return;
    for (const [name, heard] of Object.entries(this.heard)) window.removeEventListener(name, heard, { capture: true });
    this.at = undefined;
    for (const part of [this.ring, this.element]) show(part, false);
    this.words.textContent = "";
  }

  /** End it from within: the button that calls it again gets the focus. */
  #leave() {
    this.end();
    this.button.focus({ preventScroll: true });
  }

  #go(at) {
    const stops = this.stops();
    if (at >= stops.length) return this.#leave();
    this.at = Math.max(0, at);
    for (const part of [this.element, this.ring]) show(part, true);
    const [target, words] = stops[this.at];
    this.words.textContent = words;
    this.count.textContent = tr("{stop} of {stops}", { stop: this.at + 1, stops: stops.length });
    if (this.at === 0 && this.back.matches(":focus")) this.next.focus(); // what is disabled cannot keep it
    this.back.disabled = this.at === 0;
    this.next.textContent = this.at + 1 < stops.length ? tr("Next") : tr("Done");
    const { top, bottom } = target.getBoundingClientRect();
    if (top < HEAD || bottom > window.innerHeight || !this.#beside(target)) target.scrollIntoView({ block: "center", behavior: this.still.matches ? "auto" : "smooth" });
    this.#place();
  }

  #beside(target) {
    const size = { width: this.element.offsetWidth, height: this.element.offsetHeight };
    return beside(target.getBoundingClientRect(), size, { width: document.documentElement.clientWidth, height: window.innerHeight });
  }

  /** Stand beside what is spoken of; where there is no room beside all of it, beside its beginning. */
  #place() {
    if (this.at === undefined) return;
    const [target] = this.stops()[this.at];
    const { left, top, right, bottom } = target.getBoundingClientRect();
    const at = this.#beside(target) ?? { left: EDGE, top: Math.max(HEAD, top - this.element.offsetHeight - GAP) }; // on its way into sight
    Object.assign(this.element.style, { left: `${at.left}px`, top: `${at.top}px` });
    Object.assign(this.ring.style, { left: `${left - 4}px`, top: `${top - 4}px`, width: `${right - left + 8}px`, height: `${bottom - top + 8}px` });
  }

  #mine(event) {
    const path = event.composedPath();
    return path.includes(this.element) || path.includes(this.button);
  }

  #key(event) {
    if (QUIET.includes(event.key)) return;
    if (event.key === "Escape" && event.composedPath().includes(this.element)) this.#leave();
    else if (event.key === "Escape" || !this.#mine(event)) this.end();
  }
}

/** Show or hide an element above all others; where the browser has no such layer, where it stands. */
function show(element, on) {
  element.hidden = !on;
  if (!element.showPopover) return;
  if (element.matches(":popover-open") === on) return;
  if (on) element.showPopover();
  else element.hidePopover();
}
