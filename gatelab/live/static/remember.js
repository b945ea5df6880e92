// What was typed in this tab, so that a reload, Back, and another page that reads such texts open on it. It is not sent
// anywhere from here; the address bar, which follows the stage (address.js), goes to the server with a reload.

const KEY = "gatelab:typed";
const PAGES = 20; // places in the history of which the text is remembered
const ENGLISH = ["prose", "sentiment"]; // tasks that read the same sentences

/** Tasks of the same kind read the same texts; "own recall" is what the visitor's own networks learned (own.js). */
export const kindOf = (task) => (ENGLISH.includes(task) ? "english" : task.replace(/^own (?!answers|texts)/, ""));

/** The place in the tab's history where the page is now, as `mark` has named it: it stays through a reload and Back, and a page that is opened anew has none. */
const place = () => globalThis.history?.state?.gatelab ?? null;

function mark(name) {
  try {
    window.history.replaceState({ ...window.history.state, gatelab: name }, "");
  } catch {
    // too many changes for this browser
  }
  return place();
}

function read() {
  try {
    const { count, texts, pages } = JSON.parse(sessionStorage.getItem(KEY));
    if (Number.isInteger(count) && texts && pages) return { count, texts, pages };
  } catch {
    // nothing remembered, no storage, or not what was written here
  }
  return { count: 0, texts: {}, pages: {} };
}

function write(memory) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(memory));
  } catch {
    // no storage, nothing to remember
  }
}

const anew = /** @type {PerformanceNavigationTiming} */ (globalThis.performance?.getEntriesByType?.("navigation")[0])?.type === "navigate";
if (anew && place()) mark(null); // the same address, entered again, has its old place

/**
 * Remember a text.
 *
 * @param models names of the models that read it, as the stage asks for them
 * @param own whether the visitor typed it: an example is remembered for this page alone
 */
export function keep({ task, models, text, own }) {
  const memory = read();
  memory.count += 1;
  const { count: at } = memory;
  const kept = { task, models, text, at };
  memory.pages[place() ?? mark(`${Date.now()} ${at}`) ?? ""] = kept;
  const oldest = Object.entries(memory.pages).sort(([, a], [, b]) => b.at - a.at).slice(PAGES);
  for (const [page] of oldest) delete memory.pages[page];
  if (!text.trim()) delete memory.texts[kindOf(task)];
  else if (own) memory.texts[kindOf(task)] = kept;
  write(memory);
}

/** The visitor's own text that pages for a task go along with now, or null. */
export const own = (task) => read().texts[kindOf(task)] ?? null;

/** Let the visitor's own text be this one again, as `own` gave it. */
export function restore(task, text) {
  const memory = read();
  if (text) memory.texts[kindOf(task)] = text;
  else delete memory.texts[kindOf(task)];
  write(memory);
}

/**
 * What a page opens on instead of its own text: what was typed there before a reload or Back, or, where its address names no text, what was typed last
 * for one of these tasks.
 *
 * @returns {{task: string, models: string, text: string, here: boolean} | null} here: it was typed on this page
 */
export function kept(tasks) {
  const { texts, pages } = read();
  const linked = new URLSearchParams(window.location.search).has("text");
  const kinds = [...new Set(tasks.map(kindOf))];
  const found = [{ ...pages[place()], here: true }, ...(linked ? [] : kinds.map((kind) => ({ ...texts[kind], here: false })))].filter(valid);
  return found.sort((a, b) => b.at - a.at || b.here - a.here)[0] ?? null;
}

const valid = (entry) => ["task", "models", "text"].every((key) => typeof entry[key] === "string") && Number.isInteger(entry.at);

const NOTATION = "gatelab:notation";
let opened = anew ? window.location.pathname : null; // the page that was opened anew: its link counts until a notation is chosen
let chosen = null; // of this page, where there is no storage

export function keepNotation(notation) {
  opened = null;
  chosen = notation;
  try {
    sessionStorage.setItem(NOTATION, notation);
  } catch {
    // no storage: kept as long as the page
  }
}

/** The notation that a stage opens in: that of a link that was just opened, else that of this visit; null where there is none of those known. */
export function keptNotation(linked, known) {
  let kept = chosen;
  try {
    kept = sessionStorage.getItem(NOTATION) ?? chosen;
  } catch {
    // no storage
  }
  if (!known.includes(kept)) kept = null;
  const notation = opened === window.location.pathname ? (linked ?? kept) : (kept ?? linked);
  if (notation) keepNotation(notation);
  return notation ?? null;
}
