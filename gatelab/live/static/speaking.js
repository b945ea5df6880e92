// Which language the page speaks, decided as gatelab/ui/languages.py does: the address, what was chosen before, the browser, English.

import { take } from "./spoken.js";

const FIELD = "lang"; // of the address
const COOKIE = "gatelab-language"; // the name of a language, and nothing else
const YEAR = 31_536_000; // seconds
const ENGLISH = "en";
const TAG = 40; // most characters of a tag that are looked at, as in gatelab/languages/folders.py

/** Where the app is, for a cookie that no other app on this host gets: the page's address without its name. */
const home = () => new URL(".", document.baseURI).pathname;

/** The first language of `known` that is asked for, or English: "es-MX" is answered by "es" where there is no "es-MX". */
export function chosen(known, ...asked) {
  const names = new Map(known.map((name) => [name.toLowerCase(), name]));
  for (const tag of asked) {
    const parts = (tag ?? "").slice(0, TAG).toLowerCase().split("-");
    for (let end = parts.length; end > 0; end--) {
      const found = names.get(parts.slice(0, end).join("-"));
      if (found) return found;
    }
  }
  return ENGLISH;
}

/** What was chosen before, or null. */
function kept() {
  try {
    return /(?:^|; )gatelab-language=([\w-]+)/.exec(document.cookie)?.[1] ?? null;
  } catch {
    return null; // a frame that may keep nothing
  }
}

/** Keep a choice, for a year or until the browser is closed. */
function keep(name, seconds = null) {
  try {
    document.cookie = `${COOKIE}=${name}; path=${home()}; SameSite=Lax${seconds ? `; max-age=${seconds}` : ""}`;
  } catch {
    // a frame that may keep nothing: the address and this document have it
  }
}

/** @type {Promise<void> | null} */ let begun = null;
/** @type {string | null} what this document spoke before: pages follow each other in it, and their addresses may name no language */ let before = null;

/**
 * Speak the visitor's language; kept when its words are here. Without them the page is in English.
 *
 * @param {Object<string, string | null>} known a language -> the address of its words, relative to the page's own; null for English
 */
export function speaking(known) {
  begun ??= begin(known);
  return begun;
}

async function begin(known) {
  const names = Object.keys(known);
  const asked = new URLSearchParams(window.location.search).get(FIELD);
  const name = chosen(names, asked, before, kept(), navigator.language);
  if (asked && name === chosen(names, asked)) keepLink(name);
  before = name;
  document.addEventListener("change", onChoice);
  document.addEventListener("click", onClick, { capture: true });
  try {
    if (known[name]) take(await fetched(known[name]));
    else take({ name, direction: "ltr", forms: {}, words: {} });
  } catch (error) {
    console.warn(`The words of ${name} did not come:`, error);
  }
}

/** A link that names a language counts until the browser is closed, unless a choice says the same. */
function keepLink(name) {
  if (kept() !== name) keep(name);
}

async function fetched(address) {
  const response = await fetch(new URL(address, document.baseURI));
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.json();
}

/** A link to a language is a choice, too: its address says it. @param {Event} event */
function onClick({ target }) {
  const link = target instanceof Element ? target.closest(".gatelab-languages a[hreflang]") : null;
  if (link) keep(link.getAttribute("hreflang"), YEAR);
}

/** A choice in the list of languages at the top of each page: the page is loaded anew in it. @param {Event} event */
function onChoice({ target }) {
  if (!(target instanceof HTMLSelectElement && target.matches(".gatelab-languages select"))) return;
  keep(target.value, YEAR);
  const address = new URL(window.location.href);
  if (address.searchParams.has(FIELD) || kept() !== target.value) address.searchParams.set(FIELD, target.value);
  if (address.href === window.location.href) window.location.reload();
  else window.location.assign(address);
}
