// The address bar follows what a stage shows, so that a reload, a bookmark and a phone's Share keep it: replaced, never pushed, once things rest. The page's title
// says the text.

import { STREAMLIT } from "./linkfields.js";

const REST = 400; // ms without a change; Safari takes no more than 100 changes in 30 s
const LONGEST = 6000; // characters of an address: proxies refuse longer ones
const LONG = ["against", "after", "elsewhere", "text", "forced", "hold"]; // what is left out of a longer one, in this order; what was typed is remembered (remember.js)
const MODELS = ["model", "models", "where"]; // fields by which the defaults of others go
const LESSON = "lesson"; // the field that holds a shared lesson, see gatelab/lessons/sharing.py
const TITLE = 40; // characters of a text in a title

/** What Streamlit adds to an address, or the page of a shared lesson needs, which stays in it: pairs of name and value. */
const streamlits = () => [...new URLSearchParams(window.location.search)].filter(([name]) => STREAMLIT.includes(name) || name === LESSON);

const refers = (value) => value !== null && typeof value === "object" && !Array.isArray(value) && value.read !== "$first";

/** The query of an address with these fields, {name: text}, and with what Streamlit added; commas stay readable. */
export function queryOf(fields) {
  const query = String(new URLSearchParams([...streamlits(), ...Object.entries(fields)])).replaceAll("%2C", ",");
  return query && `?${query}`;
}

/** Whether what a field opens on without a link depends on the model. @param {{kind: string, words?: any, default?: any}} rule as of linkfields.js */
function dependsOnModel({ kind, words, default: opening = null }) {
  return ["place", "unit", "units"].includes(kind) || refers(opening) || (opening === null && refers(words));
}

/** The fields of an address, {name: text}: those that a link had, and those that are otherwise than at first. */
export function differing(now, first, linked, rules) {
  const moved = (names) => names.some((name) => now[name] !== first[name]);
  const [otherModel, otherText] = [moved(MODELS), moved(["text"])];
  const depends = (rule) => rule && ((otherModel && dependsOnModel(rule)) || (otherText && rule.kind === "place"));
  return Object.fromEntries(Object.entries(now).filter(([name]) => linked.includes(name) || now[name] !== first[name] || depends(rules[name])));
}

const texts = (fields) => Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));

export class Address {
  /** @type {() => Object<string, any>} */ fields;
  /** @type {() => string} */ shown;
  rules;
  path;
  /** @type {string[]} the fields that the link had */ linked;
  /** @type {Object<string, string>} the fields that the page opened with */ first;

  /**
   * @param {{rules: Object, fields: () => Object<string, any>, shown: () => string}} stage the table of its link's fields, see linkfields.js; the fields of a link to all that
   *   is chosen, as of now; the text that it shows
   */
  constructor({ rules, fields, shown }) {
    Object.assign(this, { rules, fields, shown, path: window.location.pathname, first: texts(fields()) });
    this.linked = [...new URLSearchParams(window.location.search).keys()].filter((name) => name in rules);
    this.titled = new Title();
    this.titled.say(shown());
  }

  /** Something may have changed. */
  changed() {
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.#rested(), REST);
  }

  close() {
    clearTimeout(this.rest);
    this.titled.close();
  }

  #rested() {
    if (window.location.pathname !== this.path) return; // another page is coming
    this.titled.say(this.shown());
    const { pathname, search, hash } = window.location;
    const query = this.#query();
    if (query === search) return;
    try {
      window.history.replaceState(window.history.state, "", pathname + query + hash);
    } catch {
      // too many changes for this browser, or a file: the address stays as it is until the next one
    }
  }

  #query() {
    const chosen = differing(texts(this.fields()), this.first, this.linked, this.rules);
    for (const name of LONG) if (queryOf(chosen).length > LONGEST) delete chosen[name];
    return queryOf(chosen);
  }
}

/** The title of the page, with the text before what Streamlit calls it; Streamlit gives it its own again at each run. */
export class Title {
  text = "";

  constructor() {
    this.own = document.title;
    this.observer = new MutationObserver(() => this.#show());
    this.observer.observe(document.head, { childList: true, subtree: true, characterData: true });
  }

  say(text) {
    const letters = Array.from(text.replace(/\s+/gu, " ").trim());
    this.text = letters.length > TITLE ? `${letters.slice(0, TITLE).join("")}\u2026` : letters.join("");
    this.#show();
  }

  close() {
    this.observer.disconnect();
    if (document.title === this.written) document.title = this.own;
  }

  #show() {
    if (document.title !== this.written) this.own = document.title;
    const wanted = this.text ? `\u201c${this.text}\u201d \u00b7 ${this.own}` : this.own;
    if (document.title === wanted) return;
    this.written = wanted;
    document.title = wanted;
    this.written = document.title; // as the browser has it
  }
}
