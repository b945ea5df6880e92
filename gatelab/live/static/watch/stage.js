// The stage of the Watch page: one text, one cursor, one unit, and everything that looks at them.

import { summary } from "./arithmetic.js";
import { Board } from "./board.js";
import * as controls from "./controls.js";
import { el } from "../dom.js";
import * as flow from "./flow.js";
import { rowHeight } from "./heatmap.js";
import { Explore } from "../explore.js";
import { Lane, overHttp } from "../lane.js";
import { copy } from "../link.js";
import { here, mounting } from "../mounting.js";
import { tables } from "../palette.js";
import * as panel from "./panel.js";
import { Record } from "../record.js";
import { parse } from "../safetensors.js";
import { TextBox } from "../textbox.js";
import { dress } from "../theme.js";
import { Tip } from "../tip.js";
import { View } from "../view.js";
import { Weights } from "../weights.js";
import { glyph, number, spoken } from "../words.js";

const NEXT = 6; // guesses that are listed with their probability

class Watch {
  constructor(root, first, setStateValue) {
    const { page } = first.metadata;
    this.root = root;
    this.page = page;
    this.models = Object.fromEntries(page.models.map((model) => [model.name, model]));
    this.weights = new Weights(() => this.#paintSoon());
    this.view = new View();
    this.cursor = -1;
    this.alone = false; // whether the maps show the chosen unit alone
    this.speed = 5;
    this.lane = new Lane({
      send: overHttp(here("/live/trace"), parse),
      held: (model, tokens) => (this.record.model.name === model ? this.record.shared(tokens) : 0),
      painted: (answer, text) => this.#take(answer, text),
      status: (state, message) => this.box.status(state, message),
    });
    this.#build();
    this.#open(first);
    this.dress(setStateValue);
    this.resized = new ResizeObserver(() => this.#resize());
    this.resized.observe(this.board.body);
    this.dressed = () => this.#paintSoon(); // letters on a canvas do not change by themselves when their font arrives
    document.fonts.addEventListener("loadingdone", this.dressed);
    this.#resize();
  }

  close() {
    this.resized.disconnect();
    document.fonts.removeEventListener("loadingdone", this.dressed);
    this.lane.close();
    clearInterval(this.player);
    clearTimeout(this.speaking);
    this.weights.close();
    this.explore.close();
  }

  // What stands where.

  #build() {
    this.tip = new Tip();
    this.explore = new Explore("this trace: figures to zoom and select, how the values are spread, downloads", () => ({ model: this.controls.model.value, text: this.box.text, unit: this.unit, order: this.order }));
    this.box = new TextBox({
      limit: this.page.limit,
      changed: (text, caret) => this.#typed(text, caret),
      moved: (caret) => this.#caret(caret),
    });
    this.controls = controls.build(this.page.models, {
      model: (name) => this.#choose(name),
      step: (key) => this.#key(key),
      play: () => this.#play(),
      speed: (speed) => this.#setSpeed(speed),
      unit: (unit) => this.#pickUnit(unit),
      maps: (maps) => this.#shrink(maps === "alone"),
      order: (order) => this.#sort(order),
      ribbon: (name) => this.#color(name),
      link: () => this.#link(),
    });
    this.board = new Board({ pick: (what) => this.#pick(what), hover: (text, event) => this.tip.say(text, event) });
    this.next = el("div", { className: "next", role: "group", "aria-label": "Most likely next characters" });
    this.tries = el("div", { className: "tries" });
    this.flow = el("canvas", { className: "flow", role: "img" });
    this.flowTitle = el("h3", {});
    this.flowNote = el("p", { className: "quiet" });
    this.legend = el("ul", { className: "legend" });
    this.panel = el("section", { className: "panel", "aria-label": "The arithmetic of the chosen entry" });
    this.spoken = el("p", { className: "unseen", "aria-live": "polite" });
    const keys = "Board: left and right arrow move the step, up and down the unit, Home and End go to the ends, space plays";
    this.caption = el("p", { className: "quiet caption" });
    this.focus = el("div", { className: "board", tabIndex: 0, role: "group", "aria-label": keys, onkeydown: (event) => this.#pressed(event) }, this.caption, this.board.body);
    const score = el("div", { className: "score" });
    const head = el("div", { className: "head" }, this.board.head, el("div", { className: "row" }, el("div", { className: "gutter quiet" }, "expected next"), this.next));
    this.board.head.addEventListener("keydown", (event) => this.#pressed(event));
    score.append(head, this.focus);
    this.stage = el(
      "div",
      { className: "stage" },
      el("div", { className: "top" }, this.box.element, this.controls.picker),
      this.tries,
      this.controls.bar,
      score,
      el("div", { className: "below" }, el("section", { className: "flowbox" }, this.flowTitle, this.flow, this.legend, this.flowNote), this.panel),
      this.explore.element,
      this.tip.element,
      this.spoken,
    );
    this.flow.addEventListener("click", (event) => {
      const t = this.view.start + Math.floor((event.offsetX - this.flowAxis.left) / this.flowAxis.step);
      if (t >= this.view.start && t < this.view.end(this.record.steps)) this.#pick({ step: t });
    });
    this.root.append(this.stage);
  }

  /** The first picture, which came with the page. */
  #open(first) {
    const { start } = this.page;
    this.record = new Record(this.models[first.metadata.model]);
    this.record.apply(first);
    this.controls.model.value = this.record.model.name;
    this.chosen = { ribbon: start.value, name: start.name }; // by hand or by a link; undefined: the cell's own
    this.order = start.order;
    this.#settle(start.unit);
    this.box.open(this.record.text);
    this.cursor = Math.min(start.step, this.record.steps - 1);
  }

  /** A model has been chosen and its first trace is here: set what depends on the cell. */
  #settle(unit) {
    const { cell, card, opening, titles, hidden_size: size } = this.record.model;
    const names = this.record.names;
    this.unit = unit < size ? unit : opening.unit;
    const first = (...wanted) => wanted.find((wish) => names.includes(wish)); // what was chosen by hand, if the cell has it
    this.ribbonName = first(this.chosen.ribbon, "c", "h");
    this.name = first(this.chosen.name, "f", "z", "h");
    this.controls.unit.max = size - 1;
    this.controls.unit.value = this.unit;
    this.controls.unit.title = `From 0 to ${size - 1}`;
    this.controls.order.value = this.order;
    controls.offer(this.controls.ribbon, titles, this.ribbonName);
    const loss = number(card.held_out_nats_per_character, 2);
    this.controls.facts.textContent = `${card.data.title} \u00b7 ${size} units, ${card.parameters.toLocaleString("en")} parameters \u00b7 ${loss} nats per character on text it never saw`;
    this.tries.replaceChildren(
      el("span", { className: "quiet" }, "Try: "),
      ...[opening.text, ...opening.others].map((text) =>
        el("button", { type: "button", className: "try", title: text, onclick: () => this.box.fill(text) }, text),
      ),
    );
    this.board.build(titles);
    this.legend.replaceChildren(
      ...["kept", "added", "total", "out"]
        .filter((key) => flow.FLOWS[cell][key])
        .map((key) => el("li", { className: key }, flow.FLOWS[cell][key].label)),
    );
  }

  // What happens.

  #typed(text, caret) {
    this.follow = caret - 1;
    this.#stop();
    const model = this.controls.model.value;
    if (this.lane.idle && text === this.record.text && model === this.record.model.name) this.#caret(caret);
    else this.lane.want(model, text);
    this.explore.changed();
  }

  /** The caret has moved, perhaps behind text whose steps are still on their way. */
  #caret(caret) {
    this.#pick({ step: caret - 1 });
    this.follow = caret - 1;
  }

  /** Another model takes over the text; an example that nobody touched makes room for its own. */
  #choose(model) {
    const { opening } = this.record.model;
    const untouched = [opening.text, ...opening.others].includes(this.box.text);
    this.follow = this.cursor;
    if (untouched) this.box.fill(this.models[model].opening.text);
    this.lane.want(model, this.box.text);
    this.explore.changed();
  }

  /** An answer of the server; false where it does not continue what is held. */
  #take(answer, text) {
    const same = answer.metadata.model === this.record.model.name;
    if (!same && answer.metadata.have > 0) return false; // the beginning that it continues is no longer held
    const record = same ? this.record : new Record(this.models[answer.metadata.model]);
    if (!record.apply(answer, text)) return false;
    if (!same) {
      this.record = record;
      this.#settle(record.model.opening.unit);
      this.tip.say(null);
      this.board.explain(record, this.scales);
      this.#resize();
    }
    this.cursor = Math.min(Math.max(this.follow, 0), record.steps - 1);
    this.#paintSoon();
    return true;
  }

  #pick({ step, unit, name }) {
    const last = this.record.steps - 1;
    if (step !== undefined) this.cursor = this.follow = Math.max(Math.min(0, last), Math.min(last, step));
    if (unit !== undefined) this.unit = Math.max(0, Math.min(this.record.model.hidden_size - 1, Math.trunc(unit) || 0));
    if (name !== undefined) this.name = this.chosen.name = name;
    if (unit !== undefined) this.explore.changed();
    this.#paintSoon();
  }

  /** What was typed into the unit's box; nothing at all leaves the unit as it was. */
  #pickUnit(typed) {
    if (typed !== "") this.#pick({ unit: Number(typed) });
    this.controls.unit.value = this.unit;
  }

  #shrink(alone) {
    this.alone = alone;
    this.board.body.classList.toggle("alone", alone);
    this.#paintSoon();
  }

  #sort(order) {
    this.order = order;
    this.explore.changed();
    this.#paintSoon();
  }

  #color(name) {
    this.ribbonName = this.chosen.ribbon = name;
    this.#paintSoon();
  }

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button, select, input")) return;
    if (this.#key(event.key)) event.preventDefault();
  }

  #key(key) {
    const order = this.#units();
    const beside = (by) => order[Math.max(0, Math.min(order.length - 1, order.indexOf(this.unit) + by))];
    const moves = {
      ArrowLeft: () => this.#pick({ step: this.cursor - 1 }),
      ArrowRight: () => this.#pick({ step: this.cursor + 1 }),
      Home: () => this.#pick({ step: 0 }),
      End: () => this.#pick({ step: this.record.steps - 1 }),
      ArrowUp: () => this.#pick({ unit: beside(-1) }),
      ArrowDown: () => this.#pick({ unit: beside(1) }),
      " ": () => this.#play(),
    };
    if (!moves[key]) return false;
    if (key !== " ") this.#stop();
    moves[key]();
    return true;
  }

  #play() {
    if (this.player) return this.#stop();
    if (this.cursor >= this.record.steps - 1) this.#pick({ step: 0 });
    this.controls.play.textContent = "\u275A\u275A Pause";
    this.player = setInterval(() => {
      if (this.cursor >= this.record.steps - 1) this.#stop();
      else this.#pick({ step: this.cursor + 1 });
    }, 1000 / this.speed);
  }

  #stop() {
    clearInterval(this.player);
    this.player = null;
    this.controls.play.textContent = "\u25B6 Play";
  }

  #setSpeed(speed) {
    this.speed = speed;
    if (!this.player) return;
    this.#stop();
    this.#play();
  }

  #link() {
    const { model } = this.record;
    copy(this.controls.link, { model: model.name, text: this.box.text, unit: this.unit, step: Math.max(1, this.cursor + 1), value: this.ribbonName, entry: this.name, order: this.order });
  }

  // Painting.

  /** Take the theme's colors, at the first mount and whenever the theme changes. */
  dress(setStateValue) {
    this.explore.setStateValue = setStateValue;
    const { scales, ink } = dress(this.stage, this.page.palette);
    this.scales = scales;
    this.ink = ink;
    this.tables = tables(scales);
    this.board.explain(this.record, this.scales);
    this.#paintSoon();
  }

  #resize() {
    const lane = this.board.head.querySelector(".lane");
    this.view.resize(lane.clientWidth);
    this.flowWidth = this.flow.parentElement.clientWidth; // asked for here, not at every paint: it makes the browser lay out
    this.#paintSoon();
  }

  /** The units in the order in which the heatmaps show them. */
  #units() {
    return this.record.model.orders[this.order];
  }

  #paintSoon() {
    this.due ??= requestAnimationFrame(() => {
      this.due = null;
      this.#paint();
    });
  }

  #paint() {
    const { record, view, cursor, unit, name, ribbonName, ink } = this;
    const order = this.#units();
    view.follow(Math.max(0, cursor), record.steps);
    const row = this.alone ? 0 : rowHeight(order.length, record.names.length);
    const scene = { record, view, cursor, unit, name, order, row, ribbonName, tables: this.tables, ink };
    this.board.paint(scene);
    this.board.ribbonLabel.replaceChildren(el("span", { className: "quiet" }, `${ribbonName} of unit ${unit}`));
    if (this.root.activeElement !== this.controls.unit) this.controls.unit.value = unit;
    this.#paintNext();
    this.caption.textContent = this.alone
      ? `Every value of unit ${unit} at every step.`
      : `Every value of all ${order.length} units at every step; the strip on top of each map is unit ${unit} alone.`;
    this.flowTitle.textContent = `Unit ${unit}: the flow of its ${flow.FLOWS[record.model.cell].title}`;
    this.flowNote.textContent = unit === record.model.opening.unit ? record.model.opening.note : "";
    this.flow.setAttribute("aria-label", `${this.flowTitle.textContent}, step by step`);
    this.flowAxis = flow.draw(this.flow, scene, this.flowWidth);
    panel.show(this.panel, { ...scene, weights: this.weights.of(record.model.name) }, (other) => this.#pick({ unit: other }));
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => (this.spoken.textContent = summary(record, cursor, unit)), 500);
    window.dispatchEvent(new CustomEvent("gatelab:painted", { detail: { model: record.model.name, text: record.text } }));
  }

  #paintNext() {
    if (this.cursor < 0) return this.next.replaceChildren(el("span", { className: "quiet" }, "nothing yet: type above"));
    this.next.replaceChildren(
      ...this.record.guesses(this.cursor, NEXT).map(({ token, probability }) => {
        const bar = el("span", { className: "level" });
        bar.style.width = `${100 * probability}%`;
        return el("span", { className: "guess", title: spoken(token) }, bar, el("b", {}, glyph(token)), el("span", {}, percent(probability)));
      }),
    );
  }
}

const percent = (probability) => (probability < 0.005 ? "<\u20091\u2009%" : `${Math.round(100 * probability)}\u2009%`);

export const { mount, unmount } = mounting(Watch);
