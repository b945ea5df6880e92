// Between the line to a class (../connection.js) and what is asked over it.

import { tr } from "../../language.js";
import { Refused } from "../connection.js";
import { StudentsAsking, TeachersAsking } from "./asking.js";

/** @typedef {{isTeacher: boolean, isStudent: boolean, state: string, heard: Object<string, any>, member: any, say: (words: any) => Promise<any>, answer: (id: string, round: number, answer: any) => Promise<any>, listen: (does: (what: string) => void) => () => void}} Line that of ../connection.js */

const LATER = [403, 404, 408, 425, 429, 500, 502, 503, 504]; // refusals that say: not now, or the class was lost and comes back

export class Connected {
  /** @type {Line} */ line;
  /** @type {() => string[]} */ tokens;
  /** @type {TeachersAsking | StudentsAsking | null} null in no class */ asking = null;
  /** @type {string | null} role, class and secret of this tab */ as = null;

  /** @param {Line} line @param {() => string[]} tokens of the text that stands on the page now */
  constructor(line, tokens) {
    Object.assign(this, { line, tokens });
    line.listen((what) => this.#hear(what));
    this.#begin();
  }

  /** The teacher's: its form for questions of one's own, and all that was asked. @returns {TeachersAsking | null} */
  get teachers() {
    return this.asking instanceof TeachersAsking ? this.asking : null;
  }

  #hear(what) {
    if (what === "member") this.#begin();
    if (["asked", "rounds"].includes(what)) this.#paint();
  }

  /** Another class, another part in it, or none. */
  #begin() {
    const { line } = this;
    const as = line.member ? `${line.member.role} ${line.member.id}` : null;
    if (as === this.as) return;
    this.as = as;
    this.asking?.close();
    this.asking = line.isTeacher ? new TeachersAsking({ id: line.member.id, say: (words) => this.#say(words), tokens: this.tokens }) : line.isStudent ? new StudentsAsking({ send: (given) => this.#send(given), kept: line.member.held.answer ?? null }) : null;
    this.#paint();
  }

  #paint() {
    const { asked, rounds } = this.line.heard;
    if (this.asking instanceof TeachersAsking) this.asking.paint({ asked, rounds, code: this.line.member.code });
    else this.asking?.paint(asked);
  }

  /** Tell the server; where that fails the teacher reads so. */
  #say(words) {
    this.teachers.board.explain("");
    return this.line.say(words).catch((error) => this.teachers?.board.explain(error instanceof Refused && !LATER.includes(/** @type {any} */ (error).status) ? tr("The server refused this: {reason}", { reason: error.message }) : tr("The class cannot be reached just now. Try again in a moment.")));
  }

  /** Whether the server has the answer, or refuses it; rejects where it is not reached, or takes none just now. */
  async #send({ id, round, answer }) {
    try {
      await this.line.answer(id, round, answer);
      return true;
    } catch (error) {
      if (error instanceof Refused && !LATER.includes(/** @type {any} */ (error).status)) return false;
      throw error;
    }
  }
}
