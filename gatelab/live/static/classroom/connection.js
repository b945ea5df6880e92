// The line to a class: starts or joins one, hears its events, says and answers, and finds it again by itself when it was lost. No page in it.

import { here } from "../files.js";
import { bare } from "../language.js";
import { remember, remembered } from "./member.js";
import { pause } from "./pace.js";
import { eventReader } from "./stream.js";

/** @import { Member } from "./member.js" */

const SILENT = 40_000; // ms without a byte: the server sends one at least each 15 s
const SUSPECT = 20_000; // ms without a byte after which a page that was away asks anew at once
const GIVEN_UP = 20 * 60_000; // ms after which a student's page looks for a lost class no more

/** What is known of the class before anything was heard: each is what the last event of its name said. */
const NOTHING = { view: null, pointer: null, attention: null, taken: null, asked: null, count: { students: 0 }, offers: [], rounds: [] };

const KEPT = ["view", "asked", "rounds"]; // what a teacher's page brings back

/** Why a request was refused: the server's words, {field, rule, got}. */
export class Refused extends Error {
  /** @type {number} */ status;
  /** @type {{field?: string, rule?: string, got?: string}} */ why;
  /** @type {number} seconds */ after;

  /** @param {number} status @param {{field?: string, rule?: string, got?: string}} why @param {number} after seconds to wait */
  constructor(status, why, after = 0) {
    super(`${why.field ?? "the request"} must be ${why.rule ?? "another"}`);
    Object.assign(this, { status, why, after });
  }
}

export class Connection {
  /** @type {(route: string) => string} */ address;
  /** @type {(failures: number) => number} */ wait;
  /** @type {number} ms */ silent;
  /** @type {Member | null} null: in no class */ member = null;
  /** @type {"none" | "away" | "live"} whether events come */ state = "none";
  /** @type {Object<string, any>} name of an event -> what it said last */ heard = { ...NOTHING };
  /** @type {string | null} why the last class is over: "ended", "left", "other", "lost" */ over = null;
  /** @type {((what: string, connection: Connection) => void)[]} */ #listeners = [];
  /** @type {number} of the reader that counts; one before it stops */ #turn = 0;
  /** @type {(() => void) | null} ends the pause before the next try */ #wake = null;
  /** @type {AbortController | null} of the stream */ #abort = null;
  #heardAt = 0;
  /** whether the line was cut since the last answer */ cut = false;

  /**
   * @param {{address?: (route: string) => string, wait?: (failures: number) => number, silent?: number}} how address: where a route of the server is; wait: ms before
   *   the next try; silent: ms after which a silent line counts as cut
   */
  constructor({ address = here, wait = pause, silent = SILENT } = {}) {
    Object.assign(this, { address, wait, silent });
  }

  /** Hear of every change: `does` gets the name of the event, "state" (live or away), or "member" (another class, or none). Returns what ends it. */
  listen(does) {
    this.#listeners.push(does);
    return () => (this.#listeners = this.#listeners.filter((other) => other !== does));
  }

  #tell(what) {
    for (const does of this.#listeners) does(what, this);
  }

  get isTeacher() {
    return this.member?.role === "teacher";
  }

  get isStudent() {
    return this.member?.role === "student";
  }

  // In and out.

  /** Go on in a class, without a word in the one that this tab was in before a reload. @param {Member | null} member */
  resume(member = remembered()) {
    if (member && !this.member) this.#enter(member);
  }

  /** Start a class. @param {{path: string, search: string} | null} view what its students see first @param {any} restore a class that was saved, as `saved` gave it */
  async start(view, restore = null) {
    const { code, key, id } = await this.#post("/live/class", { ...(view && { view }), ...(restore && { restore }) });
    const held = restore ? { ...Object.fromEntries(KEPT.map((name) => [name, restore[name]])), ...(restore.code !== code && { was: restore.code }) } : { view };
    this.#enter({ role: "teacher", code, id, secret: key, held });
  }

  /** Join a class as a student. @param {string} code as somebody typed it */
  async join(code) {
    const wanted = code.trim().toUpperCase();
    const known = remembered();
    const seat = known?.role === "student" && known.code === wanted ? known.secret : undefined;
    const { id, seat: mine } = await this.#post(`/live/class/${encodeURIComponent(wanted)}/join`, { seat });
    this.#enter({ role: "student", code: wanted, id, secret: mine, held: {} });
  }

  /** Be in no class any more; its others go on. */
  leave(why = "left") {
    this.#turn += 1;
    this.#abort?.abort();
    this.#wake?.();
    Object.assign(this, { member: null, state: "none", heard: { ...NOTHING }, over: why });
    remember(null);
    this.#tell("member");
  }

  /** The class is over for everybody. */
  async end() {
    const tell = () => this.say({ end: true });
    await tell().catch(tell).catch(() => null); // not reached twice: without its teacher it ends by itself
    this.leave("ended");
  }

  /** Attention has ended by itself. */
  release() {
    this.heard.attention = null;
    this.#tell("attention");
  }

  /** Remember something with the membership of this tab. @param {Object<string, any>} more */
  keep(more) {
    if (!this.member) return;
    this.member = { ...this.member, held: { ...this.member.held, ...more } };
    remember(this.member);
  }

  /** The class as a file keeps it: what `start` takes. */
  get saved() {
    const { code, secret: key, held } = this.member;
    return { code, key, ...Object.fromEntries(KEPT.map((name) => [name, this.heard[name] ?? held[name] ?? (name === "rounds" ? [] : null)])) };
  }

  /** @param {Member} member */
  #enter(member) {
    this.#abort?.abort();
    Object.assign(this, { member, state: "away", heard: { ...NOTHING }, over: null });
    remember(member);
    this.#tell("member");
    this.#follow((this.#turn += 1));
  }

  // What is said.

  /** Say one or more things as the teacher, see POST /live/class/CODE/say. Rejects where the class cannot be reached, or refuses. @param {Object<string, any>} words */
  async say(words) {
    return this.#post(`/live/class/${this.member.code}/say`, words);
  }

  /** Offer a sentence to the teacher. @param {string} text */
  async offer(text) {
    return this.#post(`/live/class/${this.member.code}/offer`, { text });
  }

  /** Answer the question on the screen; where the class is lost meanwhile, the answer is given when it is found again and the question is still open. */
  async answer(id, round, answer) {
    const given = { id, round, answer };
    this.keep({ answer: given });
    const said = await this.#post(`/live/class/${this.member.code}/answer`, given);
    if (this.member?.held.answer === given) this.keep({ answer: { ...given, sent: true } }); // else another was given meanwhile
    return said;
  }

  async #post(route, body) {
    const secret = this.member?.secret;
    const response = await fetch(this.address(route), {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(secret && { Authorization: `Bearer ${secret}` }) },
      body: bare(JSON.stringify(body)),
      cache: "no-store",
      signal: AbortSignal.timeout(this.silent),
    });
    const said = await response.json().catch(() => ({}));
    if (!response.ok) throw new Refused(response.status, said, Number(response.headers.get("Retry-After")) || 0);
    return said;
  }

  // What is heard.

  /** Read the events until this is not wanted any more; after a cut, again. */
  async #follow(turn) {
    const back = () => this.#back();
    const events = { online: back, pageshow: back };
    for (const name in events) globalThis.addEventListener?.(name, events[name]);
    globalThis.document?.addEventListener("visibilitychange", back);
    let [failures, lost, since] = [0, false, Date.now()];
    while (turn === this.#turn) {
      let after = 0;
      try {
        if (lost) await this.#findAgain();
        await this.#read(turn, () => ([failures, lost, since] = [0, false, Date.now()]));
      } catch (error) {
        if (error instanceof Refused && [403, 404].includes(error.status)) lost = true;
        if (error instanceof Refused) after = 1000 * error.after;
        if (error instanceof Over) since = -Infinity;
      }
      if (turn !== this.#turn) break;
      if (this.isStudent && lost && Date.now() - since > GIVEN_UP) {
        this.leave(since === -Infinity ? "other" : "lost");
        break;
      }
      this.#now("away");
      await this.#pause(Math.max(after, this.wait(failures)));
      failures += 1;
    }
    for (const name in events) globalThis.removeEventListener?.(name, events[name]);
    globalThis.document?.removeEventListener("visibilitychange", back);
  }

  /** The class is not where it was: the teacher's page brings it back, a student's takes its seat again. */
  async #findAgain() {
    const { member } = this;
    if (this.isTeacher) {
      const { code, key, id } = await this.#post("/live/class", { restore: this.saved });
      const was = code === member.code ? {} : { was: member.code }; // somebody else has taken it meanwhile
      this.member = { ...member, code, id, secret: key, held: { ...member.held, ...was } };
      remember(this.member);
      if (code !== member.code) this.#tell("member");
      return;
    }
    const { id } = await this.#post(`/live/class/${member.code}/join`, { seat: member.secret, id: member.id });
    if (id !== member.id) throw new Over();
  }

  /** Read one stream to its end. @param {() => void} begun called when it is there */
  async #read(turn, begun) {
    const abort = (this.#abort = new AbortController());
    const watch = setInterval(() => Date.now() - this.#heardAt > this.silent && abort.abort(), Math.min(1000, this.silent));
    this.#heardAt = Date.now();
    try {
      const { code, secret } = this.member;
      const response = await fetch(this.address(`/live/class/${code}/events`), { headers: { Authorization: `Bearer ${secret}` }, cache: "no-store", signal: abort.signal });
      if (!response.ok) throw new Refused(response.status, {}, Number(response.headers.get("Retry-After")) || 0);
      begun();
      this.#now("live");
      const read = eventReader();
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        this.#heardAt = Date.now();
        for (const { name, data } of read(decoder.decode(piece.value, { stream: true }))) if (turn === this.#turn) this.#take(name, data);
      }
    } finally {
      clearInterval(watch);
      abort.abort();
    }
  }

  #take(name, data) {
    if (name === "gone") return this.leave(this.isTeacher && data?.why !== "ended" ? "lost" : "ended");
    this.heard[name] = name === "attention" && data ? { ...data, until: Date.now() + 1000 * data.seconds } : data;
    if (this.isTeacher && KEPT.includes(name)) this.keep({ [name]: data });
    if (name === "asked") this.#answerAgain(data);
    this.#tell(name);
  }

  /** A question that this page has answered is still open, on a server that may have been started anew. */
  #answerAgain(asked) {
    const { answer } = this.member.held;
    if (!this.isStudent || !answer || !asked?.open || asked.id !== answer.id || asked.round !== answer.round || !this.cut) return;
    this.cut = false;
    this.answer(answer.id, answer.round, answer.answer).catch(() => {});
  }

  /** @param {"live" | "away"} state */
  #now(state) {
    if (state === "away") this.cut = true;
    if (state === this.state) return;
    this.state = state;
    this.#tell("state");
  }

  #pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => (clearTimeout(timer), resolve(null));
    });
  }

  /** The page or its network was away and is back: try at once, or make sure of a line that was silent for long. */
  #back() {
    if (globalThis.document?.visibilityState === "hidden") return;
    if (this.state === "away") this.#wake?.();
    else if (Date.now() - this.#heardAt > Math.min(SUSPECT, this.silent)) this.#abort?.abort();
  }
}

/** Another class has the code by now. */
class Over extends Error {}
