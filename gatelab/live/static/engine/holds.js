// Holds: other values in the place of computed ones. What is not held follows from its equation, and so from all that is held before it.
//
// A hold is {name, value, units, steps, how}:
//   name   of what is held, "f"; in an encoder and decoder "encoder.z" or "decoder.z". Of several layers the last is meant, or one that is
//          named, counted from 1: "l1.f"
//   value  a finite number
//   units  integers from 0; null means all
//   steps  [first, end], from 0, `end` not among them, Infinity where there is none; null means all
//   how    "set" (the value itself), "times" or "plus" (the computed value times it, or plus it)
// Of several holds each is applied in the order given. As text, "f:all:4-:=1;c:7,12:all:*0.5", steps count from 1, and the last is among them.

import { complete, names } from "./cells.js";

/** @typedef {{name: string, value: number, units: number[] | null, steps: [number, number] | null, how: "set" | "times" | "plus"}} Hold */

const MOST = 64; // holds of a text
const SIGNS = { set: "=", times: "*", plus: "+" };
const HOWS = Object.fromEntries(Object.entries(SIGNS).map(([how, sign]) => [sign, how]));
const LONGEST = 60; // characters of a hold in a sentence about it

/** What a model of each cell is called in a sentence. */
const CALLED = complete("CALLED in engine/holds.js", {
  rnn: "a simple RNN",
  "rnn-relu": "a simple RNN with a rectifier",
  lstm: "an LSTM",
  peephole: "a peephole LSTM",
  coupled: "a coupled LSTM",
  gru: "a GRU",
  "gru-cho": "a GRU, Cho's form,",
  mgu: "a minimal gated unit",
});

/**
 * What of a model can be held.
 *
 * @param model a `Reader`, an `EncoderDecoder`, or a `Transformer`, of which nothing can
 * @returns {{units: Map<string, number>, called: string}} name -> how many units it has; what the model is called in a sentence
 */
export function known(model) {
  if (model.encoders) return { units: new Map([...parts("encoder", model.cell), ...parts("decoder", model.cell)]), called: "a recurrent encoder and decoder" };
  if (!model.layers) return { units: new Map(), called: "a transformer" };
  const last = model.layers.at(-1);
  const named = model.layers.flatMap((w, k) => parts(`l${k + 1}`, w));
  return { units: new Map([...names(last.cell).map((name) => /** @type {[string, number]} */ ([name, last.size])), ...named]), called: CALLED[last.name] };
}

/** @returns {[string, number][]} */
const parts = (part, { cell, size }) => names(cell).map((name) => [`${part}.${name}`, size]);

/**
 * Holds from a text, which may come from anybody.
 *
 * @param {string} text - "name:units:steps:how and value", several joined by ";"
 * @param model whose names and units they must have
 * @returns {{holds: Hold[], wrong: string[]}} what can be held, and a sentence on each that cannot
 */
export function parse(text, model) {
  const given = String(text ?? "").split(";").map((part) => part.trim()).filter(Boolean);
  const about = known(model);
  const [holds, wrong] = [[], []];
  for (const part of given.slice(0, MOST)) {
    const hold = one(part);
    const fault = typeof hold === "string" ? hold : faultOf(hold, about);
    if (fault) wrong.push(`The hold '${short(part)}' ${fault}`);
    else holds.push(hold);
  }
  if (given.length > MOST) wrong.push(`At most ${MOST} holds are read: ${given.length - MOST} more were given.`);
  return { holds, wrong };
}

const short = (part) => (part.length > LONGEST ? `${part.slice(0, LONGEST)}\u2026` : part);

const UNITS = /^\d{1,9}(,\d{1,9})*$/;
const STEPS = /^(\d{1,9})(-(\d{1,9})?)?$/;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

/** One hold from its text, or what is wrong with its form. @returns {Hold | string} */
function one(part) {
  const fields = part.split(":").map((field) => field.trim());
  if (fields.length !== 4) return "must be name:units:steps:value.";
  const [name, units, steps, value] = fields;
  if (units !== "all" && !UNITS.test(units)) return 'must name its units as "all" or as numbers joined by commas.';
  const [, first, open, last] = STEPS.exec(steps) ?? [];
  if (steps !== "all" && !first) return 'must name its steps as "all", "4", "4-9" or "4-".';
  const [how, number] = [HOWS[value[0]], value.slice(1)];
  if (!how || !NUMBER.test(number) || !Number.isFinite(Number(number))) return "must end in =, * or + and a number.";
  const end = open ? Number(last ?? Infinity) : Number(first);
  return {
    name,
    value: Number(number),
    units: units === "all" ? null : [...new Set(units.split(",").map(Number))],
    steps: steps === "all" ? null : [Number(first) - 1, end],
    how: /** @type {Hold["how"]} */ (how),
  };
}

/** What is wrong with a hold of a known form, for a model of which that much can be held: the end of a sentence, or nothing. */
function faultOf({ name, value, units, steps, how }, { units: has, called }) {
  if (!has.size) return `is left out: ${called} has no gates and states to hold.`;
  if (!has.has(name)) return `names ${short(name)}, which ${called} does not compute.`;
  const unit = units?.find((k) => !(Number.isInteger(k) && k >= 0 && k < has.get(name)));
  if (unit !== undefined) return `names unit ${unit}: there are units 0 to ${has.get(name) - 1}.`;
  if (steps && !(steps[0] >= 0)) return "names step 0: steps count from 1.";
  if (steps && !(steps[0] < steps[1])) return "must name its first step before its last.";
  if (!Number.isFinite(value)) return "must have a finite number.";
  return Object.hasOwn(SIGNS, how) ? "" : `must be one of ${Object.keys(SIGNS).join(", ")}.`;
}

/** The same holds; a RangeError where one of them does not fit the model. @param {Hold[]} holds */
export function checked(holds, model) {
  const about = known(model);
  for (const hold of holds) {
    const fault = faultOf(hold, about);
    if (fault) throw new RangeError(`The hold ${JSON.stringify(hold)} ${fault}`);
  }
  return holds;
}

const plain = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 6, useGrouping: false }); // no exponents

/** Holds as text, which `parse` reads; numbers have 6 significant digits. @param {Hold[]} holds */
export function write(holds) {
  return holds.map(({ name, value, units, steps, how }) => [name, units?.join(",") ?? "all", written(steps), SIGNS[how] + plain.format(value)].join(":")).join(";");
}

function written(steps) {
  if (!steps) return "all";
  const [first, end] = [steps[0] + 1, steps[1]];
  if (end === Infinity) return `${first}-`;
  return end === first ? `${first}` : `${first}-${end}`;
}

/**
 * The holds of one part of a model under its cell's own names: those that name the part, and where `bare` those that name none.
 *
 * @param {Hold[]} holds @param {string} part
 * @returns {Hold[]} in their order
 */
export function within(holds, part, bare = false) {
  return holds.flatMap((hold) => {
    const [name, of = bare ? part : ""] = hold.name.split(".").reverse();
    return of === part ? [{ ...hold, name }] : [];
  });
}

/** The holds of `size` units that stand from unit `first` on among those that the holds name; they count from 0 again. @param {Hold[]} holds */
export function among(holds, first, size) {
  const moved = holds.map((hold) => ({ ...hold, units: hold.units?.map((k) => k - first).filter((k) => k >= 0 && k < size) ?? null }));
  return moved.filter(({ units }) => !units || units.length);
}

/**
 * What applies the holds of one layer, under its cell's own names.
 *
 * @param {Hold[]} holds
 * @returns {(t: number) => ((name: string, values: Float64Array) => void) | null} for a step what changes computed values in place, or null where
 *   nothing is held there
 */
export function applying(holds) {
  if (!holds.length) return () => null;
  return (t) => {
    const now = holds.filter(({ steps }) => !steps || (steps[0] <= t && t < steps[1]));
    if (!now.length) return null;
    return (name, values) => {
      for (const hold of now) if (hold.name === name) apply(hold, values);
    };
  };
}

const CHANGES = { set: (_, value) => value, times: (computed, value) => computed * value, plus: (computed, value) => computed + value };

function apply({ value, units, how }, values) {
  const change = CHANGES[how];
  if (units) for (const k of units) values[k] = change(values[k], value);
  else for (let k = 0; k < values.length; k += 1) values[k] = change(values[k], value);
}

/** The first step at which two lists of holds may differ in what they hold; Infinity where they are the same. @param {Hold[]} old @param {Hold[]} now */
export function firstChange(old, now) {
  let kept = 0;
  while (kept < old.length && JSON.stringify(old[kept]) === JSON.stringify(now[kept])) kept += 1;
  return [...old.slice(kept), ...now.slice(kept)].reduce((first, { steps }) => Math.min(first, steps ? steps[0] : 0), Infinity);
}

/**
 * What is told of holds beside a trace.
 *
 * @param {Hold[]} holds @param {Hold[]} shown those whose values are told, too, under the names they have there
 * @param {(name: string) => number} count how many steps there are of a name
 * @returns {{held: string, entries: Object<string, [number, number, number[] | null][]>} | {}} the holds as text, and for each name which entries are
 *   held: [first step, end, units], `end` not among them; nothing where nothing is held
 */
export function told(holds, shown, count) {
  if (!holds.length) return {};
  const entries = {};
  for (const { name, units, steps } of shown) {
    const [first, end] = [steps?.[0] ?? 0, Math.min(steps?.[1] ?? Infinity, count(name))];
    if (first < end) (entries[name] ??= []).push([first, end, units]);
  }
  return { held: write(holds), entries };
}
