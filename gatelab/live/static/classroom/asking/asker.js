// What the questions on a page want of a class: whether this browser can ask it, what it is asked now, and a way to ask. Without a class nobody can.

/** @import { Asked } from "./rows.js" */

/**
 * @typedef {object} Question what can be put to the class
 * @property {"choose" | "number" | "point" | "direction"} kind
 * @property {string} words the question as the students read it
 * @property {string[]} [options] of "choose"
 * @property {string[]} [tokens] of "point": the words of the text to point at
 * @property {[number, number]} [range] of "number"
 * @property {string} [about] which question of the page it is, so that the students' pages hide its answer too
 * @property {(() => any) | null} [truth] computes what is right: the place of an option or a token, a number, "up", "same" or "down"; null where nothing is known
 */

const heard = new Set();

export const asker = {
  /** whether this browser is the teacher of a running class */ can: false,
  /** @type {Asked | null} what the class is asked now */ asked: null,
  /** Put a question to the class. @type {(question: Question) => any} */ ask: () => {},
};

/** Call back whenever a class begins, ends or is asked something; returns how to stop. */
export function hear(callback) {
  heard.add(callback);
  return () => heard.delete(callback);
}

/** Something of it is another. */
export function tell(what) {
  Object.assign(asker, what);
  for (const callback of heard) callback();
}
