// The visitor's own networks: trained on the Learn page or opened from a file, kept in this tab until it is closed. Nothing of them goes to the
// server, so the engine alone answers for them. Here is what was kept, and what the pickers of Watch, Compare and Memory are told of it.

import { apart, cellOf } from "./engine/cells.js";
import { count, shapes } from "./engine/initial.js";
import { opened } from "./engine/opening.js";
import { titles } from "./engine/roles.js";
import { pack } from "./engine/safetensors.js";
import { Task, TASKS } from "./engine/tasks.js";
import { grouped, tr } from "./language.js";

export const MOST = 10; // networks; the oldest leaves
const KEY = "gatelab:own:";
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._()-]{0,39}$/u; // no comma: names are listed with commas between
const TEXTS = 5; // that a network opens on
const [TEXT, TITLE] = [400, 40]; // letters of such a text, and of the title of a task

/**
 * A network that was kept.
 *
 * @typedef {Object} Own
 * @property {string} name as the visitor calls it
 * @property {number} at its place in the order in which they came
 * @property {Uint8Array<ArrayBuffer>} bytes its checkpoint, as `Save` writes it
 * @property {boolean} stays whether it is still here after a reload: the browser keeps some megabytes for a tab
 * @property {Object} spec
 * @property {Object<string, number[]>} orders {mean, similarity}: of its units
 * @property {string} task what it learned, a key of TASKS; tr("answers") or "texts" where nobody knows
 * @property {string} title the same in words
 * @property {string[]} texts to open on
 */

/** @type {Map<string, Own> | null} name -> network, the oldest first; null until it is asked for */
let kept = null;

function all() {
  kept ??= new Map(stored().map((network) => [network.name, network]));
  return kept;
}

/** What this tab has kept, from before a reload. */
function stored() {
  try {
    const found = Object.keys(sessionStorage).filter((key) => key.startsWith(KEY)).map((key) => restored(key.slice(KEY.length), sessionStorage.getItem(key)));
    return found.filter(Boolean).sort((one, other) => one.at - other.at);
  } catch {
    return []; // no storage
  }
}

function restored(name, written) {
  try {
    const { at, bytes } = JSON.parse(written);
    return made(name, Number(at) || 0, Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0)), true);
  } catch {
    return null; // not what was written here
  }
}

function store(network) {
  try {
    const letters = Array.from({ length: Math.ceil(network.bytes.length / 8192) }, (_, k) => String.fromCharCode(...network.bytes.subarray(8192 * k, 8192 * (k + 1))));
    sessionStorage.setItem(KEY + network.name, JSON.stringify({ at: network.at, bytes: btoa(letters.join("")) }));
    network.stays = true;
  } catch {
    network.stays = false; // no storage, or no room: it stays until the page is loaded anew
  }
}

function unstore(name) {
  try {
    sessionStorage.removeItem(KEY + name);
  } catch {
    // no storage
  }
}

/** A network from its checkpoint, which is checked: it may come from a file. */
function made(name, at, bytes, stays) {
  const { spec, orders, metadata } = opened(bytes);
  const about = typeof metadata.learned === "object" && metadata.learned !== null ? metadata.learned : {};
  const task = taskOf(spec, String(about.task ?? spec.name.replace(/^my /, "").split(/[ -]/)[0]));
  const texts = (Array.isArray(about.texts) ? about.texts : []).filter((text) => typeof text === "string").map((text) => text.slice(0, TEXT)).slice(0, TEXTS);
  const title = typeof about.title === "string" ? about.title.slice(0, TITLE) : "";
  return { name, at, bytes, stays, spec, orders, task, title, texts: texts.length ? texts : examples(task, spec) };
}

/** Whether a task reads and answers the same. */
const sameAnswers = (task, unit, outputs) => task.unit === unit && task.outputs.join("\n") === outputs.join("\n");

/** What a network learned, where its answers are those of the task that it names. */
function taskOf({ unit, outputs }, named) {
  const fits = TASKS.includes(named) && sameAnswers(new Task({ task: named }), unit, outputs);
  return fits ? named : outputs.length ? tr("answers") : "texts";
}

/** Texts to open on: strings of the task; where nobody knows it, a few of the network's own tokens. */
function examples(task, { unit, tokens }) {
  if (!TASKS.includes(task)) return [unit === "numbers" ? "0.5* 0.25 0.75*" : tokens.slice(1, 20).join(unit === "characters" ? "" : " ")];
  const made = /** @type {any} */ (new Task({ task }));
  return [1, 2, 3].map((seed) => made.begins + made.example(seed));
}

const UNTOLD = { answers: tr("answers"), texts: tr("what comes next?") }; // titles of what nobody knows

/** All of them, the oldest first. */
export const networks = () => [...all().values()];

/** Whether a network is one of these. */
export const has = (name) => all().has(name);

/** Its checkpoint; undefined for others. */
export const bytesOf = (name) => all().get(name)?.bytes;

/** Why a name cannot be taken, in a sentence; "" where it can. `taken` are the names of the shipped models. */
export function refused(name, taken) {
  if (!NAME.test(name)) return tr("A name must have 1 to 40 letters, digits, spaces or one of . _ - ( ), and begin with a letter or digit.");
  return taken.includes(name) || has(name) ? tr("There is a network with the name \u201C{name}\u201D already.", { name }) : "";
}

/** A name that is free, like the one that is wanted: it may come from a file. */
export function free(wanted, taken) {
  const plain = wanted.replace(/[^\p{L}\p{N} ._()-]/gu, " ").replace(/^[^\p{L}\p{N}]+/u, "").slice(0, 30).trim() || "network";
  const mine = plain.startsWith("my ") ? plain : `my ${plain}`;
  const names = [plain, mine, ...Array.from({ length: MOST + 1 }, (_, k) => `${mine} ${k + 2}`)];
  return names.find((name) => !refused(name, taken));
}

/**
 * The checkpoint of a network, which `gatelab.load` reads.
 *
 * @param spec a `ModelSpec`
 * @param {Object<string, {shape: number[], data: ArrayLike<number>}>} weights
 * @param {{orders?: Object<string, number[]>, learned?: {task?: string, title?: string, texts?: string[]}}} more orders: of its units, as they are where there are none;
 *   learned: what it learned, and texts to open on
 */
export function checkpoint(spec, weights, { orders = {}, learned = {} } = {}) {
  const plain = Array.from({ length: spec.hidden_size }, (_, k) => k);
  const order = (units = plain) => ({ shape: [spec.hidden_size], data: BigInt64Array.from(units, BigInt) });
  const tensors = Object.fromEntries(shapes(spec).map(([name, shape]) => [name, { shape, data: Float32Array.from(weights[name].data) }]));
  return pack({ metadata: { spec, learned }, tensors: { by_mean: order(orders.mean), by_similarity: order(orders.similarity), ...tensors } });
}

/** Keep a network under the name in its spec. Returns the names of those that had to leave. */
export function keep(bytes) {
  const { spec } = opened(bytes);
  const at = 1 + Math.max(0, ...networks().map((network) => network.at));
  const network = made(spec.name, at, bytes, false);
  all().set(network.name, network);
  const left = networks().slice(0, -MOST).map(({ name }) => name);
  left.forEach(forget);
  store(network);
  return left;
}

export function forget(name) {
  all().delete(name);
  unstore(name);
}

/** Give a network another name, which must be free. */
export function rename(name, wanted) {
  const old = all().get(name);
  const { spec, weights, orders, metadata } = opened(old.bytes);
  const network = made(wanted, old.at, checkpoint({ ...spec, name: wanted }, weights, { orders, learned: metadata.learned }), false);
  kept = new Map(networks().map((one) => (one === old ? [wanted, network] : [one.name, one])));
  unstore(name);
  store(network);
}

// What the pages are told of them.

const labels = ({ tokens, outputs }) => (outputs.length ? outputs : tokens);
const isWatched = ({ spec }) => spec.unit === "characters"; // Watch reads characters alone
const isFollowed = ({ spec }) => spec.num_layers === 1; // and influence goes through one layer alone

/** Those that stand side by side on Compare and Memory: [{id, title, unit, networks}], each of the same task, reading and answering the same. */
function groups() {
  const found = new Map();
  for (const network of networks()) {
    const { task, title, spec } = network;
    const key = JSON.stringify([task, spec.unit, labels(spec)]);
    if (!found.has(key)) {
      const before = [...found.values()].filter((group) => group.task === task).length;
      const [id, number] = [`own ${task.replace("counting", "counter")}`, before ? ` ${before + 1}` : ""];
      found.set(key, { id: id + number, task, title: tr("Yours: {title}", { title: tr(title) || (UNTOLD[task] ?? task) }) + number, unit: spec.unit, networks: [] });
    }
    found.get(key).networks.push(network);
  }
  return [...found.values()];
}

/** What a page must know of a network, as gatelab/live/watch.py and compare.py tell it of a shipped one. */
function entry({ name, spec, orders, texts }, id) {
  const { cell, hidden_size, tokens, outputs, unit } = spec;
  const [text, ...others] = texts;
  return {
    name, cell, hidden_size, unit, own: true, task: id, family: name, matched: false, vocab: tokens, labels: labels(spec), answers: outputs.length > 0,
    orders: { ...orders, index: Array.from({ length: hidden_size }, (_, k) => k) }, order: orders.similarity,
    titles: titles(cellOf(cell)), unbounded: apart(cellOf(cell)) ? [cellOf(cell).memory] : [], ranges: {}, sizes: parts(spec),
    card: { parameters: count(spec) }, opening: { text, others, unit: 0, note: "", step: 0, claims: [], answers: {} }, learned: learned(spec),
  };
}

/** What it learned from, for somebody whose text is something else. */
function learned({ unit, tokens }) {
  if (unit === "numbers") return tr("numbers from 0 to 1");
  const some = tokens.slice(1, 12).map((token) => (token === "\n" ? tr("line breaks") : token));
  return unit === "words" ? tr("lines with other words") : tokens.length > 12 ? tr("strings of {tokens} and others", { tokens: some.join(" ") }) : tr("strings of {tokens}", { tokens: some.join(" ") });
}

/** How many numbers each part learns: {what, formula, numbers, count}, as gatelab/sizes.py. */
function parts(spec) {
  const { cell, embedding_size: d, hidden_size: h, num_layers, tokens } = spec;
  const { rows, peepholes = [] } = cellOf(cell);
  const [v, o, g] = [tokens.length, labels(spec).length, rows.length];
  const times = (k) => (k > 1 ? `${k} \u00d7 ` : "");
  const layer = (k) => {
    const [read, letter] = k ? [h, "H"] : [d, "D"];
    const [more, also] = peepholes.length ? [` + ${peepholes.length} \u00d7 H`, ` + ${peepholes.length} \u00d7 ${h}`] : ["", ""];
    return {
      what: num_layers > 1 ? tr("recurrent layer {layer}", { layer: k + 1 }) : tr("recurrent layer"), formula: `${times(g)}H \u00d7 (${letter} + H + 2)${more}`,
      numbers: `${times(g)}${h} \u00d7 (${read} + ${h} + 2)${also}`, count: g * h * (read + h + 2) + peepholes.length * h,
    };
  };
  const read = v ? [{ what: tr("embedding"), formula: "V \u00d7 D", numbers: `${grouped(v)} \u00d7 ${d}`, count: v * d }] : [];
  return [...read, ...Array.from({ length: num_layers }, (_, k) => layer(k)), { what: tr("head"), formula: "O \u00d7 (H + 1)", numbers: `${o} \u00d7 (${h} + 1)`, count: o * (h + 1) }];
}

/** The entries for the listing of Watch. */
export const watched = () => groups().flatMap(({ id, networks }) => networks.filter(isWatched).map((network) => entry(network, id)));

/** The families for Compare and Memory: {families, alone: the titles of those with one network, which is one too few}. */
export function families() {
  const found = groups().map((group) => ({ ...group, networks: group.networks.filter(isFollowed) })).filter(({ networks }) => networks.length);
  const whole = found.filter(({ networks }) => networks.length > 1);
  return {
    families: whole.map(({ id, title, unit, networks }) => ({ task: id, title, unit, models: networks.map((network) => entry(network, id)) })),
    alone: found.filter(({ networks }) => networks.length === 1).map(({ title }) => title),
  };
}

/** On which pages a network is, in words. */
export function where(name) {
  const network = all().get(name);
  const beside = families().families.some(({ models }) => models.some((model) => model.name === name));
  const watch = isWatched(network);
  if (!isFollowed(network)) return watch ? tr("On Watch; Compare and Memory show networks of one layer.") : tr("On no page: Watch reads letters, Compare and Memory show networks of one layer.");
  if (beside) return watch ? tr("On Watch, Compare and Memory.") : tr("On Compare and Memory.");
  return `${watch ? tr("On Watch.") : tr("Watch reads letters alone.")} ${tr("Keep a second network of this task, and they stand side by side on Compare and Memory.")}`;
}
