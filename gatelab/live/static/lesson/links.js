// What a sentence of the text does that points at the stage: it goes to a step, a stage of the walk, a part, or begins an experiment.

import { CELLS } from "./cells.js";
import { ARITHMETIC, TEXT } from "./levels.js";
import * as looks from "./looks.js";
import { QUANTITIES } from "./quantities.js";
import { WayBack } from "./wayback.js";

export class Links {
  stage;
  pending; // what a link shows, while the answer that it needs is on its way

  constructor(stage) {
    this.stage = stage;
    this.pending = null;
    this.wayBack = new WayBack();
    this.clicked = (event) => this.#clicked(event);
  }

  listen() {
    document.addEventListener("click", this.clicked, true);
  }

  close() {
    document.removeEventListener("click", this.clicked, true);
    this.wayBack.forget();
  }

  /** An answer is here: show what waited for it. */
  arrived() {
    if (!this.pending || this.stage.wanted) return;
    this.#look(this.pending);
    this.pending = null;
  }

  /** A sentence of the text was clicked: go where it points. */
  #clicked(event) {
    const link = event.target.closest?.('a[href*="#look:"]');
    const look = link && looks.parse(link.hash);
    if (!look) return;
    event.preventDefault();
    event.stopPropagation();
    this.follow(look);
    this.#bringBack(link, look.hold);
  }

  /** Go where a link points. @param {Object<string, string>} look as of looks.js */
  follow(look) {
    const { stage } = this;
    const model = Object.values(stage.models).find(({ name, cell }) => name === look.model || cell === look.cell);
    const other = model && model.name !== stage.asked;
    const text = look.text !== undefined && look.text !== stage.box.text;
    if (other) stage.choose(model.name);
    if (text) stage.box.fill(look.text);
    if (stage.wanted || stage.text !== stage.box.text) this.pending = look; // the rest has to wait for the answer
    else this.#look(look);
  }

  /** The stage comes into sight where it is not, of an experiment what came of it; and with it the way back to the link where the two stand one above the other. */
  #bringBack(link, hold) {
    const { diagram, stage, board, holdPanel } = this.stage;
    const { top, bottom } = diagram.element.getBoundingClientRect();
    if (hold) holdPanel.reveal();
    if (top >= 0 && bottom <= window.innerHeight) return;
    if (link.getBoundingClientRect().left < stage.getBoundingClientRect().right) this.wayBack.offer(link);
    if (!hold) board.scrollIntoView({ behavior: diagram.still.matches ? "auto" : "smooth", block: "start" });
  }

  /** @param {{unit?: string, step?: string, stage?: string, part?: string, level?: string, hold?: string, back?: string, wire?: string, right?: string, cut?: string}} look what a link of the text shows */
  #look({ unit, step, stage, part, level, hold, ...way }) {
    const on = this.stage;
    if (hold !== undefined) this.#experiment(hold);
    on.backward.look(way);
    if (unit) on.pickUnit(unit === "mean" ? null : Number(unit));
    const value = (name, t) => {
      if (t < 0 || !on.record.names.includes(name)) return 0;
      const shown = on.record.value(name, t, on.lastUnit);
      return name === on.record.turned ? 1 - shown : shown; // a link means PyTorch's value, whatever the notation
    };
    if (step) on.pick({ step: looks.find(step, { steps: on.steps, told: on.veiled, cursor: on.cursor, value, moved: (t) => on.moved(t) }) });
    if (stage) on.going.walk(Math.min(Number(stage) || 0, CELLS[on.record.model.cell].walk.length));
    if (part) on.pick({ part: part in QUANTITIES[on.record.model.cell] ? part : null });
    if (level) on.pick({ level: Math.min(ARITHMETIC, Number(level) || TEXT), stage: Number(level) ? on.walked : 0 }); // no walk from afar
  }

  /** Hold what a link of the text says, and nothing else; "" lets all go. */
  #experiment(hold) {
    const { holdPanel, holding, veiled, record } = this.stage;
    if (hold && holdPanel.element.hidden) holdPanel.show(true);
    if (veiled !== Infinity) return; // what came out would tell, and the panel says so
    if (hold !== holding.text) holding.replace(holding.read(hold, record.model));
  }
}
