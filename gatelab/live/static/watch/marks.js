// What a visitor marks on the ribbon: by dragging while "Mark" is pressed, or from the cursor by Shift with an arrow key.

import { pointed } from "../kit/dom.js";
import { carried, spans } from "../engine/properties.js";
import { tr } from "../language.js";
import { heights } from "./ribbon.js";

const LINE = 4; // CSS pixels of the line under what is marked

export class Marks {
  on;
  /** @type {boolean[]} of each token of the text whether it is marked */ marked;
  /** @type {string[]} */ tokens;
  /** @type {{from: number, to: number} | null} what is about to be marked */ pending;
  /** @type {boolean} whether keys mark */ active;
  /** @type {boolean} whether a drag marks */ dragging;
  scene; // what was painted last

  /** @param on - {cursor() => the step of now, which may not be painted yet, pick({step}), changed(): other marks} */
  constructor(on) {
    Object.assign(this, { on, marked: [], tokens: [], pending: null, active: false, dragging: false, scene: null });
  }

  /** Listen on the ribbon, before what else listens there: a drag that marks moves no cursor. */
  listen(ribbon) {
    const listeners = {
      pointerdown: (event) => {
        ribbon.setPointerCapture(event.pointerId);
        this.#begin(this.#at(event));
      },
      pointermove: (event) => event.buttons === 1 && this.pending && this.#to(this.#at(event)),
      pointerup: () => this.pending && this.take(),
      pointercancel: () => this.#drop(),
      click: () => {},
    };
    for (const [kind, heard] of Object.entries(listeners)) {
      ribbon.addEventListener(kind, (event) => {
        if (!this.active || !this.dragging || !this.scene.record.steps) return;
        event.stopImmediatePropagation();
        heard(event);
      }, true);
    }
  }

  /** The step under the pointer, or the nearest in sight. */
  #at(event) {
    const { view, record } = this.scene;
    return Math.max(view.start, Math.min(view.end(record.steps) - 1, view.start + Math.floor(pointed(event).x / view.step)));
  }

  #begin(t) {
    this.pending = { from: t, to: t };
    this.on.changed();
  }

  #to(t) {
    this.pending.to = t;
    this.on.changed();
  }

  #drop() {
    this.pending = null;
    this.on.changed();
  }

  /** Take what is about to be marked, or the step of the cursor. */
  take() {
    const cursor = this.on.cursor();
    const { from, to } = this.pending ?? { from: cursor, to: cursor };
    for (let t = Math.min(from, to); t >= 0 && t <= Math.max(from, to); t += 1) this.marked[t] = true;
    this.#drop();
  }

  clear() {
    this.marked = this.marked.map(() => false);
    this.#drop();
  }

  /** Do what a key means for marks. Returns whether it means anything. */
  key(event) {
    if (!this.active || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("textarea, input, select")) return false;
    const by = event.shiftKey && { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) return this.#extend(by);
    if (!this.pending) return false;
    if (event.key === "Escape") return this.#drop() ?? true;
    return event.key === "Enter" && !event.target.closest("button, summary") && (this.take() ?? true);
  }

  #extend(by) {
    const [cursor, { steps }] = [this.on.cursor(), this.scene.record];
    if (cursor < 0) return false;
    const { from, to } = this.pending ?? { from: cursor, to: cursor };
    this.pending = { from, to: Math.max(0, Math.min(steps - 1, to + by)) };
    this.on.pick({ step: this.pending.to });
    this.on.changed();
    return true;
  }

  /** Begin with these spans of a text marked, [first, last] from 0. */
  open(marked, text) {
    const tokens = Array.from(text);
    Object.assign(this, { tokens, marked: tokens.map((_, t) => marked.some(([first, last]) => first <= t && t <= last)) });
  }

  /** The text is this one now: what stood in the old one keeps its marks. */
  follow(text) {
    const tokens = Array.from(text);
    if (tokens.join("") === this.tokens.join("")) return;
    Object.assign(this, { marked: carried(this.marked, this.tokens, tokens), tokens, pending: null });
  }

  /** The marked spans in words, ""  where there are none. */
  get words() {
    const each = spans(this.marked).map(([from, to]) => (from === to ? `${from + 1}` : tr("{first} to {last}", { first: from + 1, last: to + 1 })));
    return each.length ? `; ${tr("marked: steps {steps}", { steps: each.join(", ") })}` : "";
  }

  /** Underline what is marked on the ribbon, and more thinly what is about to be. */
  draw(canvas, scene) {
    this.scene = scene;
    const { view, ink, record } = scene;
    const [context, { letter }, end] = [canvas.getContext("2d"), heights(view.step), view.end(record.steps)];
    const { from, to } = this.pending ?? { from: 0, to: -1 };
    for (let t = view.start; t < end; t += 1) {
      const coming = this.pending && t >= Math.min(from, to) && t <= Math.max(from, to);
      if (!this.marked[t] && !coming) continue;
      const x = (t - view.start) * view.step;
      context.fillStyle = ink.paper;
      context.fillRect(x, letter - LINE - 1, view.step, LINE + 2);
      context.fillStyle = ink.cursor;
      context.fillRect(x, letter - LINE, view.step, this.marked[t] ? LINE : LINE / 2);
    }
    canvas.setAttribute("aria-label", `${canvas.getAttribute("aria-label")}${this.words}`);
  }
}
