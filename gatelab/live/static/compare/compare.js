// The stage of the Compare page: one text, one cursor, and several models of one task under each other.

import { split } from "../engine/tokens.js";
import { FamilyStage, plot, row } from "../familystage.js";
import * as chart from "../kit/chart.js";
import { toolbar } from "../kit/controls.js";
import { el, frame, sharpen, within } from "../kit/dom.js";
import { called } from "../kit/family.js";
import { Legend, scale } from "../kit/legend.js";
import { More } from "../kit/more.js";
import { disagreement, quoted, reading, said, spread, told } from "../kit/readings.js";
import { RoleHolding } from "../kit/roleholding.js";
import { RolePanel } from "../kit/rolepanel.js";
import { before } from "../kit/rolewords.js";
import * as rows from "../kit/rows.js";
import { number } from "../kit/words.js";
import { tr } from "../language.js";
import { mounting } from "../mounting.js";
import { part, Record } from "../record.js";
import { Band } from "./band.js";
import { offers } from "./values.js";

const PLACEHOLDERS = {
  characters: tr("Type a text: all models read it at once, letter by letter."),
  words: tr("Type a sentence: all models read it at once, word by word."),
  numbers: tr("Type numbers from 0 to 1 with spaces between, two of them with a star: 0.25*"),
};
const STRANGE = { characters: tr("never seen in training"), words: tr("a word that was never seen in training"), numbers: tr("not a number from 0 to 1: read as 0") };

/**
 * Whether an answer from step `have` on continues what all records hold, and gives the tokens of the text. The server may split
 * a text otherwise than the browser, whose Unicode is newer or older: then only a whole answer is sure.
 */
function continues(records, { have, steps, left, tokens, parts }, whole) {
  return records.every((record, k) => record?.shared(whole) >= have && record.held === (parts[k].held ?? "")) && tokens.join("\n") === whole.slice(have, left ? steps : whole.length).join("\n");
}

class Compare extends FamilyStage {
  /** @type {string} which value the bands show */ value;
  /** @type {Object<string, Record>} */ records;
  spread; // at each step, how far apart the answers are
  window; // how many steps are in sight
  at; // the step that is looked at
  chartTitle;
  gap; // how far apart the answers are, in words
  legend;
  axis;
  colors;
  bands;

  static kind = "compare";
  static holds = RoleHolding;
  static pieces = 8;
  static keys = tr("Comparison: left and right arrow move the step, Home and End go to the ends, space plays");

  get read() {
    const { model, tokens, strange } = this.records[this.names[0]];
    return { model, tokens, unknown: strange, unit: this.picker.family.unit, several: true };
  }

  get steps() {
    return this.records[this.names[0]]?.steps ?? 0;
  }

  get place() {
    return { cursor: this.cursor, steps: this.steps, first: 0 };
  }

  /** What is held. */
  get byRole() {
    return /** @type {RoleHolding} */ (this.holding);
  }

  build() {
    Object.assign(this, { value: this.page.start.value, records: {}, spread: [] });
    const top = this.top();
    this.shown = el("select", { "aria-label": tr("Show"), onchange: () => this.#show(this.shown.value) });
    this.#offer();
    this.tokens = this.canvas("tokens", tr("The text, token by token"));
    this.chart = this.canvas("chart", tr("What each model says, step by step, as lines"));
    this.apart = this.canvas("apart", tr("How far the models are apart after each step"));
    [this.window, this.at, this.chartTitle, this.gap] = [tr("text"), "", "", tr("apart by")].map((text) => el("span", { className: "quiet" }, text));
    [this.legend, this.axis] = [new Legend(), el("div", { className: "axis", "aria-hidden": "true" })];
    this.most = el("button", { type: "button", className: "most", onclick: () => this.pick(this.disagreement.t) });
    [this.colors, this.bands] = [el("div", { className: "keys-to-rows" }), el("div", { className: "bands" })];
    this.board.append(el("div", { className: "head" }, row(this.window, this.tokens), row(this.at, this.legend.element), plot(this.chartTitle, this.chart, this.axis), row(this.gap, this.apart)), this.most, this.colors, this.bands);
    const more = (this.more = new More(this.link, this.notation.element));
    this.holdPanel = new RolePanel(this.byRole, () => this.#reachable(), () => this.paintSoon());
    return [top, toolbar(tr("Step and value"), [this.stepper.element], [el("label", { className: "field" }, el("span", {}, tr("Show")), this.shown), this.holdPanel.button, more.button]), more.panel, this.holdPanel.element, this.board];
  }

  /** What is chosen, for the panel of holds. */
  #reachable() {
    const records = this.#chosen();
    return { record: records[0], records, ghosts: this.byRole.ghosts, cursor: this.cursor, ready: this.ready, veiled: false };
  }

  /** The values that can be shown, in the letters of the notation. */
  #offer() {
    const cells = this.page.families.flatMap(({ models }) => models.map(({ cell }) => cell));
    this.shown.replaceChildren(...offers(cells, this.notation.chosen).map(([value, label]) => el("option", { value }, label)));
    this.shown.value = this.value;
  }

  renamed() {
    for (const record of Object.values(this.records)) record.use(this.notation.chosen);
    this.#offer();
  }

  open(first) {
    const { start } = this.page;
    this.byRole.open(start.hold);
    this.#settle(first.metadata.parts.map(({ model }) => model));
    this.names.forEach((name, k) => this.made[name].open({ unit: start.units[k], unfolded: start.unfolded.includes(name) }));
    this.take(first, start.text);
    this.box.open(start.text);
    this.lay();
    this.cursor = this.follow = this.view.opening(start.step, this.steps);
  }

  about(t) {
    const records = this.#chosen();
    const strange = records.some((record) => record.unknown(t)) ? `, ${STRANGE[this.picker.family.unit]}` : "";
    const truth = this.reading.truth ? [tr("true sum {sum}", { sum: number(this.reading.truth(records[0].tokens, t)) })] : [];
    return [`${tr("step {step} {token}", { step: t + 1, token: quoted(records[0].tokens[t]) })}${strange}`, ...records.map((record) => tr("{model} {says}", { model: record.model.name, says: told(record, t, this.reading) })), ...truth].join("\n");
  }

  /** The models that stand side by side. */
  #settle(names) {
    this.names = names;
    const { picker } = this;
    if (picker.settle(names)) {
      const on = { pick: (step) => this.pick(step), hover: this.hover, changed: () => this.paintSoon() };
      this.made = Object.fromEntries(picker.family.models.map((model) => [model.name, new Band(model, on)]));
      const [{ labels, answers }] = picker.family.models;
      this.reading = reading(picker.family.task, labels, answers);
      this.chartTitle.textContent = this.reading.title;
      this.axis.replaceChildren(...chart.axis(this.reading));
      this.box.area.placeholder = PLACEHOLDERS[picker.family.unit];
      if (this.scales) this.colored();
    }
    this.bands.replaceChildren(...names.map((name) => this.made[name].element));
  }

  /** What the colors and signs of the rows mean. */
  colored() {
    const { tint } = this.reading;
    const sums = this.records[this.names[0]]?.arrays.answers;
    const key = (sample, text) => el("span", { className: "key" }, sample, text);
    const drawn = (draw) => {
      const canvas = el("canvas", { "aria-hidden": "true" });
      draw(sharpen(canvas, 16, 16));
      return canvas;
    };
    const bar = drawn((context) => {
      context.fillStyle = this.ink.empty;
      context.fillRect(0, 0, 16, 16);
      context.fillStyle = this.ink.added;
      context.fillRect(0, 6, 16, 10);
    });
    const dashed = drawn((context) => frame(context, 0, 0, 16, 16, this.ink.alert, [3, 2]));
    const full = sums ? tr("apart by: full where they are 1 apart or more, framed where most") : tr("apart by: empty where all say the same, full where two have nothing in common, framed where most");
    this.colors.replaceChildren(
      key(el("span", { className: "scale" }, ...scale(this.scales[tint.scale], tint.ends)), tint.title),
      key(bar, full),
      key(dashed, STRANGE[this.picker.family.unit]));
  }

  // What happens.

  request(wanted) {
    const { most, ...asked } = wanted;
    return { ...super.request(asked), compact: true, ...(!this.anew && { most }), ...this.byRole.asked };
  }

  nearby(request, near) {
    return near.compare(request);
  }

  /** How many steps of a text are held for every one of these models. */
  held(models, text) {
    if (this.anew) return 0;
    const names = models.split(",");
    const tokens = split(text, this.picker.of(names[0]).unit);
    return Math.min(...names.map((name) => (this.records[name]?.held === this.byRole.textOf(this.models[name]) ? this.records[name].shared(tokens) : 0)));
  }

  typed(text, caret) {
    this.follow = this.stepAt(text, caret);
    this.stepper.stop();
    this.ask(this.asked, text);
  }

  caret(caret) {
    const step = this.stepAt(this.box.text, caret);
    this.pick(step);
    this.follow = step; // the answer that has it may still be on its way
  }

  want(names) {
    this.follow = this.cursor;
    this.ask(names.join(","));
  }

  /** An answer of the server; false where it does not continue what is held. */
  take(answer, text) {
    const { have, left, parts } = answer.metadata;
    const names = parts.map(({ model }) => model);
    const family = this.picker.of(names[0]);
    const fresh = family === this.picker.family ? this.records : {};
    this.anew = have > 0 && !continues(names.map((name) => fresh[name]), answer.metadata, split(text, family.unit));
    if (this.anew) return false;
    for (const [k, name] of names.entries()) {
      const model = family.models.find((other) => other.name === name);
      fresh[name] ??= new Record(model, (given) => split(given, family.unit)).use(this.notation.chosen);
      fresh[name].apply(part(answer, k));
    }
    const same = names.join() === this.names.join();
    this.spread = spread(names.map((name) => fresh[name]), this.spread, same ? have : 0);
    this.records = fresh;
    this.text = left ? fresh[names[0]].tokens.join(family.unit === "characters" ? "" : " ") : text;
    if (!same) this.#settle(names);
    this.disagreement = disagreement(this.spread, this.#chosen()[0].tokens, this.reading);
    this.tip.say(null);
    this.cursor = Math.min(Math.max(this.follow, 0), this.steps - 1);
    this.paintSoon();
    return true;
  }

  pick(step) {
    this.cursor = this.follow = Math.max(Math.min(0, this.steps - 1), Math.min(this.steps - 1, step));
    this.paintSoon();
  }

  #show(value) {
    this.value = value;
    this.paintSoon();
  }

  see({ step, value, units, unfolded }) {
    this.shown.value = value;
    if (value !== this.value) this.#show(value);
    this.names.forEach((name, k) => this.made[name].open({ unit: units[k], unfolded: (unfolded ?? []).includes(name) }));
    this.stepper.stop();
    this.pick(step);
  }

  linked() {
    const bands = this.names.map((name) => this.made[name]);
    const unfolded = bands.filter(({ unfolded }) => unfolded).map(({ model }) => model.name);
    return { models: this.names.join(","), step: Math.max(1, this.cursor + 1), value: this.value, units: bands.map(({ unit }) => unit).join(","), ...(unfolded.length && { unfolded: unfolded.join(",") }) };
  }

  // Painting.

  #chosen() {
    return this.names.map((name) => this.records[name]);
  }

  draw() {
    const { view, cursor, reading, ink, tables, scales, value, spread } = this;
    const records = this.#chosen();
    this.lay();
    const places = this.names.map((name) => this.picker.places[name]);
    this.byRole.followAll(records, this.text, this.answers.near);
    const scene = { records, places, ghosts: this.byRole.ghosts, colors: this.lines, view, cursor, reading, value, tables, scales, ink, spread, most: this.disagreement };
    rows.tokens(this.tokens, { ...scene, tokens: records[0].tokens, strange: (t) => records.some((record) => record.unknown(t)) });
    chart.draw(this.chart, scene);
    rows.apart(this.apart, scene);
    this.names.forEach((name, k) => this.made[name].paint(records[k], scene, places[k], this.lines[places[k]], this.byRole.entries(records[k].model)));
    this.#say(records, places);
    this.holdPanel.paint();
    this.stepper.show();
  }

  painted() {
    return { models: this.names, text: this.text };
  }

  said() {
    return this.cursor < 0 ? tr("No text.") : this.holdPanel.said || this.about(this.cursor);
  }

  /** What is said in words: where the cursor and the window are, what each model says there, and where they differ most. */
  #say(records, places) {
    const { view, cursor, steps, reading } = this;
    const there = cursor >= 0;
    const tokens = records[0].tokens;
    this.chartTitle.textContent = this.byRole.ghosts.some(Boolean) ? tr("{title}; thin dashes: where nothing is held", { title: reading.title }) : reading.title;
    this.window.textContent = steps > view.count ? tr("text, steps {first} to {last} of {steps}", { first: view.start + 1, last: view.end(steps), steps }) : tr("text");
    this.at.textContent = there ? tr("after step {step}, {token}", { step: cursor + 1, token: quoted(tokens[cursor]) }) : "";
    const entries = records.map((record, k) => ({ name: called(record.model), place: places[k], color: this.lines[places[k]], text: there ? this.#says(record, k) : "" }));
    if (reading.truth) entries.push({ name: tr("true sum"), color: this.ink.text, text: there ? number(reading.truth(tokens, cursor)) : "" });
    this.legend.show(entries);
    this.gap.textContent = there ? tr("apart by {distance}", { distance: number(this.spread[cursor].apart, 2) }) : tr("apart by");
    this.#sayMost(tokens);
  }

  /** What the k-th model says at the cursor, and what it says where nothing is held, if that is something else. */
  #says(record, k) {
    const ghost = this.byRole.ghosts[k];
    const then = ghost ? before(record, ghost, this.cursor) : "";
    const says = said(record, this.cursor);
    return then ? tr("says {said} ({before} where nothing is held)", { said: says, before: then }) : tr("says {said}", { said: says });
  }

  #sayMost(tokens) {
    const most = this.disagreement;
    this.most.disabled = !most || most.apart < 0.005;
    if (!most) this.most.textContent = this.steps ? tr("Type ? to ask for the marked letter.") : tr("There is no text yet: type above, or try an example.");
    else if (this.most.disabled) this.most.textContent = tr("All say the same at every step.");
    else {
      const { t, one, other, apart } = most;
      this.most.replaceChildren(...within(tr("They differ most, by {distance}, after {token} {step}: {one} says {said}, {other} says {also}."), {
        distance: number(apart, 2), token: quoted(tokens[t]), step: el("u", {}, tr("(step {step})", { step: t + 1 })), one: one.model.name, said: said(one, t), other: other.model.name, also: said(other, t),
      }));
    }
  }
}

export const { mount, unmount } = mounting(Compare);
