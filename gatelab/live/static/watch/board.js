// The board: ribbon, overview and heatmaps over one time axis, and the pointer on them. Of a few units each row has its name.

import * as cursorFrame from "../kit/cursor.js";
import { el, math, pointed, sharpen } from "../kit/dom.js";
import * as heatmap from "../kit/heatmap.js";
import { ends, reach, scale } from "../kit/legend.js";
import { writing } from "../kit/notation.js";
import { shade } from "../kit/palette.js";
import { listen, pulls } from "../kit/pointing.js";
import { number, spoken } from "../kit/words.js";
import { tr } from "../language.js";
import { about, called, measurement } from "./named.js";
import * as ribbon from "./ribbon.js";

const OVERVIEW = 10; // height of the overview, in CSS pixels

export class Board {
  pick;
  pull;
  done;
  hover;
  scene; // what was painted last
  maps; // {name: the parts of its row}

  /**
   * @param pick ({step, unit, name}) => void, with what was clicked
   * @param pull (share, begin) => void, of the range by which the chosen entry is dragged up; done () => void, when it is let go
   * @param hover (text, event) => void; text is null where there is nothing
   */
  constructor({ pick, pull, done, hover }) {
    Object.assign(this, { pick, pull, done, hover, scene: null, maps: {} });
    this.ribbon = el("canvas", { className: "ribbon", role: "img" });
    this.overview = el("canvas", { className: "overview", role: "img", "aria-label": tr("Overview of the whole text") });
    this.ribbonLabel = el("div", { className: "gutter" });
    this.head = el("div", { className: "row" }, this.ribbonLabel, el("div", { className: "lane" }, this.ribbon, this.overview));
    this.body = el("div", { className: "maps" });
    this.#listen(this.ribbon, (t) => ({ step: t }), (t) => this.#aboutToken(t));
    this.#listenOverview();
  }

  /**
   * One labelled heatmap for each name of a cell: {name: title}.
   *
   * @param written the letters (kit/notation.js)
   * @param tall whether each shows a few units, with their names beside their rows
   */
  build(titles, written, tall) {
    const [first, ...others] = Object.keys(titles);
    const names = tall ? [first, ...written.ordered(others)] : written.ordered([first, ...others]);
    this.maps = Object.fromEntries(names.map((name) => [name, this.#map(name, titles[name], written, tall)]));
    this.body.classList.toggle("few", tall);
    this.body.dataset.names = "";
    this.body.replaceChildren(...Object.values(this.maps).map(({ row }) => row));
  }

  #map(name, title, written, tall) {
    const canvas = el("canvas", { className: "heatmap", role: "img" });
    canvas.dataset.name = name;
    const value = el("output", {});
    const legend = el("div", { className: "scale" });
    const names = el("div", { className: "gutter names" });
    const button = el(
      "button",
      { type: "button", className: "name", "data-term": title, "data-letter": written.plain(name), onclick: () => this.pick({ name }) },
      el("b", { title: tr("Show the arithmetic of {letter}", { letter: written.plain(name) }) }, math(written.letter(name))),
      el("span", {}, tr(title)),
    );
    this.#listen(
      canvas,
      (t, y) => ({ step: t, name, ...this.#unitAt(y) }),
      (t, y) => this.#aboutEntry(name, t, y),
      true,
    );
    const lane = el("div", { className: "lane" }, canvas);
    const row = tall
      ? el("div", { className: "map" }, el("div", { className: "map-head" }, button, value, legend), el("div", { className: "row" }, names, lane))
      : el("div", { className: "row" }, el("div", { className: "gutter" }, button, value, legend), lane);
    return { canvas, value, button, legend, names, row };
  }

  #unitAt(y) {
    const { order, row } = this.scene;
    const place = heatmap.rowAt(y, order.length, row);
    return place < 0 ? {} : { unit: order[place] };
  }

  #aboutToken(t) {
    const { record, ribbonName, unit } = this.scene;
    const said = [tr("step {step} {token}", { step: t + 1, token: spoken(record.tokens[t]) })];
    if (record.unknown(t)) said.push(tr("never seen by the model"));
    else if (record.readAs(t)) said.push(tr("read as {token}", { token: spoken(record.readAs(t)) }));
    if (this.scene.written[t]) said.push(tr("written by the model"));
    return `${said.join(", ")} \u00b7 ${tr("{letter} of unit {unit} = {value}", { letter: writing(record).plain(ribbonName), unit, value: number(record.value(ribbonName, t, unit)) })}`;
  }

  #aboutEntry(name, t, y) {
    const { record, unit } = this.scene;
    const at = this.#unitAt(y).unit ?? unit;
    const known = about(record.model, at);
    const said = [tr("step {step} {token}", { step: t + 1, token: spoken(record.tokens[t]) }), tr("unit {unit}", { unit: at }), ...(known ? [tr(known.called)] : [])];
    return [...said, `${writing(record).plain(name)}${record.shows ? `, ${record.shows}` : ""} = ${number(record.value(name, t, at))}`].join(" \u00b7 ");
  }

  #listen(canvas, picked, about, held = false) {
    const at = (event) => this.scene?.view.at(pointed(event).x, this.scene.record.steps) ?? -1;
    const pick = (t, y) => this.pick(y === undefined ? { step: t } : picked(t, y));
    if (held) pulls(canvas, { pick: (event) => at(event) >= 0 && pick(at(event), pointed(event).y), pull: this.pull, done: this.done });
    listen(canvas, { at, about, pick, say: (text, event) => this.hover(text, event) });
  }

  #listenOverview() {
    const go = (event) => {
      const { record, view } = this.scene;
      if (record.steps <= view.count) return;
      const t = Math.floor((pointed(event).x / this.overview.clientWidth) * record.steps);
      this.pick({ step: Math.max(0, Math.min(record.steps - 1, t)) });
    };
    this.overview.addEventListener("pointerdown", go);
    this.overview.addEventListener("pointermove", (event) => event.buttons === 1 && go(event));
  }

  /** What the colors of each heatmap mean, in the theme's scales: {scale: stops}. */
  explain(record, scales) {
    for (const [name, { legend }] of Object.entries(this.maps)) {
      legend.title = reach(record, name);
      legend.replaceChildren(...scale(scales[record.scales[name]], ends(record, name)), el("span", { className: "reach" }, !record.shows && name in record.model.ranges ? reach(record, name) : ""), ...(record.shows ? [el("small", { className: "shows" }, record.shows)] : []));
    }
  }

  /** Paint everything; `scene` as in stage.js. */
  paint(scene) {
    this.scene = scene;
    const { record, unit, cursor, ribbonName, written } = scene;
    const own = written.filter(Boolean).length;
    ribbon.draw(this.ribbon, scene);
    cursorFrame.draw(this.ribbon, scene);
    const shown = tr("{steps} tokens colored by {letter} of unit {unit}, under each the most likely next characters", { steps: record.steps, letter: writing(record).plain(ribbonName), unit });
    this.ribbon.setAttribute("aria-label", own ? tr("{shown}; {count} written by the model", { shown, count: own }) : shown);
    this.#paintOverview();
    this.#name();
    for (const [name, { canvas, value, button }] of Object.entries(this.maps)) {
      heatmap.draw(canvas, scene, name);
      cursorFrame.draw(canvas, scene);
      canvas.setAttribute("aria-label", tr("{what}: {units} units by {steps} steps", { what: `${writing(record).plain(name)}${record.shows ? `, ${record.shows}` : ""}`, units: scene.order.length, steps: record.steps }));
      value.textContent = cursor < 0 ? "" : number(record.value(name, cursor, unit), 2);
      button.setAttribute("aria-pressed", String(name === scene.name));
    }
  }

  /** The names beside the rows of a few units; in each map those that were measured there stand out. */
  #name() {
    const { record, unit, order } = this.scene;
    const shown = JSON.stringify([record.model.name, record.notation, unit, order]);
    if (!this.body.classList.contains("few") || this.body.dataset.names === shown) return;
    this.body.dataset.names = shown;
    for (const [name, { names }] of Object.entries(this.maps)) names.replaceChildren(...order.map((one) => this.#label(record, name, one, one === unit)));
  }

  #label(record, name, unit, chosen) {
    const [known, written] = [about(record.model, unit), writing(record)];
    const here = known?.name === name;
    const title = known ? tr("Unit {unit}, {called}. {measured}", { unit, called: called(known, written), measured: measurement(known) }) : tr("Unit {unit}: no measured property", { unit });
    const words = known ? (here ? called(known, written) : tr(known.called)) : tr("the chosen unit");
    const label = el("button", { type: "button", className: "unit", tabIndex: -1, title, onclick: () => this.pick({ unit, name }) }, el("small", {}, String(unit)), el("span", {}, words));
    label.classList.toggle("here", here);
    label.classList.toggle("chosen", chosen);
    return label;
  }

  #paintOverview() {
    const { record, view, unit, ribbonName, tables, ink } = this.scene;
    const width = view.count * view.step;
    const context = sharpen(this.overview, width, OVERVIEW);
    if (record.steps <= view.count) return;
    const { css } = tables[record.scales[ribbonName]];
    const wide = width / record.steps;
    for (let t = 0; t < record.steps; t += 1) {
      context.fillStyle = css[shade(record.value(ribbonName, t, unit), record.ranges[ribbonName])];
      context.fillRect(t * wide, 2, wide + 0.5, OVERVIEW - 4);
    }
    context.strokeStyle = ink.cursor;
    context.lineWidth = 2;
    context.strokeRect(view.start * wide + 1, 1, Math.max(4, view.count * wide - 2), OVERVIEW - 2);
  }
}
