// The living diagram: the cell at every step in sight, unrolled along one line of memory, and the way between near and far.

import { writing } from "../kit/notation.js";
import { BackTile } from "./backtile.js";
import { W, H } from "./cells.js";
import { set, svg, Tile } from "./tile.js";

const MOVE = 420; // ms of a movement
const HURRY = 150; // the same while somebody types
const [FEW, MANY] = [2, 5]; // steps in sight from afar, as many as have room
const ROOM = 230; // CSS pixels that a step needs there: its word and its parts can be told apart
const AROUND = 1; // tiles kept beyond each edge, for the way

const ease = (p) => (p < 0.5 ? 2 * p * p : 1 - (2 - 2 * p) ** 2 / 2);

/** What is in sight: the left edge and the width in units of a tile, and how high that is in CSS pixels. Pure. */
export function camera({ level, cursor, steps, room, high }) {
  if (level === "text") {
    const most = Math.max(FEW, Math.min(MANY, Math.floor(room / ROOM)));
    const count = Math.min(most, Math.max(steps, 1));
    const wide = most * W;
    const first = Math.max(0, Math.min(steps - count, cursor - count + 1));
    return { x: first * W - (wide - count * W) / 2, wide, height: (room / wide) * H };
  }
  const scale = Math.min(room / (W + 16), high / H);
  const wide = room / scale;
  const beyond = steps * W - wide; // how far the steps reach beyond what is in sight; they stand in the middle where they do not
  const x = beyond < 0 ? beyond / 2 : Math.max(0, Math.min(beyond, (cursor + 0.5) * W - wide / 2));
  return { x, wide, height: H * scale };
}

export class Diagram {
  /** @param on - {pick(key, t), step(t), hover(key, t, event)} */
  constructor(on) {
    this.on = on;
    this.tiles = new Map(); // step -> Tile
    this.still = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.layer = svg("g");
    this.element = svg("svg", { class: "diagram", role: "img", preserveAspectRatio: "xMidYMid meet" }, this.layer);
    this.element.addEventListener("click", (event) => this.#clicked(event));
    this.element.addEventListener("pointermove", (event) => this.on.hover(this.#key(event), this.#step(event), event));
    this.element.addEventListener("pointerleave", (event) => this.on.hover(null, -1, event));
  }

  close() {
    cancelAnimationFrame(this.frame);
  }

  #key(event) {
    return event.target.closest("[data-key], [data-of]")?.getAttribute("data-key") ?? event.target.getAttribute("data-of");
  }

  /** The step under the pointer. */
  #step(event) {
    const box = this.element.getBoundingClientRect();
    const { x, wide } = this.shown;
    return Math.floor((x + ((event.clientX - box.left) / box.width) * wide) / W);
  }

  #clicked(event) {
    const t = this.#step(event);
    if (!this.tiles.has(t)) return;
    const key = this.#key(event);
    if (this.scene.level === "text" || t !== this.scene.cursor || !key) this.on.step(t);
    else this.on.pick(key, t);
  }

  /**
   * @param scene - {record, values(t) => by key or null, write(token), cursor, level "text" | "cell", stage (0: all), chosen, held(name, t) or null, numbers, tables, ink, room, high, typed: whether its values are new to the text, and shown at once,
   *   back: the way back, {values(t) => by key or null, keep(t), chosen}, or null where it is not shown}
   */
  paint(scene) {
    const { record, cursor, level, stage, chosen } = scene;
    const written = writing(record);
    if (written !== this.written) this.#clear(written);
    this.scene = scene;
    const aim = this.to;
    this.to = camera({ level, cursor: Math.max(0, cursor), steps: record.steps, room: scene.room, high: scene.high });
    const underWay = scene.typed && this.began > performance.now() - this.long && aim?.x === this.to.x && aim.wide === this.to.wide;
    if (!underWay) this.from = this.shown ?? this.to;
    this.#keep();
    for (const tile of this.tiles.values()) {
      tile.aim(scene.values(tile.t));
      tile.light(stage, tile.t === cursor ? chosen : null);
      tile.clamp(scene.held);
      tile.element.classList.toggle("here", tile.t === cursor);
      this.#goBack(tile, scene);
    }
    this.element.classList.toggle("going-back", Boolean(scene.back));
    this.element.dataset.level = level;
    this.element.classList.toggle("numbered", scene.numbers);
    this.element.classList.toggle("walking", stage > 0);
    const moves = this.from.x !== this.to.x || this.from.wide !== this.to.wide || (!scene.typed && [...this.tiles.values()].some(({ moving }) => moving));
    this.long = scene.typed ? HURRY : MOVE;
    if (!underWay) this.began = this.still.matches || !this.shown || !moves ? -Infinity : performance.now();
    cancelAnimationFrame(this.frame);
    this.#move();
  }

  /** Draw the way back through a tile, where it is shown. */
  #goBack(tile, { back, record, cursor }) {
    if (!back) {
      tile.back?.remove();
      tile.back = null;
      return;
    }
    if (!tile.back) (tile.back = new BackTile(record)).on(tile);
    tile.back.paint(back.values(tile.t), back.keep(tile.t), tile.t === cursor ? back.chosen : null);
  }

  #clear(written) {
    this.written = written;
    this.layer.replaceChildren();
    this.tiles.clear();
  }

  /** Tiles for the steps in sight at the end of the way; those of its beginning stay until it is over. */
  #keep() {
    const { record, write } = this.scene;
    const seen = ({ x, wide }) => [Math.floor(x / W) - AROUND, Math.ceil((x + wide) / W) + AROUND];
    const [first, last] = seen(this.to);
    const [old, older] = seen(this.from);
    for (const [t, tile] of this.tiles) {
      const gone = t >= record.steps || (t < first && t < old) || (t > last && t > older);
      if (!gone && tile.written === write(t)) continue;
      tile.element.remove();
      this.tiles.delete(t);
    }
    for (let t = Math.max(0, first); t < Math.min(record.steps, last + 1); t += 1) {
      if (this.tiles.has(t)) continue;
      const tile = new Tile(record, t, write(t));
      tile.written = write(t);
      this.tiles.set(t, tile);
      this.layer.append(tile.element);
    }
  }

  #move() {
    const p = Math.min(1, (performance.now() - this.began) / this.long);
    const part = ease(p);
    const between = (a, b) => a + (b - a) * part;
    this.shown = { x: between(this.from.x, this.to.x), wide: between(this.from.wide, this.to.wide), height: between(this.from.height, this.to.height) };
    set(this.element, "viewBox", `${this.shown.x.toFixed(2)} 0 ${this.shown.wide.toFixed(2)} ${H}`); // the same view laid out anew would cost a frame's time
    this.element.style.height = `${this.shown.height.toFixed(1)}px`;
    for (const tile of this.tiles.values()) tile.draw(this.scene.typed ? 1 : part, this.scene);
    if (p < 1) this.frame = requestAnimationFrame(() => this.#move());
  }
}
