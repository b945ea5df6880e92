// What can be chosen on the Learn page: one table, from which the controls, the link and what is read from a link are made.

import { FAMILY } from "../engine/cells.js";
import { OPTIMIZERS } from "../engine/optimizers.js";
import { DEFAULTS } from "../engine/race.js";
import { Task, TASKS } from "../engine/tasks.js";
import { grouped, plural, tr } from "../language.js";
import { quoted } from "../linkfields.js";
import { sampled } from "./drawing.js";

export const MOST_RACERS = 3;
const TEXT = 20_000; // characters of one's own words or lines in a link

/** What each choice is called. */
export const CALLED = {
  recall: tr("Recall a letter"), adding: tr("Add two numbers"), brackets: tr("Brackets"), counting: tr("Count"), echo: tr("Echo"), parity: tr("Parity of bits"), wave: tr("Predict a wave"),
  names: tr("Write names"), lines: tr("Praise or blame"),
  rnn: tr("simple RNN"), lstm: "LSTM", peephole: tr("peephole LSTM"), coupled: tr("coupled LSTM"), gru: "GRU", "gru-cho": tr("GRU (Cho 2014)"), mgu: "MGU",
  units: tr("as many units"), parameters: tr("as many parameters"),
  sgd: "SGD", momentum: tr("SGD with momentum"), rmsprop: "RMSProp", adam: "Adam",
  default: tr("PyTorch\u2019s"), orthogonal: tr("orthogonal"),
  sine: tr("sine"), saw: tr("saw"), drawn: tr("drawn by you"),
};

/** A network by its cell and size: "LSTM, 16 units". */
export const sized = ({ cell, hidden_size: units }) => plural("{cell}, {count} unit", "{cell}, {count} units", units, { cell: CALLED[cell], count: units });

/** What engine/tasks.js says of words or lines of which none can be learned. */
const FAULTS = Object.fromEntries([
  ["names must have at least one word: got none", tr("names must have at least one word: got none")],
  ["lines must have at least one line: got none", tr("lines must have at least one line: got none")],
]);

/** Why a task cannot be begun, as a sentence; what is wrong with GateLab itself or the browser is in its own words. @param {any} error */
export const fault = ({ message }) => (Object.hasOwn(FAULTS, message) ? `${FAULTS[message]}.` : tr("This cannot be trained: {error}.", { error: message }));

/** Each task in two sentences or three. */
export const SAYS = {
  recall: tr("One letter stands behind an exclamation mark, then other letters follow. At the question mark the network must name the marked letter."),
  adding: tr("Two of many numbers have a star. At the end the network must give their sum."),
  brackets: tr("The network reads brackets. After each one it must say whether a bracket is still open."),
  counting: tr("Some letters a are followed by as many letters b. After each b the network must say whether another b comes, or the end."),
  echo: tr("The network reads random letters. After each one it must say which letter came some steps ago."),
  parity: tr("The network reads zeros and ones. At the end it must say whether the number of ones is odd."),
  wave: tr("The network reads the values of a curve. After each one it must give the next value."),
  names: tr("The network reads names letter by letter. After each letter it must say which comes next, and where the name ends."),
  lines: tr("The network reads lines that are marked as praise or blame. At the end of a line it must say which of both it is. With few lines it soon remembers each one instead of a rule: look at how many unseen lines are right."),
};

/**
 * The fields, in the order of the link. Each has a key, and one of: choices (strings), numbers (from `least` to `most`, whole ones where `whole` is true; `offers`
 * are those to choose from), several (a list of choices), or own (text of the visitor's, one entry a line). `advanced` stands behind More.
 *
 * @type {{key: string, label: string, choices?: string[], several?: string[], most?: number, least?: number, whole?: boolean, offers?: (number | null)[], own?: boolean, of?: string, advanced?: boolean}[]}
 */
export const FIELDS = [
  { key: "task", label: tr("Task"), choices: TASKS },
  { key: "cells", label: tr("Networks"), several: FAMILY, most: MOST_RACERS },
  { key: "length", label: tr("Length"), whole: true, least: 0, most: 100 },
  { key: "units", label: tr("Units"), whole: true, least: 1, most: 32 },
  { key: "optimizer", label: tr("Optimizer"), choices: Object.keys(OPTIMIZERS) },
  { key: "rate", label: tr("Learning rate"), least: 0.00001, most: 100, offers: [0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 100] },
  { key: "clip", label: tr("Clip gradients at"), least: 0, most: 1000, offers: [0, 0.1, 0.5, 1, 5, 10] },
  { key: "bias", label: tr("Forget bias at the start"), least: -10, most: 10, offers: [null, -2, 0, 1, 2, 5] },
  { key: "batch", label: tr("Strings an update"), whole: true, least: 1, most: 128, offers: [1, 4, 8, 16, 32, 64, 128], advanced: true },
  { key: "layers", label: tr("Layers"), whole: true, least: 1, most: 2, offers: [1, 2], advanced: true },
  { key: "match", label: tr("Networks have"), choices: ["units", "parameters"], advanced: true },
  { key: "init", label: tr("First weights"), choices: ["default", "orthogonal"], advanced: true },
  { key: "noise", label: tr("Noise"), least: 0, most: 1, offers: [0, 0.02, 0.05, 0.1, 0.2], advanced: true },
  { key: "seed", label: tr("Seed"), whole: true, least: 0, most: 999_999, advanced: true },
  { key: "curve", label: tr("Curve"), choices: ["sine", "saw", "drawn"], of: "wave" },
  { key: "drawn", label: tr("Drawn points"), of: "wave" },
  { key: "words", label: tr("Words"), own: true, of: "names" },
  { key: "lines", label: tr("Lines"), own: true, of: "lines" },
];

/** What the race calls a field. */
const INSIDE = { bias: "forgetBias" };

/** The settings that the page opens on. */
export const OPENS = { ...DEFAULTS, forgetBias: 1 };

/** Whether a field belongs to a task. @param {{of?: string}} field @param {string} task */
export const belongs = ({ of }, task) => !of || of === task;

/**
 * The settings that a link asks for, {settings, notes}: a field that breaks its rule has its default, and a sentence says so.
 *
 * @param {Object<string, string>} asked the fields of the link, as they came
 */
export function read(asked) {
  const [settings, notes] = [{ ...OPENS }, []];
  for (const field of FIELDS) {
    const written = asked[field.key];
    if (written === undefined) continue;
    const value = valueOf(field, String(written));
    if (value === undefined) notes.push(tr("The link's {name} must be {rule}: got {got}.", { name: field.key, rule: rule(field), got: quoted(String(written)) }));
    else settings[INSIDE[field.key] ?? field.key] = value;
  }
  return { settings: fitting(traced(settings), notes), notes };
}

/** Settings with points, where a curve is to be drawn and none was: those of a sine, for the visitor to change. */
const traced = (settings) => (settings.curve === "drawn" && !settings.drawn ? { ...settings, drawn: sampled(settings) } : settings);

/** Settings that can be begun: what a task cannot be made of is left out. */
function fitting(settings, notes) {
  try {
    return { ...settings, length: new Task(settings).size };
  } catch (error) {
    notes.push(fault(error));
    const { words, lines, ...rest } = settings;
    return { ...rest, length: new Task(rest).size };
  }
}

/** @param {typeof FIELDS[number]} field */
function valueOf({ key, choices, several, most, least, whole, own }, written) {
  if (choices) return choices.includes(written) ? written : undefined;
  if (several) {
    const cells = written.split(",");
    return cells.length <= most && new Set(cells).size === cells.length && cells.every((cell) => several.includes(cell)) ? cells : undefined;
  }
  if (own) return written.length <= TEXT ? written.split("\n") : undefined;
  if (key === "drawn") return points(written);
  if (key === "bias" && written === "drawn") return null;
  const number = /^-?\d{1,9}(\.\d{1,9})?$/.test(written) ? Number(written) : NaN;
  return number >= least && number <= most && (!whole || Number.isInteger(number)) ? number : undefined;
}

/** "20,35,50": a curve as whole percents. */
function points(written) {
  const found = written.split(",").map((one) => (/^\d{1,3}$/.test(one) ? Number(one) / 100 : NaN));
  return found.length >= 2 && found.length <= 64 && found.every((one) => one >= 0 && one <= 1) ? found : undefined;
}

/** @param {typeof FIELDS[number]} field */
function rule({ key, choices, several, most, least, whole, own }) {
  if (choices) return tr("one of {names}", { names: choices.join(", ") });
  if (several) return tr("one to {most} different ones of {choices}, with commas between them", { most, choices: several.join(", ") });
  if (own) return tr("a text of at most {count} characters", { count: grouped(TEXT) });
  if (key === "drawn") return tr("2 to 64 whole numbers from 0 to 100, with commas between them");
  return whole ? tr("a whole number from {least} to {most}", { least, most }) : tr("a number from {low} to {high}", { low: least, high: most });
}

/** The fields of a link to these settings: only what is otherwise than the page opens on, and what belongs to the task. */
export function linked(settings) {
  const fields = {};
  for (const field of FIELDS.filter((one) => belongs(one, settings.task))) {
    const value = settings[INSIDE[field.key] ?? field.key];
    if (value === undefined || (value === OPENS[INSIDE[field.key] ?? field.key] && field.key !== "task")) continue;
    fields[field.key] = writtenOf(field, value);
  }
  return fields;
}

/** @param {typeof FIELDS[number]} field */
function writtenOf({ key, own }, value) {
  if (value === null) return "drawn";
  if (key === "drawn") return value.map((one) => Math.round(one * 100)).join(",");
  return Array.isArray(value) ? value.join(own ? "\n" : ",") : String(value);
}

/** The value of a field in the settings. */
export const valueIn = (settings, key) => settings[INSIDE[key] ?? key];

/** Settings with another value of a field; another task begins with its own length, and points that were drawn are the curve. */
export function changed(settings, key, value) {
  const now = traced({ ...settings, [INSIDE[key] ?? key]: value, ...(key === "drawn" && { curve: "drawn" }) });
  if (key === "task") delete now.length;
  return { ...now, length: new Task(now).size };
}
