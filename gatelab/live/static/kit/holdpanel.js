// The panel in which a visitor holds a value: which entry, how far the hold reaches, its value; what is held, and what came of it.

import { cellOf } from "../engine/cells.js";
import { option } from "./controls.js";
import { el } from "./dom.js";
import { bounds, describe, effect, impossible, letter } from "./holdwords.js";
import { reach } from "./legend.js";
import { spoken } from "./words.js";

const FINE = 0.01; // of the slider
const NUDGE = 0.05; // of the range, a press of an arrow key
const WIDE = 4; // of a memory without bounds, where no range was measured

const UNITS = { one: "this unit", all: "all units" };
const STEPS = { here: "at this step", on: "from here on", always: "always" };

const button = (label, title, onclick) => el("button", { type: "button", title, onclick }, label);

export class HoldPanel {
  holding;
  look;
  on;
  experiments;
  gestures; // how many there were
  comparing; // whether maps show new minus old

  /**
   * @param holding `Holding`
   * @param look () => what is chosen on the stage: {record, ghost, cursor, unit (null: the mean), name, ready, veiled}
   * @param on - {choose(name): another name is chosen, compare(on): show new minus old, shown(): the panel is open or closed}
   * @param experiments of each cell: [{called, look, hold, later: whether it is held from the step in sight on}]
   */
  constructor(holding, look, on, experiments = {}) {
    Object.assign(this, { holding, look, on, experiments, gestures: 0, comparing: false, met: false });
    this.button = el("button", { type: "button", className: "hold-call", title: "Hold a gate or a state at a value of your own, and see what follows", "aria-expanded": "false", onclick: () => this.show(this.element.hidden) }, "Hold a value");
    this.name = el("select", { "aria-label": "What to hold", onchange: () => on.choose(this.name.value) });
    this.units = el("select", { "aria-label": "Of which units", onchange: () => this.paint() }, ...Object.entries(UNITS).map(([value, label]) => option(value, label)));
    this.steps = el("select", { "aria-label": "At which steps", onchange: () => this.paint() }, ...Object.entries(STEPS).map(([value, label]) => option(value, label)));
    this.slider = el("input", { type: "range", step: FINE, "aria-label": "Value to hold", onpointerdown: () => this.#begin(), oninput: () => this.hold(Number(this.slider.value)) });
    this.number = el("input", { type: "number", step: "any", "aria-label": "Value to hold, as a number", onchange: () => this.number.value !== "" && (this.#begin(), this.hold(Number(this.number.value))) });
    this.silence = button("Silence this unit", "Hold this unit at 0 always: nothing of it reaches the others", () => this.#silence());
    this.undo = button("Undo", "Take the last change back (Ctrl Z)", () => holding.undo());
    this.redo = button("Redo", "Do it again (Ctrl Shift Z)", () => holding.redo());
    this.release = button("Let all go", "Nothing is held any more", () => holding.replace([]));
    this.minus = el("input", { type: "checkbox", onchange: () => this.#compare(this.minus.checked) });
    this.list = el("ul", { className: "held", "aria-label": "What is held" });
    this.says = el("p", { className: "what-it-did" });
    this.wrong = el("p", { className: "left-out" });
    this.tries = el("div", { className: "experiments", role: "group", "aria-label": "Experiments" });
    this.hint = el("p", { className: "quiet" });
    this.element = el("section", { className: "hold-panel", "aria-label": "Hold a value", hidden: true },
      el("div", { className: "group target" }, el("span", {}, "Hold"), this.name, el("span", {}, "of"), this.units, this.steps, el("span", {}, "at"), this.slider, this.number),
      el("div", { className: "group" }, this.silence, this.undo, this.redo, this.release, el("label", { className: "field" }, this.minus, "show new minus old")),
      this.tries, this.hint, this.list, this.wrong, this.says);
    this.element.addEventListener("keydown", (event) => event.key.length === 1 && this.key(event) && event.preventDefault());
  }

  get scene() {
    return this.look();
  }

  show(open) {
    this.element.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    this.on.shown();
  }

  /** Between which values the slider goes. */
  #span(name) {
    const { record } = this.scene;
    const [low, high] = bounds(record, name);
    if (Number.isFinite(high)) return [low, high];
    const to = record.model.ranges?.[name]?.to ?? WIDE;
    return [Math.max(low, -to), to];
  }

  /** The hold that the panel's choices make of a value as it is shown. */
  #made(name, shown) {
    const { record, cursor, unit } = this.scene;
    const value = name === record.turned ? 1 - shown : shown;
    const steps = { here: [cursor, cursor + 1], on: [cursor, Infinity], always: null }[this.steps.value];
    return { name, value, units: this.units.value === "all" || unit === null ? null : [unit], steps, how: "set" };
  }

  /** The next changes are one for undo. */
  #begin() {
    this.gestures += 1;
  }

  /** Hold the chosen entry at a value. */
  hold(value) {
    const { ready, veiled, cursor, name } = this.scene;
    if (!ready || veiled || cursor < 0 || !Number.isFinite(value)) return;
    this.holding.set(this.#made(name, value), this.gestures);
  }

  /** Move the value of the chosen entry by a share of its range, from where it was when `begin` was true last. */
  pull(share, begin) {
    if (begin) {
      this.#begin();
      this.from = this.#now();
      if (this.element.hidden) this.show(true);
    }
    const [low, high] = this.#span(this.scene.name);
    this.hold(Math.max(low, Math.min(high, Number((this.from + share * (high - low)).toFixed(3)))));
  }

  /** One press of an arrow key: up is 1. */
  nudge(up) {
    this.pull(up * NUDGE, true);
  }

  /** The value of the chosen entry; 0 where there is none, or where it would tell what a question hides. */
  #now() {
    const { record, cursor, unit, name, veiled } = this.scene;
    if (cursor < 0 || veiled) return 0;
    return unit === null ? record.row(name, cursor).reduce((a, b) => a + b, 0) / record.model.hidden_size : record.value(name, cursor, unit);
  }

  #silence() {
    const { record, unit } = this.scene;
    const states = new Set(["h", cellOf(record.model.cell).memory]);
    const held = [...states].map((name) => ({ name, value: 0, units: [unit], steps: null, how: "set" }));
    this.holding.replace([...this.holding.holds, ...held]);
  }

  #compare(on) {
    this.comparing = on;
    this.on.compare(on);
  }

  /** What a press of keys means here: undo and redo, and a nudge with Shift. Returns whether it means anything. */
  key(event) {
    const command = event.ctrlKey || event.metaKey;
    const moves = {
      z: () => command && (event.shiftKey ? this.holding.redo() : this.holding.undo()),
      y: () => command && this.holding.redo(),
      ArrowUp: () => event.shiftKey && !command && this.nudge(1),
      ArrowDown: () => event.shiftKey && !command && this.nudge(-1),
    };
    const move = moves[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!move || event.target.closest("textarea, input[type='number']")) return false;
    return move() !== false;
  }

  /** Say what of the holds another model cannot have. */
  tell(wrong) {
    this.wrong.textContent = wrong.join(" ");
  }

  /** Paint it for what is chosen. */
  paint() {
    const { holding, element } = this;
    this.button.classList.toggle("on", holding.holds.length > 0);
    if (element.hidden && !holding.holds.length) return;
    if (holding.holds.length && element.hidden && !this.met) this.show(true); // a link opens on what it holds
    this.met = true;
    if (element.hidden) return;
    this.#target();
    this.#experiments();
    this.#list();
  }

  /** The controls of the chosen entry. */
  #target() {
    const { record, cursor, unit, name, ready, veiled } = this.scene;
    const { titles, hidden_size: size } = record.model;
    const known = `${record.model.name} ${record.notation}`;
    if (this.known !== known) this.name.replaceChildren(...Object.entries(titles).map(([one, title]) => option(one, `${letter(record, one)}, ${title}`)));
    this.known = known;
    this.name.value = name;
    const [one, all] = this.units.options;
    one.textContent = unit === null ? UNITS.one : `unit ${unit}`;
    all.textContent = `all ${size} units`;
    one.disabled = unit === null;
    if (unit === null) this.units.value = "all";
    this.steps.options[0].textContent = cursor < 0 ? STEPS.here : `at step ${cursor + 1}, ${spoken(record.tokens[cursor])}`;
    const [low, high] = this.#span(name);
    const off = !ready || veiled || cursor < 0;
    Object.assign(this.slider, { min: low, max: high, disabled: off });
    this.slider.value = String(this.#now());
    const typing = /** @type {ShadowRoot} */ (this.element.getRootNode()).activeElement === this.number;
    if (!typing) this.number.value = String(Number(this.#now().toFixed(3)));
    this.number.disabled = off;
    this.slider.title = reach(record, name);
    this.silence.disabled = off || unit === null;
    this.undo.disabled = !this.holding.past.length;
    this.redo.disabled = !this.holding.future.length;
    this.release.disabled = !this.holding.holds.length;
    this.minus.disabled = !this.holding.holds.length;
  }

  /** The experiments of this cell, one button each, with what to look for. */
  #experiments() {
    const { record, ready, veiled } = this.scene;
    const shown = `${record.model.cell} ${record.notation} ${ready} ${veiled}`;
    if (this.offered === shown) return;
    this.offered = shown;
    const some = this.experiments[record.model.cell] ?? [];
    this.tries.hidden = !some.length;
    this.hint.textContent = "";
    this.tries.replaceChildren(el("span", { className: "quiet" }, "Experiments: "), ...some.map((one) => el("button", { type: "button", className: "try", title: one.look, disabled: !ready || veiled, onclick: () => this.#try(one) }, one.called)));
  }

  #try({ look, hold, later }) {
    const { record, cursor } = this.scene;
    this.hint.textContent = look;
    const held = this.holding.read(hold, record.model);
    this.holding.replace(later ? held.map((one) => ({ ...one, steps: [Math.max(0, cursor), Infinity] })) : held);
  }

  /** What is held, each with a button that lets it go, and what came of it. */
  #list() {
    const { record, ghost, unit, ready, veiled } = this.scene;
    const { holds } = this.holding;
    const shown = JSON.stringify([holds, record.tokens.length, record.notation, record.model.name]);
    if (this.listed !== shown) {
      this.listed = shown;
      this.list.replaceChildren(...holds.map((hold, place) => {
        const words = describe(record, hold);
        const never = impossible(record, hold);
        const go = el("button", { type: "button", "aria-label": `Let go: the ${words}`, title: "Let go", onclick: () => this.holding.drop(place) }, "\u00d7");
        return el("li", {}, `${letter(record, hold.name)}: ${words}. `, ...(never ? [el("strong", {}, `${never} `)] : []), go);
      }));
    }
    this.says.textContent = veiled ? "Answer the question in the text first: what is held would tell."
      : !ready ? "As soon as the network is here, you can hold its values."
      : holds.length && ghost ? effect(record, ghost, holds, unit)
      : holds.length ? "" : "Move the slider, or drag an entry of a map up or down. Shift with the up or down arrow key does the same.";
  }

  /** What a screen reader hears of it; "" where nothing is held. */
  get said() {
    const { record, ghost, unit, veiled } = this.scene;
    return this.holding.holds.length && ghost && !veiled ? effect(record, ghost, this.holding.holds, unit) : "";
  }
}
