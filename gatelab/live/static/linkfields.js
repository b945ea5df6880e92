// Reads a link in the page, by the same table as gatelab/live/link.py does on the server: each field by its rule, and a sentence for each part that
// could not be followed. `tests/test_linkfields.py` compares the two.

import { parse, parseRoles, write } from "./engine/holds.js";
import { split } from "./engine/tokens.js";
import { longest } from "./engine/writing.js";
import { grouped, plural, tr } from "./language.js";

/** Fields that Streamlit itself reads, and the language: they are no stage's. */
export const STREAMLIT = ["embed", "embed_options", "lang"];

const SHOWN = 40; // characters of a field that a sentence quotes, at most
const [FEWEST, MOST] = [2, 5]; // models that stand side by side
const LONGEST = 4000; // characters of the holds of a link
const LIMIT = 2000; // characters of a source
const ROUNDING = 0.01; // how far the weights of a link, which are written with five decimals, may be from a sum of 1
const FIRST = "$first"; // as a default: the first of the words
const UNSEEN = /[\u{0}-\u{1f}\u{7f}-\u{9f}\u{ad}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{d800}-\u{dfff}\u{feff}\u{fff9}-\u{ffff}\u{e0000}-\u{e0fff}]/gu; // what a sentence cannot show as it is

/**
 * The rule of a field, as gatelab/live/fields.py tells it; what is left out is null, none or 0. A bound, the words or the default is a value, or refers to what is
 * known when the link is read: {entry: "opening.unit", plus} in the listing, {cell: {lstm: ...}} by the model's cell, {read: "models"} a field read before.
 *
 * @typedef {{kind: string, default?: any, words?: any, low?: number, high?: any, cells?: string[], unless?: string}} Rule
 */

/**
 * What a stage opens on.
 *
 * @param {Object<string, Rule>} fields the table of the stage, `page.fields`
 * @param {string} search the query of the address, with or without "?"
 * @param {{page: any, given?: Object<string, any>}} about page: the JSON that a stage gets, of which `models` or `families` is read here;
 *   given: what the page itself opens on where the link says nothing, {field: value}, values as `start` has them; of a lesson with `models` and `page`
 * @returns {{start: Object<string, any>, notes: string[]}} start: the value of each field; notes: a sentence for each part of the link that could not be followed
 */
export function readLink(fields, search, { page, given = {} }) {
  const link = new Link(search, page, given);
  for (const [name, rule] of Object.entries(fields)) link.values[name] = link.value(name, rule);
  return { start: link.values, notes: [...link.notes, ...link.rest()] };
}

class Link {
  /** @type {Map<string, string>} the query parameters; of several with one name the last */ asked;
  /** @type {Map<string, any>} name -> the listing's entry */ models;
  /** @type {Object<string, any>} */ given;
  /** @type {Object<string, any>} */ values = {};
  /** @type {string[]} */ notes = [];
  /** @type {Set<string>} */ known = new Set(STREAMLIT);

  constructor(search, page, given) {
    const models = page.families ? page.families.flatMap((family) => family.models) : page.models;
    Object.assign(this, { asked: new Map(new URLSearchParams(search)), models: new Map(models.map((model) => [model.name, model])), given });
  }

  /** What the listing says of the model that the link has chosen, the first of several. */
  get entry() {
    return this.models.get(this.values.model ?? this.values.models[0]);
  }

  /** A bound, a list of words or a default, which may be a reference. */
  of(value) {
    if (value === undefined || value === null || typeof value !== "object" || Array.isArray(value)) return value ?? null;
    if ("read" in value) return this.values[value.read];
    if ("cell" in value) return value.cell[this.entry.cell];
    const keys = value.entry.split(".").map((key) => (key[0] === "$" ? this.values[key.slice(1)] : key));
    const found = keys.reduce((at, key) => at[key] ?? [], this.entry);
    return value.plus ? found + value.plus : found;
  }

  /** The field as it came; null where the link has none. */
  get(name) {
    this.known.add(name);
    return this.asked.get(name) ?? null;
  }

  /** What a field is worth where the link says nothing, or nothing that can be followed. @param {Rule} rule */
  instead(name, rule) {
    return Object.hasOwn(this.given, name) ? this.given[name] : this.of(rule.default);
  }

  refuse(name, rule, got, instead = null) {
    const wrong = tr("The link's {name} must be {rule}: got {got}.", { name, rule, got: quoted(got) });
    this.notes.push(instead === null ? wrong : `${wrong} ${tr("Here is {instead}.", { instead })}`);
  }

  /** @param {Rule} rule */
  value(name, rule) {
    if (rule.kind === "given") return this.given[name] ?? null; // by the page itself: no field of the link
    if (!rule.cells || rule.cells.includes(this.entry.cell)) return KINDS[rule.kind](this, name, rule);
    const asked = this.get(name);
    if (asked !== null) this.refuse(name, tr(rule.unless), asked);
    return rule.default ?? null;
  }

  /** A sentence for the fields that nothing on this page reads. */
  rest() {
    const unknown = [...this.asked.keys()].filter((name) => !this.known.has(name));
    const some = unknown.slice(0, 5).map(quoted).join(", ");
    const names = unknown.length > 5 ? tr("{names} and more", { names: some }) : some;
    return unknown.length ? [plural("This page does not know the link's field {names}.", "This page does not know the link's fields {names}.", unknown.length, { names })] : [];
  }
}

const count = grouped;

/** What came, as a sentence can hold it: short, and without characters that cannot be seen. */
export const quoted = (got) => `'${Array.from(got).slice(0, SHOWN).join("").replace(UNSEEN, "\uFFFD")}'`;

const MOST_READ = { characters: tr("at most {most} characters, not {count}"), words: tr("at most {most} words, not {count}") };

/** How each kind of field is read. @type {Object<string, (link: Link, name: string, rule: Rule) => any>} */
const KINDS = { word, several, number, place: number, unit, steps, decimal, text, source, models, units, hold, roles, forced };

function word(link, name, rule) {
  const known = link.of(rule.words);
  const first = rule.default?.read === FIRST;
  const instead = first && !Object.hasOwn(link.given, name) ? known[0] : link.instead(name, rule);
  const asked = link.get(name);
  if (asked === null || known.includes(asked)) return asked ?? instead;
  link.refuse(name, tr("one of {names}", { names: known.join(", ") }), asked, instead || null);
  return instead;
}

/** Some of several words, with commas between them. */
function several(link, name, rule) {
  const [asked, known] = [link.get(name), link.of(rule.words)];
  if (asked === null) return link.instead(name, rule)?.slice() ?? null;
  const found = [...new Set(asked.split(",").filter(Boolean))];
  const strange = found.filter((one) => !known.includes(one));
  if (strange.length) link.refuse(name, tr("among {names}", { names: known.join(", ") }), strange.join(","));
  const kept = found.filter((one) => known.includes(one));
  return strange.length && !kept.length ? link.instead(name, rule) : kept;
}

function number(link, name, rule) {
  const [low, high, asked] = [rule.low ?? 0, link.of(rule.high) ?? 0, link.get(name)];
  const value = asked === null ? null : whole(asked, low, high);
  if (asked !== null && value === null) link.refuse(name, tr("a number from {low} to {high}", { low, high: count(high) }), asked);
  return value === null ? link.instead(name, rule) : value - Number(rule.kind === "place");
}

/** "mean", the mean of all units, is null. */
function unit(link, name, rule) {
  return link.get(name) === "mean" ? null : number(link, name, rule);
}

/** Spans of steps, "3,7-9": pairs of the first and the last, from 0. */
function steps(link, name, rule) {
  const asked = link.get(name);
  if (asked === null) return [...link.instead(name, rule)];
  const pieces = asked.split(",").filter(Boolean);
  const strange = pieces.filter((piece) => !span(piece, rule.high));
  if (strange.length) link.refuse(name, tr("steps from 1 to {high}, such as 3,7-9", { high: count(rule.high) }), strange.join(","));
  return pieces.map((piece) => span(piece, rule.high)).filter(Boolean);
}

function span(written, high) {
  const dash = written.indexOf("-");
  const [begin, end] = (dash < 0 ? [written, written] : [written.slice(0, dash), written.slice(dash + 1)]).map((one) => whole(one, 1, high));
  return begin !== null && end !== null && begin <= end ? [begin - 1, end - 1] : null;
}

function decimal(link, name, rule) {
  const asked = link.get(name);
  const value = asked === null ? null : plain(asked, rule.high);
  if (asked !== null && value === null) link.refuse(name, tr("a decimal number from 0 to {high}", { high: rule.high }), asked);
  return value ?? link.instead(name, rule);
}

/** A text that is too long is cut. */
function text(link, name, rule) {
  const written = (link.get(name) ?? link.instead(name, rule))?.replaceAll("\r\n", "\n") ?? null;
  const letters = Array.from(written ?? "");
  if (letters.length <= rule.high) return written;
  link.notes.push(tr("The link's {name} was cut: at most {most} characters fit, it has {count}.", { name, most: count(rule.high), count: count(letters.length) }));
  return letters.slice(0, rule.high).join("");
}

/** A source that the model can read; another makes room for the model's example. */
function source(link, name, rule) {
  const [asked, example] = [link.get(name), link.instead(name, rule)];
  if (asked === null) return example;
  const written = asked.replaceAll("\r\n", "\n");
  const tooLong = Array.from(written).length > LIMIT;
  const tokens = tooLong ? 0 : split(written, link.entry.unit).length;
  if (tooLong) link.refuse(name, tr("at most {most} characters", { most: count(LIMIT) }), written, tr("the example"));
  else if (tokens > rule.high) link.refuse(name, MOST_READ[link.entry.unit].replace("{most}", rule.high).replace("{count}", count(tokens)), written, tr("the example"));
  else return written;
  return example;
}

/** Two to five of one family, names with commas between. */
function models(link, name, rule) {
  const [instead, asked] = [link.instead(name, rule), link.get(name)];
  if (asked === null) return instead;
  const names = asked.split(",");
  const wrong = misfit(names, asked, link.models);
  if (!wrong) return names;
  link.notes.push(tr("The link's {name} must be {rule}. Here are {instead}.", { name, rule: wrong, instead: instead.join(", ") }));
  return instead;
}

/** Why models do not stand side by side, as the end of a sentence; "" where they do. */
function misfit(names, asked, known) {
  const strange = names.find((one) => !known.has(one));
  const tasks = [...new Set(names.map((one) => known.get(one)?.task))].sort();
  if (names.length < FEWEST || names.length > MOST) return tr("{fewest} to {most} names: got {count}", { fewest: FEWEST, most: MOST, count: names.length });
  if (strange !== undefined) return tr("among {names}: got {got}", { names: [...known.keys()].join(", "), got: quoted(strange) });
  if (new Set(names).size < names.length) return tr("all different: got {got}", { got: quoted(asked) });
  return tasks.length > 1 ? tr("of one task: got {names}", { names: tasks.join(", ") }) : "";
}

/** One unit of each model, with commas between; [] for those that the models open on. */
function units(link, name, rule) {
  const [asked, chosen] = [link.get(name), link.values.models];
  if (asked === null) return [...link.instead(name, rule)];
  const found = asked.split(",").map((one, k) => whole(one, 0, (link.models.get(chosen[k])?.hidden_size ?? 0) - 1));
  if (found.length === chosen.length && !found.includes(null)) return found;
  link.refuse(name, tr("one unit of each of the {count} models, with commas between", { count: chosen.length }), asked);
  return [];
}

/** Holds, as text: what the chosen model can have of them. */
function hold(link, name, rule) {
  return held(link, name, rule, (asked) => parse(asked, skeleton(link.entry)));
}

/** The same for several models: what names a role. */
function roles(link, name, rule) {
  return held(link, name, rule, parseRoles);
}

function held(link, name, rule, read) {
  const asked = Array.from(link.get(name) ?? link.instead(name, rule)).slice(0, LONGEST).join("");
  const { holds, wrong } = read(asked);
  link.notes.push(...wrong);
  return write(holds);
}

/** What `parse` asks of a model, from its entry in the listing alone. */
function skeleton({ cell, hidden_size: size, layers, attention }) {
  if (attention) return { encoders: [], cell: { name: "gru", size }, key: attention === "none" ? null : {} };
  return { layers: Array.from({ length: layers }, () => ({ name: cell, size })) };
}

/** Weights that were taken over, "6:0,1,0;7:0.5,0.25,0.25": each step, from 1, with a weight for each token; read as pairs [step from 0, weights that sum to 1]. */
function forced(link, name, rule) {
  const asked = link.get(name);
  if (!asked) return link.instead(name, rule);
  const rows = asked.split(";").map(row);
  const tokens = split(link.values.text, link.entry.unit).length;
  const steps = longest(tokens);
  const sum = (weights) => weights.reduce((a, b) => a + b, 0);
  const fits = ([step, weights]) => step < steps && weights.length === tokens && Math.abs(sum(weights) - 1) <= ROUNDING;
  const refuse = (must) => link.refuse(name, must, asked, tr("the model's own attention"));
  if (rows.includes(null)) refuse(tr("steps with weights, such as 6:0,1,0;7:0.5,0.5,0"));
  else if (link.entry.attention === "none") refuse(tr("left out: this model has no attention"));
  else if (![...new Map(rows)].every(fits)) refuse(tr("{count} weights that sum to 1 for some of the steps 1 to {steps}", { count: tokens, steps }));
  else return [...new Map(rows)].map(([step, weights]) => [step, weights.map((weight) => weight / sum(weights))]);
  return [];
}

/** One step, from 0, and its weights; null where that is no row. @returns {[number, number[]] | null} */
function row(written) {
  const colon = written.indexOf(":");
  const [step, weights] = colon < 0 ? [written, ""] : [written.slice(0, colon), written.slice(colon + 1)];
  const [at, found] = [whole(step, 1, 10 ** 6), weights.split(",").map((one) => plain(one, 1))];
  return at === null || found.includes(null) ? null : [at - 1, found];
}

/** A whole number in plain digits, or null where it is none from `low` to `high`. */
const whole = (written, low, high) => (/^[0-9]{1,9}$/.test(written) && low <= Number(written) && Number(written) <= high ? Number(written) : null);

/** A decimal number in plain digits, or null where it is none from 0 to `high`. */
const plain = (written, high) => (/^([0-9]+\.?[0-9]*|\.[0-9]+)$/.test(written) && written.length < 20 && Number(written) <= high ? Number(written) : null);
