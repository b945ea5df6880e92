// The ribbon of the tokens and the maps of all units of a trace that is given; what is not a number has a color of its own.

import * as cursorFrame from "../kit/cursor.js";
import { el, math, sharpen } from "../kit/dom.js";
import * as heatmap from "../kit/heatmap.js";
import { ends, scale } from "../kit/legend.js";
import { shade } from "../kit/palette.js";
import { listen } from "../kit/pointing.js";
import { fitting } from "../kit/rows.js";
import { glyph, number, spoken } from "../kit/words.js";
import { plural, tr } from "../language.js";

const TOKEN = 30; // heights in CSS pixels
const GUESS = 18;
const GUESSES = 2; // rows under the tokens

/** Scene: {record, view, cursor, unit, ribbonName, alone, tables, ink, missing, unitName(unit)}. */
export class Maps {
  scene = null; // what was painted last
  rows = {}; // name -> the parts of its row
  pick;
  hover;

  /** @param {{pick: (what: {step?: number, unit?: number, name?: string}) => void, hover: (text: string | null, event: any) => void}} on */
  constructor({ pick, hover }) {
    Object.assign(this, { pick, hover });
    this.ribbon = el("canvas", { className: "ribbon", role: "img" });
    this.label = el("div", { className: "gutter quiet" });
    this.head = el("div", { className: "row" }, this.label, el("div", { className: "lane" }, this.ribbon));
    this.body = el("div", { className: "maps" });
    this.#listen(this.ribbon, (t) => tr("step {step} {token}", { step: t + 1, token: spoken(this.scene.record.tokens[t]) }), (t) => ({ step: t }));
  }

  /** The rows for the arrays of a record. @param {any} record */
  build(record, scales) {
    this.rows = Object.fromEntries(record.written.ordered([...record.names]).map((name) => [name, this.#row(record, name, scales)]));
    this.body.replaceChildren(...Object.values(this.rows).map(({ row }) => row));
  }

  #row(record, name, scales) {
    const canvas = el("canvas", { className: "heatmap", role: "img" });
    canvas.dataset.name = name;
    const letter = record.letter(name);
    const button = el("button", { type: "button", className: "name", title: record.title(name) || name, onclick: () => this.pick({ name }) }, el("b", {}, letter ? math(letter) : name), el("span", {}, record.title(name)));
    const value = el("output", {});
    const legend = el("div", { className: "scale" }, ...scale(scales[record.scales[name]], ends(record, name)));
    this.#listen(canvas, (t, y) => this.#about(name, t, y), (t, y) => ({ step: t, name, ...this.#unitAt(name, y) }));
    return { canvas, button, value, row: el("div", { className: "row" }, el("div", { className: "gutter" }, button, value, legend), el("div", { className: "lane" }, canvas)) };
  }

  #listen(canvas, about, picked) {
    const at = (event) => this.scene?.view.at(event.offsetX, this.scene.record.steps) ?? -1;
    listen(canvas, { at, about, say: this.hover, pick: (t, y) => this.pick(y === undefined ? { step: t } : picked(t, y)) });
  }

  #unitAt(name, y) {
    const { record, alone } = this.scene;
    const place = heatmap.rowAt(y, record.width(name), this.#height(name, alone));
    return place < 0 ? {} : { unit: place };
  }

  #height(name, alone) {
    const { record } = this.scene;
    return alone ? 0 : Math.min(24, heatmap.rowHeight(record.width(name), record.names.length));
  }

  #about(name, t, y) {
    const { record, unit, unitName } = this.scene;
    const { unit: at = unit } = /** @type {{unit?: number}} */ (this.#unitAt(name, y));
    return `${tr("step {step} {token}", { step: t + 1, token: spoken(record.tokens[t]) })} \u00b7 ${unitName(at)} \u00b7 ${record.written.plain(name)} = ${number(record.value(name, t, at))}`;
  }

  paint(scene) {
    this.scene = scene;
    const { record, cursor, unit, alone, unitName, ribbonName } = scene;
    drawTokens(this.ribbon, scene);
    cursorFrame.draw(this.ribbon, scene);
    this.label.textContent = tr("{letter} of {unit}", { letter: record.written.plain(ribbonName), unit: unitName(unit) });
    this.ribbon.setAttribute("aria-label", tr("{steps} tokens colored by {what}", { steps: record.steps, what: this.label.textContent }));
    for (const [name, { canvas, value, button }] of Object.entries(this.rows)) {
      const [units, row] = [record.width(name), this.#height(name, alone)];
      const here = { ...scene, unit: unit < units ? unit : -1, order: Array.from({ length: units }, (_, k) => k), row, held: name in record.heldAt ? (...entry) => record.isHeld(...entry) : null };
      heatmap.draw(canvas, here, name);
      drawMissing(canvas, here, name);
      cursorFrame.draw(canvas, here);
      canvas.setAttribute("aria-label", plural("{letter}: {count} unit by {steps} steps", "{letter}: {count} units by {steps} steps", units, { letter: record.written.plain(name), steps: record.steps }));
      value.textContent = cursor < 0 || here.unit < 0 ? "" : number(record.value(name, cursor, unit), 2);
      button.setAttribute("aria-pressed", String(name === ribbonName));
    }
  }
}

/** The color of a value, and of a letter on it. */
function colors(scene, name, t, unit) {
  const { record, tables, missing, ink } = scene;
  const value = record.value(name, t, unit);
  if (unit >= record.width(name)) return { paper: ink.empty, letter: ink.text };
  if (!Number.isFinite(value)) return { paper: missing, letter: "#000000" };
  const { css, letters } = tables[record.scales[name]];
  const k = shade(value, record.ranges[name]);
  return { paper: css[k], letter: letters[k] };
}

/** The tokens, each in the color of one value, and under each what the network thinks likeliest. */
function drawTokens(canvas, scene) {
  const { record, view, unit, ribbonName, ink } = scene;
  const guesses = "probs" in record.arrays ? GUESSES : 0;
  const context = Object.assign(sharpen(canvas, view.count * view.step, TOKEN + 2 + guesses * GUESS), { textAlign: "center", textBaseline: "middle", direction: "ltr" });
  for (let t = view.start; t < view.end(record.steps); t += 1) {
    const x = (t - view.start) * view.step;
    const { paper, letter } = colors(scene, ribbonName, t, unit);
    const write = (token, y, size, color, weight) => {
      context.font = `${weight} ${Math.min(size, Math.max(11, view.step * 0.92))}px ${ink.mono}`;
      context.fillStyle = color;
      const words = glyph(token);
      context.fillText(words.length > 1 ? fitting(context, words, view.step - 3) : words, x + view.step / 2, y);
    };
    context.fillStyle = paper;
    context.fillRect(x, 0, view.step - 1, TOKEN);
    write(record.tokens[t], TOKEN / 2 + 1, 16, letter, 600);
    if (guesses) record.guesses(t, guesses).forEach(({ token }, row) => write(token, TOKEN + 2 + (row + 0.5) * GUESS, 13, ink.text, 400));
  }
}

/** What is not finite, over the colors of a map; and nothing at all on the strip of an array without the chosen unit. */
function drawMissing(canvas, scene, name) {
  const { record, view, row, order, unit, missing, ink } = scene;
  const context = canvas.getContext("2d");
  const strip = row > 0 ? heatmap.STRIP : heatmap.height(order.length, 0);
  if (unit < 0) {
    context.fillStyle = ink.empty;
    context.fillRect(0, 0, view.count * view.step, strip);
  }
  if (!record.about.missing) return;
  context.fillStyle = missing;
  for (let t = view.start; t < view.end(record.steps); t += 1) {
    if (record.isFinite(name, t)) continue;
    const x = (t - view.start) * view.step;
    if (unit >= 0 && !Number.isFinite(record.value(name, t, unit))) context.fillRect(x, 0, view.step, strip);
    if (row > 0) record.row(name, t).forEach((value, k) => !Number.isFinite(value) && context.fillRect(x, heatmap.height(k, row), view.step, row));
  }
}
