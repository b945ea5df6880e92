// The text with one thin row for each gate, candidate and state of the chosen unit, over one time axis: the level of the text.

import { titles as english } from "../engine/cells.js";
import { el, frame, math, pointed, sharpen } from "../kit/dom.js";
import { hatch } from "../kit/hatch.js";
import { shade } from "../kit/palette.js";
import { pulls } from "../kit/pointing.js";
import { fitting } from "../kit/rows.js";
import { lettering, View } from "../kit/view.js";
import { glyph, labelled, number } from "../kit/words.js";
import { plural, tr } from "../language.js";

const TOKEN = 34; // heights in CSS pixels
const STRIP = 17;
const WORD = { least: 62, most: 190 };
const ROOM = 44; // CSS pixels of a column that has room for a number

export class Strips {
  on;
  /** @type {number} CSS pixels of a row */ high;
  /** @type {View} */ view;

  /** @param on - {step(t), pick(name, t), hover(name, t, event), pull(share, begins), done()} */
  constructor(on, { high = STRIP } = {}) {
    Object.assign(this, { on, high, view: new View() });
    this.element = el("div", { className: "strips" });
  }

  /**
   * A row for each name of a cell, and one for what the model says; what follows a colon in a title says more, where there is room.
   *
   * @param written the letters (kit/notation.js)
   */
  build(titles, said, written) {
    this.written = written;
    const row = (name, label, title) => {
      const canvas = el("canvas", { className: "strip-row", role: "img" });
      const at = (event) => this.view.at(pointed(event).x, this.scene?.record.steps ?? 0);
      if (name in titles) pulls(canvas, { pick: (event) => at(event) >= 0 && this.on.pick(name, at(event)), pull: this.on.pull, done: this.on.done });
      canvas.addEventListener("click", (event) => at(event) >= 0 && (name in titles ? this.on.pick(name, at(event)) : this.on.step(at(event))));
      canvas.addEventListener("pointermove", (event) => this.on.hover(name, at(event), event));
      canvas.addEventListener("pointerleave", (event) => this.on.hover(null, -1, event));
      const head = el("div", { className: "gutter" }, ...label);
      return { name, title, canvas, element: el("div", { className: "row" }, head, el("div", { className: "lane" }, canvas)) };
    };
    this.where = el("span", { className: "quiet" });
    this.tokens = row("token", [this.where], tr("The text, token by token"));
    this.shows = null; // what was written behind the titles
    const terms = english(written.cell);
    this.rows = written.ordered(Object.keys(titles)).map((name) => [name, tr(titles[name])]).map(([name, title]) => row(name, [called(written.letter(name), written.plain(name), terms[name], ...title.split(/(?=: )/))], title));
    this.said = row("said", [el("span", { className: "quiet" }, said)], tr("What the model says after each step: {said}", { said }));
    this.element.replaceChildren(...[this.tokens, ...this.rows, this.said].map(({ element }) => element));
  }

  /** Lay the steps out over the width that there is: `words` are wider than letters. */
  lay(words, steps) {
    const room = this.tokens.canvas.parentElement.clientWidth;
    if (words) this.view.fit(room, steps, WORD.least, WORD.most);
    else this.view.resize(room);
  }

  /** @param scene - {record, held(name, t, unit) or null, cursor, unit, lit (names) or null, veil (the first step of which nothing is told), words, short(t) => [text, share], tint {scale, range} of that share, numbered (whether each entry shows its number, where it has room), tables, ink} */
  paint(scene) {
    this.scene = scene;
    const { record, cursor, unit, lit, veil } = scene;
    this.lay(scene.words, record.steps);
    this.view.follow(Math.max(0, cursor), record.steps);
    const { start, count, step } = this.view;
    this.where.textContent = record.steps > count ? tr("text, {first} to {last} of {steps}", { first: start + 1, last: start + count, steps: record.steps }) : tr("text");
    const numbered = scene.numbered && step >= ROOM;
    this.#letters();
    this.#say(record.shows);
    for (const { name, canvas, title, element } of this.rows) {
      element.classList.toggle("dim", lit !== null && !lit.includes(name));
      const range = record.ranges[name];
      const { css, letters } = scene.tables[record.scales[name]];
      const value = (t) => (unit === null ? mean(record.row(name, t)) : record.value(name, t, unit));
      const said = (t) => (t >= veil ? ["?", scene.ink.text] : [number(value(t), 2), letters[shade(value(t), range)]]);
      this.#squares(canvas, this.high, (t) => (t >= veil ? null : css[shade(value(t), range)]), numbered ? said : null, (t) => Boolean(scene.held?.(name, t, unit)));
      canvas.setAttribute("aria-label", this.#about(name, title, cursor >= 0 && cursor < veil ? number(value(cursor), 2) : null));
    }
    this.tokens.canvas.setAttribute("aria-label", plural("The text, token by token: {count} step", "The text, token by token: {count} steps", record.steps, { count: record.steps }));
    this.said.canvas.setAttribute("aria-label", this.said.title);
    const { tint: { scale, range } } = scene;
    const { css, letters } = scene.tables[scale];
    const said = (t) => (t >= veil ? ["?", range[0]] : scene.short(t));
    this.#squares(this.said.canvas, this.high + 4, (t) => css[shade(said(t)[1], range)], (t) => [said(t)[0], letters[shade(said(t)[1], range)]]);
  }

  /** What a row is, for a screen reader; `value` is that at the cursor, null where it is not told. */
  #about(name, title, value) {
    const { record, cursor } = this.scene;
    if (cursor < 0) return title;
    const named = `${title} ${this.written.plain(name)}`;
    const what = record.shows ? labelled(record.shows, named) : named;
    return value === null ? what : tr("{what}, {value} at step {step}", { what, value, step: cursor + 1 });
  }

  /** Say under each title what the values are, where they are not what the model computed. */
  #say(shows) {
    if (this.shows === shows) return;
    this.shows = shows;
    for (const { element } of this.rows) {
      element.querySelector(".shows")?.remove();
      if (shows) element.querySelector(".gutter").append(el("small", { className: "shows" }, shows));
    }
  }

  #steps() {
    const { view, scene } = this;
    return Array.from({ length: Math.max(0, view.end(scene.record.steps) - view.start) }, (_, k) => view.start + k);
  }

  #letters() {
    const { view, scene: { record, cursor, ink, words } } = this;
    const context = sharpen(this.tokens.canvas, view.count * view.step, TOKEN);
    Object.assign(context, { textAlign: "center", textBaseline: "middle", direction: "ltr" });
    for (const t of this.#steps()) {
      const x = (t - view.start) * view.step;
      context.fillStyle = ink.empty;
      context.fillRect(x, 0, view.step - 1, TOKEN);
      context.fillStyle = ink.text;
      const word = record.tokens[t];
      context.font = `${t === cursor ? 700 : 500} ${words ? lettering(16, view.step) : Math.min(20, view.step * 0.92)}px ${words ? ink.sans : ink.mono}`;
      context.fillText(words ? fitting(context, word, view.step - 6) : glyph(word), x + view.step / 2, TOKEN / 2 + 1);
      if (record.unknown(t)) frame(context, x, 0, view.step - 1, TOKEN, ink.alert, [3, 2]);
      if (t === cursor) frame(context, x, 0, view.step - 1, TOKEN, ink.cursor);
    }
  }

  #squares(canvas, height, color, text = null, held = (t) => false) {
    const { view, scene: { cursor, ink } } = this;
    const context = sharpen(canvas, view.count * view.step, height);
    Object.assign(context, { textAlign: "center", textBaseline: "middle", direction: "ltr", font: `${Math.min(13, view.step * 0.8)}px ${ink.mono}` });
    for (const t of this.#steps()) {
      const x = (t - view.start) * view.step;
      context.fillStyle = color(t) ?? ink.empty;
      context.fillRect(x, 0, view.step - 1, height);
      if (held(t)) hatch(context, [[x, 0, view.step - 1, height]], ink, 7, true);
      if (text) {
        const [word, color] = text(t);
        context.fillStyle = color;
        context.fillText(word, x + view.step / 2, height / 2 + 1);
      } else if (color(t) === null) {
        context.fillStyle = ink.text;
        context.fillText("?", x + view.step / 2, height / 2 + 1);
      }
      if (t === cursor) frame(context, x, 0, view.step - 1, height, ink.cursor);
    }
  }
}

const called = (letter, plain, term, title, more) => el("span", { "data-term": term, "data-letter": plain }, el("b", { className: "italic" }, math(letter)), ` ${title}`, ...(more ? [el("span", { className: "more-of" }, more)] : []));
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
