// What it is to speak a language: the words that the modules ask for, and what the document says of itself.

import { speak } from "./language.js";

/** What a page must know of a language, as `gatelab.languages.catalogues.for_page` makes it. @typedef {{name: string, direction: string, forms: Object<string, number>, words: Object}} Spoken */

/** Take up a language. @param {Spoken} about */
export function take({ name, direction, forms, words }) {
  speak(name, words, forms, direction);
  document.documentElement.lang = name;
  document.documentElement.dir = direction;
}
