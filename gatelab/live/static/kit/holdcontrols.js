// What every panel has in which values are held: at which steps, the value, undo and redo, and the list of what is held.

import { tr } from "../language.js";
import { option } from "./controls.js";
import { el } from "./dom.js";
import { spoken } from "./words.js";

const FINE = 0.01; // of the slider

const STEPS = { here: tr("at this step"), on: tr("from here on"), always: tr("always") };

export const button = (label, title, onclick) => el("button", { type: "button", title, onclick }, label);

export class HoldControls {
  holding;
  look;
  on;
  gestures; // how many there were
  how; // how to hold something, in a sentence
  element;

  /**
   * @param holding `Holding`
   * @param look () => what is chosen on the stage, at least {record: one that has its text, cursor, ready, veiled}
   * @param on - {choose(name): another name is chosen, shown(): the panel is open or closed}
   * @param title of the button that opens it; @param how to hold something, in a sentence
   */
  constructor(holding, look, on, title, how) {
    Object.assign(this, { holding, look, on, how, gestures: 0, met: false });
    this.button = el("button", { type: "button", className: "hold-call", title, "aria-expanded": "false", onclick: () => this.show(this.element.hidden) }, tr("Hold a value"));
    this.name = el("select", { "aria-label": tr("What to hold"), onchange: () => on.choose(this.name.value) });
    this.steps = el("select", { "aria-label": tr("At which steps"), onchange: () => this.paint() }, ...Object.entries(STEPS).map(([value, label]) => option(value, label)));
    this.slider = el("input", { type: "range", step: FINE, "aria-label": tr("Value to hold"), onpointerdown: () => this.begin(), oninput: () => this.hold(Number(this.slider.value)) });
    this.number = el("input", { type: "number", step: "any", "aria-label": tr("Value to hold, as a number"), onchange: () => this.number.value !== "" && (this.begin(), this.hold(Number(this.number.value))) });
    this.undo = button(tr("Undo"), tr("Take the last change back (Ctrl Z)"), () => holding.undo());
    this.redo = button(tr("Redo"), tr("Do it again (Ctrl Shift Z)"), () => holding.redo());
    this.release = button(tr("Let all go"), tr("Nothing is held any more"), () => holding.release());
    this.list = el("ul", { className: "held", "aria-label": tr("What is held") });
    this.says = el("p", { className: "what-it-did" });
    this.wrong = el("p", { className: "left-out" });
    this.hint = el("p", { className: "quiet" });
  }

  /** Lay the panel out. @param target what is chosen before the steps; @param buttons in a row of their own; @param under stands below these */
  lay(target, buttons, under = []) {
    this.element = el("section", { className: "hold-panel", "aria-label": tr("Hold a value"), hidden: true },
      el("div", { className: "group target" }, el("span", {}, tr("Hold")), ...target, this.steps, el("span", {}, tr("at")), this.slider, this.number),
      el("div", { className: "group" }, ...buttons),
      ...under, this.hint, this.list, this.wrong, this.says);
    this.element.addEventListener("keydown", (event) => event.key.length === 1 && this.key(event) && event.preventDefault());
  }

  // What each panel does in its own way.

  /** Between which values the slider goes. */
  span() {
    return [0, 1];
  }

  /** The value of what is chosen. */
  now() {
    return 0;
  }

  /** The hold of what is chosen at a value as it is shown. */
  made(value) {
    return { name: "", value, units: null, steps: this.when, how: "set" };
  }

  /** What the list says of a hold: a line, what it is called, and what is to be noted of it. */
  line(hold, place) {
    return { text: "", called: "", note: "" };
  }

  /** What came of the holds, for a screen reader too; "" where nothing is held. */
  get said() {
    return "";
  }

  // What all do.

  get scene() {
    return this.look();
  }

  /** The chosen steps of a hold. */
  get when() {
    const { cursor } = this.scene;
    return { here: [cursor, cursor + 1], on: [cursor, Infinity], always: null }[this.steps.value];
  }

  /** Whether nothing can be held now. */
  get off() {
    const { ready, veiled, cursor } = this.scene;
    return !ready || veiled || cursor < 0;
  }

  get open() {
    return !this.element.hidden;
  }

  show(open) {
    this.element.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    this.on.shown();
  }

  /** The next changes are one for undo. */
  begin() {
    this.gestures += 1;
  }

  /** Hold what is chosen at a value. */
  hold(value) {
    if (!this.off && Number.isFinite(value)) this.holding.set(this.made(value), this.gestures);
  }

  /** What a press of keys does here, {key: () => false where it means nothing}. */
  moves(event) {
    const command = event.ctrlKey || event.metaKey;
    return {
      z: () => command && (event.shiftKey ? this.holding.redo() : this.holding.undo()),
      y: () => command && this.holding.redo(),
    };
  }

  /** Do what a press of keys means. Returns whether it means anything. */
  key(event) {
    const move = this.moves(event)[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!move || event.target.closest("textarea, input[type='number']")) return false;
    return move() !== false;
  }

  /** Say what of the holds another model cannot have: {hold, why} of each. */
  tell(left) {
    this.wrong.textContent = left.map(({ hold, why }, place) => tr("No longer held: {hold}. It {why}.", { hold: this.line(hold, place).called, why })).join(" ");
  }

  /** Bring what came of the holds into sight, once it is painted. */
  reveal() {
    requestAnimationFrame(() => requestAnimationFrame(() => this.says.scrollIntoView({ block: "nearest" })));
  }

  /** Paint it for what is chosen. */
  paint() {
    const { holding, element } = this;
    this.button.classList.toggle("on", holding.active);
    if (element.hidden && !holding.active) return;
    if (holding.active && element.hidden && !this.met) this.show(true); // a link opens on what it holds
    this.met = true;
    if (element.hidden) return;
    this.target();
    this.#list();
  }

  /** The controls of what is chosen. */
  target() {
    const { record, cursor } = this.scene;
    const { off, holding, number } = this;
    this.steps.options[0].textContent = cursor < 0 ? STEPS.here : tr("at step {step}, {token}", { step: cursor + 1, token: spoken(record.tokens[cursor]) });
    const [low, high] = this.span();
    Object.assign(this.slider, { min: low, max: high, disabled: off });
    this.slider.value = String(this.now());
    const typing = /** @type {ShadowRoot} */ (this.element.getRootNode()).activeElement === number;
    if (!typing) number.value = String(Number(this.now().toFixed(3)));
    number.disabled = off;
    this.undo.disabled = !holding.past.length;
    this.redo.disabled = !holding.future.length;
    this.release.disabled = !holding.active;
  }

  /** What is held, each with a button that lets it go, and what came of it. */
  #list() {
    const { ready, veiled } = this.scene;
    const { holds } = this.holding;
    const lines = holds.map((hold, place) => this.line(hold, place));
    if (this.listed !== JSON.stringify(lines)) {
      this.listed = JSON.stringify(lines);
      this.list.replaceChildren(...lines.map(({ text, called, note }, place) => {
        const go = el("button", { type: "button", "aria-label": tr("Let go: {hold}", { hold: called }), title: tr("Let go"), onclick: () => this.holding.drop(place) }, "\u00d7");
        return el("li", {}, `${text}. `, ...(note ? [el("strong", {}, `${note} `)] : []), go);
      }));
    }
    this.says.textContent = veiled ? tr("Answer the question in the text first: what is held would tell.")
      : !ready ? tr("As soon as the network is here, you can hold its values.")
      : this.said || (holds.length ? "" : this.how);
  }
}
