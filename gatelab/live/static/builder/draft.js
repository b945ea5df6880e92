// The lesson in the making: its views and what is said of them. It is kept in this tab alone, through reloads and page changes; nothing is sent anywhere.

const KEY = "gatelab:lesson";

/** Most views, and most characters of what is written. */
export const MOST = { views: 24, title: 120, words: 2000, asks: 190, answer: 1000, models: 8 };

/**
 * What stood on a stage, and what the teacher says of it.
 *
 * @typedef {Object} View
 * @property {string} page the page's address, "watch"; "" for a lesson that is not one of the app's own
 * @property {string} stage "watch", "lesson", ...
 * @property {string[]} models those that are shown
 * @property {boolean} alone whether one of the models is in a folder of one's own, so that a lesson can only link to it
 * @property {Object<string, string>} fields of the page's link
 * @property {string} words Markdown
 * @property {string} asks a question, "" for none
 * @property {string} answer of the question, Markdown
 */

/** @typedef {{title: string, views: View[], at: number | null}} Draft at: the view that is played, from 0; null while none is */

/** @type {() => Draft} */
export const empty = () => ({ title: "", views: [], at: null });

let here = empty(); // where there is no storage: as long as the page

const isText = (value) => typeof value === "string";

const isView = (view) =>
  view && ["page", "stage", "words", "asks", "answer"].every((name) => isText(view[name])) && Array.isArray(view.models) && view.models.every(isText) && view.fields && Object.values(view.fields).every(isText);

/** The draft as it stands. @returns {Draft} */
export function draft() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    if (kept && isText(kept.title) && Array.isArray(kept.views) && kept.views.every(isView)) here = { ...kept, at: kept.views[kept.at] ? kept.at : null };
    else if (kept === null) here = empty();
  } catch {
    // no storage, or not what was written here
  }
  return here;
}

/** Keep another draft. @param {Draft} other */
export function keep(other) {
  here = other;
  try {
    sessionStorage.setItem(KEY, JSON.stringify(other));
  } catch {
    // no storage: kept as long as the page
  }
}
