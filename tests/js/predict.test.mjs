import assert from "node:assert/strict";
import test from "node:test";

import { askable, FIELDS, outcome, reveal } from "../../gatelab/live/static/attention/predict.js";
import { Reading } from "../../gatelab/live/static/reading.js";
import { random } from "./madeup.mjs";
import { attend, attender } from "./madeupattention.mjs";

const TEXT = "4 Juli '86";
const near = (a, b, within, what) => assert.ok(Math.abs(a - b) <= within, `${what}: ${a} for ${b}`);

function made({ attention = "additive", task = "dates", text = TEXT, ...options } = {}) {
  const model = attender(attention, { task });
  const { answer, exact } = attend(model, text, options);
  return { reading: new Reading(answer, model), exact };
}

/** The steps that write a part of a date: those of its characters between the hyphens. */
function stepsOf(field, output) {
  const part = { year: 0, month: 1, day: 2 }[field];
  return [...output].flatMap((letter, step) => (letter !== "-" && output.slice(0, step).split("-").length - 1 === part ? [step] : []));
}

/** Calls `look` with every field of random readings and random choices, with a row taken over in some. */
function everywhere(look) {
  for (let seed = 1; seed <= 20; seed += 1) {
    const next = random(seed);
    const forced = seed % 2 ? {} : { 5: [0, 0, 0.75, 0, 0, 0.25, 0, 0, 0, 0], 9: [0, 1, 0, 0, 0, 0, 0, 0, 0, 0] };
    const { reading, exact } = made({ attention: seed % 3 ? "additive" : "multiplicative", seed, forced });
    for (const field of ["month", "year", "day"]) {
      const picked = new Set([...Array(reading.columns).keys()].filter(() => next() > 0));
      look({ reading, exact, field, picked, steps: stepsOf(field, reading.output), where: `${field} of ${seed}, ${[...picked]}` });
    }
  }
}

test("what can be asked are the year, the month and the day, each at the steps that write it", () => {
  assert.deepEqual(Object.keys(FIELDS).sort(), ["day", "month", "year"]);
  const { reading } = made();
  for (const [field, text] of [["year", "1986"], ["month", "07"], ["day", "04"]]) {
    assert.deepEqual(FIELDS[field], stepsOf(field, reading.output));
    assert.equal(FIELDS[field].map((step) => reading.written[step]).join(""), text);
  }
});

test("the share is the part of a field's attention that lay on what was chosen", () => {
  let middling = 0;
  everywhere(({ reading, exact, field, picked, steps, where }) => {
    let [on, all] = [0, 0];
    for (const step of steps)
      exact.weights[step].forEach((weight, k) => {
        all += weight;
        if (picked.has(k)) on += weight;
      });
    near(reveal(reading, field, picked).share, on / all, 1e-6, where);
    middling += on / all > 0.1 && on / all < 0.9;
  });
  assert.ok(middling > 20, `only ${middling} shares lie in between`);
});

test("each step of the field tells its largest weight and where that lay", () =>
  everywhere(({ reading, exact, field, picked, steps, where }) => {
    const { largest } = reveal(reading, field, picked);
    assert.deepEqual(largest.map(({ step }) => step), steps, where);
    for (const { step, column, weight } of largest) {
      const row = exact.weights[step];
      assert.equal(column, row.indexOf(Math.max(...row)), where);
      near(weight, Math.max(...row), 1e-6, where);
    }
  }));

test("a step is a hit where its largest weight lay on a chosen token, and the hits are counted", () => {
  const seen = new Set();
  everywhere(({ reading, exact, field, picked, steps, where }) => {
    const { largest, hits } = reveal(reading, field, picked);
    const expected = steps.map((step) => picked.has(exact.weights[step].indexOf(Math.max(...exact.weights[step]))));
    assert.deepEqual(largest.map(({ hit }) => hit), expected, where);
    assert.equal(hits, expected.filter(Boolean).length, where);
    seen.add(hits === 0 ? "none" : hits === steps.length ? "all" : "some");
  });
  assert.deepEqual([...seen].sort(), ["all", "none", "some"]);
});

test("what is said is right where every step hit, names the right tokens, and gives the share and each largest weight", () =>
  everywhere(({ reading, exact, field, picked, steps, where }) => {
    const { isRight, answer, why } = outcome(reading, field, picked);
    const { share, hits } = reveal(reading, field, picked);
    assert.equal(isRight, hits === steps.length, where);
    assert.ok(why.startsWith(`${Math.round(100 * share)}\u2009% of the attention`), why);
    for (const step of steps) {
      const most = Math.max(...exact.weights[step]);
      const column = exact.weights[step].indexOf(most);
      assert.ok(answer.includes(`(token ${column + 1})`), answer);
      assert.ok(why.includes(`(${most.toFixed(2)}, token ${column + 1})`), why);
    }
  }));

test("nothing chosen hits nothing, and everything chosen hits all", () =>
  everywhere(({ reading, field, steps, where }) => {
    const [none, all] = [new Set(), new Set(Array(reading.columns).keys())].map((picked) => reveal(reading, field, picked));
    assert.deepEqual([none.share, none.hits], [0, 0], where);
    near(all.share, 1, 1e-6, where);
    assert.equal(all.hits, steps.length, where);
  }));

test("only dates that were written with attention can be asked about", () => {
  assert.equal(askable(made().reading), true);
  assert.equal(askable(made({ attention: "multiplicative" }).reading), true);
  assert.equal(askable(made({ ended: false }).reading), true); // stopped, but a date all the same
  assert.equal(askable(made({ attention: "none" }).reading), false);
  assert.equal(askable(made({ task: "words" }).reading), false);
});

test("an output that is no ISO date can not be asked about", () => {
  for (const output of ["", "1986", "1986-7-04", "1986-07-4", "86-07-04", "01986-07-04", "1986-07-044", "1986-07-04 ", "1986/07/04", "1986-07-0", "04-07-1986", "1986-o7-04"]) assert.equal(askable(made({ output }).reading), false, output);
  assert.equal(askable(made({ text: "" }).reading), false);
  assert.equal(askable(made({ output: "2031-12-30" }).reading), true);
});
