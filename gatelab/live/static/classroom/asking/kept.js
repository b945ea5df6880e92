// The questions of a teacher's own, kept in this browser so that the next class can be asked them too, and what is right of a question that is asked, kept in this tab.

import { DIRECTIONS } from "./rows.js";

/** @import { Question } from "./asker.js" */

/** @typedef {Omit<Question, "truth" | "about"> & {truth: any}} Own a question of the teacher's own; truth: null where it has none */

const [OWN, TRUTHS] = ["gatelab:questions", "gatelab:truths"];
const MOST = 50; // questions, of which the oldest go

export const KINDS = ["choose", "number", "point", "direction"];
export const OPTIONS = { fewest: 2, most: 6, long: 200 };
export const LONG = 500; // characters of a question

const isText = (value, most) => typeof value === "string" && value.trim() !== "" && value.length <= most;
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

/** Whether this can be put to a class; a pointed word is one of the text that stands there, so such a question is kept without its words. @param {any} one */
export function valid(one) {
  if (!one || !KINDS.includes(one.kind) || !isText(one.words, LONG)) return false;
  const { kind, options, range, truth } = one;
  const unknown = truth === null || truth === undefined;
  if (kind === "choose") return Array.isArray(options) && options.length >= OPTIONS.fewest && options.length <= OPTIONS.most && options.every((option) => isText(option, OPTIONS.long)) && (unknown || (Number.isInteger(truth) && truth >= 0 && truth < options.length));
  if (kind === "number") return (!range || (range.length === 2 && range.every(isNumber) && range[0] < range[1])) && (unknown || (isNumber(truth) && (!range || (truth >= range[0] && truth <= range[1]))));
  return unknown || (kind === "direction" ? DIRECTIONS.includes(truth) : Number.isInteger(truth) && truth >= 0);
}

/** The answers that are written in a row of inputs, and in which input each stands: one that is empty is left out. @param {string[]} values */
export function written(values) {
  const inputs = [...values.keys()].filter((k) => values[k].trim());
  return { options: inputs.map((k) => values[k].trim()), inputs };
}

function read(storage, key) {
  try {
    return JSON.parse(storage().getItem(key));
  } catch {
    return null; // nothing kept, no storage, or not what was written here
  }
}

function write(storage, key, value) {
  try {
    storage().setItem(key, JSON.stringify(value));
  } catch {
    // no storage: kept as long as the page
  }
}

const [here, tab] = [() => localStorage, () => sessionStorage]; // asking for them throws where storage is forbidden

/** @type {Own[] | null} where there is no storage */
let own = null;

/** The teacher's own questions, the last one first. @returns {Own[]} */
export function questions() {
  const kept = read(here, OWN);
  return (Array.isArray(kept) ? kept.filter(valid) : null) ?? own ?? [];
}

const same = (one, other) => one.kind === other.kind && one.words === other.words;

/** Keep a question; one with the same words goes. @param {Own} question */
export function keep(question) {
  own = [question, ...questions().filter((one) => !same(one, question))].slice(0, MOST);
  write(here, OWN, own);
}

/** @param {Own} question */
export function forget(question) {
  own = questions().filter((one) => !same(one, question));
  write(here, OWN, own);
}

/** What was right when a question was asked; undefined where nothing is known. Each class counts its questions from "1". @param {string} of id of the class @param {string} id of the question */
export const keptTruth = (of, id) => read(tab, TRUTHS)?.[`${of} ${id}`];

/** @param {string} of id of the class @param {string} id of the question @param {any} truth null where nothing is right */
export const keepTruth = (of, id, truth) => write(tab, TRUTHS, { ...read(tab, TRUTHS), [`${of} ${id}`]: truth });
