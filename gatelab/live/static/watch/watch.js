// The stage of the Watch page: one text, one cursor, one unit, and everything that looks at them.

import { cellOf, share } from "../engine/cells.js";
import { Against } from "../kit/against.js";
import { summary } from "../kit/arithmetic.js";
import * as panel from "../kit/arithmeticpanel.js";
import { caption } from "../kit/caption.js";
import { el, pointed, within } from "../kit/dom.js";
import { rowHeight, TALL } from "../kit/heatmap.js";
import { difference } from "../kit/holding.js";
import { HoldPanel } from "../kit/holdpanel.js";
import { Matters } from "../kit/matters.js";
import { writing } from "../kit/notation.js";
import { Player } from "../kit/player.js";
import { View } from "../kit/view.js";
import { glyph, spoken } from "../kit/words.js";
import { tr } from "../language.js";
import { mounting } from "../mounting.js";
import { watched } from "../own.js";
import { Record } from "../record.js";
import { Stage } from "../stage.js";
import { Board } from "./board.js";
import * as controls from "./controls.js";
import * as flow from "./flow.js";
import { Follows } from "./follows.js";
import { about, called, few, measurement, named } from "./named.js";
import * as ribbon from "./ribbon.js";
import { WritingOn } from "./writingon.js";

const NEXT = 6; // guesses that are listed with their probability
const FRAME = 1000 / 60; // ms, the shortest step

class Watch extends Stage {
  static kind = "";
  static pieces = 24;
  static explores = tr("this trace: figures to zoom and select, how the values are spread, downloads");
  static keys = tr("Board: left and right arrow move the step, up and down the unit, Home and End go to the ends, space plays");

  // What stands where.

  /** @type {View} */ view;
  /** @type {"few" | "all" | "alone"} which units the maps show, by hand or by a link */ shown;
  /** @type {number} steps a second */ speed;
  flowTitle;
  flowNote;
  legend;

  /** Come onto the page, with the networks that the visitor has kept. */
  begin(first, setStateValue) {
    this.page = { ...this.page, models: [...this.page.models, ...watched()] };
    super.begin(first, setStateValue);
  }

  build() {
    Object.assign(this, { view: new View(), shown: this.page.start.maps, speed: 5 });
    this.holdPanel = new HoldPanel(this.holding, () => this.#reachable(), { choose: (name) => this.pick({ name }), compare: () => this.#recolor(), shown: () => this.paintSoon() }, this.page.experiments);
    this.player = new Player({ place: () => ({ cursor: this.cursor, steps: this.record.steps }), pick: (step) => this.pick({ step }), pace: () => Math.max(FRAME, 1000 / this.speed), starts: () => this.writer.stop() }, tr("Play from the cursor to the end"));
    this.controls = controls.build(this.page.models, {
      model: (name) => this.#choose(name), step: (key) => this.press(key), speed: (speed) => this.setSpeed(speed), unit: (unit) => this.#pickUnit(unit),
      maps: (maps) => this.#show(maps), order: (order) => this.#sort(order), ribbon: (name) => this.#color(name),
    }, this.player.button, this.holdPanel.button, this.link, this.notation.element);
    this.more = this.controls.more;
    this.writer = new WritingOn(this, this.page.start);
    this.player.button.after(this.writer.button);
    this.against = new Against(this, this.page.start.against, [{ second: true, label: tr("second text"), draw: ribbon.draw }]);
    this.link.before(this.against.button);
    this.maps = new Board({ pick: (what) => this.pick(what), pull: (share, begin) => this.holdPanel.pull(share, begin), done: () => this.holdPanel.show(true), hover: this.hover });
    this.expected = el("div", { className: "gutter quiet" });
    this.matters = new Matters(this.checkpoints, (what) => this.pick(what));
    this.follows = new Follows(this.checkpoints, { cursor: () => this.cursor, pick: (what) => this.pick(what), paint: () => this.paintSoon() });
    this.follows.marks.listen(this.maps.ribbon);
    this.next = el("div", { className: "next", role: "group", "aria-label": tr("Most likely next characters") });
    this.flow = el("canvas", { className: "flow", role: "img", onclick: (event) => this.#clicked(event) });
    [this.flowTitle, this.flowNote, this.legend] = [el("h3", {}), el("p", { className: "quiet" }), el("ul", { className: "legend" })];
    this.panel = el("section", { className: "panel", "aria-label": tr("The arithmetic of the chosen entry") });
    this.caption = el("p", { className: "quiet caption" });
    this.board.append(this.caption, this.maps.body);
    this.maps.head.addEventListener("keydown", (event) => this.pressed(event));
    const head = el("div", { className: "head" }, this.maps.head, el("div", { className: "row" }, this.expected, this.next));
    return [
      el("div", { className: "top" }, this.box.element, this.controls.picker), this.tries, this.controls.bar, this.writer.panel, this.holdPanel.element, el("div", { className: "score" }, head, this.against.element, this.board, this.matters.element, this.follows.element),
      el("div", { className: "below" }, el("section", { className: "flowbox" }, this.flowTitle, this.flow, this.legend, this.flowNote), this.panel),
    ];
  }

  /** The first picture, which came with the page. */
  open(first) {
    const { start } = this.page;
    this.record = new Record(this.models[first.metadata.model]).use(this.notation.chosen);
    this.record.apply(first);
    this.holding.open(start.hold, this.record.model, start.after);
    this.controls.model.value = this.record.model.name;
    this.wanted = { ribbon: start.value, name: start.entry }; // by hand or by a link; undefined: the cell's own
    this.order = start.order;
    this.#settle(start.unit);
    this.follows.open(start, this.record.text);
    this.box.open(this.record.text);
    this.resize(); // how many steps are in sight
    this.cursor = this.follow = this.view.opening(start.step, this.record.steps);
  }

  close() {
    super.close();
    this.writer.close();
    this.player.stop();
    this.matters.close();
    this.against.close();
    this.follows.close();
  }

  /** A model has been chosen and its first trace is here: set what depends on the cell. */
  #settle(unit) {
    const { cell, opening, titles, hidden_size: size } = this.record.model;
    this.controls.maps.few.disabled = !named(this.record.model).length;
    this.unit = unit < size ? unit : opening.unit;
    const first = (...wanted) => wanted.find((wish) => this.record.names.includes(wish)); // what was chosen by hand, if the cell has it
    this.ribbonName = first(this.wanted.ribbon, cellOf(cell).memory);
    this.name = first(this.wanted.name, share(cellOf(cell), "keep")?.name, "h");
    Object.assign(this.controls.unit, { max: size - 1, value: this.unit, title: tr("From 0 to {last}", { last: size - 1 }) });
    this.controls.order.value = this.order;
    controls.offer(this.controls.ribbon, titles, this.ribbonName, writing(this.record));
    this.controls.facts.replaceChildren(...controls.facts(this.record.model));
    this.offer([opening.text, ...opening.others]);
    this.#build();
    this.#explainFlow();
  }

  #explainFlow() {
    const parts = flow.flowOf(this.record);
    this.legend.replaceChildren(...["kept", "added", "total", "out"].filter((key) => parts[key]).map((key) => el("li", { className: key }, parts[key].label)));
  }

  renamed() {
    this.record.use(this.notation.chosen);
    controls.offer(this.controls.ribbon, this.record.model.titles, this.ribbonName, writing(this.record));
    this.#explainFlow();
    this.#show(this.shown);
  }

  // What happens.

  get asked() {
    return this.controls.model.value;
  }

  set asked(model) {
    this.controls.model.value = model;
  }

  request(asked) {
    return { ...asked, compact: true, ...this.holding.asked };
  }

  nearby(request, near) {
    return near.trace(request);
  }

  held(model, text) {
    return this.record.model.name === model ? this.holding.shared(this.record, Array.from(text)) : 0;
  }

  typed(text, caret) {
    const looking = this.cursor < this.record.steps - 1; // at an earlier step, while the model writes on
    this.follow = this.writer.typed(text) ? (looking ? this.cursor : text.length) : caret - 1;
    this.player.stop();
    if (this.lane.idle && text === this.record.text && this.asked === this.record.model.name) this.caret(caret);
    else this.ask(this.asked, text);
    this.explore.changed();
  }

  /** The caret has moved, perhaps behind text whose steps are still on their way. */
  caret(caret) {
    this.pick({ step: caret - 1 });
    this.follow = caret - 1;
  }

  /** Another model takes over the text; an example that nobody touched makes room for its own. */
  #choose(model) {
    this.writer.disown();
    this.follow = this.cursor;
    this.holdPanel.tell(this.holding.fit(this.models[model]));
    if (this.isExample(this.box.text)) this.box.fill(this.models[model].opening.text);
    this.ask(model);
    this.explore.changed();
  }

  /** An answer of the server; false where it does not continue what is held. */
  take(answer, text) {
    const same = answer.metadata.model === this.record.model.name;
    if (!same && answer.metadata.have > 0) return false; // the beginning that it continues is no longer held
    const record = same ? this.record : new Record(this.models[answer.metadata.model]).use(this.notation.chosen);
    if (!record.apply(answer, text)) return false;
    if (!same) {
      this.record = record;
      this.#settle(record.model.opening.unit);
      this.tip.say(null);
      this.colored();
      this.resize();
      this.explore.changed(); // the unit is another one too
    }
    this.cursor = Math.min(Math.max(this.follow, 0), record.steps - 1);
    this.paintSoon();
    return true;
  }

  /** @param {{step?: number, unit?: number, name?: string}} what is chosen from now on */
  pick({ step, unit, name }) {
    const last = this.record.steps - 1;
    if (step !== undefined) this.cursor = this.follow = Math.max(Math.min(0, last), Math.min(last, step));
    if (unit !== undefined) this.unit = Math.max(0, Math.min(this.record.model.hidden_size - 1, Math.trunc(unit) || 0));
    if (name !== undefined) this.name = this.wanted.name = name;
    if (unit !== undefined || name !== undefined) this.explore.changed();
    this.paintSoon();
  }

  #clicked(event) {
    const t = this.view.start + Math.floor((pointed(event).x - this.flowAxis.left) / this.flowAxis.step);
    if (t >= this.view.start && t < this.view.end(this.record.steps)) this.pick({ step: t });
  }

  /** What was typed into the unit's box; nothing at all leaves the unit as it was. */
  #pickUnit(typed) {
    if (typed !== "") this.pick({ unit: Number(typed) });
    this.controls.unit.value = this.unit;
  }

  /** What the maps show: the few units that have a name, all units, or the chosen one alone; all where none has a name. */
  get mode() {
    return this.shown === "few" && !named(this.record.model).length ? "all" : this.shown;
  }

  #show(maps) {
    this.shown = maps;
    this.#build();
    this.colored();
    this.resize();
    this.paintSoon();
  }

  /** The maps, the memory at the front where there are a few rows: it is what to look at first. */
  #build() {
    const { cell, titles } = this.record.model;
    const { memory } = cellOf(cell);
    this.maps.build(this.mode === "few" ? { [memory]: titles[memory], ...titles } : titles, writing(this.record), this.mode === "few");
    this.maps.body.classList.toggle("alone", this.mode === "alone");
    this.stage?.classList.toggle("with-names", this.mode === "few");
    for (const [key, button] of Object.entries(this.controls.maps)) button.setAttribute("aria-pressed", String(key === this.mode));
  }

  #sort(order) {
    this.order = order;
    this.explore.changed();
    this.paintSoon();
  }

  #color(name) {
    this.ribbonName = this.wanted.ribbon = name;
    this.paintSoon();
  }

  get moves() {
    const order = this.#units();
    const beside = (by) => order[Math.max(0, Math.min(order.length - 1, order.indexOf(this.unit) + by))];
    const to = { ArrowLeft: { step: this.cursor - 1 }, ArrowRight: { step: this.cursor + 1 }, Home: { step: 0 }, End: { step: this.record.steps - 1 }, ArrowUp: { unit: beside(-1) }, ArrowDown: { unit: beside(1) } };
    const moves = Object.entries(to).map(([key, what]) => [key, () => (this.player.stop(), this.pick(what))]);
    return { ...Object.fromEntries(moves), " ": () => this.player.toggle() };
  }

  pressed(event) {
    if (this.follows.key(event)) event.preventDefault();
    else super.pressed(event);
  }

  setSpeed(speed) {
    this.speed = speed;
    this.controls.speed.value = String(speed);
    this.paintSoon();
    this.player.paced();
  }

  see({ unit, step, value, entry, order, maps, temperature, seed, marks, follow, elsewhere, against }) {
    this.controls.ribbon.value = this.ribbonName = this.wanted.ribbon = value ?? this.ribbonName;
    this.controls.order.value = order;
    if (order !== this.order) this.#sort(order);
    if (maps !== this.shown) this.#show(maps);
    this.player.stop();
    this.pick({ unit, step, name: entry ?? this.name });
    this.writer.see({ temperature, seed });
    this.follows.see({ marks, follow, elsewhere }, this.record.text);
    this.against.see(against);
  }

  linked() {
    return { model: this.record.model.name, unit: this.unit, step: Math.max(1, this.cursor + 1), value: this.ribbonName, entry: this.name, order: this.order, maps: this.shown, ...this.writer.linked(), ...this.follows.linked(), ...this.against.linked() };
  }

  chosen() {
    return { model: this.asked, unit: this.unit, order: this.order, name: this.name };
  }

  // Painting.

  colored() {
    this.maps.explain(this.#mapped(), this.scales);
  }

  #recolor() {
    this.colored();
    this.paintSoon();
  }

  /** What is chosen, for the panel of holds. */
  #reachable() {
    const { record, holding: { ghost }, cursor, unit, name, ready } = this;
    return { record, ghost, cursor, unit, name, ready, veiled: false, text: record.text, limit: this.page.limit };
  }

  /** What the maps show: the values, or where that is chosen what the holds changed. */
  #mapped() {
    const { ghost } = this.holding;
    return ghost && this.holdPanel.comparing ? difference(this.record, ghost) : this.record;
  }

  resize() {
    this.view.resize(this.maps.head.querySelector(".lane").clientWidth);
    this.flowWidth = this.flow.parentElement.clientWidth; // asked for here, not at every paint: it makes the browser lay out
  }

  /** The units in the order in which the heatmaps show them. */
  #units() {
    return this.mode === "few" ? few(this.record.model, this.unit) : this.record.model.orders[this.order];
  }

  draw() {
    const { record, view, cursor, unit, name, ribbonName, ink, tables } = this;
    const order = this.#units();
    const ghost = this.holding.follow(record, record.text, this.answers.near);
    view.follow(Math.max(0, cursor), Math.max(record.steps, this.against.steps));
    const row = { few: TALL, all: rowHeight(order.length, record.names.length), alone: 0 }[this.mode];
    const held = this.holding.holds.length ? (...entry) => this.holding.at(...entry) : null;
    const scene = { record, ghost, view, cursor, unit, name, order, row, ribbonName, tables, ink, held, written: this.writer.marks };
    this.maps.paint({ ...scene, record: this.#mapped() });
    this.follows.paint(this.maps.ribbon, { ...scene, text: this.box.text, ready: this.ready, hold: this.holding.text, after: this.holding.after });
    this.matters.paint({ model: record.model.name, text: record.text, steps: record.steps, unit: "character", ready: this.ready, held: this.holding.active, answers: Boolean(record.model.answers) });
    this.against.paint({ ...scene, written: [] });
    this.holdPanel.paint();
    this.maps.ribbonLabel.replaceChildren(el("span", { className: "quiet" }, tr("{letter} of unit {unit}", { letter: writing(record).plain(ribbonName), unit })), ...(this.writer.marks.includes(true) ? [el("span", { className: "quiet written-key" }, tr("written by the model"))] : []));
    if (this.root.activeElement !== this.controls.unit) this.controls.unit.value = unit;
    this.#paintNext();
    this.caption.replaceChildren(...this.#guide(order.length));
    this.flowTitle.textContent = tr("Unit {unit}: the flow of its {state}", { unit, state: flow.flowOf(record).title });
    this.flowNote.textContent = caption(ghost ?? record, unit);
    this.flow.setAttribute("aria-label", tr("{title}, step by step", { title: this.flowTitle.textContent }));
    this.flowAxis = flow.draw(this.flow, scene, this.flowWidth);
    panel.show(this.panel, { ...scene, held: this.holding.at(name, cursor, unit), weights: this.checkpoints.of(record.model.name) }, (other) => this.pick({ unit: other }));
    this.writer.paint();
  }

  /** What to look at: of a few units what the chosen one tells and how well, else what the maps show. */
  #guide(units) {
    const { unit, mode, record: { model } } = this;
    const written = writing(this.record);
    if (mode === "alone") return [tr("Every value of unit {unit} at every step.", { unit })];
    if (mode === "all") return [tr("Every value of all {units} units at every step; the strip on top of each map is unit {unit} alone.", { units, unit })];
    const known = about(model, unit);
    if (!known) return [tr("Unit {unit} is none of the {units} that have a name: its row is the last of each map.", { unit, units: units - 1 })];
    return within(tr("Look at {unit}. Follow its row in {letter} while you type. {measured} Up and down arrow go to the other units."), {
      unit: el("b", {}, tr("unit {unit}, {called}", { unit, called: called(known, written) })), letter: written.plain(known.name), measured: el("span", { className: "how-well" }, `${measurement(known)}.`),
    });
  }

  get pictured() {
    const { matters, against, follows } = this;
    return [
      { name: tr("text"), element: this.maps.head.parentElement, shown: true }, { name: tr("second text"), element: against.element, shown: true }, ...super.pictured,
      { name: tr("what matters"), element: matters.element, shown: false }, { name: tr("what follows"), element: follows.element, shown: false },
      { name: tr("flow of the unit"), element: this.flow.parentElement, shown: false }, { name: tr("arithmetic"), element: this.panel, shown: false },
    ];
  }

  painted() {
    return { model: this.record.model.name, text: this.record.text };
  }

  get read() {
    const { model, tokens, strange } = this.record;
    return { model, tokens, unknown: strange, unit: "characters", several: false };
  }

  said() {
    return this.writer.report() + (this.holdPanel.said || summary(this.record, this.cursor, this.unit));
  }

  #paintNext() {
    this.expected.textContent = this.writer.label;
    if (this.cursor < 0) return this.next.replaceChildren(el("span", { className: "quiet" }, tr("nothing yet: type above")));
    this.next.replaceChildren(
      ...this.writer.guesses(this.cursor, NEXT).map(({ token, probability }) => {
        const bar = el("span", { className: "level" });
        bar.style.width = `${100 * probability}%`;
        return el("span", { className: "guess", title: spoken(token) }, bar, el("b", {}, glyph(token)), el("span", {}, percent(probability)));
      }),
    );
  }
}

const percent = (probability) => (probability > 0 && probability < 0.005 ? "<\u20091\u2009%" : `${Math.round(100 * probability)}\u2009%`);

export const { mount, unmount } = mounting(Watch);
