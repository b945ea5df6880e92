// The panel in which a visitor holds a value: which entry, how far the hold reaches, its value; what is held, and what came of it.

import { cellOf } from "../engine/cells.js";
import { tr } from "../language.js";
import { option } from "./controls.js";
import { el } from "./dom.js";
import { button, HoldControls } from "./holdcontrols.js";
import { begun, bounds, describe, effect, ending, impossible, letter } from "./holdwords.js";
import { reach } from "./legend.js";
import { labelled } from "./words.js";

const NUDGE = 0.05; // of the range, a press of an arrow key
const WIDE = 4; // of a memory without bounds, where no range was measured

const HERE = "here"; // the choice to begin where this text ends

const UNITS = { one: tr("this unit"), all: tr("all units") };

export class HoldPanel extends HoldControls {
  experiments;
  comparing; // whether maps show new minus old

  /**
   * @param holding `Holding`
   * @param look () => what is chosen on the stage: {record, ghost, cursor, unit (null: the mean), name, ready, veiled, text: what stands in the text box, limit: its most characters}
   * @param on - {choose(name): another name is chosen, compare(on): show new minus old, shown(): the panel is open or closed}
   * @param experiments of each cell: [{called, look, hold, later: whether it is held from the step in sight on}]
   */
  constructor(holding, look, on, experiments = {}) {
    super(holding, look, on, tr("Hold a gate or a state at a value of your own, and see what follows"), tr("Move the slider, or drag an entry of a map up or down. Shift with the up or down arrow key does the same."));
    Object.assign(this, { experiments, comparing: false });
    this.units = el("select", { "aria-label": tr("Of which units"), onchange: () => this.paint() }, ...Object.entries(UNITS).map(([value, label]) => option(value, label)));
    this.silence = button(tr("Silence this unit"), tr("Hold this unit at 0 always: nothing of it reaches the others"), () => this.#silence());
    this.minus = el("input", { type: "checkbox", onchange: () => this.#compare(this.minus.checked) });
    this.tries = el("div", { className: "experiments", role: "group", "aria-label": tr("Experiments") });
    this.first = el("select", { "aria-label": tr("Begin with"), title: tr("What the first step takes for the old state. PyTorch begins with zeros unless a state is passed along."), onchange: () => this.#begin(this.first.value) },
      option("", tr("zeros")), option("after", ""), option(HERE, tr("the state in which this text ends")));
    this.lay([this.name, el("span", {}, tr("of")), this.units], [this.silence, this.undo, this.redo, this.release, el("label", { className: "field" }, this.minus, tr("show new minus old"))], [el("label", { className: "field" }, el("span", {}, tr("Begin with")), this.first), this.tries]);
  }

  span() {
    const { record, name } = this.scene;
    const [low, high] = bounds(record, name);
    if (Number.isFinite(high)) return [low, high];
    const to = record.model.ranges?.[name]?.to ?? WIDE;
    return [Math.max(low, -to), to];
  }

  made(shown) {
    const { record, unit, name } = this.scene;
    const value = name === record.turned ? 1 - shown : shown;
    return { name, value, units: this.units.value === "all" || unit === null ? null : [unit], steps: this.when, how: "set" };
  }

  /** Move the value of the chosen entry by a share of its range, from where it was when `begin` was true last. */
  pull(share, begin) {
    if (begin) {
      this.begin();
      this.from = this.now();
    }
    const [low, high] = this.span();
    this.hold(Math.max(low, Math.min(high, Number((this.from + share * (high - low)).toFixed(3)))));
  }

  /** One press of an arrow key: up is 1. */
  nudge(up) {
    this.pull(up * NUDGE, true);
    if (this.element.hidden) this.show(true);
  }

  now() {
    const { record, cursor, unit, name, veiled } = this.scene;
    if (cursor < 0 || veiled) return 0; // where a question hides it, it would tell
    return unit === null ? record.row(name, cursor).reduce((a, b) => a + b, 0) / record.model.hidden_size : record.value(name, cursor, unit);
  }

  /** Begin with zeros, or with the state in which the text ends that stands here: after what it began with itself. */
  #begin(chosen) {
    if (chosen === "after") return;
    this.holding.begin(chosen === HERE ? this.#read : "");
  }

  /** All that was read up to the end of this text. */
  get #read() {
    const { text, record } = this.scene;
    const { after } = this.holding;
    return after && (record.model.unit ?? "characters") !== "characters" ? `${after} ${text}` : after + text;
  }

  /** What there is to begin with. */
  #beginnings() {
    const [zeros, after, here] = this.first.options;
    const { after: held } = this.holding;
    const { text, limit } = this.scene;
    after.hidden = after.disabled = !held;
    after.textContent = held && tr("the state after {text}", { text: ending(held) });
    here.disabled = zeros.disabled = this.off;
    here.disabled ||= !text || Array.from(this.#read).length > limit;
    this.first.value = held ? "after" : "";
    this.first.disabled = this.off && !held;
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

  /** Undo and redo, and a nudge with Shift. */
  moves(event) {
    const shift = event.shiftKey && !event.ctrlKey && !event.metaKey;
    return { ...super.moves(event), ArrowUp: () => shift && this.nudge(1), ArrowDown: () => shift && this.nudge(-1) };
  }

  target() {
    const { record, unit, name } = this.scene;
    const { titles, hidden_size: size } = record.model;
    const known = `${record.model.name} ${record.notation}`;
    if (this.known !== known) this.name.replaceChildren(...Object.entries(titles).map(([one, title]) => option(one, `${letter(record, one)}, ${tr(title)}`)));
    this.known = known;
    this.name.value = name;
    const [one, all] = this.units.options;
    one.textContent = unit === null ? UNITS.one : tr("unit {unit}", { unit });
    all.textContent = tr("all {count} units", { count: size });
    one.disabled = unit === null;
    if (unit === null) this.units.value = "all";
    super.target();
    this.slider.title = reach(record, name);
    this.silence.disabled = this.off || unit === null;
    this.minus.disabled = !this.holding.active;
    this.#beginnings();
    this.#experiments();
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
    this.tries.replaceChildren(el("span", { className: "quiet" }, tr("Experiments: ")), ...some.map((one) => el("button", { type: "button", className: "try", title: tr(one.look), disabled: !ready || veiled, onclick: () => this.#try(one) }, tr(one.called))));
  }

  #try({ look, hold, later }) {
    const { record, cursor } = this.scene;
    this.hint.textContent = tr(look);
    const held = this.holding.read(hold, record.model);
    this.holding.replace(later ? held.map((one) => ({ ...one, steps: [Math.max(0, cursor), Infinity] })) : held);
    this.reveal();
  }

  line(hold) {
    const { record } = this.scene;
    const words = describe(record, hold);
    return { text: labelled(letter(record, hold.name), words), called: tr("the {hold}", { hold: words }), note: impossible(record, hold) };
  }

  get said() {
    const { record, ghost, unit, veiled } = this.scene;
    const { holds, after } = this.holding;
    if (!ghost || veiled) return "";
    const did = effect(record, ghost, holds, unit, Boolean(after));
    return after ? `${begun(record, ghost, after, !did)} ${did}`.trim() : did;
  }
}
