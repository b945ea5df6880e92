// "This text against that": a second text for the same network, and both traces side by side, step by step.

import { cellOf, states, titles } from "../engine/cells.js";
import { split } from "../engine/tokens.js";
import { plural, tr } from "../language.js";
import { SecondTrace } from "../secondtrace.js";
import * as chart from "./chart.js";
import * as cursorFrame from "./cursor.js";
import { apart, distances, furthest, parting, placed, span, told } from "./distance.js";
import { el, pointed } from "./dom.js";
import { Legend } from "./legend.js";
import { writing } from "./notation.js";
import { listen } from "./pointing.js";
import { lay, said, tokens } from "./rows.js";
import { changed } from "./telling.js";
import { TextBox } from "./textbox.js";
import { View } from "./view.js";
import { labelled, number, spoken } from "./words.js";

const REST = 1000; // ms without a change before a screen reader hears of it
const LINE = 3; // CSS pixels of the line over a token that is another one
const TOPS = [0.5, 1, 2, 4, 6, 8, 10, 15, 20, 30, 50, 100]; // where an axis may end, so that it seldom changes

/** The rows of one text: what was read, and what the model says. */
const pair = (second, label) => [
  { second, label, draw: (canvas, scene) => tokens(canvas, { ...scene, tokens: scene.record.tokens, strange: (t) => scene.record.unknown(t) }) },
  { second, label: "", draw: (canvas, scene) => said(canvas, scene.record, scene) },
];
const BOTH = [...pair(false, tr("first text")), ...pair(true, tr("second text"))];

const top = (value) => TOPS.find((one) => one >= value) ?? Math.ceil(value);

export class Against {
  stage;
  rows;
  /** @type {string | null} of the link, until the panel has been painted */ text;
  /** @type {boolean} whether the visitor wants to see it */ opened;
  /** @type {boolean} whether a question hides it */ veiled;
  /** @type {boolean} whether a text was put into the box */ filled;
  /** @type {SecondTrace} */ second;
  /** @type {string} what is said of both */ sentence;
  /** @type {{t: number, token: string, before: string, after: string} | null} the token that another is typed for */ spot;
  /** @type {Record<string, number[]>} of each state, step by step */ distances;
  scene; // what was painted last
  box;
  body;
  // What stands in it, see #build.
  copy;
  place;
  word;
  says;
  here;
  heard;
  lines;
  flow;
  far;

  /**
   * @param stage a stage with `record`, `holding` and `pick({step})`
   * @param text of the link, null where it has none: then the panel is closed
   * @param {{second: boolean, label: string, draw: Function}[]} rows of the texts: draw(canvas, scene) as of kit/rows.js
   */
  constructor(stage, text, rows = BOTH) {
    Object.assign(this, { stage, rows, text: text ?? null, sentence: "", opened: false, veiled: false, filled: false, spot: null });
    this.view = new View();
    this.button = el("button", { type: "button", "aria-expanded": "false", title: tr("A second text for the same network, and both side by side"), onclick: () => this.show(!this.opened) }, tr("Against another text"));
    this.element = el("section", { className: "against", "aria-label": tr("This text against that"), hidden: true });
    if (this.text !== null) this.show(true);
  }

  get open() {
    return this.opened && !this.veiled;
  }

  /** Open or close the panel; what stood in it comes back with it. */
  show(open) {
    this.opened = open;
    this.element.hidden = !this.open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open && !this.body) this.#build();
    if (open) this.element.append(this.body);
    else this.body.remove();
    this.stage.paintSoon();
  }

  /** Take it away while a question hides what it would tell. */
  veil(veiled) {
    if (veiled === this.veiled) return;
    this.veiled = this.button.hidden = veiled;
    this.element.hidden = !this.open;
  }

  #build() {
    this.box = new TextBox({ limit: this.stage.page.limit, placeholder: tr("A second text"), changed: () => this.stage.paintSoon() });
    this.box.area.setAttribute("aria-label", tr("The second text"));
    this.second = new SecondTrace(this.stage, this.box);
    this.copy = el("button", { type: "button", title: tr("Make the second text the same as the first"), onclick: () => this.box.open(this.stage.box.text) }, tr("Same as the first"));
    this.place = el("span", {});
    this.word = el("input", { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: false, onfocus: () => this.#begin(), oninput: () => this.#put(), onblur: () => (this.spot = null) });
    [this.says, this.here, this.heard] = [el("p", { className: "what-it-did" }), el("p", { className: "quiet" }), el("p", { className: "unseen", "aria-live": "polite" })];
    this.lines = this.rows.map(({ label, second }) => this.#row(label, second));
    [this.flow, this.far] = [this.#plot(), this.#plot()];
    this.body = el("div", {}, this.box.element, el("div", { className: "group" }, el("label", { className: "field" }, this.place, this.word), this.copy), this.says, this.heard,
      ...this.lines.map(({ element }) => element), this.flow.element, this.far.element, this.here, this.second.check);
  }

  #row(label, second = false) {
    const [name, canvas] = [el("span", { className: "quiet" }, label), el("canvas", { className: "strip-row", role: "img" })];
    listen(canvas, {
      at: (event) => this.scene?.view.at(pointed(event).x, this.scene.steps) ?? -1,
      about: (t) => this.#about(t),
      say: (text, event) => this.stage.hover(text, event),
      pick: (t, y) => this.#pick(t, second && y !== undefined),
    });
    return { name, canvas, element: el("div", { className: label ? "row text" : "row" }, el("div", { className: "gutter" }, name), el("div", { className: "lane" }, canvas)) };
  }

  /** Go to a step; a click on a token of the second text lets another be typed in its place. */
  #pick(t, edit) {
    this.stage.pick({ step: t });
    if (!edit || this.stage.cursor !== t) return;
    this.#offer();
    this.word.focus();
  }

  /** A row with a picture of lines, its axis and a legend. */
  #plot() {
    const [row, axis, legend] = [this.#row(""), el("div", { className: "axis", "aria-hidden": "true" }), new Legend()];
    row.element.classList.add("plot");
    row.element.append(axis);
    row.name.after(legend.element);
    return { ...row, axis, legend };
  }

  close() {
    this.second?.close();
    clearTimeout(this.rest);
  }

  /** Show this text beside the first, none where it is null. */
  see(text) {
    if (text === (this.linked().against ?? null)) return;
    if (text === null) return this.show(false);
    Object.assign(this, { text, filled: false });
    this.show(true); // the next paint puts it into the box
  }

  /** The fields of a link that opens the same. */
  linked() {
    return this.opened ? { against: this.text ?? this.box.text } : {};
  }

  /** How many steps the second text has where it is shown; 0 where it is not. */
  get steps() {
    return this.open ? (this.second.record?.steps ?? 0) : 0;
  }

  // Word by word.

  /** The token of the second text at the cursor: {t, token, before, after}; null where there is none. */
  get #at() {
    const { text } = this.box;
    const all = split(text, this.#unit);
    const [t, place] = [this.stage.cursor, span(text, all, this.stage.cursor)];
    return place && { t, token: all[t], before: text.slice(0, place[0]), after: text.slice(place[1]) };
  }

  #begin() {
    this.spot = this.#at;
    this.word.select();
  }

  /** What was typed stands in the token's place. */
  #put() {
    this.spot ??= this.#at;
    if (this.spot) this.box.open(this.spot.before + this.word.value + this.spot.after);
  }

  #offer() {
    if (this.spot) return; // while one types there, it stays
    const at = this.#at;
    const place = placed(this.#unit, (at?.t ?? this.stage.cursor) + 1);
    this.place.textContent = at ? tr("Change {place} of the second text", { place }) : tr("The second text has no {place}", { place });
    this.word.setAttribute("aria-label", this.place.textContent);
    this.word.value = at?.token ?? "";
    this.word.disabled = !at;
  }

  get #unit() {
    return this.stage.record.model.unit ?? "characters";
  }

  // Painting.

  /** @param scene - {record, view (the board's, or none), cursor, unit (null: the mean), ink, tables and what else the rows need} */
  paint(scene) {
    if (!this.open) return;
    this.#fill();
    this.second.want();
    this.#offer();
    const [one, other] = [scene.record, this.second.record];
    const both = other?.model === one.model;
    for (const { element } of [...this.lines, this.flow, this.far]) element.hidden = !both;
    if (!both) return this.#say(tr("The second text is on its way \u2026"));
    other.use(one.notation);
    this.#draw({ ...scene, one, other, steps: Math.max(one.steps, other.steps), view: scene.view ?? this.#laid(one, other, scene.cursor) });
  }

  /** What stands in the box at first: the text of the link, else the first with a telling word changed. */
  #fill() {
    if (this.filled) return;
    this.filled = true;
    this.box.open(this.text ?? changed(this.stage.box.text));
    this.text = null;
  }

  /** A view of its own, wide enough for both. */
  #laid(one, other, cursor) {
    lay(this.view, this.lines[0].canvas.parentElement.clientWidth, this.#unit, cursor, Math.max(one.steps, other.steps));
    return this.view;
  }

  #draw(scene) {
    this.scene = scene;
    const { one, other } = scene;
    this.names = states(cellOf(one.model.cell));
    this.distances = Object.fromEntries(this.names.map((name) => [name, distances(one, other, name)]));
    this.rows.forEach(({ second, label, draw }, k) => this.#text(this.lines[k].canvas, draw, second, label));
    this.#flow();
    this.#far();
    this.#say(told(one, other, this.distances[cellOf(one.model.cell).memory]));
    this.here.textContent = scene.cursor < 0 ? "" : this.#about(scene.cursor);
  }

  #text(canvas, draw, second, label) {
    const { one, other, cursor, view, ink } = this.scene;
    const record = second ? other : one;
    draw(canvas, { ...this.scene, record });
    cursorFrame.draw(canvas, { record, view, cursor, ink });
    if (label) this.#mark(canvas, record, second ? one : other);
    canvas.setAttribute("aria-label", label ? labelled(label, plural("{count} step", "{count} steps", record.steps)) : tr("what the model says after each step"));
  }

  /** A line over each token that is another one than in the other text. */
  #mark(canvas, record, beside) {
    const { view, ink } = this.scene;
    const context = canvas.getContext("2d");
    context.fillStyle = ink.added;
    for (let t = view.start; t < view.end(record.steps); t += 1) if (record.tokens[t] !== beside.tokens[t]) context.fillRect((t - view.start) * view.step, 0, view.step - 1, LINE);
  }

  /** The memory of the chosen unit in both texts, or the mean of all. */
  #flow() {
    const { one, other, unit } = this.scene;
    const { memory } = cellOf(one.model.cell);
    const value = (record) => (t) => (t >= record.steps ? null : unit === null ? mean(record.row(memory, t)) : record.value(memory, t, unit));
    const all = [one, other].map((record) => Array.from({ length: record.steps }, (_, t) => value(record)(t)));
    const most = top(Math.max(one.model.ranges?.[memory]?.to ?? 0, ...all.flat().map(Math.abs)));
    const named = { what: tr(titles(cellOf(one.model.cell))[memory]), letter: writing(one).plain(memory), unit };
    const title = unit === null ? tr("{what} {letter} on average", named) : tr("{what} {letter} of unit {unit}", named);
    this.#lines(this.flow, title, [[tr("first"), value(one)], [tr("second"), value(other)]], [-most, most]);
  }

  /** How far the states are apart. */
  #far() {
    const written = writing(this.scene.one);
    const most = top(Math.max(0, ...Object.values(this.distances).flat()));
    const each = this.names.toReversed().map((name) => [written.plain(name), (t) => this.distances[name][t] ?? null]);
    this.#lines(this.far, tr("distance of the states"), each, [0, most]);
  }

  /** Lines over the same steps, [name, value(t)] each. */
  #lines({ canvas, name, axis, legend }, title, each, range) {
    const { view, cursor, ink, steps } = this.scene;
    const colors = [ink.kept, ink.added];
    chart.draw(canvas, { records: each.map(([, value]) => ({ steps, value })), places: [0, 1], colors, view, cursor, ink, reading: { range, of: ({ value }, t) => value(t) } });
    const label = (value) => number(value, range[1] > 2 ? 0 : range[1] >= 1 ? 1 : 2);
    axis.replaceChildren(...chart.axis({ range, label }));
    if (name.textContent !== title) name.textContent = title;
    legend.show(each.map(([called], k) => ({ name: called, text: "", place: k, color: colors[k] })));
    canvas.setAttribute("aria-label", tr("{title}, step by step", { title }));
  }

  /** What stands at a step in both texts, and how far they are apart there. */
  #about(t) {
    const { one, other } = this.scene;
    const token = (record) => (t < record.steps ? spoken(record.tokens[t]) : tr("nothing"));
    const words = one.tokens[t] === other.tokens[t] ? token(one) : tr("{one} against {other}", { one: token(one), other: token(other) });
    const written = writing(one);
    const [distance, second] = this.names.filter((name) => t in this.distances[name]).map((name) => `${written.plain(name)} ${number(this.distances[name][t])}`);
    const said = { step: t + 1, words, distance, second };
    if (!distance) return tr("step {step}, {words}", said);
    return second ? tr("step {step}, {words}; Euclidean distance of {distance}, of {second}", said) : tr("step {step}, {words}; Euclidean distance of {distance}", said);
  }

  /** Say it at once, and to a screen reader once nothing has changed for a while. */
  #say(sentence) {
    if (sentence === this.sentence) return;
    this.sentence = this.says.textContent = sentence;
    clearTimeout(this.rest);
    this.rest = setTimeout(() => (this.heard.textContent = sentence), REST);
  }
}

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
