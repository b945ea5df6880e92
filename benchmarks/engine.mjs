// The engine's part of engine.py: `node engine.mjs ROUNDS FOLDER` reads {prose, source, models} and writes {work: [milliseconds of each round]}.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { load } from "../gatelab/live/static/engine/engine.js";
import { influence } from "../gatelab/live/static/engine/influence.js";
import { Trace } from "../gatelab/live/static/engine/reader.js";
import { product } from "../gatelab/live/static/engine/tensors.js";

const [rounds, folder] = [Number(process.argv[2]), process.argv[3]];
const { prose, source, models } = JSON.parse(readFileSync(0, "utf8"));
const model = (name) => load(readFileSync(join(folder, `${name}.safetensors`)));

const [lstm, additive, transformer] = ["prose-lstm", "translate-additive", "translate-transformer"].map(model);
const family = models.map(model);
const typed = new Trace(lstm);
const seen = new Float64Array(additive.spec.embedding_size).fill(0.5);
const scores = new Float64Array(additive.bias.length);

const WORK = {
  step: () => typed.read(`${prose}a`),
  anew: () => new Trace(lstm).read(prose),
  product: () => product(additive.embeddings.target, seen, additive.bias, scores),
  additive: () => additive.write(source),
  beam: () => additive.write(source, { beam: 5 }),
  transformer: () => transformer.write(source),
  influence: () => family.forEach((one) => influence(one, prose)),
};
const WARM = 5; // rounds before those that count

const times = Object.fromEntries(Object.keys(WORK).map((name) => [name, []]));
for (let round = -WARM; round < rounds; round += 1) {
  for (const [name, work] of Object.entries(WORK)) {
    typed.read(prose); // of which `step` types one more letter
    const began = performance.now();
    work();
    if (round >= 0) times[name].push(performance.now() - began);
  }
}
process.stdout.write(JSON.stringify(times));
