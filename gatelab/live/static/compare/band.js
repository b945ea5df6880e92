// The band of one model: its name, what it says, its gates and states over the steps, and how many numbers it learns.

import * as cursorFrame from "../kit/cursor.js";
import { el, math, pointed, within } from "../kit/dom.js";
import { called, parameters } from "../kit/family.js";
import * as heatmap from "../kit/heatmap.js";
import { ends, reach, scale, swatch } from "../kit/legend.js";
import { writing } from "../kit/notation.js";
import { listen } from "../kit/pointing.js";
import { quoted, said } from "../kit/readings.js";
import * as rows from "../kit/rows.js";
import { number } from "../kit/words.js";
import { grouped, plural, tr } from "../language.js";
import { nameOf } from "./values.js";

/** @import { Record } from "../record.js" */

const ROOM = 72; // height of a heatmap, in CSS pixels, where the units allow it
const TALLEST = 14; // of one unit

export class Band {
  model;
  on;
  /** @type {number} the chosen unit */ unit;
  /** @type {boolean} whether all gates are shown */ unfolded;
  built; // the names of the maps that are there, with commas between
  scales;
  written; // the letters of the maps that are there
  /** @type {Record} */ record;
  scene; // what was painted last

  /** @param on - {pick(step), hover(text, event), changed()} */
  constructor(model, on) {
    Object.assign(this, { model, on, unit: model.opening.unit, unfolded: false }); // unfolded: whether all gates are shown
    this.swatch = el("canvas", { className: "swatch", "aria-hidden": "true" });
    this.now = el("span", { className: "now" });
    this.choice = el("input", { type: "number", min: 0, max: model.hidden_size - 1, step: 1, value: this.unit, "aria-label": tr("Unit of {model}", { model: called(model) }), onchange: () => this.#choose(Number(this.choice.value)) });
    this.fold = el("button", { type: "button", onclick: () => this.#unfold(!this.unfolded) }, tr("All gates"));
    this.fold.setAttribute("aria-expanded", "false");
    this.says = el("div", { className: "gutter quiet" });
    this.said = el("canvas", { className: "said", role: "img" });
    this.maps = el("div", { className: "band-maps" });
    const unit = el("label", { className: "field" }, el("span", {}, tr("Unit")), this.choice);
    this.element = el("section", { className: "band", "aria-label": called(model) },
      el("div", { className: "band-head" },
        el("span", { className: "who" }, this.swatch, el("b", {}, called(model))), this.now,
        el("span", { className: "group" }, unit, ...(Object.keys(model.titles).length > 1 ? [this.fold] : []))),
      el("div", { className: "row" }, this.says, el("div", { className: "lane" }, this.said)),
      this.maps, el("p", { className: "quiet size" }, ...size(model)));
    this.#listen(this.said, (t) => tr("{model} says {said}", { model: model.name, said: said(this.record, t) }));
  }

  /** Open on a unit, and with all gates or one. */
  open({ unit = this.unit, unfolded }) {
    this.#choose(unit);
    this.#unfold(unfolded);
  }

  #unfold(unfolded) {
    this.unfolded = unfolded;
    this.fold.textContent = unfolded ? tr("Fewer") : tr("All gates");
    this.fold.setAttribute("aria-expanded", String(unfolded));
    this.on.changed();
  }

  #choose(unit) {
    this.unit = Math.max(0, Math.min(this.model.hidden_size - 1, Math.floor(unit) || 0));
    this.choice.value = this.unit;
    this.on.changed();
  }

  /** The names that are shown: all, or the one that was chosen for every band. */
  #shown(value, written) {
    if (this.unfolded) return written.ordered(Object.keys(this.model.titles));
    const name = nameOf(value, written.cell);
    return name ? [name] : [];
  }

  #build(value, record, scales) {
    const written = writing(record);
    const names = this.#shown(value, written);
    if (this.built === names.join() && this.scales === scales && this.written === written) return;
    Object.assign(this, { built: names.join(), scales, written });
    this.shown = names.map((name) => {
      const canvas = el("canvas", { className: "heatmap", role: "img" });
      canvas.dataset.name = name;
      this.#listen(canvas, (t, y) => this.#entry(name, t, this.#unitAt(y)), (y) => this.#choose(this.#unitAt(y)));
      const value = el("span", { className: "value" });
      const gutter = el("div", { className: "gutter" },
        el("span", { className: "title", "data-term": this.model.titles[name], "data-letter": written.plain(name) }, el("b", { className: "letter" }, math(written.letter(name))), ` ${tr(this.model.titles[name])}`), value, el("div", { className: "scale", title: reach(record, name) }, ...scale(scales[record.scales[name]], ends(record, name))));
      return { name, canvas, value, row: el("div", { className: "row" }, gutter, el("div", { className: "lane" }, canvas)) };
    });
    const none = el("p", { className: "quiet none" }, tr("The {family} has no such gate.", { family: tr(this.model.family) }));
    this.maps.replaceChildren(...(names.length ? this.shown.map(({ row }) => row) : [none]));
  }

  #unitAt(y) {
    const place = heatmap.rowAt(y, this.model.hidden_size, this.row);
    return place < 0 ? this.unit : this.model.order[place];
  }

  #entry(name, t, unit) {
    return tr("{letter} of unit {unit} = {value}", { letter: writing(this.record).plain(name), unit, value: number(this.record.value(name, t, unit)) });
  }

  #listen(canvas, about, picked = (y) => {}) {
    listen(canvas, {
      at: (event) => this.scene?.view.at(pointed(event).x, this.record.steps) ?? -1,
      about: (t, y) => `${tr("step {step} {token}", { step: t + 1, token: quoted(this.record.tokens[t]) })} \u00b7 ${about(t, y)}`,
      say: this.on.hover,
      pick: (t, y) => {
        if (y !== undefined) picked(y);
        this.on.pick(t);
      },
    });
  }

  /** @param scene - {view, cursor, reading, value, tables, scales, ink}; @param place which line is its own, in which color; @param held which entries are held (kit/heatmap.js) */
  paint(record, scene, place, color, held) {
    Object.assign(this, { record, scene });
    const { cursor, reading } = scene;
    this.#build(scene.value, record, scene.scales);
    const units = this.model.hidden_size;
    const ratio = window.devicePixelRatio || 1;
    this.row = Math.min(TALLEST, Math.max(1, Math.round((ROOM / units) * ratio)) / ratio);
    swatch(this.swatch, place, color);
    rows.said(this.said, record, scene);
    this.said.setAttribute("aria-label", tr("What {model} says after each step", { model: this.model.name }));
    this.says.textContent = reading.says;
    const end = record.steps - 1;
    this.now.textContent = end < 0 ? "" : cursor === end ? tr("says {said} at the end", { said: said(record, end) })
      : tr("says {said} at the end, {here} after step {step}", { said: said(record, end), here: said(record, cursor), step: cursor + 1 });
    for (const { name, canvas, value } of this.shown) {
      const here = { ...scene, record, unit: this.unit, order: this.model.order, row: this.row, held };
      heatmap.draw(canvas, here, name);
      cursorFrame.draw(canvas, here);
      canvas.setAttribute("aria-label", tr("{letter} of {model}, {units} units by steps; the strip on top is unit {unit}", { letter: writing(record).plain(name), model: this.model.name, units, unit: this.unit }));
      value.textContent = cursor < 0 ? tr("unit {unit}", { unit: this.unit }) : tr("unit {unit}: {value}", { unit: this.unit, value: number(record.value(name, cursor, this.unit)) });
    }
  }
}

/** How many numbers a model learns, part by part: the formula in letters, the same in numbers, and what comes of it. */
function size(model) {
  const parts = model.sizes.map(({ what, formula, numbers, count }) => el("span", {}, `${tr(what)} ${formula} = ${numbers} = ${grouped(count)}`));
  const commas = parts.flatMap((part, k) => (k ? [", ", part] : [part]));
  return within(tr("{parameters} with H = {size} units: {parts}"), {
    parameters: el("b", {}, plural("{count} parameter", "{count} parameters", parameters(model))), size: String(model.hidden_size), parts: el("span", {}, ...commas),
  });
}
