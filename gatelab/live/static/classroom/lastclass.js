// The class that a teacher has in this browser, so that a tab closed by mistake does not lose it: its code and its key, until ten minutes after its page was there last.

/** @import { Member } from "./member.js" */

const KEY = "gatelab:lastclass";
const BEAT = 30_000; // ms between two signs of life
const THERE = 90_000; // ms after a sign of life for which a page has the class: a browser lets a hidden page work once a minute
const LONGEST = 600_000; // ms after the last sign of life: the server waits no longer for a teacher

/** What is kept, null for nothing that can be read. @returns {{code: string, id: string, key: string, at: number, left: boolean} | null} */
function kept() {
  try {
    const last = JSON.parse(localStorage.getItem(KEY));
    return ["code", "id", "key"].every((name) => typeof last?.[name] === "string") && Number.isFinite(last.at) ? last : null;
  } catch {
    return null;
  }
}

/** Forget the class in this browser. */
export function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // no storage
  }
}

/** The class that its teacher has left here a moment ago, to go on with; null where there is none, or where another tab has it. @returns {Member | null} */
export function left(now = Date.now()) {
  const last = kept();
  if (!last) return null;
  const age = now - last.at;
  if (age < 0 || age > LONGEST) return forget(), null;
  return last.left || age > THERE ? { role: "teacher", code: last.code, id: last.id, secret: last.key, held: {} } : null;
}

/** Keep the class of a teacher's page as long as the page is in it. */
export class LastClass {
  /** @param {any} room its connection */
  constructor(room) {
    this.room = room;
    this.was = false; // whether this page is its teacher's
    room.listen((what) => what === "member" && this.#changed());
    setInterval(() => this.#beat(false), BEAT);
    window.addEventListener("pagehide", () => this.#beat(true));
  }

  /** A class that was ended, or is not there any more, is forgotten. */
  #changed() {
    if (this.was && !this.room.isTeacher) forget();
    this.was = this.room.isTeacher;
    this.#beat(false);
  }

  /** @param {boolean} left whether the page goes */
  #beat(left) {
    if (!this.room.isTeacher) return;
    const { code, id, secret: key } = this.room.member;
    try {
      localStorage.setItem(KEY, JSON.stringify({ code, id, key, at: Date.now(), left }));
    } catch {
      // no storage, or no room in it
    }
  }
}
