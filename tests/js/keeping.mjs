// For tests/test_keeping.py: trains networks, saves their checkpoints and what they answer in a folder; opens those that Python wrote there.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { load } from "../../gatelab/live/static/engine/engine.js";
import { over } from "../../gatelab/live/static/engine/initial.js";
import { opened } from "../../gatelab/live/static/engine/opening.js";
import { Race, specs } from "../../gatelab/live/static/engine/race.js";
import { Trace } from "../../gatelab/live/static/engine/reader.js";
import { checkpoint } from "../../gatelab/live/static/own.js";

const [folder, texts, ...jobs] = process.argv.slice(2).map((given, k) => (k ? JSON.parse(given) : given));

/** What a checkpoint answers to each text: after each step its probabilities or its number, in a row. */
const answers = (bytes) => texts.map((text) => {
  const { tensors: { probs, answers: numbers } } = new Trace(load(bytes)).read(text).answer();
  return [...(probs ?? numbers).data];
});

for (const { settings, updates } of jobs) {
  const race = new Race(settings);
  for (let k = 0; k < updates; k += 1) race.step();
  specs(race.settings, race.task).forEach((spec, k) => {
    const name = `mine ${settings.task} ${spec.cell}`;
    const bytes = checkpoint({ ...spec, name }, over(spec, race.standing().racers[k].weights).weights, { learned: { task: settings.task, texts } });
    writeFileSync(join(folder, `${name}.safetensors`), bytes);
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(answers(bytes)));
  });
}
for (const file of readdirSync(folder).filter((name) => name.startsWith("python ") && name.endsWith(".safetensors"))) {
  const { spec, weights, orders } = opened(new Uint8Array(readFileSync(join(folder, file))), file);
  writeFileSync(join(folder, file.replace(".safetensors", ".json")), JSON.stringify(answers(checkpoint(spec, weights, { orders }))));
}
