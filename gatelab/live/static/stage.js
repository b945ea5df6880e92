// What every stage does: one text, one lane, one picture that is painted anew when anything changes. A stage says what is its own.

import { Address } from "./address.js";
import { Answers } from "./answers.js";
import { Builder } from "./builder/builder.js";
import { Explore } from "./explore.js";
import { el, keepFocus } from "./kit/dom.js";
import { FilmPanel } from "./kit/filmpanel.js";
import { FullScreen } from "./kit/fullscreen.js";
import { Holding } from "./kit/holding.js";
import { PYTORCH } from "./kit/notation.js";
import { NotationChoice } from "./kit/notationchoice.js";
import { tables } from "./kit/palette.js";
import { ASIDE, Presenting } from "./kit/presenting.js";
import { TextBox } from "./kit/textbox.js";
import { Tip } from "./kit/tip.js";
import { isTurnedTo, turn } from "./kit/turning.js";
import { notice } from "./kit/unfamiliar.js";
import { PresentBar } from "./kit/presentbar.js";
import { tr } from "./language.js";
import { copy } from "./link.js";
import { readLink } from "./linkfields.js";
import { has } from "./own.js";
import { opened, openOnly } from "./panels.js";
import { Printing } from "./printing.js";
import { keep, kept, kindOf } from "./remember.js";
import { came, moved, standing, went } from "./standing.js";
import { Taking } from "./taking/taking.js";
import { dress } from "./theme.js";

const LINK = tr("Copy a link to all that is chosen here");
const OWN_LINK = tr("Copy a link to all that is chosen here. This network is in your browser alone: elsewhere the link opens on another one");
const REST = { moved: 500, typed: 1000 }; // ms without a change before a screen reader hears of it: a slow typist is not interrupted

export class Stage {
  // What a stage says of itself: its class in stage.css, what the text box, the board's label and Explore say.
  static kind;
  static placeholder;
  static keys;
  static explores = null;
  static timeout;
  static holds = Holding; // what is held, where one can hold values
  static pieces = 0; // steps of a first piece, where answers to long texts may come in pieces (lane.js)

  /** @type {ShadowRoot} */ root;
  page; // what the server says of the page: see gatelab/live/component.py
  /** @type {Object<string, any>} a model's name -> its entry in the listing */ models;
  /** @type {number} the chosen step; -1 for none */ cursor;
  /** @type {number} the step that the cursor goes to once it is here */ follow;
  scales; // of the theme: the stops of each scale of colors
  ink; // of the theme: the single colors and fonts
  tables; // of the theme: the colors of each scale, one for each shade
  /** @type {boolean} whether the text was changed after a screen reader last heard of it */ typing;
  setStateValue; // tells Streamlit
  /** @type {Holding | null} what is held, on a stage where one can hold values */ holding;
  holdPanel; // the panel of these holds (kit/holdcontrols.js)
  lines; // of the theme: the colors of lines, where several models stand side by side
  /** @type {Object<string, any> | null} what a link says, while the answer that it needs is on its way */ coming = null;

  constructor(root, first) {
    // A paint needs a cursor, and an answer a step to go to: none (-1) and the first, until open() says otherwise.
    Object.assign(this, { root, page: first.metadata.page, cursor: -1, follow: 0, typing: false });
  }

  /** Come onto the page. Not in the constructor: what a stage has of its own is there only when that is done. */
  begin(first, setStateValue) {
    const { root, page } = this;
    const { kind, placeholder, keys, explores, timeout, pieces, holds: Held } = /** @type {typeof Stage} */ (this.constructor);
    Object.assign(this, { models: Object.fromEntries((page.models ?? page.families.flatMap(({ models }) => models)).map((model) => [model.name, model])) });
    this.notation = new NotationChoice(page.start.notation, () => {
      this.renamed();
      this.paintSoon();
      this.#tellNotation();
    });
    this.holding = "hold" in page.start ? new Held(() => this.#held()) : null;
    this.tip = new Tip();
    this.hover = (text, event) => this.tip.say(text, event);
    this.box = new TextBox({ limit: page.limit, placeholder, changed: (text, caret) => this.#edited(text, caret), moved: (caret) => this.caret(caret) });
    this.answers = new Answers(this, { route: page.route, timeout, pieces });
    this.lane = this.answers.lane;
    this.checkpoints = this.answers.checkpoints;
    this.explore = explores && new Explore(explores, () => (this.isOwn ? null : { ...this.chosen(), text: this.box.text }));
    this.film = new FilmPanel({ has: (name) => (page.films ?? []).includes(name), model: () => this.asked, instead: (name, weights) => this.answers.replace(name, weights), ready: () => this.ready, moment: page.start.film });
    this.full = new FullScreen(() => this.#alone());
    this.presenting = new Presenting(this.full, { turn: (way) => turn(this, way), changed: () => this.#presented() });
    this.tries = el("div", { className: "tries" });
    this.spoken = el("p", { className: "unseen", "aria-live": "polite" });
    this.link = el("button", { type: "button", title: LINK, onclick: () => copy(this.link, this.fields) }, tr("Copy link"));
    this.link.hidden = window.location.protocol === "about:"; // in a notebook no link leads here
    this.board = el("div", { className: "board", tabIndex: 0, role: "group", "aria-label": keys, onkeydown: (event) => this.pressed(event) });
    this.stage = el("div", { className: `stage ${kind}`.trim() }, ...this.build(), this.film.element, this.answers.check.element, this.answers.arriving, ...(this.explore ? [this.explore.element] : []), this.tip.element, this.spoken);
    this.taking = new Taking(this);
    this.link.after(this.taking.button);
    this.builder = new Builder(this);
    this.taking.button.after(this.builder.add, this.builder.button);
    this.stage.prepend(this.builder.playing.element);
    this.stage.append(this.taking.dialog, this.builder.dialog);
    root.append(this.stage);
    this.full.of(this.stage, this.board);
    this.presentBar = new PresentBar(this.stage, () => this.dress(this.setStateValue));
    this.stage.prepend(this.presentBar.element);
    this.open(first);
    this.#arrange(page.start);
    this.address = new Address({ rules: page.fields, fields: () => (this.isOwn ? {} : this.fields), shown: () => this.box.text });
    if (isTurnedTo()) this.presenting.start(false);
    for (const kind of ["click", "change", "toggle"]) this.stage.addEventListener(kind, () => this.#moved(), true); // panels open without a paint
    this.dress(setStateValue);
    this.#resume(); // dressed: where the visitor's own network reads the text, its answer is here at once
    if (this.notation.chosen !== (page.start.notation ?? PYTORCH)) setTimeout(() => this.#tellNotation()); // not while the page is being built
    this.#resize(); // before the first paint, which needs the widths
    this.resized = new ResizeObserver(() => this.stage.clientWidth !== this.width && this.#resize()); // its height is what was painted
    this.resized.observe(this.stage);
    this.printing = new Printing(this);
    this.lettered = () => this.paintSoon(); // letters on a canvas do not change by themselves when their font arrives
    document.fonts.addEventListener("loadingdone", this.lettered);
    came(this);
  }

  close() {
    went(this);
    this.resized.disconnect();
    document.fonts.removeEventListener("loadingdone", this.lettered);
    this.printing.close();
    this.notation.close();
    this.taking.close();
    this.builder.close();
    this.presenting.close();
    this.presentBar.close();
    this.full.close();
    this.film.close();
    this.answers.close();
    this.address.close();
    this.explore?.close();
    delete document.documentElement.dataset.gatelabHide;
    clearTimeout(this.speaking);
  }

  /** Open and hide what the link says. */
  #arrange({ open, present }) {
    if (open && this.holdPanel) this.holdPanel.met = true; // the link says whether it is open
    if (open) openOnly(this.foldable, open);
    if (present === "on") this.presenting.start(false);
    this.#hide();
  }

  /** The stage is presented now, or no more. */
  #presented() {
    this.presentBar.show(this.presenting.on);
    this.#hide();
  }

  /** Hide what the link says, and what does not go with where the stage stands. */
  #hide() {
    const embedded = new URLSearchParams(window.location.search).get("embed") === "true"; // in another page, which has a navigation of its own
    const hidden = [...(this.page.start.hide ?? []), ...(embedded ? ["nav"] : []), ...(this.presenting.on ? ASIDE : [])];
    this.stage.dataset.hide = [...new Set(hidden)].join(" ");
    document.documentElement.dataset.gatelabHide = this.stage.dataset.hide; // for what stands around the stage
  }

  /** The stage is alone on the screen now, or no more. */
  #alone() {
    this.presenting.follow();
    this.#moved();
    document.dispatchEvent(new Event("gatelab:alone"));
    this.paintSoon();
  }

  /** The panels that can be open or closed and that a link knows, by name. */
  get foldable() {
    const { film: { details: film }, holdPanel: hold, explore, more, matters, follows } = /** @type {any} */ (this);
    const all = { more, hold, matters: matters?.element, follows: follows?.element, film, explore };
    return Object.fromEntries(Object.entries(all).filter(([name, panel]) => panel && this.page.fields.open?.words.includes(name)));
  }

  #edited(text, caret) {
    this.typing = true;
    this.coming = null;
    this.#keep(text);
    this.typed(text, caret);
  }

  /** Ask for the answer of a model, or of several with commas between their names. */
  ask(models, text = this.box.text, options = {}) {
    this.#keep(text);
    this.lane.want(models, text, options);
  }

  #keep(text) {
    if (this.opened && !standing.led) keep({ task: this.models[this.asked.split(",")[0]].task, models: this.asked, text, own: !this.isExample(text) });
  }

  /** Go on with what was typed here before, or on another page that reads such texts. */
  #resume() {
    const last = standing.led ? null : kept(Object.values(this.models).map(({ task }) => task));
    if (last && Object.values(this.models).some(({ task }) => kindOf(task) === kindOf(last.task))) { // the visitor's own network that read it may be forgotten
      const models = this.fitting(last);
      if (models !== this.asked || last.text !== this.box.text) { // else the address has brought all of it
        this.asked = models;
        this.box.open(last.text);
      }
    }
    this.opened = true;
    if (!last && this.page.start.text !== undefined && new URLSearchParams(window.location.search).has("text")) this.#keep(this.box.text); // a link's text goes along, too
  }

  /** Which model opens on a remembered text: the one that read it on this page, else the one that is here if it reads such texts, else the first that does. */
  fitting({ task, models, here }) {
    if (here && models in this.models) return models;
    const all = Object.values(this.models);
    const fits = ({ task: other }) => kindOf(other) === kindOf(task);
    return fits(this.models[this.asked]) ? this.asked : (all.find((model) => model.task === task) ?? all.find(fits)).name;
  }

  /** Whether a text is one that the page offers itself. */
  isExample(text) {
    return Object.values(this.models).some(({ opening }) => [opening.text, ...opening.others].includes(text));
  }

  /** Whether the networks that are asked for are the visitor's own: no server knows them. */
  get isOwn() {
    return this.asked.split(",").every(has);
  }

  /** Streamlit writes the formulas around the stage in the same notation. */
  #tellNotation() {
    this.setStateValue("notation", this.notation.chosen);
  }

  /** The fields of a link to all that is chosen, with text, notation and holds. */
  get fields() {
    return { text: this.box.text, ...this.linked(), ...this.#lettered, ...this.#arranged };
  }

  /** The open panels, the moment of the film and what is hidden as fields of the link. */
  get #arranged() {
    const { hide, film } = this.page.start;
    const open = opened(this.foldable);
    const said = open.length || (this.holding?.active && !this.holdPanel.open);
    return { ...(said && { open: open.join(",") }), ...(film !== undefined && this.film.linked()), ...(hide?.length && { hide: hide.join(",") }), ...this.presenting.linked() };
  }

  /** The notation and what is held as fields of the link, on a stage that has them. */
  get #lettered() {
    return { ...("notation" in this.page.start && { notation: this.notation.chosen }), ...this.holding?.asked };
  }

  // Become what a link says, in place.

  /**
   * Show what a link to this page says, without loading the page anew: text, networks, holds, notation, open panels, and what else is chosen. How the stage is
   * presented and what is hidden stays as it is.
   *
   * @param {string | Object<string, string>} fields of the link: a query, or the fields by name; it says all that is otherwise than on a page that is opened anew
   */
  become(fields) {
    const { page } = this;
    const query = new URLSearchParams(fields);
    const { start } = readLink(page.fields, String(query), { page, given: { models: Object.keys(this.models), page: page.address } });
    if (start.notation && start.notation !== this.notation.chosen) this.notation.choose(start.notation);
    const models = start.model ?? start.models.join(","); // a lesson also has the models that it can show
    const reheld = this.#reopen(start, models);
    const otherModels = models !== this.asked;
    const otherText = start.text !== this.box.text;
    this.asked = models;
    if (otherText) this.box.open(start.text); // asks by itself
    const preferred = this.prefer(start);
    if (preferred || (!otherText && (otherModels || reheld))) this.ask(models);
    this.coming = { start, models };
    this.paintSoon();
  }

  /** Hold what a link says. Returns whether that is something else. */
  #reopen(start, models) {
    const { hold, after = "" } = start;
    const { holding } = this;
    if (!holding || (hold === holding.text && after === holding.after)) return false;
    holding.open(hold, this.models[models.split(",")[0]], after);
    return true;
  }

  /** Show the rest of what a link says as soon as its text is read: not before each paint, but until nothing is on its way. */
  #arrive() {
    const { start, models } = this.coming;
    const { model, models: several = [model], text } = this.painted();
    if (several.join() !== models || text !== this.box.text) return;
    if (this.lane.idle) this.coming = null;
    this.see(start);
    if (this.holdPanel) this.holdPanel.met = true; // the link says whether it is open
    openOnly(this.foldable, start.open ?? []);
    if ("film" in start) this.film.see(start.film);
  }

  /** Something that the link says may be otherwise. */
  #moved() {
    this.address?.changed();
    moved();
  }

  // What each stage does in its own way.

  /** Choose what a link says of how the answer is computed, beside text, networks and holds. Returns whether it has to be asked for anew. */
  prefer(start) {
    return false;
  }

  /** Show what a link says of what is looked at, once the text is read. */
  see(start) {}

  /** The elements of the stage, from top to bottom. */
  build() {
    return [];
  }

  /** Take the first answer, which came with the page. */
  open(first) {}

  /** The model that is asked for, or several with commas between their names. */
  get asked() {
    return "";
  }

  set asked(models) {}

  /** The text is another, with the caret behind so many characters. */
  typed(text, caret) {}

  /** Whether the engine can compute what is held: the model is here, and the page's numbers are PyTorch's. */
  get ready() {
    return this.answers.ready && this.needed.every((name) => this.answers.near.has(name));
  }

  /** Something else is held: all steps from there on are other ones. */
  #held() {
    this.reheld();
    this.paintSoon();
  }

  /** Take an answer. Returns false where it does not fit what is held. */
  take(answer, text) {
    return true;
  }

  /** Ask for what follows from other holds. */
  reheld() {
    this.follow = this.cursor;
    this.ask(this.asked);
  }

  draw() {}

  /** The fields of a link to all that is chosen: {name: value}. */
  linked() {
    return {};
  }

  /** How what stands here was computed, beside text and holds: {forced, beam} of a model that writes; `where`, which of its attentions is seen. */
  get decoded() {
    return {};
  }

  /** What a picture of the stage can show: what it is called, and whether it does unless told otherwise. @returns {{name: string, element: HTMLElement, shown: boolean}[]} */
  get pictured() {
    return [{ name: "board", element: this.board, shown: true }];
  }

  /** What is told of the picture once it is painted: {model or models, text}. */
  painted() {
    return {};
  }

  /** What was read: {model, tokens, unknown (of each token), unit}; several where more than one model reads. */
  get read() {
    return { model: null, tokens: [], unknown: [], unit: "characters", several: false };
  }

  // What a stage may do otherwise.

  /** Show what a link of a lesson's text says, {field: value}. Returns whether this stage can, without its page being loaded anew. */
  show(look) {
    return false;
  }

  request(asked) {
    return asked;
  }

  /** The engine's answer to a request at once, or null. */
  nearby(request, near) {
    return null;
  }

  /** A promise of the engine's answer where that takes long, or null. */
  beside(request) {
    return null;
  }

  /** The names of the models whose checkpoints the engine needs for what is asked for. */
  get needed() {
    return this.asked.split(",");
  }

  held(model, text) {
    return 0;
  }

  /** What a text must be where the engine cannot read it, and no server either. */
  get readable() {
    return tr("one that the networks in this page can read");
  }

  caret(caret) {}

  resize() {}

  /** What a screen reader hears when nothing has changed for a while, beside what is live by itself. */
  said() {
    return "";
  }

  colored() {}

  /** Another notation is chosen: what is not painted anew by itself takes its letters. */
  renamed() {}

  chosen() {
    return this.linked();
  }

  /** What each key does: {key: () => void}. */
  get moves() {
    return {};
  }

  /** Do what a key means. Returns whether it means anything. */
  press(key) {
    const move = this.moves[key];
    move?.();
    return Boolean(move);
  }

  pressed(event) {
    if (this.holdPanel?.key(event)) return event.preventDefault();
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button, select, input, summary")) return;
    if (this.press(event.key)) event.preventDefault();
  }

  /** Examples to try. */
  offer(texts) {
    this.tries.replaceChildren(el("span", { className: "quiet" }, tr("Try: ")), ...texts.map((text) => el("button", { type: "button", className: "try", title: text, onclick: () => this.box.fill(text) }, text)));
  }

  /** Take the theme's colors, at the first mount and whenever the theme changes. */
  dress(setStateValue) {
    this.setStateValue = setStateValue;
    if (this.explore) this.explore.setStateValue = setStateValue;
    const { scales, ink } = dress(this.stage, this.page.palette);
    Object.assign(this, { scales, ink, tables: tables(scales), lines: this.page.lines?.[this.stage.dataset.theme] });
    this.colored();
    this.paintSoon();
  }

  /** Tell a screen reader what there is to see, once nothing has changed for a while; what it has heard already is not said again. */
  #speakSoon() {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => {
      this.typing = false;
      const said = this.said();
      if (this.spoken.textContent !== said) this.spoken.textContent = said;
    }, this.typing ? REST.typed : REST.moved);
  }

  /** Say so where the text is in a language or script that the model never saw. */
  #warn() {
    const { model, ...read } = this.read;
    this.box.warn(model ? notice({ ...read, learned: model.learned ?? this.page.learned[model.task] ?? tr("other texts") }) : "");
  }

  /** What the server cannot do with the visitor's own networks is not offered for them. */
  #mark() {
    this.link.title = this.isOwn ? OWN_LINK : LINK;
    if (this.explore) this.explore.element.hidden = this.isOwn;
  }

  #resize() {
    this.width = this.stage.clientWidth;
    this.resize();
    this.paintSoon();
  }

  /** Take the width that there is now, and paint at once: for paper, which does not wait. */
  fit() {
    this.#resize();
    if (this.width) this.draw();
  }

  paintSoon() {
    this.due ??= requestAnimationFrame(() => {
      if (this.coming && this.stage.isConnected) keepFocus(this.root, this.board, () => this.#arrive());
      this.due = null;
      if (!this.width || !this.stage.isConnected) return; // hidden, or its page is going
      keepFocus(this.root, this.board, () => this.draw());
      this.#warn();
      this.film.paint();
      this.#mark();
      this.answers.painted();
      this.#speakSoon();
      this.#moved();
      window.dispatchEvent(new CustomEvent("gatelab:painted", { detail: this.painted() }));
    });
  }
}
