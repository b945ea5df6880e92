// Whether each preset of the Learn page shows what its sentence says, over ten seeds: `node benchmarks/presets.mjs [name] [seeds]`. It prints a table.

import { DEFAULTS, Race } from "../gatelab/live/static/engine/race.js";
import { Reader, Trace } from "../gatelab/live/static/engine/reader.js";
import { PRESETS } from "../gatelab/live/static/learn/presets.js";

const OPENS = { ...DEFAULTS, forgetBias: 1 }; // as learn/settings.js

/** A race of so many updates, or until `enough` says so. */
function run(settings, updates, enough = (race) => false) {
  const race = new Race({ ...OPENS, ...settings });
  for (let k = 0; k < updates && !enough(race); k += 1) race.step();
  return race;
}

const learned = (race, k) => race.racers[k].done !== null;
const right = (race, k) => race.racers[k].scores.at(-1).share;
const never = (racer) => racer.done ?? Infinity;

/** How many units of a network that reads a and b have a cell state that moves one way at each a, and back at each b. */
function counters({ spec, weights }) {
  const { tables: { c } } = new Trace(new Reader({ spec, weights })).read("a".repeat(10) + "b".repeat(10));
  const step = (unit, t) => Math.sign(c.row(t)[unit] - c.row(t - 1)[unit]);
  const counts = (unit) => Array.from({ length: 19 }, (_, k) => step(unit, k + 1) * (k + 1 < 10 ? 1 : -1)).every((way, _, [first]) => way === first && way !== 0);
  return Array.from({ length: spec.hidden_size }, (_, unit) => unit).filter(counts).length;
}

/** What each preset says, as something that is true or not: {name: (settings) => [whether, numbers]}. */
const CHECKS = {
  "A delay of 5": (settings) => {
    const race = run(settings, 1500, (now) => learned(now, 0) && learned(now, 1));
    const [rnn, lstm] = race.racers;
    return [learned(race, 0) && learned(race, 1) && lstm.done <= rnn.done, `learned after ${rnn.done} and ${lstm.done}`];
  },
  "A delay of 30": (settings) => {
    const race = run(settings, 800);
    const { string } = race.task.read(`A!B${"CDAB".repeat(7)}CD?`); // the marked letter is the third of 34
    const { h } = race.wayBack(string)[0];
    const faded = h[2] / h.at(-1);
    return [learned(race, 1) && right(race, 0) < 0.6 && faded < 0.01, `learned ${race.racers[1].done}; RNN ${right(race, 0)}, its gradient ${faded.toExponential(1)} of that at the end`];
  },
  "Forget bias 0 and 1": (settings) => {
    const [zero, one] = [0, 1].map((forgetBias) => run({ ...settings, forgetBias }, 600, (race) => learned(race, 0)).racers[0]);
    return [never(one) < never(zero), `learned after ${zero.done} and ${one.done}`];
  },
  "Without clipping": (settings) => {
    const [off, on] = [0, 1].map((clip) => run({ ...settings, clip }, 300, (race) => race.racers[0].broke !== null).racers[0]);
    return [off.broke !== null && on.broke === null, `NaN after ${off.broke}; clipped ${on.broke}`];
  },
  "A rate that is too large": (settings) => {
    const race = run(settings, 300);
    return [!learned(race, 0) && right(race, 0) < 0.5, `right ${right(race, 0)} loss ${race.racers[0].scores.at(-1).loss.toFixed(2)} guess ${race.guess.toFixed(2)}`];
  },
  "Who counts?": (settings) => {
    const race = run(settings, 1500);
    const counting = counters(race.racers[0].learner);
    return [never(race.racers[0]) < never(race.racers[1]) && counting > 0, `learned after ${race.racers[0].done} and ${race.racers[1].done}; ${counting} units count`];
  },
  "No gradient to follow": (settings) => {
    const race = run(settings, 500);
    return [right(race, 0) < 0.65 && right(race, 1) < 0.65, `right ${right(race, 0)} and ${right(race, 1)}`];
  },
};

const [, , only, seeds = "10"] = process.argv;
let all = true;
for (const { name, settings } of PRESETS.filter((one) => !only || only === "all" || one.name === only)) {
  const found = [];
  for (let seed = 1; seed <= Number(seeds); seed += 1) found.push(CHECKS[name]({ ...settings, seed }));
  const good = found.filter(([yes]) => yes).length;
  all &&= good >= 0.9 * found.length;
  console.log(`${name}: ${good} of ${found.length}\n  ${found.map(([yes, words]) => `${yes ? "+" : "-"} ${words}`).join("\n  ")}`);
}
process.exitCode = all ? 0 : 1;
