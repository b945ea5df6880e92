// What this tab is in a class, kept through reloads where the browser allows that, else as long as the page lives. It is in this tab alone.

const KEY = "gatelab:class";

/**
 * @typedef {Object} Member
 * @property {"teacher" | "student"} role
 * @property {string} code four letters
 * @property {string} id of the class: no class with another one is followed
 * @property {string} secret the teacher's key, or the seat of this browser
 * @property {Object<string, any>} held what else is remembered: the teacher's view, rounds and asked, the place that the page is on its way to, and the code that the class had where it has another one now; a student's own view and answer
 */

/** @type {Member | null} */ let here = null; // where there is no storage

const isMember = (value) => value && ["teacher", "student"].includes(value.role) && ["code", "id", "secret"].every((name) => typeof value[name] === "string") && value.held && typeof value.held === "object";

/** @returns {Member | null} */
export function remembered() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    return isMember(kept) ? kept : here;
  } catch {
    return here;
  }
}

/** @param {Member | null} member null: in no class */
export function remember(member) {
  here = member;
  try {
    if (member) sessionStorage.setItem(KEY, JSON.stringify(member));
    else sessionStorage.removeItem(KEY);
  } catch {
    // no storage, or no room in it
  }
}
