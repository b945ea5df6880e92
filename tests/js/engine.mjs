// Runs the engine for the tests in Python: `node engine.mjs JOB FOLDER` does what the file JOB says, and leaves in FOLDER what came out,
// answers.json and, one after the other, the numbers of all their arrays, arrays.bin.

import { readFileSync, writeFileSync } from "node:fs";
import { join as inFolder } from "node:path";

import { names, states } from "../../gatelab/live/static/engine/cells.js";
import { Backward } from "../../gatelab/live/static/engine/backward.js";
import { Derivative } from "../../gatelab/live/static/engine/derivatives.js";
import { load } from "../../gatelab/live/static/engine/engine.js";
import { parse, parseRoles } from "../../gatelab/live/static/engine/holds.js";
import { influence as influenceOf } from "../../gatelab/live/static/engine/influence.js";
import { Parameters } from "../../gatelab/live/static/engine/parameters.js";
import { Reader, Trace } from "../../gatelab/live/static/engine/reader.js";
import { mulberry32 } from "../../gatelab/live/static/engine/random.js";
import { next } from "../../gatelab/live/static/engine/sampling.js";
import { leftOutTokens, silencedUnits } from "../../gatelab/live/static/engine/silencing.js";
import { Steps } from "../../gatelab/live/static/engine/steps.js";
import { Vocabulary, fold, join } from "../../gatelab/live/static/engine/text.js";
import { answer } from "../../gatelab/live/static/engine/writing.js";
import { Near } from "../../gatelab/live/static/near.js";
import * as learning from "./learning.mjs";

/** Weights that came as JSON: {name: {shape, data}}. */
const typed = (weights) => Object.fromEntries(Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }]));

/** The first rows of a table in 64 bits. */
const whole = ({ width, data }, rows) => ({ shape: [rows, width], data: data.slice(0, rows * width) });

/** A model of a job: the path of a checkpoint, or of one that reads a spec with weights. */
const model = (given) => (typeof given === "string" ? load(readFileSync(given)) : new Reader({ spec: given.spec, weights: typed(given.weights) }));

/** The answers of a model to several texts, [text, how many steps are held], all by one trace, as typing makes them. */
function* reading({ model: given, texts }) {
  const trace = new Trace(model(given));
  for (const [text, have] of texts) yield trace.read(text).answer(have);
}

/** The answers of a model that writes to several sources, [text, options, whether a model without attention writes beside it]. */
function* writing({ model: given, beside, texts }) {
  const [one, other] = [model(given), beside && model(beside)];
  for (const [text, options, both] of texts) yield answer(one.write(text, options), both ? () => other.write(text) : null);
}

/** The answers of a model to several texts with holds, [text, holds as text, options]; and what is wrong with the holds. */
function* holding({ model: given, texts }) {
  const one = model(given);
  for (const [text, held, options] of texts) {
    const { holds, wrong } = parse(held, one);
    const { metadata, tensors } = one instanceof Reader ? new Trace(one, { ...options, holds }).read(text).answer() : answer(one.write(text, { ...options, holds }));
    yield { metadata: { ...metadata, wrong }, tensors };
  }
}

/** The answers of several models at once to several texts with holds by role, [text, holds as text], by one `Near`; and what is wrong with the holds. */
function* sideBySide({ models, texts }) {
  const all = new Map(models.map(model).map((one) => [one.spec.name, one]));
  const near = new Near({ model: (name) => all.get(name) });
  for (const [text, hold] of texts) {
    const { metadata, tensors } = near.compare({ models: [...all.keys()], text, hold });
    yield { metadata: { wrong: parseRoles(hold).wrong, held: metadata.parts.map(({ held = "" }) => held) }, tensors };
  }
}

/** The characters with which a model goes on from several texts, [text, how many, temperature, seed, holds as text]. */
function* goingOn({ model: given, texts }) {
  const one = model(given);
  for (const [text, length, temperature, seed, held] of texts) {
    const [trace, random] = [new Trace(one, { holds: parse(held, one).holds }).read(text), mulberry32(seed)];
    let whole = text;
    for (let k = 0; k < length; k += 1) {
      whole += one.labels[next(trace.answers.row(trace.steps - 1), { temperature, random, labels: one.labels })];
      trace.read(whole);
    }
    yield { metadata: { written: whole.slice(text.length) }, tensors: {} };
  }
}

/** What the last answers of a model rest on, for several texts, [text, label]. */
function* silencing({ model: given, texts }) {
  const one = model(given);
  for (const [text, label] of texts) {
    const [units, tokens] = [silencedUnits(one, text, label), leftOutTokens(one, text, label)];
    yield { metadata: {}, tensors: { units: { shape: [units.length], data: units }, tokens: { shape: [tokens.length], data: tokens } } };
  }
}

/** What plain layers compute from inputs (T, D): the arrays of layer k as "k.name". */
function* layers({ cell, weights, inputs }) {
  const all = weights.map((some) => new Steps(new Parameters(cell, typed(some))));
  inputs.forEach((x, t) => all.reduce((below, steps) => steps.take(t, below), Float64Array.from(x)));
  const tensors = all.flatMap(({ tables }, k) => Object.entries(tables).map(([name, table]) => [`${k}.${name}`, whole(table, inputs.length)]));
  yield { metadata: {}, tensors: Object.fromEntries(tensors) };
}

/** The gradients of the sum over all steps of h times `after`, of one layer: of {h, c} before the first step, the inputs x, and the parameters. */
function* derivatives({ cell, weights, inputs, start, after }) {
  const w = new Parameters(cell, typed(weights));
  const xs = inputs.map((x) => Float64Array.from(x));
  const fresh = (list) => Object.fromEntries(list.map((name) => [name, new Float64Array(w.size)]));
  const old = [Object.fromEntries(Object.entries(start).map(([name, values]) => [name, Float64Array.from(values)]))];
  for (const [t, x] of xs.entries()) w.step(x, old[t], (old[t + 1] = fresh(names(w.cell))));
  const parameters = Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, new Float64Array(data.length)]));
  const [one, dx] = [new Derivative(w), xs.map((x) => new Float64Array(x.length))];
  let d = fresh(states(w.cell));
  for (let t = xs.length - 1; t >= 0; t -= 1) {
    const to = { ...fresh(states(w.cell)), x: dx[t], parameters };
    for (let k = 0; k < w.size; k += 1) d.h[k] += after[t][k];
    one.back(d, xs[t], old[t], old[t + 1], to);
    d = to;
  }
  const flat = { ...parameters, ...Object.fromEntries(states(w.cell).map((name) => [name, d[name]])), x: Float64Array.from(dx.flatMap((row) => Array.from(row))) };
  yield { metadata: {}, tensors: Object.fromEntries(Object.entries(flat).map(([name, data]) => [name, { shape: [data.length], data }])) };
}

/** How much the last state of a model depends on each token of several texts; one may be [text, holds as text]. */
function* influence({ model: given, texts }) {
  const one = model(given);
  for (const asked of texts) {
    const [text, held] = [asked, ""].flat();
    const { tokens, ...arrays } = influenceOf(one, text, parse(held, one).holds);
    const there = Object.entries(arrays).filter(([, data]) => data);
    yield { metadata: { tokens }, tensors: Object.fromEntries(there.map(([name, data]) => [name, { shape: [data.length], data }])) };
  }
}

/** How the loss of an answer depends on all that a model computed, for several [text, label, steps or null]; and of each step and unit the way through each row. */
function* backward({ model: given, texts }) {
  const one = model(given);
  for (const [text, label, most] of texts) {
    const [trace, size] = [new Trace(one).read(text), one.spec.hidden_size];
    const back = new Backward(one, trace, label, most ?? Infinity);
    const table = (rows) => ({ shape: [rows.length, size], data: Float64Array.from(rows.flatMap((row) => Array.from(row))) });
    const found = Object.keys(back.d[0]).map((name) => [name, table(back.d.map((values) => values[name]))]);
    const ways = back.d.map((_, t) => Array.from({ length: size }, (_, unit) => Object.values(back.through(t, unit)).reduce((sum, way) => sum + way, 0)));
    const passed = Object.keys(back.passed[0]).map((name) => [`passed.${name}`, table(back.passed.map((values) => values[name]))]);
    yield { metadata: { loss: back.loss }, tensors: Object.fromEntries([...found, ...passed, ["through", table(ways)]]) };
  }
}

/** How tokens are folded, read by a vocabulary, and joined as a target. */
function* text({ tokens, vocabulary, targets }) {
  const [plain, folding] = [new Vocabulary(vocabulary), new Vocabulary(vocabulary, true)];
  const metadata = { folded: tokens.map(fold), plain: tokens.map((token) => plain.read(token)), folding: tokens.map((token) => folding.read(token)) };
  yield { metadata: { ...metadata, joined: targets.map((target) => join(target, "words")) }, tensors: {} };
}

/** The texts at which a model fails, or answers with what is no number; each text goes to the next of the models. */
function* sound({ models, texts }) {
  const all = models.map(model);
  const fails = (one, text, k) => {
    const given = one instanceof Reader ? new Trace(one).read(text).answer() : answer(one.write(text, { beam: 1 + (k % 3) }));
    const said = [];
    JSON.stringify(given.metadata, (_, value) => (typeof value === "number" && said.push(value), value));
    return ![said, ...Object.values(given.tensors).map(({ data }) => data)].every((values) => values.every((value) => Math.abs(value) < Infinity));
  };
  const bad = texts.flatMap((text, k) => {
    try {
      return fails(all[k % all.length], text, k) ? [[text, models[k % all.length]]] : [];
    } catch (error) {
      return [[text, models[k % all.length], String(error)]];
    }
  });
  yield { metadata: { bad }, tensors: {} };
}

const DOES = { reading, writing, holding, sideBySide, goingOn, silencing, layers, derivatives, influence, backward, text, sound, ...learning };

const [path, folder] = process.argv.slice(2);
const said = [];
const arrays = [];
for (const job of JSON.parse(readFileSync(path, "utf8"))) {
  for (const { metadata, tensors } of DOES[job.does](job)) {
    said.push({ metadata, shapes: Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) => [name, [shape, data instanceof Float64Array ? "float64" : "float32"]])) });
    for (const { data } of Object.values(tensors)) arrays.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  }
}
writeFileSync(inFolder(folder, "answers.json"), JSON.stringify(said));
writeFileSync(inFolder(folder, "arrays.bin"), Buffer.concat(arrays));
