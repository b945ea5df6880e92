// The Learn page: one to three networks learn a small task in this page, and what each of them computes is painted while it learns.

import { Address } from "../address.js";
import { specs } from "../engine/race.js";
import { Task, TASKS } from "../engine/tasks.js";
import { button, field, option } from "../kit/controls.js";
import { el } from "../kit/dom.js";
import { tables } from "../kit/palette.js";
import { TextBox } from "../kit/textbox.js";
import { Tip } from "../kit/tip.js";
import { tr } from "../language.js";
import { copy } from "../link.js";
import { mounting } from "../mounting.js";
import { PictureSection } from "../taking/picturesection.js";
import { Taking } from "../taking/taking.js";
import { came, moved, went } from "../standing.js";
import { dress } from "../theme.js";
import { Charts } from "./charts.js";
import { Keeping } from "./keeping.js";
import { Moments } from "./moments.js";
import { Panel } from "./panel.js";
import { Racers, sentence } from "./racers.js";
import { Readings } from "./readings.js";
import { CALLED, changed, fault, FIELDS, linked, OPENS, read, SAYS, sized } from "./settings.js";
import { Trainer } from "./trainer.js";
import { Transport } from "./transport.js";
import { Tries } from "./tries.js";
import styles from "./learn.css" with { type: "css" };

const LIMIT = 400; // characters of the probe
const SPOKEN = 4000; // ms between two sentences for a screen reader
const LEGEND = tr("A line under an answer: it was asked for here. A whole green line: right. A broken orange one: wrong. Point at it to read what would be right.");
const PLOTTED = tr("Bars: the numbers that are read. Orange line: what the network says. Points: what would be right, green and full where the answer is near enough, a ring where it is not.");
const WAITS = tr("Training waits while this tab is in the background.");

class Learn {
  /** @type {ShadowRoot} */ root;
  palette;
  shipped;
  lines;
  ink; // of the theme
  tables; // of the theme: the colors of each scale
  colors; // of the theme: one a network
  /** @type {any[]} the string that is read */ string;

  constructor(root, { metadata }) {
    const { fields: asked, ...about } = metadata.learn;
    Object.assign(this, about, { root, cursor: -1, spokenAt: 0 });
    const { settings, notes } = read(asked);
    this.settings = settings;
    this.trainer = new Trainer(() => this.paintSoon());
    this.film = new Moments(this.trainer, () => this.#reread());
    this.tip = new Tip();
    this.#build();
    this.#choose(settings, asked.text);
    this.note.textContent = notes.join(" ");
    this.dress();
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
    this.readings.close();
    cancelAnimationFrame(this.due);
  }

  #build() {
    this.task_ = el("select", { onchange: () => this.#change("task", this.task_.value) }, ...TASKS.map((task) => option(task, CALLED[task])));
    this.says = el("p", { className: "task-says" });
    this.tries = new Tries((preset) => this.#try(preset));
    this.link = button(tr("Copy link"), tr("Copy a link to all settings"), () => copy(this.link, this.linked()));
    this.transport = new Transport({ toggle: () => this.#toggle(), step: () => this.trainer.step(), again: () => this.#again(), pace: (pace) => this.trainer.pace(pace) }, this.link);
    this.note = el("p", { className: "note", role: "status" });
    this.panel = new Panel((key, value) => this.#change(key, value));
    this.racers = new Racers();
    this.charts = new Charts();
    this.box = new TextBox({ limit: LIMIT, placeholder: tr("Type a string: each network reads it as it stands."), changed: () => this.#typed(), moved: () => {} });
    this.box.area.rows = 1;
    this.another = button(tr("Another string"), tr("Put another string of this task into the box"), () => this.box.open(this.task.example((this.example += 1))));
    this.readings = new Readings(() => this.paintSoon());
    this.keeping = new Keeping(this.shipped, () => this.box.text);
    this.spoken = el("p", { className: "unseen", "aria-live": "polite" });
    this.stage = el("div", { className: "stage learn", onkeydown: (event) => this.#pressed(event) },
      el("div", { className: "head-of-task" }, field(tr("Task"), this.task_), this.says),
      this.transport.element, this.tries.element, this.note, this.film.element,
      el("div", { className: "bench" }, el("div", { className: "charts" }, this.tries.look, this.racers.element, this.charts.element), this.panel.element),
      el("section", { className: "probe" }, el("h3", {}, tr("One string, read by each network as it stands")), this.box.element, this.another, (this.key = el("p", { className: "quiet" })), this.readings.element),
      this.keeping.element, this.tip.element, this.spoken);
    this.taking = new Taking(this, () => [new PictureSection(this)]);
    this.link.after(this.taking.button);
    this.stage.append(this.taking.dialog);
    this.root.append(this.stage);
  }

  #try(preset) {
    this.#choose({ ...OPENS, ...preset.settings });
    this.tries.show(preset);
    this.trainer.play();
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
    if (other) this.tries.show(null);
    this.task_.value = settings.task;
    this.says.textContent = SAYS[settings.task];
    this.panel.show(settings, this.task);
    this.specs = specs(settings, this.task);
    this.keeping.begin(settings, this.specs, this.task);
    this.readings.begin(this.specs, this.task, { say: (words, event) => this.tip.say(words, event), pick: (t) => this.#pick(t) });
    this.racers.begin(this.names);
    this.readings.show(this.names, this.colors);
    this.key.textContent = this.task.unit === "numbers" ? PLOTTED : LEGEND;
    this.box.open(text === undefined || other && text === this.box.text ? this.task.example() : text);
    this.#again();
    this.#moved();
  }

  #again() {
    this.film.reset();
    this.trainer.begin(this.settings, { play: this.trainer.wanted, probe: this.string, pace: this.transport.pace });
  }

  /** What the networks are called. */
  get names() {
    return this.specs.map(sized);
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
    this.string = string;
    this.readings.take(tokens, string.length ? this.task.answers(string, this.task.size) : []);
    this.cursor = Math.min(this.cursor < 0 ? Infinity : this.cursor, string.length - 1);
    this.trainer.worker && this.trainer.probe(string);
    this.#moved();
    this.paintSoon();
  }

  /** Read the string again, whatever was read before. */
  #reread() {
    this.readings.anew();
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
    return this.names.join("; ");
  }

  // Painting.

  dress() {
    const { scales, ink } = dress(this.stage, this.palette);
    Object.assign(this, { ink, tables: tables(scales), colors: this.lines[this.stage.dataset.theme], painted: null });
    this.panel.drawing.dress(ink);
    this.readings.show(this.names, this.colors);
    this.#reread();
  }

  paintSoon() {
    this.due ??= requestAnimationFrame(() => {
      this.due = null;
      if (!this.stage.clientWidth || !this.stage.isConnected) return;
      this.draw();
      window.dispatchEvent(new CustomEvent("gatelab:painted", { detail: { models: this.specs.map(({ name }) => name), text: this.box.text, updates: this.trainer.told?.standing.updates ?? 0 } }));
    });
  }

  draw() {
    const { trainer: { told, wanted }, film, cursor, ink, colors, tables, task, several } = this;
    const widths = { ...this.charts.widths, readings: this.readings.widths }; // before anything is written, so that the browser lays out once
    this.transport.show(wanted);
    this.#say();
    if (!told) return;
    if (this.readings.draw(told.standing, film, { widths: widths.readings, cursor, ink, tables })) this.keeping.stands(told.standing, film.frame);
    if (this.#isDrawn(widths)) return;
    film.show(told.standing);
    this.charts.learned(told, task, { widths, ink, colors, at: film.frame?.update ?? null, several });
    this.racers.show(told.standing.racers, told.standing.updates, colors);
    this.charts.wayBack(film.frame ? null : told.way, { widths, ink, colors, cursor });
    this.#speak(told.standing);
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
    if (told) this.transport.count(told, this.task, this.settings.batch);
  }

  /** The answers that a string asks for. */
  #asked(string) {
    return this.task.answers(string, this.task.size).filter((answer) => !Number.isNaN(answer));
  }

  /** What the loss does, now and then, for a screen reader. */
  #speak({ updates, racers }) {
    const now = performance.now();
    if (now - this.spokenAt < SPOKEN && this.trainer.wanted) return;
    this.spokenAt = now;
    const networks = racers.map((racer, k) => sentence(racer, this.names[k], updates)).join(". ");
    const said = tr("After {updates} updates. {networks}.", { updates, networks });
    if (this.spoken.textContent !== said) this.spoken.textContent = said;
  }
}

export const { mount, unmount } = mounting(Learn, styles);
