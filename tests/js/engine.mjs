// Runs the engine for the tests in Python: `node engine.mjs JOB FOLDER` does what the file JOB says, and leaves in FOLDER what came out,
// answers.json and, one after the other, the numbers of all their arrays, arrays.bin.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { read } from "../../gatelab/live/static/engine/checkpoint.js";
import { Parameters } from "../../gatelab/live/static/engine/parameters.js";
import { Reader, Trace } from "../../gatelab/live/static/engine/reader.js";
import { Steps } from "../../gatelab/live/static/engine/steps.js";

/** Weights that came as JSON: {name: {shape, data}}. */
const typed = (weights) => Object.fromEntries(Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }]));

/** The first rows of a table in 64 bits. */
const whole = ({ width, data }, rows) => ({ shape: [rows, width], data: data.slice(0, rows * width) });

/** A model of a job: the path of a checkpoint, or a spec with weights. */
const model = (given) => new Reader(typeof given === "string" ? read(readFileSync(given)) : { spec: given.spec, weights: typed(given.weights) });

/** The answers of a model to several texts, [text, how many steps are held], all by one trace, as typing makes them. */
function* reading({ model: given, texts }) {
  const trace = new Trace(model(given));
  for (const [text, have] of texts) yield trace.read(text).answer(have);
}

/** What plain layers compute from inputs (T, D): the arrays of layer k as "k.name". */
function* layers({ cell, weights, inputs }) {
  const all = weights.map((some) => new Steps(new Parameters(cell, typed(some))));
  inputs.forEach((x, t) => all.reduce((below, steps) => steps.take(t, below), Float64Array.from(x)));
  const tensors = all.flatMap(({ tables }, k) => Object.entries(tables).map(([name, table]) => [`${k}.${name}`, whole(table, inputs.length)]));
  yield { metadata: {}, tensors: Object.fromEntries(tensors) };
}

const DOES = { reading, layers };

const [path, folder] = process.argv.slice(2);
const said = [];
const arrays = [];
for (const job of JSON.parse(readFileSync(path, "utf8"))) {
  for (const { metadata, tensors } of DOES[job.does](job)) {
    said.push({ metadata, shapes: Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) => [name, [shape, data instanceof Float64Array ? "float64" : "float32"]])) });
    for (const { data } of Object.values(tensors)) arrays.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  }
}
writeFileSync(join(folder, "answers.json"), JSON.stringify(said));
writeFileSync(join(folder, "arrays.bin"), Buffer.concat(arrays));
