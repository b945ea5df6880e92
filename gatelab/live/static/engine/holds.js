// Holds: other values in the place of computed ones. What is not held follows from its equation, and so from all that is held before it.
//
// A hold is {name, value, units, steps, how}:
//   name   of what is held: "f", in the last layer; "l1.f", in layer 1, counted from 1; in an encoder and decoder "encoder.z" or "decoder.z", and
//          "decoder.scores", the energies of its attention, whose units are the tokens of the source
//   value  a finite number
//   units  integers from 0, in order; null means all
//   steps  [first, end], from 0, `end` not among them, Infinity where there is none; null means all
//   how    "set" puts the value there, "times" the computed value times it, "plus" the computed value plus it
// Several act in the order given. As text, "f:all:4-:=1;c:7,12:4-9:*0.5", steps count from 1, and the last is among them. Grammar and sentences are
// those of gatelab/holds.py.

import { tr } from "../language.js";
import { cellOf, complete, GATES, names, share, states } from "./cells.js";

/** @typedef {{name: string, value: number, units: number[] | null, steps: [number, number] | null, how: "set" | "times" | "plus"}} Hold */

const MOST = 64; // holds that are read from one text
const LARGEST = 3.4e38; // a value: a number of 32 bits holds no larger one
const SIGNS = { set: "=", times: "*", plus: "+" };
const HOWS = Object.fromEntries(Object.entries(SIGNS).map(([how, sign]) => [sign, how]));

/** What each cell is called in a sentence, as in gatelab/roles.py. */
const CALLED = complete("CALLED in engine/holds.js", {
  rnn: tr("simple RNN"),
  "rnn-relu": tr("simple RNN with a rectifier"),
  lstm: tr("LSTM"),
  peephole: tr("peephole LSTM"),
  coupled: tr("coupled LSTM"),
  gru: tr("GRU"),
  "gru-cho": tr("GRU, Cho's form"),
  mgu: tr("minimal gated unit"),
});

/**
 * What of a model can be held.
 *
 * @param model a `Reader`, an `EncoderDecoder`, or a `Transformer`, which has no recurrent layers
 * @returns {Map<string, {name: string, size: number, more?: string[]}>} what stands before the dot of a name, "" where there is none -> the layer's cell and
 *   units, and names beside those of the cell, which have a unit for each token of a source
 */
export function places(model) {
  if (model.encoders) {
    const { name, size } = model.cell; // both directions of the encoder have as many units
    return new Map([["encoder", { name, size }], ["decoder", { name, size, more: model.key ? ["scores"] : [] }]]);
  }
  const layers = model.layers ?? [];
  const numbered = layers.map((w, k) => /** @type {[string, any]} */ ([`l${k + 1}`, w]));
  return new Map([...layers.slice(-1).map((w) => /** @type {[string, any]} */ (["", w])), ...numbered]);
}

/** What stands before the dot of a name, "" where there is none, and what behind it. */
function parted(name) {
  const dot = name.lastIndexOf(".");
  return [name.slice(0, Math.max(dot, 0)), name.slice(dot + 1)];
}

const NAME = /^([a-z][a-z0-9]{0,9}\.)?[a-z][a-z0-9]{0,9}$/;
const UNITS = /^(all|[0-9]{1,9}(,[0-9]{1,9})*)$/;
const STEPS = /^(all|([1-9][0-9]{0,8})(-([1-9][0-9]{0,8})?)?)$/;
const VALUE = /^([=*+])(-?([0-9]+(\.[0-9]*)?|\.[0-9]+))$/;

/**
 * The holds in a text, and a sentence for each piece that is none.
 *
 * @param {string} text whatever came; nothing in it throws
 * @param model what is held, as in `places`; null checks the form alone
 * @returns {{holds: Hold[], wrong: string[]}}
 */
export function parse(text, model) {
  const [has, pieces] = [model && places(model), String(text ?? "").split(";").filter(Boolean)];
  const [holds, wrong] = [[], []];
  for (const piece of pieces.slice(0, MOST)) {
    const fault = faultOf(piece, has);
    if (fault) wrong.push(refused(shown(piece), fault));
    else holds.push(one(piece));
  }
  if (pieces.length > MOST) wrong.push(tr("A text has at most {most} holds, and the {count} behind them are left out.", { most: MOST, count: pieces.length - MOST }));
  return { holds, wrong };
}

/** What is wrong with a hold, as a sentence. @param {string} hold as text @param {string} fault the end of the sentence */
const refused = (hold, fault) => tr("The hold '{hold}' {fault}.", { hold, fault });

/** A piece as a sentence can hold it: short, and without characters that do not print. */
function shown(piece) {
  const letters = Array.from(piece.slice(0, 100));
  const plain = letters.slice(0, 40).join("").replace(/[\p{C}\p{Z}]/gu, (letter) => (letter === " " ? letter : "\uFFFD"));
  return letters.length > 40 ? `${plain}\u2026` : plain;
}

/** What is wrong with a piece of a text, as the end of a sentence; "" where nothing is. */
function faultOf(piece, has) {
  const fields = piece.split(":", 5);
  if (fields.length !== 4) return tr("must be of the form name:units:steps:value, such as f:all:4-:=1");
  const [name, units, steps, value] = fields;
  if (!NAME.test(name)) return tr("must begin with a name such as f, l1.f or encoder.z");
  if (has && unnamed(name, has)) return unnamed(name, has);
  if (!UNITS.test(units)) return tr("must have units that are all, or integers from 0 with commas between them");
  const [, , first, , last] = STEPS.exec(steps) ?? [];
  if (!STEPS.test(steps) || Number(last) < Number(first)) return tr("must have steps such as all, 4, 4-9 or 4-, counted from 1");
  if (!VALUE.test(value) || Math.abs(Number(value.slice(1))) > LARGEST) return tr("must end in =, * or + and a number, such as =1, *0.5 or +-0.3");
  return has ? beyond(one(piece), has) : "";
}

/**
 * As `parse`, of holds by role, for cells that call their gates otherwise: "keep:all:4-:=1" is how much of the memory is kept. Their names are roles; they are of
 * all units, and set a value from 0 to 1.
 */
export function parseRoles(text) {
  const { holds, wrong } = parse(text, null);
  const told = holds.filter(noRole).map((hold) => refused(write([hold]), noRole(hold)));
  return { holds: holds.filter((hold) => !noRole(hold)), wrong: [...wrong, ...told] };
}

/** What keeps a hold from being one by role, as the end of a sentence; "" where nothing does. */
function noRole({ name, units, how, value }) {
  if (!Object.hasOwn(GATES, name)) return tr("must name a role, one of {names}", { names: Object.keys(GATES).join(", ") });
  if (units) return tr("must be of all units, for each model has units of its own");
  return how === "set" && value >= 0 && value <= 1 ? "" : tr("must end in = and a number from 0 to 1");
}

/**
 * Holds by role as those of a cell's gates; a role that the cell does not have holds nothing. Of a gate that leaves "1 - z" for its role, 1 minus
 * the value is held.
 *
 * @param {Hold[]} holds @returns {Hold[]}
 */
export function inCell(holds, cell) {
  return holds.flatMap((hold) => {
    const gate = share(cell, hold.name);
    return gate ? [{ ...hold, name: gate.name, value: gate.rest ? 1 - hold.value : hold.value }] : [];
  });
}

/** Why a model cannot have a hold, as the end of a sentence; "" where it can. @param {Hold} hold */
export function misfit(hold, model) {
  const has = places(model);
  return unnamed(hold.name, has) || beyond(hold, has);
}

/** What is wrong with a name, in the same way. */
function unnamed(name, has) {
  const [before, letter] = parted(name);
  if (!has.size) return tr("is of no use to a transformer, which has no recurrent cells to hold");
  if (!has.has(before)) return tr("names {name}, but what stands before a dot must be among {places}", { name, places: [...has.keys()].filter(Boolean).join(", ") });
  const { name: cell, more = [] } = has.get(before);
  return [...names(cellOf(cell)), ...more].includes(letter) ? "" : tr("names {letter}, which the {cell} does not compute", { letter, cell: CALLED[cell] });
}

/** What is wrong with the units of a hold, in the same way. */
function beyond({ name, units }, has) {
  const [before, letter] = parted(name);
  const { size, more = [] } = has.get(before);
  if (more.includes(letter)) return ""; // how many there are depends on the text
  const unit = units?.find((k) => k >= size);
  return unit === undefined ? "" : tr("names unit {unit}, but the units are 0 to {last}", { unit, last: size - 1 });
}

/** The hold of a piece in which nothing is wrong. @returns {Hold} */
function one(piece) {
  const [name, units, steps, value] = piece.split(":");
  const [, , first, open, last] = STEPS.exec(steps);
  return {
    name,
    value: Number(value.slice(1)),
    units: units === "all" ? null : [...new Set(units.split(",").map(Number))].sort((some, other) => some - other),
    steps: !first || (first === "1" && open === "-") ? null : [Number(first) - 1, Number(last ?? (open ? Infinity : first))],
    how: /** @type {Hold["how"]} */ (HOWS[value[0]]),
  };
}

/** The same holds; a RangeError where one of them does not fit the model. @param {Hold[]} holds */
export function checked(holds, model) {
  const has = places(model);
  for (const hold of holds) {
    const { value, units, steps, how } = hold;
    const counted = (!units || units.every((k) => Number.isInteger(k) && k >= 0)) && (!steps || (steps[0] >= 0 && steps[0] < steps[1]));
    const fits = Number.isFinite(value) && Object.hasOwn(SIGNS, how) && counted;
    const fault = unnamed(hold.name, has) || beyond(hold, has) || (fits ? "" : "must have a finite value, units and steps from 0, and say how");
    if (fault) throw new RangeError(`the hold ${JSON.stringify(hold)} ${fault}`);
  }
  return holds;
}

/**
 * A state to begin from, {name, as of a hold: (H,)}; a RangeError where the model has no such state.
 *
 * @param {Object<string, ArrayLike<number>>} state
 * @returns {Object<string, Float64Array>}
 */
export function checkedState(state, model) {
  const has = places(model);
  for (const [name, values] of Object.entries(state)) {
    const [before, letter] = parted(name);
    const layer = has.get(before);
    if (!layer || !states(cellOf(layer.name)).includes(letter)) throw new RangeError(`a name of state must be one of the model's states: got ${name}`);
    if (values.length !== layer.size || !Array.from(values).every(Number.isFinite)) throw new RangeError(`state ${name} must be ${layer.size} finite numbers: got ${values.length}`);
  }
  return Object.fromEntries(Object.entries(state).map(([name, values]) => [name, Float64Array.from(values)]));
}

const plain = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 6, useGrouping: false }); // no exponents

/** A number with at most 6 significant digits, rounded as Python does it: by its exact value, one that lies in the middle to an even digit. */
function six(value) {
  const exact = value.toExponential(99);
  const [down] = /^-?\d\.\d{4}[02468](?=50+e)/.exec(exact) ?? [];
  return plain.format(Number(down ? down + exact.slice(exact.indexOf("e")) : value && value.toPrecision(6)));
}

/** Holds as text, which `parse` reads; numbers have 6 significant digits. @param {Hold[]} holds */
export function write(holds) {
  const one = ({ name, value, units, steps, how }) => [name, units?.join(",") ?? "all", written(steps), SIGNS[how] + six(value)].join(":");
  return holds.map(one).join(";");
}

function written(steps) {
  if (!steps) return "all";
  const [first, end] = [steps[0] + 1, steps[1]];
  if (end === Infinity) return `${first}-`;
  return end === first ? `${first}` : `${first}-${end}`;
}

/**
 * The holds of one layer, or others with such names, under their names without a place.
 *
 * @template {{name: string}} Named
 * @param {Named[]} all @param {string[]} before what stands before the dot where the layer is meant, "" for no dot
 * @returns {Named[]} in their order
 */
export function within(all, before) {
  const mine = all.filter(({ name }) => before.includes(parted(name)[0]));
  return mine.map((named) => ({ ...named, name: parted(named.name)[1] }));
}

/** The holds of `size` units that stand from unit `first` on among those that the holds name; they count from 0 again. @param {Hold[]} holds */
export function among(holds, first, size) {
  const moved = holds.map((hold) => ({ ...hold, units: hold.units?.map((k) => k - first).filter((k) => k >= 0 && k < size) ?? null }));
  return moved.filter(({ units }) => !units || units.length);
}

/** Holds as those of one who reads from step `first` on, whose own first step that is; those that act before it alone are left out. @param {Hold[]} holds @returns {Hold[]} */
export function since(holds, first) {
  const moved = holds.map((hold) => ({ ...hold, steps: hold.steps && /** @type {[number, number]} */ ([Math.max(0, hold.steps[0] - first), hold.steps[1] - first]) }));
  return moved.filter(({ steps }) => !steps || steps[1] > 0);
}

/**
 * What applies the holds of one layer, under its cell's own names.
 *
 * @param {Hold[]} holds
 * @returns {(t: number) => ((name: string, values: Float64Array) => void) | null} for a step what changes computed values in place, or null where
 *   nothing is held there
 */
export const applying = (holds) => changing(holds, CHANGES);

/** The same for how much of a change of a computed value passes through the holds: nothing of one that is set. @param {Hold[]} holds */
export const passing = (holds) => changing(holds, PASSES);

function changing(holds, changes) {
  if (!holds.length) return () => null;
  return (t) => {
    const now = holds.filter(({ steps }) => !steps || (steps[0] <= t && t < steps[1]));
    if (!now.length) return null;
    return (name, values) => {
      for (const hold of now) if (hold.name === name) apply(hold, values, changes);
    };
  };
}

const CHANGES = { set: (_, value) => value, times: (computed, value) => computed * value, plus: (computed, value) => computed + value };

const PASSES = { set: (passed, value) => 0, times: (passed, value) => passed * value, plus: (passed, value) => passed };

function apply({ value, units, how }, values, changes) {
  const change = changes[how];
  if (units) for (const k of units) values[k] = change(values[k], value);
  else for (let k = 0; k < values.length; k += 1) values[k] = change(values[k], value);
}

/** The first step at which two lists of holds may differ in what they hold; Infinity where they are the same. @param {Hold[]} old @param {Hold[]} now */
export function firstChange(old, now) {
  let kept = 0;
  while (kept < old.length && JSON.stringify(old[kept]) === JSON.stringify(now[kept])) kept += 1;
  return [...old.slice(kept), ...now.slice(kept)].reduce((first, { steps }) => Math.min(first, steps ? steps[0] : 0), Infinity);
}

/** The same of two lists as text, of one model. @param {string} old @param {string} now */
export function firstChanged(old, now) {
  const [before, after] = [old, now].map((text) => text.split(";").filter(Boolean));
  const kept = before.findIndex((piece, k) => piece !== after[k]);
  const same = kept < 0 ? before.length : kept;
  const first = (piece) => Number(STEPS.exec(piece.split(":")[2])?.[2] ?? 1) - 1;
  return Math.min(Infinity, ...[...before.slice(same), ...after.slice(same)].map(first));
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
