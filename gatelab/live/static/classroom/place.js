// Where a page is, as a class shares it: its path in the app and the query of the link to all that is chosen; and the way to such a place without a reload.

import { STREAMLIT } from "../linkfields.js";
import { standing } from "../standing.js";

/** @typedef {{path: string, search: string}} Place path: "watch"; search: the query of a link, with its "?", or "" */

const FIRST = "start"; // the page that also answers where the app itself does
export const JOINING = "in-class"; // the page of the class itself: nobody is led there
const LESSON = "lesson"; // the field that holds a shared lesson
const ASIDE = ["hide", "present"]; // how the teacher's own stage is presented
const MINE = [...STREAMLIT, "lang"]; // what of an address is each visitor's own
const LONGEST = 6000; // characters of an address: proxies refuse longer ones

/** The app's own address, with a slash at its end. */
export const root = () => new URL(".", document.baseURI).href;

/** The path of the page that is open, "watch". */
export function path() {
  const inside = window.location.pathname.slice(new URL(root()).pathname.length);
  return inside === "" ? FIRST : inside;
}

/** The stage that stands on the page that is open, or null while there is none. */
export const stage = () => (standing.stage && standing.path === window.location.pathname ? standing.stage : null);

/** Whether two pages are the same one. @param {string} one @param {string} other */
const same = (one, other) => (one || FIRST) === (other || FIRST);

const lessonOf = (search) => new URLSearchParams(search).get(LESSON);

/** What stands here; null on the page of the class. @returns {Place | null} */
export function here() {
  const [at, on] = [path(), stage()];
  if (at === JOINING) return null;
  const fields = Object.entries(on?.fields ?? {}).filter(([name]) => !ASIDE.includes(name));
  const lesson = lessonOf(window.location.search);
  const query = String(new URLSearchParams([...(lesson ? [[LESSON, lesson]] : []), ...fields.map(([name, value]) => [name, String(value)])]));
  return { path: at, search: query && `?${query}` };
}

/** Whether the page that is open is that of a place. @param {Place} place */
export const isAt = (place) => same(place.path, path()) && lessonOf(place.search) === lessonOf(window.location.search);

/** Go to a place: on the page where it is, in place; else to its page, as its link in the navigation would. @param {Place} place */
export function go(place) {
  if (isAt(place)) return stage()?.become?.(place.search);
  const target = new URL(place.path, root());
  const fields = new URLSearchParams(place.search);
  for (const [name, value] of new URLSearchParams(window.location.search)) if (MINE.includes(name)) fields.set(name, value);
  target.search = String(fields);
  if (target.href.length > LONGEST) target.search = ""; // the stage becomes all of it once it is there
  if (lessonOf(place.search) !== lessonOf(window.location.search)) return window.location.assign(target.href);
  window.history.pushState({}, "", target.href);
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} })); // Streamlit goes where the address is
}
