// The Learn page: one to three networks learn a small task in this page, and what each of them computes is painted while it learns.

import { Address } from "../address.js";
import { specs } from "../engine/race.js";
import { Task, TASKS } from "../engine/tasks.js";
import { button, field, option } from "../kit/controls.js";
import { el } from "../kit/dom.js";
import { tables } from "../kit/palette.js";
import { TextBox } from "../kit/textbox.js";
import { Tip } from "../kit/tip.js";
import { scientific } from "../kit/words.js";
import { grouped, tr } from "../language.js";
import { copy } from "../link.js";
import { mounting } from "../mounting.js";
import { PictureSection } from "../taking/picturesection.js";
import { Taking } from "../taking/taking.js";
import { came, moved, went } from "../standing.js";
import { dress } from "../theme.js";
import { AXES, draw, figure } from "./curves.js";
import { Keeping } from "./keeping.js";
import { Moments } from "./moments.js";
import { Panel } from "./panel.js";
import { PRESETS } from "./presets.js";
import { Reading } from "./probe.js";
import { mark, put, Racers } from "./racers.js";
import { CALLED, changed, fault, FIELDS, linked, OPENS, read, SAYS, sized } from "./settings.js";
import { Trainer } from "./trainer.js";
import styles from "./learn.css" with { type: "css" };

const LIMIT = 400; // characters of the probe
const READ = 90; // ms between two readings of the probe while it trains
const SPOKEN = 4000; // ms between two sentences for a screen reader
const LEGEND = tr("A line under an answer: it was asked for here. A whole green line: right. A broken orange one: wrong. Point at it to read what would be right.");
const PLOTTED = tr("Bars: the numbers that are read. Orange line: what the network says. Points: what would be right, green and full where the answer is near enough, a ring where it is not.");
const WAITS = tr("Training waits while this tab is in the background.");
const PACES = [[0, tr("as fast as it can")], [20, tr("20 updates a second")], [2, tr("2 updates a second")]];

class Learn {
  /** @type {ShadowRoot} */ root;
  palette;
  shipped;
  lines;
  ink; // of the theme
  tables; // of the theme: the colors of each scale
  colors; // of the theme: one a network
  /** @type {readonly string[]} of the string that is read */ tokens;
  /** @type {any[]} */ string;
  /** @type {number} the update at which it was read last */ readMoment;

  constructor(root, { metadata }) {
    const { fields: asked, ...about } = metadata.learn;
    Object.assign(this, about, { root, cursor: -1, readAt: 0, spokenAt: 0 });
    const { settings, notes } = read(asked);
    this.settings = settings;
    this.trainer = new Trainer(() => this.paintSoon());
    this.film = new Moments(this.trainer, () => this.#reread());
    this.tip = new Tip();
    this.#build();
    this.#choose(settings, asked.text);
    this.note.textContent = notes.join(" ");
    this.#dressed();
    this.resized = new ResizeObserver(() => this.paintSoon());
    this.resized.observe(this.stage);
  }

  begin() {
    const rules = Object.fromEntries(["text", ...FIELDS.map(({ key }) => key)].map((key) => [key, { kind: "" }]));
    this.address = new Address({ rules, fields: () => this.linked(), shown: () => CALLED[this.settings.task] });
    this.address.changed();
    came(this);
  }

  close() {
    went(this);
    this.address.close();
    this.taking.close();
    this.film.close();
    this.trainer.close();
    this.resized.disconnect();
    this.panel.drawing.close();
    clearTimeout(this.later);
    cancelAnimationFrame(this.due);
  }

  #build() {
    this.task_ = el("select", { onchange: () => this.#change("task", this.task_.value) }, ...TASKS.map((task) => option(task, CALLED[task])));
    this.says = el("p", { className: "task-says" });
    this.presets = el("div", { className: "presets", role: "group", "aria-label": tr("Presets") }, el("span", { className: "quiet" }, tr("Try:"), " "), ...(this.tries = PRESETS.map((one) => this.#preset(one))));
    this.look = el("p", { className: "look", role: "status" });
    this.play = button(tr("\u25B6 Play"), tr("Train (space)"), () => this.#toggle());
    this.play.className = "play fresh"; // the first thing to do here, and it looks like it until it was done
    this.pace = el("select", { onchange: () => this.trainer.pace(Number(this.pace.value)) }, ...PACES.map(([value, label]) => option(value, label)));
    this.link = button(tr("Copy link"), tr("Copy a link to all settings"), () => copy(this.link, this.linked()));
    this.counts = el("p", { className: "counts" });
    this.counted = Array.from({ length: 4 }, () => el("span", {}));
    this.counts.append(...this.counted);
    this.note = el("p", { className: "note", role: "status" });
    this.panel = new Panel((key, value) => this.#change(key, value));
    this.loss = figure(tr("Loss on a log scale: lower is better"), tr("The loss of each network after each update"));
    this.right = figure(tr("Right on unseen strings"), tr("The share of unseen strings that each network gets right"));
    this.gradient = figure(tr("The gradient\u2019s way back"), tr("How large the gradient of the loss is at each step of the string below"),
      tr("How much a small change of the state at each step would change the loss; it is computed from the last step back. Where a line falls far towards the left, the gradient has vanished: the network cannot learn from what stands there. Where it is low everywhere, little is left to learn."));
    this.racers = new Racers();
    this.box = new TextBox({ limit: LIMIT, placeholder: tr("Type a string: each network reads it as it stands."), changed: () => this.#typed(), moved: () => {} });
    this.box.area.rows = 1;
    this.another = button(tr("Another string"), tr("Put another string of this task into the box"), () => this.box.open(this.task.example((this.example += 1))));
    this.readings = el("div", { className: "readings" });
    this.keeping = new Keeping(this.shipped, () => this.box.text);
    this.spoken = el("p", { className: "unseen", "aria-live": "polite" });
    this.stage = el("div", { className: "stage learn", onkeydown: (event) => this.#pressed(event) },
      el("div", { className: "head-of-task" }, field(tr("Task"), this.task_), this.says),
      el("div", { className: "group transport", role: "toolbar", "aria-label": tr("Training") }, this.play,
        button(tr("One step"), tr("One update of every network"), () => this.trainer.step()), button(tr("Start again"), tr("Begin anew with the same settings"), () => this.#again()),
        field(tr("Speed"), this.pace), this.link, this.counts),
      this.presets, this.note, this.film.element,
      el("div", { className: "bench" }, el("div", { className: "charts" }, this.look, this.racers.element, el("div", { className: "pair" }, this.loss.element, this.right.element, this.gradient.element)), this.panel.element),
      el("section", { className: "probe" }, el("h3", {}, tr("One string, read by each network as it stands")), this.box.element, this.another, (this.key = el("p", { className: "quiet" })), this.readings),
      this.keeping.element, this.tip.element, this.spoken);
    this.taking = new Taking(this, () => [new PictureSection(this)]);
    this.link.after(this.taking.button);
    this.stage.append(this.taking.dialog);
    this.root.append(this.stage);
  }

  #preset(one) {
    const choose = () => {
      this.#choose({ ...OPENS, ...one.settings });
      this.#looksFor(one);
      this.trainer.play();
    };
    return el("button", { type: "button", className: "try", title: one.look, "aria-pressed": "false", onclick: choose }, one.name);
  }

  /** Say what to look for in a preset, until another one or another task is chosen; null for none. */
  #looksFor(one) {
    this.look.textContent = one?.look ?? "";
    PRESETS.forEach((preset, k) => this.tries[k].setAttribute("aria-pressed", String(preset === one)));
  }

  // What is chosen.

  #change(key, value) {
    try {
      this.#choose(changed(this.settings, key, value), ["task", "curve", "drawn"].includes(key) ? undefined : this.box.text);
    } catch (error) {
      this.note.textContent = fault(error);
    }
  }

  /** Begin anew with these settings, and this text as the string that is read. */
  #choose(settings, text) {
    const other = settings.task !== this.task?.name;
    this.task = new Task(settings);
    this.settings = settings;
    this.example = 1;
    this.several = this.#asked(this.task.read(this.task.example()).string).length > 1;
    this.note.textContent = "";
    if (other) this.#looksFor(null);
    this.task_.value = settings.task;
    this.says.textContent = SAYS[settings.task];
    this.panel.show(settings, this.task);
    this.specs = specs(settings, this.task);
    const tell = { say: (words, event) => this.tip.say(words, event), pick: (t) => this.#pick(t) };
    this.keeping.begin(settings, this.specs, this.task);
    this.made = this.specs.map((spec) => new Reading(spec, this.task, tell));
    this.racers.begin(this.specs.map((_, k) => this.#named(k)));
    this.#head();
    this.key.textContent = this.task.unit === "numbers" ? PLOTTED : LEGEND;
    this.box.open(text === undefined || other && text === this.box.text ? this.task.example() : text);
    this.#again();
    this.#moved();
  }

  /** What each network makes of the string, under its name. */
  #head() {
    this.readings.replaceChildren(...this.made.map(({ element }, k) => el("div", {}, el("h4", {}, mark(k, this.colors?.[k] ?? ""), ` ${this.#named(k)}`), element)));
  }

  #again() {
    this.film.reset();
    this.trainer.begin(this.settings, { play: this.trainer.wanted, probe: this.string, pace: Number(this.pace.value) });
  }

  #named(k) {
    return sized(this.specs[k]);
  }

  #moved() {
    this.address?.changed();
    moved();
  }

  /** The fields of a link to all that is chosen, as of any stage. */
  get fields() {
    return this.linked();
  }

  /** Begin with what a link says, in place, where it says something else. @param {string | Object<string, string>} fields of the link, as of `Stage.become` */
  become(fields) {
    const asked = Object.fromEntries(new URLSearchParams(fields));
    const { settings } = read(asked);
    if (JSON.stringify(linked(settings)) !== JSON.stringify(linked(this.settings))) this.#choose(settings, asked.text);
    else if (asked.text !== undefined && asked.text !== this.box.text) this.box.open(asked.text);
  }

  /** The fields of a link to all that is chosen. */
  linked() {
    return { ...linked(this.settings), text: this.box.text };
  }

  // What the visitor does.

  #toggle() {
    this.film.leave();
    this.trainer.play(!this.trainer.wanted);
  }

  #pressed(event) {
    if (event.key !== " " || event.target.closest("button, input, select, textarea, summary")) return;
    event.preventDefault();
    this.#toggle();
  }

  #typed() {
    const { tokens, string } = this.task.read(this.box.text);
    Object.assign(this, { tokens, string, readAt: 0 });
    this.targets = string.length ? this.task.answers(string, this.task.size) : [];
    this.cursor = Math.min(this.cursor < 0 ? Infinity : this.cursor, string.length - 1);
    this.trainer.worker && this.trainer.probe(string);
    this.#moved();
    this.paintSoon();
  }

  /** Read the string again, whatever was read before. */
  #reread() {
    this.readAt = 0;
    this.paintSoon();
  }

  #pick(t) {
    this.cursor = t;
    this.paintSoon();
  }

  /** What a picture can show, see `Stage`. */
  get pictured() {
    const parts = [[tr("curves"), this.stage.querySelector(".charts")], [tr("one string"), this.stage.querySelector(".probe")]];
    return parts.map(([name, element]) => ({ name, element, shown: true }));
  }

  /** The networks, in words: a picture says whose it is. */
  get asked() {
    return this.specs.map((_, k) => this.#named(k)).join("; ");
  }

  // Painting.

  dress() {
    this.#dressed();
  }

  draw() {
    this.#draw();
  }

  #dressed() {
    const { scales, ink } = dress(this.stage, this.palette);
    Object.assign(this, { ink, tables: tables(scales), colors: this.lines[this.stage.dataset.theme], painted: null });
    this.panel.drawing.dress(ink);
    this.#head();
    this.#reread();
  }

  paintSoon() {
    this.due ??= requestAnimationFrame(() => {
      this.due = null;
      if (!this.stage.clientWidth || !this.stage.isConnected) return;
      this.#draw();
      window.dispatchEvent(new CustomEvent("gatelab:painted", { detail: { models: this.specs.map(({ name }) => name), text: this.box.text, updates: this.trainer.told?.standing.updates ?? 0 } }));
    });
  }

  #draw() {
    const { trainer } = this;
    const { wanted } = trainer;
    const widths = this.#widths(); // before anything is written, so that the browser lays out once
    put(this.play, wanted ? tr("\u275A\u275A Pause") : tr("\u25B6 Play"));
    this.play.title = wanted ? tr("Pause (space)") : tr("Train (space)");
    this.play.setAttribute("aria-label", this.play.title);
    if (wanted) this.play.classList.remove("fresh");
    this.#say();
    if (!trainer.told) return;
    const { standing, way } = trainer.told;
    this.#read(standing, widths.readings);
    if (this.#isDrawn(widths)) return;
    this.film.show(standing);
    this.#curves(standing, widths.pair);
    this.#wayBack(this.film.frame ? null : way, widths.whole);
    this.#speak(standing);
  }

  #widths() {
    return { pair: this.loss.element.clientWidth, whole: this.gradient.element.parentElement.clientWidth, readings: this.made.map(({ element }) => element.clientWidth - 4) };
  }

  /** Whether the curves stand as they were told last, so that a key or a pointer moves none of them. */
  #isDrawn({ pair, whole }) {
    const now = [this.trainer.told, this.film.frame, this.film.ghost, pair, whole, this.cursor];
    const same = this.painted?.every((one, k) => one === now[k]) ?? false;
    this.painted = now;
    return same;
  }

  #say() {
    const { told, error, resting, wanted } = this.trainer;
    const state = error || (resting && wanted ? WAITS : "");
    if (state && this.note.textContent !== state) this.note.textContent = state;
    if (!state && this.note.textContent === WAITS) this.note.textContent = "";
    if (!told) return;
    const { standing: { updates }, seconds, speed } = told;
    const { list } = this.task;
    const read = updates * this.settings.batch;
    const words = [
      tr("{count} updates", { count: grouped(updates) }),
      list ? tr("{times} times through the list", { times: (read / list.seen.length).toFixed(1) }) : tr("{count} strings read", { count: grouped(read) }),
      tr("{seconds} s", { seconds: seconds.toFixed(1) }),
      speed ? tr("{count} updates a second", { count: speed < 10 ? speed.toFixed(1) : Math.round(speed) }) : "",
    ];
    words.forEach((text, k) => put(this.counted[k], k && text ? ` \u00B7 ${text}` : text));
  }

  #curves({ updates, racers }, width) {
    const { ink, colors, task } = this;
    const most = Math.max(100, updates);
    const scene = { width, height: 200, ink, most, to: tr("{count} updates", { count: grouped(most) }), at: this.film.frame?.update ?? null };
    const levels = [{ value: this.trainer.told.guess, label: tr("always the same answer") }, ...(task.done ? [{ value: task.done, label: tr("done") }] : [])];
    draw(this.loss.canvas, { ...scene, axis: AXES.loss, levels, lines: racers.map(({ losses }, k) => ({ points: losses, color: colors[k], place: k })) });
    draw(this.right.canvas, { ...scene, axis: AXES.share, levels: [], lines: racers.map(({ scores }, k) => ({ points: scores.map(({ update, share }) => [update, share]), color: colors[k], place: k })) });
    put(this.right.heading, this.#judged(task));
    this.racers.show(racers, updates, colors);
  }

  /** The answers that a string asks for. */
  #asked(string) {
    return this.task.answers(string, this.task.size).filter((answer) => !Number.isNaN(answer));
  }

  /** What the right curve counts. */
  #judged({ list, whole }) {
    const strings = list && !list.apart ? tr("the same strings (too few to keep some unseen)") : tr("unseen strings");
    if (!whole) return tr("Right on {strings}, of all answers", { strings });
    return this.several ? tr("Right on {strings}: every answer in a string", { strings }) : tr("Right on {strings}", { strings });
  }

  /** The string, read anew where the text or, for some time, the weights are others. */
  #read({ racers, updates }, widths) {
    const now = performance.now();
    const moment = this.film.frame?.update ?? updates;
    if (now - this.readAt < READ && this.readMoment !== moment && !this.film.frame) return this.#readLater();
    if (this.readMoment !== moment || !this.readAt) {
      const all = this.film.frame?.weights ?? racers.map(({ weights }) => weights);
      this.made.forEach((one, k) => one.read(this.tokens, Float64Array.from(all[k]), this.film.ghost && Float64Array.from(this.film.ghost.weights[k])));
    }
    Object.assign(this, { readAt: now, readMoment: moment });
    const { cursor, ink, tables, targets } = this;
    this.keeping.stands(this.trainer.told.standing, this.film.frame);
    this.made.forEach((one, k) => one.draw({ width: widths[k], cursor, ink, tables, targets, then: this.film.ghost?.update }));
  }

  #readLater() {
    clearTimeout(this.later);
    this.later = setTimeout(() => this.paintSoon(), READ);
  }

  #wayBack(way, width) {
    this.gradient.element.hidden = !way;
    if (!way) return;
    const { ink, colors } = this;
    const points = (norms) => Array.from(norms, (value, t) => [t, value]);
    const lines = way.flatMap(({ h, c }, k) => [
      { points: points(h), color: colors[k], place: k, thin: false },
      ...(c ? [{ points: points(c), color: colors[k], place: 4, thin: true }] : []),
    ]);
    const most = Math.max(1, way[0].h.length - 1);
    draw(this.gradient.canvas, { width, height: 150, axis: AXES.gradient, ink, most, lines, from: tr("step 1"), to: tr("step {step}", { step: most + 1 }), at: this.cursor >= 0 ? this.cursor : null });
    put(this.gradient.heading, way.some(({ c }) => c)
      ? tr("The gradient\u2019s way back through the string below: |dL/dh| at each step, and |dL/dc| (thin dashes)")
      : tr("The gradient\u2019s way back through the string below: |dL/dh| at each step"));
  }

  /** What the loss does, now and then, for a screen reader. */
  #speak({ updates, racers }) {
    const now = performance.now();
    if (now - this.spokenAt < SPOKEN && this.trainer.wanted) return;
    this.spokenAt = now;
    const words = racers.map(({ loss, scores, broke }, k) => {
      const at = { network: this.#named(k), loss: scientific(loss), percent: Math.round(100 * scores.at(-1).share) };
      if (broke !== null) return tr("{network}: not a number", at);
      return updates ? tr("{network}: loss {loss}, {percent} % right", at) : tr("{network}: nothing learned yet, {percent} % right", at);
    });
    const said = tr("After {updates} updates. {networks}.", { updates, networks: words.join(". ") });
    if (this.spoken.textContent !== said) this.spoken.textContent = said;
  }
}

export const { mount, unmount } = mounting(Learn, styles);
