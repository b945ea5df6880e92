import assert from "node:assert/strict";
import test from "node:test";

import { oneLook, written } from "../../gatelab/live/static/attention/descriptions.js";
import { Reading } from "../../gatelab/live/static/reading.js";
import { Head } from "../../gatelab/live/static/self-attention/head.js";
import { pictures } from "../../gatelab/live/static/self-attention/descriptions.js";
import { attend, attender } from "./madeupattention.mjs";
import { everyHead } from "./madeupheads.mjs";

const TEXT = "14 Juli86"; // no token twice, so that a token tells its column
const UNIT = 2;
const said = (sentence, pattern) => {
  const match = sentence.match(pattern);
  assert.ok(match, sentence);
  return match.slice(1);
};
const near = (text, value, where) => assert.ok(Math.abs(Number(text.replace("\u2212", "-")) - value) <= 0.006, `${where}: ${text} for ${value}`);
const place = (token) => Array.from(TEXT).indexOf(token === "space" ? " " : token.slice(1, -1));

for (const attention of ["additive", "multiplicative"])
  test(`what is heard of a look is what was computed (${attention})`, () => {
    const model = attender(attention);
    const { answer, exact } = attend(model, TEXT);
    const reading = new Reading(answer, model);
    for (let q = 0; q < reading.steps; q += 1) {
      const { energies, products, sum, states } = oneLook(reading, q, UNIT, false);
      const [most, token] = said(energies, /the largest is (\S+), of (.+)$/);
      near(most, Math.max(...exact.scores[q]), `energies ${q}`);
      assert.equal(place(token), exact.scores[q].indexOf(Math.max(...exact.scores[q])));
      const [added, from] = said(products, /the most is (\S+), of (.+)$/);
      const all = exact.weights[q].map((weight, k) => weight * reading.row("states", k)[UNIT]);
      near(added, all[place(from)], `products ${q}`);
      assert.equal(Math.abs(all[place(from)]), Math.max(...all.map(Math.abs)));
      near(said(sum, /is (\S+)$/)[0], exact.context[q][UNIT], `context ${q}`);
      assert.match(states, new RegExp(`${Array.from(TEXT).length} tokens, 9 units`));
    }
  });

test("a veiled look tells neither energy nor context", () => {
  const model = attender("additive");
  const reading = new Reading(attend(model, TEXT).answer, model);
  const { energies, sum, products } = oneLook(reading, 0, UNIT, true);
  for (const sentence of [energies, sum, products]) assert.equal(sentence, "Hidden until you reveal it");
});

test("the output is heard with the least and the most likely of its steps", () => {
  assert.deepEqual(written({ steps: 3, output: "on", chances: [0.5, 0.071, 1] }), { labels: "What the 3 steps wrote: on", chances: "How likely the decoder held what it wrote: from 7.1\u2009% to 100\u2009%" });
  assert.equal(written({ steps: 0, output: "", chances: [] }).chances, "Nothing was written");
});

test("what is heard of a head is what was computed", () =>
  everyHead((reading, where, layer, number, plain) => {
    const head = new Head(reading, where, layer, number);
    plain.weights.forEach((row, q) => {
      const heard = pictures(head, q, 1);
      const peak = (values) => values.reduce((best, value, k) => (value > values[best] ? k : best), 0);
      const open = row.slice(0, head.seen(q));
      const most = said(heard.weights, /the largest is (\S+), of (.+)$/);
      near(most[0], Math.max(...open), `weights ${q}`);
      assert.equal(most[1], head.aboutKey(peak(open)));
      assert.equal(said(heard.energies, /, of (.+)$/)[0], head.aboutKey(peak(open))); // a softmax keeps the order
      const products = open.map((weight, k) => weight * plain.value[k][1]);
      const adds = said(heard.products, /the most is (\S+), of (.+)$/);
      near(adds[0], products[peak(products.map(Math.abs))], `products ${q}`);
      assert.equal(adds[1], head.aboutKey(peak(products.map(Math.abs))));
      near(said(heard.sum, /entry 1 is (\S+)$/)[0], products.reduce((a, b) => a + b, 0), `output ${q}`);
      assert.deepEqual(Object.keys(heard).sort(), ["energies", "keys", "labels", "map", "products", "sum", "values", "weights"]);
    });
  }));
