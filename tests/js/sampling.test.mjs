import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { load } from "../../gatelab/live/static/engine/engine.js";
import { Trace } from "../../gatelab/live/static/engine/reader.js";
import { mulberry32 } from "../../gatelab/live/static/engine/random.js";
import { next } from "../../gatelab/live/static/engine/sampling.js";
import { leftOutTokens, silencedUnits } from "../../gatelab/live/static/engine/silencing.js";

const shipped = (name) => load(readFileSync(new URL(`../../gatelab/zoo/${name}.safetensors`, import.meta.url)));

test("the generator gives the numbers that mulberry32 is known for", () => {
  const drawn = (seed, length = 3) => Array.from({ length }, mulberry32(seed)).map((value) => value * 2 ** 32);
  assert.deepEqual(drawn(0), [1144304738, 1416247, 958946056]);
  assert.deepEqual(drawn(1, 8), [2693262067, 11749833, 2265367787, 4213581821, 4159151403, 1207330352, 2632122864, 3095568220]); // by Python's integers
  assert.deepEqual(drawn(2 ** 32), drawn(0)); // 32 bits count
  const many = Array.from({ length: 1e5 }, mulberry32(7));
  assert.ok(many.every((value) => value >= 0 && value < 1) && Math.abs(many.reduce((sum, value) => sum + value) / 1e5 - 0.5) < 0.005);
});

test("labels are drawn as often as their probabilities to the power of 1 / temperature say", () => {
  const [labels, probs] = [["a", "\uFFFD", "b", "c"], [0.1, 0.5, 0.3, 0.1]];
  for (const temperature of [0.3, 1, 2]) {
    const random = mulberry32(1);
    const counts = [0, 0, 0, 0];
    for (let k = 0; k < 1e5; k += 1) counts[next(probs, { temperature, random, labels })] += 1;
    const weights = [0.1, 0, 0.3, 0.1].map((p) => p ** (1 / temperature));
    const total = weights.reduce((sum, weight) => sum + weight);
    counts.forEach((count, k) => assert.ok(Math.abs(count / 1e5 - weights[k] / total) < 0.01, `${temperature} ${counts}`));
    assert.equal(counts[1], 0);
  }
});

test("the first label whose sum exceeds the draw is taken, one draw for each", () => {
  const labels = ["a", "b", "c", "d"];
  const at = (draw) => next([0.25, 0.25, 0, 0.5], { random: () => draw, labels });
  assert.deepEqual([0, 0.2499, 0.25, 0.4999, 0.5, 1 - 2 ** -32].map(at), [0, 0, 1, 1, 3, 3]);
  let draws = 0;
  next([0.5, 0.5, 0, 0], { random: () => (draws += 1) && 0.5, labels });
  assert.equal(draws, 1);
});

test("a temperature of 0 takes the likeliest, of equal ones the first, and one near 0 does, too", () => {
  const [labels, random] = [["\uFFFD", "a", "b", "c"], mulberry32(2)];
  const take = (probs, temperature) => next(probs, { temperature, random, labels });
  assert.deepEqual([take([0.4, 0.1, 0.25, 0.25], 0), take([1, 0, 0, 0], 0), take([1, 0, 0, 0], 1)], [2, 1, 1]);
  for (const temperature of [1e-3, 1e-320]) assert.equal(take([0, 0.1, 0.4, 0.39], temperature), 2);
  for (const temperature of [-1, NaN, Infinity]) assert.throws(() => take([0, 1, 0, 0], temperature), { name: "RangeError", message: /temperature/ });
});

/** The last answer to a text without one unit, by a hold. */
function without(model, text, label, unit) {
  const holds = ["h", "c"].filter((name) => name === "h" || model.layers.at(-1).cell.memory === name).map((name) => ({ name, value: 0, units: [unit], steps: null, how: /** @type {"set"} */ ("set") }));
  const trace = new Trace(model, { holds }).read(text);
  return trace.answers.row(trace.steps - 1)[label];
}

/** The last answer to a text. */
function last(model, text, label) {
  const trace = new Trace(model).read(text);
  return trace.answers.row(trace.steps - 1)[label];
}

test("all units silenced at once are each unit held at 0", () => {
  for (const name of ["counter-rnn", "counter-lstm", "counter-gru", "counter-peephole", "counter-coupled", "prose-small"]) {
    const [model, text, label] = [shipped(name), name === "prose-small" ? "the old clock" : "aaabb", 1];
    const whole = last(model, text, label);
    silencedUnits(model, text, label).forEach((change, unit) => assert.ok(Math.abs(change - (without(model, text, label, unit) - whole)) < 1e-12, `${name} ${unit}`));
  }
});

test("each token left out is the text without it", () => {
  const [model, text] = [shipped("prose-small"), "the old clock"];
  const whole = last(model, text, 5);
  leftOutTokens(model, text, 5).forEach((change, t) => assert.ok(Math.abs(change - (last(model, text.slice(0, t) + text.slice(t + 1), 5) - whole)) < 1e-12, `${t}`));
});

test("what has no last answer is refused", () => {
  const model = shipped("counter-lstm");
  assert.throws(() => silencedUnits(model, "", 0), { name: "RangeError", message: /must have a token/ });
  assert.throws(() => leftOutTokens(model, "a", 0), { name: "RangeError", message: /two tokens/ });
  for (const label of [-1, 99, 0.5]) assert.throws(() => silencedUnits(model, "ab", label), { name: "RangeError", message: /label must be/ });
});
