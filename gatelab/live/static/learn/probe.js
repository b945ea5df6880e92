// One string that each network reads as it stands: its answers, its gates and states, and its weights.

import { CELLS, gates, names } from "../engine/cells.js";
import { over } from "../engine/initial.js";
import { mulberry32 } from "../engine/random.js";
import { Reader, Trace } from "../engine/reader.js";
import { next } from "../engine/sampling.js";
import { el, frame, sharpen } from "../kit/dom.js";
import { shade } from "../kit/palette.js";
import * as rows from "../kit/rows.js";
import { called as titled } from "../kit/titles.js";
import { View } from "../kit/view.js";
import { glyph, number } from "../kit/words.js";
import { grouped, tr } from "../language.js";
import { draw as plot } from "./numbers.js";

const CELL = { least: 9, most: 56 }; // CSS pixels of a step
const WIDE = 84; // of one with a word in it, at most
const LIMIT = 4; // where the color of a cell state saturates
const SCALE = 1.5; // where that of a weight does
const [NAMES, LETTERS, TEMPERATURE] = [6, 12, 0.7]; // how many names a network writes, of how many letters at most, and how boldly
const [HIGH, LOW] = [150, 72]; // CSS pixels of a map, where there are few of them and where there are many

/** Some names that a network writes as it stands, always from the same draws: they change only as it learns. */
function written(model) {
  const random = mulberry32(1);
  return Array.from({ length: NAMES }, () => {
    const trace = new Trace(model).follow(["\n"]);
    for (let t = 0; t < LETTERS; t += 1) {
      const token = model.labels[next(trace.answers.row(t), { temperature: TEMPERATURE, random, labels: model.labels })];
      if (token === "\n") break;
      trace.follow([...trace.tokens, token]);
    }
    return trace.tokens.slice(1).join("") || "\u2013";
  });
}

/** One network and what it makes of the probe. */
export class Reading {
  spec;
  task;
  cell;
  /** @type {string[]} */ names;
  /** @type {Set<string>} */ gates;
  /** @type {View} */ view;

  /** @param spec of the network; @param task `Task` */
  constructor(spec, task, { say, pick }) {
    const cell = CELLS[spec.cell];
    Object.assign(this, { spec, task, cell, names: names(cell), gates: gates(cell), view: new View(), trace: null });
    const called = titled(cell);
    const listen = (canvas, name) => {
      canvas.addEventListener("pointermove", (event) => say(this.#about(name, event), event));
      canvas.addEventListener("pointerleave", (event) => say(null, event));
      canvas.addEventListener("click", (event) => pick(this.view.at(event.offsetX, this.trace?.steps ?? 0)));
      return canvas;
    };
    this.tokens = el("canvas", { className: "tokens", role: "img", "aria-label": tr("The string that is read"), hidden: task.unit === "numbers" }); // bars show those
    this.said = listen(el("canvas", { className: "said", role: "img", "aria-label": tr("The answer after each step") }), null);
    this.before = el("canvas", { className: "said", role: "img", "aria-label": tr("The answers at the moment that was kept") });
    this.then = el("span", {});
    this.ghosted = el("div", { className: "labelled" }, this.then, this.before);
    this.maps = this.names.map((name) => ({ name, canvas: listen(el("canvas", { className: "map", role: "img", "aria-label": tr("{letter}, {title}: all units over all steps", { letter: name, title: called[name] }) }), name) }));
    this.weights = { canvas: el("canvas", { className: "weights", role: "img", "aria-label": tr("The weights of the last layer: from the input, then from the hidden state") }) };
    this.writes = el("p", { className: "writes", hidden: task.name !== "names" });
    const labelled = (label, canvas) => el("div", { className: "labelled" }, el("span", {}, label), canvas);
    this.element = el("div", { className: "reading" },
      this.tokens, labelled(tr("says"), this.said), this.ghosted, this.writes,
      ...this.maps.map(({ name, canvas }) => labelled(el("span", { title: called[name] }, el("i", {}, name), ` ${called[name]}`), canvas)),
      labelled(tr("weights: input, then state"), this.weights.canvas));
  }

  /**
   * Read a string.
   *
   * @param tokens T of them
   * @param {Float64Array} all the numbers of the network
   * @param {Float64Array | null} then its numbers at the moment that was kept, or null
   */
  read(tokens, all, then = null) {
    const traced = (numbers) => new Trace(new Reader({ spec: this.spec, weights: over(this.spec, numbers).weights })).follow(tokens);
    this.all = over(this.spec, all).weights;
    this.trace = traced(all);
    if (!this.writes.hidden) this.writes.textContent = tr("writes: {names}", { names: written(this.trace.model).join(", ") });
    this.ghost = then && traced(then);
  }

  /** How the values of a name are colored. @returns {[string, [number, number]]} */
  #colored(name) {
    if (this.gates.has(name)) return ["sequential", [0, 1]];
    return ["diverging", name === this.cell.memory && name !== "h" ? [-LIMIT, LIMIT] : [-1, 1]];
  }

  /** The answer after a step: {label, share}, or {number}. */
  answer(t, trace = this.trace) {
    const row = trace.answers.row(t);
    if (row.length === 1) return { label: number(row[0], 2), share: row[0], number: true };
    const best = row.reduce((found, value, k) => (value > row[found] ? k : found), 0);
    return { label: trace.model.labels[best], share: row[best], number: false };
  }

  /** Whether the answer after a step is right; null where none is asked. */
  right(t, targets, trace = this.trace) {
    if (Number.isNaN(targets[t] ?? NaN)) return null;
    const row = trace.answers.row(t);
    return row.length === 1 ? Math.abs(row[0] - targets[t]) <= this.task.near : trace.model.labels.indexOf(this.answer(t, trace).label) === targets[t];
  }

  #about(name, event) {
    const t = this.view.at(event.offsetX, this.trace?.steps ?? 0);
    if (t < 0) return null;
    const at = { step: t + 1, token: this.trace.tokens[t], verdict: this.#verdict(t) };
    if (name === null) return this.task.unit === "numbers" ? tr("step {step}: reads {token}, says {verdict}", at) : tr("step {step}: says {verdict}", at);
    const unit = Math.min(this.spec.hidden_size - 1, Math.max(0, Math.floor(event.offsetY / this.row)));
    return tr("step {step} \u00B7 unit {unit} \u00B7 {equation}", { step: t + 1, unit, equation: `${name} = ${number(this.trace.tables[name].row(t)[unit])}` });
  }

  /** The answer after a step, and whether it is right, in words. */
  #verdict(t) {
    const { label, share, number: isNumber } = this.answer(t);
    const said = isNumber ? label : `${glyph(label)} (${Math.round(100 * share)} %)`;
    const right = this.right(t, this.targets);
    if (right === null) return tr("{said}; nothing is asked here", { said });
    const asked = isNumber ? number(this.targets[t], 2) : glyph(this.trace.model.labels[this.targets[t]]);
    if (isNumber) return right ? tr("{said}; {asked} would be right: near enough", { said, asked }) : tr("{said}; {asked} would be right: too far off", { said, asked });
    return right ? tr("{said}: right", { said }) : tr("{said}: wrong, {asked} would be right", { said, asked });
  }

  /** @param scene - {width, cursor, ink, tables, targets: what is right after each step, then: the update of the moment that was kept} */
  draw({ width, cursor, ink, tables, targets, then }) {
    const { view, trace } = this;
    const { steps, tokens } = trace;
    this.targets = targets;
    view.fit(width, steps, CELL.least, this.task.unit === "words" ? WIDE : CELL.most);
    view.follow(Math.max(0, cursor), steps);
    if (this.task.unit !== "numbers") rows.tokens(this.tokens, { tokens, view, cursor, ink, strange: (t) => !trace.model.vocabulary.knows(tokens[t]) });
    const scene = { view, cursor, ink, tables, targets };
    this.#drawSaid(this.said, trace, scene);
    this.said.setAttribute("aria-label", cursor >= 0 && cursor < steps
      ? tr("The answer after each step. At step {step}, the chosen one, it says {verdict}.", { step: cursor + 1, verdict: this.#verdict(cursor) })
      : tr("The answer after each step."));
    this.ghosted.hidden = !this.ghost;
    if (this.ghost) {
      this.then.textContent = tr("said at update {update}", { update: grouped(then) });
      this.#drawSaid(this.before, this.ghost, scene);
    }
    this.row = Math.max(2, Math.floor((this.names.length > 3 ? LOW : HIGH) / this.spec.hidden_size));
    for (const { name, canvas } of this.maps) this.#drawMap(canvas, name, scene);
    this.#drawWeights(width, tables);
  }

  #drawSaid(canvas, trace, { view, cursor, ink, tables, targets }) {
    if (this.task.unit === "numbers") {
      const read = trace.tokens.map((token) => [Number.parseFloat(token) || 0, Number(token.endsWith("*"))]);
      return plot(canvas, { view, steps: trace.steps, read, said: (t) => trace.answers.row(t)[0], targets, right: (t) => this.right(t, targets, trace), cursor, ink });
    }
    const reading = { short: (_, t) => glyph(this.answer(t, trace).label), tint: { scale: "sequential", range: [0, 1], of: (_, t) => this.answer(t, trace).share } };
    rows.said(canvas, { steps: trace.steps }, { view, cursor, reading, tables, ink });
    const context = canvas.getContext("2d");
    for (let t = view.start; t < view.end(trace.steps); t += 1) {
      const right = this.right(t, targets, trace);
      if (right === null) continue;
      const [x, width] = [(t - view.start) * view.step, view.step - 1];
      context.fillStyle = ink.paper; // between the answer and its line, which it could hide
      context.fillRect(x, 18, width, 6);
      context.fillStyle = right ? ink.kept : ink.alert;
      context.fillRect(x, 20, width, 4);
      if (!right) context.clearRect(x + width / 3, 20, width / 3, 4); // a broken line, for those who see no color
    }
  }

  /** All units (rows) over the steps in sight. */
  #drawMap(canvas, name, { view, cursor, ink, tables }) {
    const { trace, row, spec: { hidden_size: H } } = this;
    const context = sharpen(canvas, view.count * view.step, H * row);
    const [scale, range] = this.#colored(name);
    const { css } = tables[scale];
    for (let t = view.start; t < view.end(trace.steps); t += 1) {
      const values = trace.tables[name].row(t);
      for (let unit = 0; unit < H; unit += 1) {
        context.fillStyle = css[shade(values[unit], range)];
        context.fillRect((t - view.start) * view.step, unit * row, view.step - 1, row);
      }
      if (t === cursor) frame(context, (t - view.start) * view.step, 0, view.step - 1, H * row, ink.cursor);
    }
  }

  /** The matrices of the last layer side by side: one square a weight, the rows of each gate together. */
  #drawWeights(width, tables) {
    const k = this.spec.num_layers - 1;
    const [input, state] = ["weight_ih", "weight_hh"].map((name) => this.all[`recurrent.${name}_l${k}`]);
    const [rowsOf, gap] = [input.shape[0], 2];
    const columns = input.shape[1] + state.shape[1] + gap;
    const size = Math.max(2, Math.min(8, Math.floor(Math.min(width / columns, 220 / rowsOf))));
    const context = sharpen(this.weights.canvas, columns * size, rowsOf * size);
    const { css } = tables.diverging;
    const paint = ({ shape, data }, from) => {
      for (let r = 0; r < shape[0]; r += 1) {
        for (let c = 0; c < shape[1]; c += 1) {
          context.fillStyle = css[shade(data[r * shape[1] + c], [-SCALE, SCALE])];
          context.fillRect((from + c) * size, r * size, size, size);
        }
      }
    };
    paint(input, 0);
    paint(state, input.shape[1] + gap);
  }
}
