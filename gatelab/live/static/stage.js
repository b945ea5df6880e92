// What every stage does: one text, one lane, one picture that is painted anew when anything changes. A stage says what is its own.

import { Address } from "./address.js";
import { Answers } from "./answers.js";
import { Builder } from "./builder/builder.js";
import { Explore } from "./explore.js";
import { el, keepFocus } from "./kit/dom.js";
import { FilmPanel } from "./kit/filmpanel.js";
import { Holding } from "./kit/holding.js";
import { PYTORCH } from "./kit/notation.js";
import { NotationChoice } from "./kit/notationchoice.js";
import { tables } from "./kit/palette.js";
import { TextBox } from "./kit/textbox.js";
import { Tip } from "./kit/tip.js";
import { isTurnedTo } from "./kit/turning.js";
import { notice } from "./kit/unfamiliar.js";
import { tr } from "./language.js";
import { copy } from "./link.js";
import { has } from "./own.js";
import { Printing } from "./printing.js";
import { Announcer } from "./stage/announcer.js";
import { Arrangement } from "./stage/arrangement.js";
import { Becoming } from "./stage/becoming.js";
import { StageDefaults } from "./stage/defaults.js";
import { Remembering } from "./stage/remembering.js";
import { came, moved, went } from "./standing.js";
import { Taking } from "./taking/taking.js";
import { dress } from "./theme.js";

const LINK = tr("Copy a link to all that is chosen here");
const OWN_LINK = tr("Copy a link to all that is chosen here. This network is in your browser alone: elsewhere the link opens on another one");

export class Stage extends StageDefaults {
  // What a stage says of itself: its class in the style sheets, what the text box, the board's label and Explore say.
  static kind;
  static placeholder;
  static keys;
  static explores = null;
  static timeout;
  static holds = Holding; // what is held, where one can hold values
  static pieces = 0; // steps of a first piece, where answers to long texts may come in pieces (lane.js)

  /** @type {ShadowRoot} */ root;
  page; // what the server says of the page: see gatelab/live/component.py
  /** @type {number} the chosen step; -1 for none */ cursor;
  /** @type {number} the step that the cursor goes to once it is here */ follow;
  scales; // of the theme: the stops of each scale of colors
  ink; // of the theme: the single colors and fonts
  tables; // of the theme: the colors of each scale, one for each shade
  setStateValue; // tells Streamlit
  /** @type {Holding | null} what is held, on a stage where one can hold values */ holding;
  holdPanel; // the panel of these holds (kit/holdcontrols.js)
  lines; // of the theme: the colors of lines, where several models stand side by side

  constructor(root, first) {
    super();
    // A paint needs a cursor, and an answer a step to go to: none (-1) and the first, until open() says otherwise.
    Object.assign(this, { root, page: first.metadata.page, cursor: -1, follow: 0 });
  }

  // Coming onto the page, and going.

  /** Come onto the page. Not in the constructor: what a stage has of its own is there only when that is done. */
  begin(first, setStateValue) {
    this.#make();
    this.#stand();
    this.open(first);
    this.arrangement.begin();
    this.address = new Address({ rules: this.page.fields, fields: () => (this.isOwn ? {} : this.fields), shown: () => this.box.text });
    if (isTurnedTo()) this.arrangement.presenting.start(false);
    for (const kind of ["click", "change", "toggle"]) this.stage.addEventListener(kind, () => this.#moved(), true); // panels open without a paint
    this.dress(setStateValue);
    this.remembering.resume(); // dressed: where the visitor's own network reads the text, its answer is here at once
    if (this.notation.chosen !== (this.page.start.notation ?? PYTORCH)) setTimeout(() => this.#tellNotation()); // not while the page is being built
    this.#resize(); // before the first paint, which needs the widths
    this.#listen();
    came(this);
  }

  /** What the stage is made of, before its elements stand. */
  #make() {
    const { page } = this;
    const { placeholder, keys, explores, timeout, pieces, holds: Held } = /** @type {typeof Stage} */ (this.constructor);
    this.models = Object.fromEntries((page.models ?? page.families.flatMap(({ models }) => models)).map((model) => [model.name, model]));
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
    this.arrangement = new Arrangement(this, () => {
      this.#moved();
      this.paintSoon();
    });
    this.becoming = new Becoming(this);
    this.remembering = new Remembering(this);
    this.announcer = new Announcer(() => this.said());
    this.tries = el("div", { className: "tries" });
    this.link = el("button", { type: "button", title: LINK, onclick: () => copy(this.link, this.fields) }, tr("Copy link"));
    this.link.hidden = window.location.protocol === "about:"; // in a notebook no link leads here
    this.board = el("div", { className: "board", tabIndex: 0, role: "group", "aria-label": keys, onkeydown: (event) => this.pressed(event) });
  }

  /** The elements of the stage, on the page. */
  #stand() {
    const { kind } = /** @type {typeof Stage} */ (this.constructor);
    this.stage = el("div", { className: `stage ${kind}`.trim() }, ...this.build(), this.film.element, this.answers.check.element, this.answers.arriving, ...(this.explore ? [this.explore.element] : []), this.tip.element, this.spoken);
    this.taking = new Taking(this);
    this.link.after(this.taking.button);
    this.builder = new Builder(this);
    this.taking.button.after(this.builder.add, this.builder.button);
    this.stage.prepend(this.builder.playing.element);
    this.stage.append(this.taking.dialog, this.builder.dialog);
    this.root.append(this.stage);
    this.arrangement.of(this.stage, this.board);
  }

  #listen() {
    this.resized = new ResizeObserver(() => this.stage.clientWidth !== this.width && this.#resize()); // its height is what was painted
    this.resized.observe(this.stage);
    this.printing = new Printing(this);
    this.lettered = () => this.paintSoon(); // letters on a canvas do not change by themselves when their font arrives
    document.fonts.addEventListener("loadingdone", this.lettered);
  }

  close() {
    went(this);
    this.resized.disconnect();
    document.fonts.removeEventListener("loadingdone", this.lettered);
    for (const part of [this.printing, this.notation, this.taking, this.builder, this.arrangement, this.film, this.answers, this.address, this.announcer]) part.close();
    this.explore?.close();
  }

  // What is read.

  #edited(text, caret) {
    this.announcer.typing = true;
    this.becoming.leave();
    this.remembering.keep(text);
    this.typed(text, caret);
  }

  /** Ask for the answer of a model, or of several with commas between their names. */
  ask(models, text = this.box.text, options = {}) {
    this.remembering.keep(text);
    this.lane.want(models, text, options);
  }

  /** Something else is held: all steps from there on are other ones. */
  #held() {
    this.reheld();
    this.paintSoon();
  }

  /** Ask for what follows from other holds. */
  reheld() {
    this.follow = this.cursor;
    this.ask(this.asked);
  }

  /** Whether the engine can compute what is held: the model is here, and the page's numbers are PyTorch's. */
  get ready() {
    return this.answers.ready && this.needed.every((name) => this.answers.near.has(name));
  }

  /** Whether a text is one that the page offers itself. */
  isExample(text) {
    return Object.values(this.models).some(({ opening }) => [opening.text, ...opening.others].includes(text));
  }

  /** Whether the networks that are asked for are the visitor's own: no server knows them. */
  get isOwn() {
    return this.asked.split(",").every(has);
  }

  /** Examples to try. */
  offer(texts) {
    this.tries.replaceChildren(el("span", { className: "quiet" }, tr("Try: ")), ...texts.map((text) => el("button", { type: "button", className: "try", title: text, onclick: () => this.box.fill(text) }, text)));
  }

  pressed(event) {
    if (this.holdPanel?.key(event)) return event.preventDefault();
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button, select, input, summary")) return;
    if (this.press(event.key)) event.preventDefault();
  }

  // The link to what is chosen.

  /** The fields of a link to all that is chosen, with text, notation and holds. */
  get fields() {
    const lettered = "notation" in this.page.start && { notation: this.notation.chosen };
    return { text: this.box.text, ...this.linked(), ...lettered, ...this.holding?.asked, ...this.arrangement.linked() };
  }

  /**
   * Show what a link to this page says, without loading the page anew: text, networks, holds, notation, open panels, and what else is chosen. How the stage is
   * presented and what is hidden stays as it is.
   *
   * @param {string | Object<string, string>} fields of the link: a query, or the fields by name; it says all that is otherwise than on a page that is opened anew
   */
  become(fields) {
    this.becoming.become(fields);
  }

  /** Something that the link says may be otherwise. */
  #moved() {
    this.address?.changed();
    moved();
  }

  /** Streamlit writes the formulas around the stage in the same notation. */
  #tellNotation() {
    this.setStateValue("notation", this.notation.chosen);
  }

  // What is seen and heard.

  /** The panels that can be open or closed, by the name that a link has for them; a name without a panel has none here. */
  get foldable() {
    const { film: { details: film }, holdPanel: hold, explore, more, matters, follows } = /** @type {any} */ (this);
    return { more, hold, matters: matters?.element, follows: follows?.element, film, explore };
  }

  /** What a picture of the stage can show: what it is called, and whether it does unless told otherwise. @returns {{name: string, element: HTMLElement, shown: boolean}[]} */
  get pictured() {
    return [{ name: "board", element: this.board, shown: true }];
  }

  /** What a screen reader hears. */
  get spoken() {
    return this.announcer.element;
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
      if (this.becoming.coming && this.stage.isConnected) keepFocus(this.root, this.board, () => this.becoming.arrive());
      this.due = null;
      if (!this.width || !this.stage.isConnected) return; // hidden, or its page is going
      keepFocus(this.root, this.board, () => this.draw());
      this.#warn();
      this.film.paint();
      this.#mark();
      this.answers.painted();
      this.announcer.soon();
      this.#moved();
      window.dispatchEvent(new CustomEvent("gatelab:painted", { detail: this.painted() }));
    });
  }
}
