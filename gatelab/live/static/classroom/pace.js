// How often something is sent, and when it is tried again. No page in it.

const [FIRST, LONGEST] = [500, 10_000]; // ms before a new try

/** How many ms to wait before the next try after so many failures: twice as long each time, up to 10 s, and never all pages at once. @param {() => number} random from 0 to 1 */
export const pause = (failures, random = Math.random) => Math.min(LONGEST, Math.max(FIRST, FIRST * 2 ** failures * (0.5 + random())));

/** Sends the newest of what is wanted: the first at once, then one at a time and no more often than each `gap` ms; the last is always sent. */
export class Paced {
  /** @type {(what: any) => Promise<any>} */ send;
  /** @type {number} ms */ gap;
  waiting = null; // {what}: the newest that was not sent yet
  busy = false;
  last = -Infinity; // when the last was sent
  timer = null;

  /** @param {(what: any) => Promise<any>} send @param {number} gap ms between two */
  constructor(send, gap = 100) {
    Object.assign(this, { send, gap });
  }

  want(what) {
    this.waiting = { what };
    this.#next();
  }

  /** Send no more of what was wanted. */
  stop() {
    clearTimeout(this.timer);
    Object.assign(this, { waiting: null, timer: null });
  }

  #next() {
    if (this.busy || this.timer !== null || !this.waiting) return;
    const rest = this.last + this.gap - performance.now();
    if (rest <= 0) return void this.#go();
    this.timer = setTimeout(() => {
      this.timer = null;
      this.#next();
    }, rest);
  }

  async #go() {
    const { what } = this.waiting;
    Object.assign(this, { waiting: null, busy: true, last: performance.now() });
    try {
      await this.send(what);
    } finally {
      this.busy = false;
      this.#next();
    }
  }
}
