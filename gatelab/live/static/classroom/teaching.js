// A teacher's page in a class: what it shows goes to the students, and where it points.

import { tr } from "../language.js";
import { Paced, pause } from "./pace.js";
import { go, here, isAt, path, stage } from "./place.js";
import { pointerOf } from "./pointing.js";

/** @import { Member } from "./member.js" */
/** @import { Place } from "./place.js" */

const LOOK = 400; // ms between two looks at where the page is: Streamlit changes it without an event
const ARRIVED = 10_000; // ms after which the page has had its time to go where the class is

export class Teaching {
  connection;
  /** @type {() => void} */ changed;
  /** @type {(() => void)[]} */ #ends = [];
  /** whether the teacher points */ pointing = false;
  /** what is to be known, in words */ said = "";
  sent = ""; // what was told last
  returns = false; // whether the page waits to hear what the class sees
  arriving = { /** @type {any} */ stage: null, until: 0 }; // the stage that becomes what the class sees, and when the page had its time for that
  failures = 0; // since the last that was taken
  /** @type {any} until it is told again */ again = null;

  /** @param {any} connection see connection.js @param {() => void} changed something of what is said of it is otherwise */
  constructor(connection, changed) {
    Object.assign(this, { connection, changed });
    this.views = new Paced(() => this.#send());
    this.points = new Paced((pointer) => connection.say({ pointer }).catch(() => null));
    this.moved = () => this.views.want(true);
    this.pointed = (event) => this.#point(event);
    connection.listen((what) => this.#heard(what));
  }

  #heard(what) {
    if (what === "member") this.#begin();
    if (what === "state" && this.connection.isTeacher && this.connection.state === "live") this.#anew();
    if (what === "view" && this.returns) this.#depart();
  }

  /** Be the teacher of a class again that was left: the page goes to what the class sees, not the class to where the page is. @param {Member} member */
  goOn(member) {
    this.returns = true;
    this.connection.resume(member);
  }

  /** Where the page is on its way to; also after a reload. @returns {Place | null} */
  get #bound() {
    return this.connection.member?.held.bound ?? null;
  }

  #depart() {
    this.returns = false;
    const { view } = this.connection.heard;
    if (!view) return this.#anew();
    this.connection.keep({ bound: view });
    this.arriving = { stage: null, until: Date.now() + ARRIVED };
    if (isAt(view)) this.#arrive();
    else go(view);
  }

  /** Nothing is told to the class before this page shows what the class sees. */
  #arrive() {
    const [bound, on] = [this.#bound, stage()];
    if (!bound) return;
    if (isAt(bound) && on && on !== this.arriving.stage) {
      this.arriving.stage = on;
      go(bound);
    }
    const there = isAt(bound) && (bound.search === "" || (on && !on.becoming?.coming));
    if (!there && Date.now() < this.arriving.until) return;
    this.connection.keep({ bound: null });
    this.#anew();
  }

  #begin() {
    for (const end of this.#ends) end();
    this.#ends = [];
    this.point(false);
    this.views.stop();
    clearTimeout(this.again);
    if (!this.connection.isTeacher) return void (this.returns = false);
    this.arriving = { stage: null, until: Date.now() + ARRIVED };
    let at = path();
    const timer = setInterval(() => {
      this.#arrive();
      if (path() !== at) (at = path()), this.moved();
    }, LOOK);
    const events = { "gatelab:stage": this.moved, "gatelab:moved": this.moved, pointermove: this.pointed };
    for (const [name, does] of Object.entries(events)) window.addEventListener(name, does);
    this.#ends = [() => clearInterval(timer), ...Object.entries(events).map(([name, does]) => () => window.removeEventListener(name, does))];
  }

  /** The line is there, maybe to a server that was started anew: say all of it again. */
  #anew() {
    this.sent = "";
    this.moved();
  }

  async #send() {
    if (!this.connection.isTeacher || this.returns || this.#bound) return;
    const [view, own] = [here(), Boolean(stage()?.isOwn)]; // a network of one's own is in this browser alone
    const key = JSON.stringify(view);
    this.#explain(own);
    if (!view || own || key === this.sent) return;
    this.sent = key;
    clearTimeout(this.again);
    await this.connection.say({ view }).then(() => (this.failures = 0), () => this.#later());
  }

  /** The class did not take the view: tell it again after a pause. */
  #later() {
    this.sent = "";
    if (this.connection.isTeacher) this.again = setTimeout(this.moved, pause((this.failures += 1)));
  }

  #explain(own) {
    const said = own ? tr("This network is in your browser alone: the class still sees what it saw before.") : "";
    if (said === this.said) return;
    this.said = said;
    this.changed();
  }

  /** Begin or stop pointing. */
  point(on) {
    const was = this.pointing;
    this.pointing = on;
    if (was && !on && this.connection.isTeacher) this.points.want(null);
    if (was !== on) this.changed();
  }

  #point(event) {
    const on = stage();
    if (!this.pointing || !on?.stage) return;
    const pointer = pointerOf(on, event);
    if (pointer) this.points.want(pointer);
  }
}
