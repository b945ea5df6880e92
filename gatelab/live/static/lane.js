// The live lane: sends what was typed, hands on the answers, and never lets an older answer come after a newer one.
//
// A request is given up when nothing comes any more, not when much comes slowly. On a slow line a long answer is asked for in pieces
// of a second or two, one request at a time: something is painted however fast the visitor types.

import { grouped, tr } from "./language.js";

const SLOW = 1000; // ms after which the visitor hears that an answer is late
const TIMEOUT = 4000; // ms without a byte after which it is asked for anew
const AT_ONCE = 3; // requests under way
const CRAWL = 500; // ms between the first and the last byte of an answer from which a second one beside it would only slow it down
const PAUSES = [250, 500, 1000, 2000]; // ms before the first, second, ... new try
const PIECE = 1500; // ms that a piece of a long answer should take
const [FEWEST, MOST] = [8, 2000]; // steps of a piece
const GROWTH = 8; // of a piece over the one before

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
const size = (bytes) => `${grouped(Math.round(bytes / 1000))} kB`;

export class Lane {
  near;
  send;
  held;
  painted;
  status;
  /** @type {number} */ pieces;
  /** @type {number} ms */ slow;
  /** @type {number} ms */ timeout;
  /** @type {number[]} ms before each further try */ pauses;

  /**
   * @param near the same as `send`, but at once: an answer, or null where the server is to be asked
   * @param send ({model, text, have, ...options}, signal, arrived) => Promise of a parsed answer; rejects with a Refusal for a 4xx;
   *   calls arrived(bytes, all or null) whenever something has moved: how many bytes of the answer are here, and of how many
   * @param held (model, tokens) => how many steps of this text the browser holds
   * @param painted (answer, text, options) => false where the answer does not fit what is held (it is then asked for anew)
   * @param status ("live" | "slow" | "reconnecting" | "refused", message) => void
   * @param pieces 0, or how many steps the first answer may have, while nothing is known of the line: answers may then stop before the
   *   end of their text, `most` says after how many steps, and their metadata how many are `left`
   */
  constructor({ near = (asked) => null, send, held, painted, status, pieces = 0, slow = SLOW, timeout = TIMEOUT, pauses = PAUSES }) {
    Object.assign(this, { near, send, held, painted, status, pieces, slow, timeout, pauses });
    this.asked = 0; // number of the newest request
    this.shown = 0; // number of the newest request whose answer was taken
    this.wanted = null; // {model, text, options, since} asked for last
    this.under = 0; // requests under way
    this.waiting = false; // whether something newer than what is under way is wanted
    this.heard = 0; // when the last byte came
    this.crawling = false; // whether answers take long from their first byte to their last
    this.behind = null; // where the last answer stopped before the end of its text: how far it came, in words
    this.most = pieces;
    this.failures = 0;
    this.timer = null;
  }

  /** Ask for the trace of a text; `options` are further fields of the request. */
  want(model, text, options = {}) {
    if (this.shown === Infinity) return; // closed
    this.wanted = { model, text, options, since: Date.now() };
    if (this.#nearby()) return;
    this.waiting = true;
    this.#next();
  }

  /** Take the answer that is there at once; twice, where what is held does not fit it. Returns whether there was one. */
  #nearby() {
    const { model, text, options } = this.wanted;
    for (let tries = 0; tries < 2; tries += 1) {
      const answer = this.near({ model, text, have: this.held(model, Array.from(text)), ...options });
      if (!answer) return false;
      if (!this.painted(answer, text, options)) continue;
      clearTimeout(this.timer);
      Object.assign(this, { timer: null, waiting: false, behind: null, failures: 0, shown: (this.asked += 1) }); // what is under way comes too late
      this.#say("live");
      return true;
    }
    return false;
  }

  /** Whether all that was asked for has been answered. */
  get idle() {
    return this.under === 0 && this.timer === null;
  }

  /** Stop for good. */
  close() {
    clearTimeout(this.timer);
    this.wanted = null;
    this.shown = Infinity;
  }

  /** Ask for what waits, where there is room for one more request. */
  #next() {
    const room = this.crawling || this.behind ? 1 : AT_ONCE;
    if (this.waiting && this.wanted && this.timer === null && this.under < room) this.#go();
  }

  async #go() {
    const { model, text, options } = this.wanted;
    const request = { ...this.wanted, number: (this.asked += 1), began: Date.now(), first: null, timer: null, abort: new AbortController() };
    this.waiting = false;
    this.under += 1;
    this.#watch(request);
    let failed = null;
    try {
      const piece = this.pieces ? { most: this.most } : {};
      const asked = { model, text, have: this.held(model, Array.from(text)), ...piece, ...options };
      this.#answered(request, await this.send(asked, request.abort.signal, (bytes, all) => this.#arrived(request, bytes, all)));
    } catch (error) {
      if (error instanceof Refusal) this.#refused(request.number, error);
      else failed = error;
    } finally {
      clearTimeout(request.timer);
      this.under -= 1;
    }
    if (failed && request.number > this.shown) this.#later(failed);
    else this.#next();
  }

  /** Once nothing has come for a second, neither to this request nor to another, the visitor hears of it; after four it is given up. */
  #watch(request) {
    const silent = Date.now() - Math.max(request.began, this.heard);
    if (silent >= this.timeout) return request.abort.abort();
    if (silent >= this.slow && request.number > this.shown && this.said !== "reconnecting") this.#say("reconnecting");
    request.timer = setTimeout(() => this.#watch(request), silent < this.slow ? this.slow - silent : Math.min(this.slow, this.timeout - silent));
  }

  #arrived(request, bytes, all) {
    this.heard = Date.now();
    if (bytes === 0) return; // the question is still on its way
    request.first ??= this.heard;
    if (this.heard - request.first > CRAWL) this.crawling = true;
    if (this.#late(request)) this.#slowly(this.behind ?? (all ? tr("{some} of {all}", { some: size(bytes), all: size(all) }) : size(bytes)));
  }

  #answered(request, answer) {
    const { number, text, options } = request;
    this.heard = Date.now();
    const took = this.heard - (request.first ?? this.heard); // from the first byte on: a long way to the server makes no answer longer
    this.crawling = took > CRAWL;
    this.failures = 0;
    if (number <= this.shown) return;
    const { have, steps, left = 0 } = answer?.metadata ?? {};
    const taken = this.painted(answer, text, options);
    if (taken) {
      this.behind = left ? tr("{some} of {all} steps", { some: steps, all: steps + left }) : null;
      if (this.pieces) this.#pace(steps - have, took);
    }
    if (number === this.asked && (left || !taken)) this.waiting = true;
    if (this.behind && (this.#late(request) || this.said === "slow")) this.#slowly(this.behind);
    else if (!this.waiting || this.said !== "slow") this.#say("live");
    if (taken) this.shown = number;
  }

  /** As many steps in the next piece as come in its time, where these were a piece or took longer. */
  #pace(steps, took) {
    if (this.behind || took > PIECE) this.most = clamp(Math.round(steps * Math.min(PIECE / took, GROWTH)), FEWEST, MOST);
  }

  /** Whether the visitor has waited for this answer for so long that it is to be said. */
  #late({ number, since }) {
    return number > this.shown && Date.now() - since > this.slow;
  }

  /** Say how far a slow answer is, at most once a second: a screen reader reads it out. */
  #slowly(far) {
    const now = Date.now();
    if (this.said === "slow" && (now - this.last.at < this.slow || this.last.far === far)) return;
    this.last = { far, at: now };
    this.#say("slow", tr("slow connection: {far}", { far }));
  }

  #say(state, message = "") {
    this.said = state;
    this.status(state, message);
  }

  #refused(number, refusal) {
    this.failures = 0;
    if (number !== this.asked || number <= this.shown) return;
    this.shown = number; // answers to older texts come too late now
    this.#say("refused", refusal.message);
  }

  #later(error) {
    if (this.timer !== null || this.wanted === null) return;
    if (error instanceof Busy) this.#say("slow", tr("many ask this server at the same time: it is asked again"));
    else this.#say("reconnecting");
    const after = (error.after ?? 0) * (1 + Math.random()); // who was sent away together does not come back together
    const pause = Math.max(this.pauses[Math.min(this.failures, this.pauses.length - 1)], after);
    this.failures += 1;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.wanted.since = Date.now();
      this.#go();
    }, pause);
  }
}

/** A 4xx of the server: what was asked can not be answered, so asking again would not help. */
export class Refusal extends Error {
  constructor({ field, rule, got }) {
    super(tr("{field} must be {rule}: got {got}", { field, rule, got }));
  }
}

/** A 429 of the server: it has too much to do now, and says after how many milliseconds to ask again. */
export class Busy extends Error {
  /** @type {number} ms */ after;

  constructor(after) {
    super("the server has too much to do");
    this.after = after;
  }
}

/** The `send` of a Lane over HTTP. Not with fetch, which says nothing of a question that is still on its way up. */
export function overHttp(url, parse) {
  return (body, signal, arrived) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", url);
      request.setRequestHeader("Content-Type", "application/json");
      request.responseType = "arraybuffer";
      request.upload.onprogress = () => arrived(0, null);
      request.onprogress = ({ loaded }) => arrived(loaded, Number(request.getResponseHeader("X-Uncompressed-Length")) || null);
      request.onload = () => {
        try {
          resolve(answer(request, parse));
        } catch (error) {
          reject(error);
        }
      };
      request.onerror = request.onabort = () => reject(new Error("no answer"));
      signal.addEventListener("abort", () => request.abort());
      request.send(JSON.stringify(body));
    });
}

/** What a request brought, parsed; throws where that is no answer. */
function answer(request, parse) {
  const { status, response } = request;
  if (status >= 200 && status < 300) return parse(response);
  if (status === 429) throw new Busy(1000 * (Number(request.getResponseHeader("Retry-After")) || 1));
  if (status < 500) throw new Refusal(JSON.parse(new TextDecoder().decode(response)));
  throw new Error(`HTTP ${status}`);
}
