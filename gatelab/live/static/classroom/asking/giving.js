// A student's answer on its way: the last one counts, and it is sent again until the class has it.

/** @import { Asked } from "./rows.js" */

const LATER = 3000; // ms after which an answer that did not arrive is sent again

/** @typedef {{id: string, round: number, answer: any, sent?: boolean}} Given sent: the server has it */
/** @typedef {"none" | "sending" | "sent" | "waiting" | "refused"} Way how far an answer is */

export class Giving {
  /** @type {(given: Given) => Promise<boolean>} */ send;
  /** @type {() => void} */ changed;
  /** @type {Given | null} */ given = null;
  /** @type {Way} */ way = "none";
  /** @type {Pick<Asked, "id" | "round" | "open"> | null} */ asked = null;

  /**
   * @param {(given: Given) => Promise<boolean>} send tells the server: true where it has the answer, false where it refuses it; rejects where it cannot be reached
   * @param {() => void} changed
   * @param {Given | null} kept what was answered before a reload
   */
  constructor(send, changed, kept = null) {
    Object.assign(this, { send, changed, given: kept });
  }

  /** The answer to what is asked now; null for none. */
  get mine() {
    return this.#fits ? this.given.answer : null;
  }

  get #fits() {
    return Boolean(this.given) && this.given.id === this.asked?.id && this.given.round === this.asked?.round;
  }

  /** The class is asked this now, or nothing. @param {Pick<Asked, "id" | "round" | "open"> | null} asked */
  follow(asked) {
    this.asked = asked;
    if (!this.#fits) this.#turn("none");
    else if (this.way === "none" && asked.open) this.#deliver(); // from before a reload: maybe it never arrived
    else if (this.way === "none") this.#turn(this.given.sent ? "sent" : "refused");
    else if (!asked.open && this.way === "waiting") this.#turn("refused");
  }

  give(answer) {
    if (!this.asked?.open) return;
    this.given = { id: this.asked.id, round: this.asked.round, answer };
    this.#deliver();
  }

  close() {
    clearTimeout(this.later);
    this.asked = null;
  }

  async #deliver() {
    clearTimeout(this.later);
    const { given } = this;
    this.#turn("sending");
    let way = /** @type {Way} */ ("waiting");
    try {
      way = (await this.send(given)) ? "sent" : "refused";
    } catch {
      // not reached
    }
    if (given !== this.given || !this.#fits) return; // another answer is on its way, or another question is asked
    if (way === "sent") this.given.sent = true;
    this.#turn(way === "waiting" && !this.asked.open ? "refused" : way);
    if (this.way === "waiting") this.later = setTimeout(() => this.#fits && this.asked.open && this.#deliver(), LATER);
  }

  /** @param {Way} way */
  #turn(way) {
    this.way = way;
    this.changed();
  }
}
