// One string that each network reads as it stands: its answers, its gates and states, and its weights.

import { CELLS, gates, names, titles } from "../engine/cells.js";
import { over } from "../engine/initial.js";
import { Reader, Trace } from "../engine/reader.js";
import { el, sharpen } from "../kit/dom.js";
import { draw as drawMap, height, rowHeight } from "../kit/heatmap.js";
import { shade } from "../kit/palette.js";
import * as rows from "../kit/rows.js";
import { View } from "../kit/view.js";
import { glyph, number } from "../kit/words.js";

const CELL = { least: 9, most: 56 }; // CSS pixels of a step
const LIMIT = 4; // where the color of a cell state saturates
const SCALE = 1.5; // where that of a weight does

/** One network and what it makes of the probe. */
export class Reading {
  /** @param spec of the network; @param task `Task` */
  constructor(spec, task, { say, pick }) {
    const cell = CELLS[spec.cell];
    Object.assign(this, { spec, task, cell, names: names(cell), gates: gates(cell), view: new View(), trace: null });
    const called = titles(cell);
    const listen = (canvas, name) => {
      canvas.addEventListener("pointermove", (event) => say(this.#about(name, event), event));
      canvas.addEventListener("pointerleave", (event) => say(null, event));
      canvas.addEventListener("click", (event) => pick(this.view.at(event.offsetX, this.trace?.steps ?? 0)));
      return canvas;
    };
    this.tokens = el("canvas", { className: "tokens", role: "img" });
    this.said = listen(el("canvas", { className: "said", role: "img" }), null);
    this.maps = this.names.map((name) => ({ name, canvas: listen(el("canvas", { className: "map", role: "img", "aria-label": `${name}, ${called[name]}: all units over all steps` }), name) }));
    this.weights = { canvas: el("canvas", { className: "weights", role: "img", "aria-label": "The weights of the last layer: from the input, then from the hidden state" }) };
    const labelled = (label, canvas) => el("div", { className: "labelled" }, el("span", {}, label), canvas);
    this.element = el("div", { className: "reading" },
      this.tokens, labelled("says", this.said),
      ...this.maps.map(({ name, canvas }) => labelled(el("span", { title: called[name] }, el("i", {}, name), ` ${called[name]}`), canvas)),
      labelled("weights: input, then state", this.weights.canvas));
  }

  /** Read a string with all numbers of the network, as they are now. */
  read(tokens, all) {
    const { weights } = over(this.spec, all);
    this.all = weights;
    this.trace = new Trace(new Reader({ spec: this.spec, weights })).follow(tokens);
    const { trace, gates: ofGates, cell } = this;
    const { tables } = trace;
    this.record = {
      steps: trace.steps,
      row: (name, t) => tables[name].row(t),
      value: (name, t, unit) => tables[name].row(t)[unit],
      scales: Object.fromEntries(this.names.map((name) => [name, ofGates.has(name) ? "sequential" : "diverging"])),
      ranges: Object.fromEntries(this.names.map((name) => [name, ofGates.has(name) ? [0, 1] : cell.memory === name && name !== "h" ? [-LIMIT, LIMIT] : [-1, 1]])),
    };
  }

  /** The answer after a step: {label, share}, or {number}. */
  answer(t) {
    const row = this.trace.answers.row(t);
    if (row.length === 1) return { label: number(row[0], 2), share: row[0], number: true };
    const best = row.reduce((found, value, k) => (value > row[found] ? k : found), 0);
    return { label: this.trace.model.labels[best], share: row[best], number: false };
  }

  /** Whether the answer after a step is right; null where none is asked. */
  right(t, targets) {
    if (Number.isNaN(targets[t] ?? NaN)) return null;
    const row = this.trace.answers.row(t);
    return row.length === 1 ? Math.abs(row[0] - targets[t]) <= this.task.near : this.trace.model.labels.indexOf(this.answer(t).label) === targets[t];
  }

  #about(name, event) {
    const t = this.view.at(event.offsetX, this.trace?.steps ?? 0);
    if (t < 0) return null;
    if (name === null) {
      const { label, share, number: isNumber } = this.answer(t);
      return `step ${t + 1}: says ${label}${isNumber ? "" : ` (${Math.round(100 * share)} %)`}`;
    }
    const unit = Math.min(this.spec.hidden_size - 1, Math.max(0, Math.floor((event.offsetY - 19) / this.row)));
    return `step ${t + 1} \u00B7 unit ${unit} \u00B7 ${name} = ${number(this.record.value(name, t, unit))}`;
  }

  /** @param scene - {width, cursor, ink, tables, targets} */
  draw({ width, cursor, ink, tables, targets }) {
    const { view, trace, spec } = this;
    const { steps, tokens } = trace;
    view.fit(width, steps, CELL.least, CELL.most);
    view.follow(Math.max(0, cursor), steps);
    rows.tokens(this.tokens, { tokens, view, cursor, ink, strange: (t) => !trace.model.vocabulary.knows(tokens[t]) });
    this.#drawSaid({ cursor, ink, tables, targets });
    const order = Array.from({ length: spec.hidden_size }, (_, k) => k);
    this.row = rowHeight(spec.hidden_size, this.maps.length);
    for (const { name, canvas } of this.maps) drawMap(canvas, { record: this.record, view, cursor, unit: 0, order, row: this.row, tables, ink }, name);
    this.#drawWeights(width, tables);
    this.element.style.setProperty("--map", `${height(spec.hidden_size, this.row)}px`);
  }

  #drawSaid({ cursor, ink, tables, targets }) {
    const { view, trace, record } = this;
    const reading = { short: (_, t) => glyph(this.answer(t).label), tint: { scale: "sequential", range: [0, 1], of: (_, t) => this.answer(t).share } };
    rows.said(this.said, record, { view, cursor, reading, tables, ink });
    const context = this.said.getContext("2d");
    for (let t = view.start; t < view.end(trace.steps); t += 1) {
      const right = this.right(t, targets);
      if (right === null) continue;
      context.fillStyle = right ? ink.kept : ink.alert;
      context.fillRect((t - view.start) * view.step, 21, view.step - 1, 3);
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
