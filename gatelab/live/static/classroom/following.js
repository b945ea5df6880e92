// A student's page in a class: it shows what the teacher shows until the student does something of their own, and comes back with one click.

import { tr } from "../language.js";
import { standing } from "../standing.js";
import { go, here, isAt, stage } from "./place.js";

/** @import { Place } from "./place.js" */

const LOOK = 400; // ms between two looks at where the page is: Streamlit changes it without an event
const LATE = 3; // seconds after which attention ends here though nobody has said so
const OWN = ["beforeinput", "input", "change", "click", "keydown", "pointerdown"];
const QUIET = ["Tab", "Shift", "Control", "Alt", "Meta", "CapsLock", "PageUp", "PageDown"]; // keys that change nothing on a stage
const MOVED = "a[href*='#look:']"; // a sentence of a lesson that moves its stage
const ASIDE = "dialog, .leave, [data-term]"; // of a stage, what shows nothing else

export class Following {
  /** @type {(() => void)[]} */ #ends = [];
  guarded = new WeakSet(); // stages
  connection;
  /** @type {() => void} */ changed;
  /** @type {string} what is said of it beside its state */ said = "";
  /** @type {Place | null} what a student had of their own when the teacher asked for attention */ mine = null;
  /** @type {any} until attention ends by itself */ #timer = null;

  /** @param {any} connection see connection.js @param {() => void} changed something of what is said of it is otherwise */
  constructor(connection, changed) {
    Object.assign(this, { connection, changed });
    this.own = (event) => this.#own(event);
    this.came = () => this.#came();
    connection.listen((what) => this.#heard(what));
  }

  get #held() {
    return this.connection.member?.held ?? {};
  }

  /** Whether the teacher asks everybody to follow. */
  get attention() {
    return this.connection.isStudent && this.connection.heard.attention !== null;
  }

  /** Whether the student has gone their own way. */
  get alone() {
    return this.connection.isStudent && this.#held.alone === true;
  }

  /** Whether the page shows what the teacher shows. */
  get led() {
    return this.connection.isStudent && (this.attention || !this.alone);
  }

  /** Back to what the teacher shows. */
  back() {
    this.#be({ alone: false });
    this.#show();
  }

  #heard(what) {
    if (what === "member") this.#begin();
    if (what === "member" && !this.connection.isStudent) this.#mineAgain(); // the class is over
    if (what === "view" && this.led) this.#show();
    if (what === "attention") this.#called();
    if (["member", "state", "attention"].includes(what)) this.changed();
  }

  #begin() {
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#lead();
    if (!this.connection.isStudent) return;
    this.mine = this.#held.mine ?? null; // from before a reload
    const timer = setInterval(() => this.#look(), LOOK);
    window.addEventListener("gatelab:stage", this.came);
    window.addEventListener("click", this.own, true);
    this.#ends = [() => clearInterval(timer), () => window.removeEventListener("gatelab:stage", this.came), () => window.removeEventListener("click", this.own, true)];
    this.#guard();
  }

  /** Show what the teacher shows, where there is something. */
  #show() {
    this.#lead();
    const { view } = this.connection.heard;
    if (view) go(view);
  }

  /** What stands here from now on is the teacher's, or the student's own. */
  #lead() {
    standing.led = this.led;
    const area = stage()?.box?.area;
    if (area) area.readOnly = this.attention;
  }

  /** A stage has come onto the page: it shows what the teacher's shows. */
  #came() {
    this.#guard();
    this.#lead();
    const { view } = this.connection.heard;
    if (this.led && view && isAt(view)) go(view);
  }

  /** Another page was opened by hand. */
  #look() {
    const { view } = this.connection.heard;
    if (!this.led || !view || isAt(view)) return;
    if (this.attention) this.#show();
    else this.#be({ alone: true });
  }

  #be(how) {
    this.connection.keep(how);
    this.said = "";
    this.#lead();
    this.changed();
  }

  /** The teacher asks for attention, or for no more: what somebody had of their own waits so long. */
  #called() {
    clearTimeout(this.#timer);
    if (!this.attention) return this.#mineAgain();
    this.#timer = setTimeout(() => this.connection.release(), 1000 * (this.connection.heard.attention.seconds + LATE)); // where the class cannot be reached
    this.mine = this.alone ? (this.#held.mine ?? here()) : null;
    this.connection.keep({ mine: this.mine });
    this.#show();
  }

  /** What waited while the teacher asked for attention comes back. */
  #mineAgain() {
    const { mine } = this;
    this.mine = null;
    this.said = "";
    this.connection.keep({ mine: null });
    this.#lead();
    if (mine) go(mine);
  }

  // What the student does on the stage.

  #guard() {
    const on = stage();
    if (!on || this.guarded.has(on)) return;
    this.guarded.add(on);
    for (const kind of OWN) on.stage.addEventListener(kind, this.own, true);
  }

  /** Something was done by hand: on the stage, or by a sentence that moves it. */
  #own(event) {
    if (!event.isTrusted || !this.led || !this.connection.heard.view || !this.#counts(event)) return;
    if (!this.attention) return event.type === "pointerdown" ? undefined : this.#be({ alone: true });
    event.stopImmediatePropagation();
    if (event.cancelable) event.preventDefault();
    this.said = tr("Your teacher asks for attention. You can go on with your own afterwards: nothing of it is lost.");
    this.changed();
  }

  #counts(event) {
    const path = event.composedPath().filter((node) => node instanceof Element);
    const inside = path.includes(stage()?.stage);
    if (event.currentTarget === window) return !inside && path.some((element) => element.matches(this.attention ? "a[href]:not([target=_blank])" : MOVED));
    if (event.type === "keydown") return !QUIET.includes(event.key) && !event.ctrlKey && !event.metaKey;
    return !path.some((element) => element.matches(ASIDE));
  }
}
