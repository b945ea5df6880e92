// The live lane: sends what was typed, hands on the answers, and never lets an older answer come after a newer one.

const SLOW = 1000; // ms after which the visitor hears that an answer is late
const TIMEOUT = 4000; // ms after which it is asked for anew
const AT_ONCE = 3; // requests under way
const PAUSES = [250, 500, 1000, 2000]; // ms before the first, second, ... new try

export class Lane {
  /**
   * @param send ({model, text, have, ...options}, signal) => Promise of a parsed answer; rejects with a Refusal for a 4xx
   * @param held (model, tokens) => how many steps of this text the browser holds
   * @param painted (answer, text, options) => false where the answer does not fit what is held (it is then asked for anew)
   * @param status ("live" | "reconnecting" | "refused", message) => void
   */
  constructor({ send, held, painted, status, slow = SLOW, timeout = TIMEOUT, pauses = PAUSES }) {
    Object.assign(this, { send, held, painted, status, slow, timeout, pauses });
    this.asked = 0; // number of the newest request
    this.shown = 0; // number of the newest request whose answer was taken
    this.wanted = null; // {model, text, options} asked for last
    this.under = 0; // requests under way
    this.waiting = false; // whether something newer than what is under way is wanted
    this.failures = 0;
    this.timer = null;
  }

  /** Ask for the trace of a text; `options` are further fields of the request. */
  want(model, text, options = {}) {
    if (this.shown === Infinity) return; // closed
    this.wanted = { model, text, options };
    if (this.under < AT_ONCE && this.timer === null) this.#go();
    else this.waiting = true;
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

  async #go() {
    const { model, text, options } = this.wanted;
    const number = (this.asked += 1);
    const abort = new AbortController();
    const late = setTimeout(() => number > this.shown && this.status("reconnecting", ""), this.slow);
    const alarm = setTimeout(() => abort.abort(), this.timeout);
    this.waiting = false;
    this.under += 1;
    let failed = false;
    try {
      const answer = await this.send({ model, text, have: this.held(model, Array.from(text)), ...options }, abort.signal);
      if (number > this.shown) {
        this.status("live", "");
        if (this.painted(answer, text, options)) this.shown = number;
        else if (number === this.asked) this.waiting = true;
      }
      this.failures = 0;
    } catch (error) {
      if (error instanceof Refusal) this.#refused(number, error);
      else failed = true;
    } finally {
      clearTimeout(late);
      clearTimeout(alarm);
      this.under -= 1;
    }
    if (failed && number > this.shown) this.#later();
    else if (this.waiting && this.timer === null && this.wanted) this.#go();
  }

  #refused(number, refusal) {
    this.failures = 0;
    if (number !== this.asked || number <= this.shown) return;
    this.shown = number; // answers to older texts come too late now
    this.status("refused", refusal.message);
  }

  #later() {
    if (this.timer !== null || this.wanted === null) return;
    this.status("reconnecting", "");
    const pause = this.pauses[Math.min(this.failures, this.pauses.length - 1)];
    this.failures += 1;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.#go();
    }, pause);
  }
}

/** A 4xx of the server: what was asked can not be answered, so asking again would not help. */
export class Refusal extends Error {
  constructor({ field, rule, got }) {
    super(`${field} must be ${rule}: got ${got}`);
  }
}

/** The `send` of a Lane over HTTP. */
export function overHttp(url, parse) {
  return async (body, signal) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal,
    });
    if (response.ok) return parse(await response.arrayBuffer());
    if (response.status < 500) throw new Refusal(await response.json());
    throw new Error(`HTTP ${response.status}`);
  };
}
