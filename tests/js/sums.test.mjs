import assert from "node:assert/strict";
import test from "node:test";

import { Reading } from "../../gatelab/live/static/reading.js";
import { context, energy } from "../../gatelab/live/static/attention/sums.js";
import { softmax as softmaxOf } from "../../gatelab/live/static/kit/attentionsums.js";
import { attend, attender } from "./madeupattention.mjs";

const TEXT = "4 Juli '86";
const FORCED = { 1: [0.5, 0, 0.25, 0, 0, 0, 0, 0, 0.25, 0], 3: [0, 0, 0, 0, 0, 0, 1, 0, 0, 0] };
const KINDS = ["additive", "multiplicative"];
const LISTED = 6;

const total = (terms) => terms.reduce((sum, { value }) => sum + value, 0);
const near = (a, b, within, what) => assert.ok(Math.abs(a - b) <= within, `${what}: ${a} for ${b}`);

/** The softmax of step q at column k, beside the weight that the answer holds. */
function softmax(reading, q, k) {
  const scores = reading.row("scores", q);
  const { largest, shares, sum } = softmaxOf(scores);
  return { energy: scores[k], largest, share: shares[k], sum, weight: reading.weight(q, k) };
}

/** Calls `look` with every step and column of a few random readings of one kind. */
function everywhere(attention, look, options = {}) {
  for (const seed of [1, 2, 3]) {
    const model = attender(attention, { seed });
    const { answer, exact } = attend(model, TEXT, { seed, ...options });
    const reading = new Reading(answer, model);
    for (let q = 0; q < reading.steps; q += 1) for (let k = 0; k < reading.columns; k += 1) look({ reading, exact, q, k, where: `${attention} ${seed}, step ${q}, column ${k}` });
  }
}

/** Checks the terms of a sum against all of its values, by the name under which a term says which it is. */
function checkTerms(terms, all, name, where) {
  const rest = terms.filter((term) => term.rest !== undefined);
  const listed = terms.filter((term) => term.rest === undefined);
  assert.equal(listed.length, Math.min(LISTED, all.length), where);
  assert.deepEqual(rest.map((term) => term.rest), all.length > LISTED ? [all.length - LISTED] : [], where);
  assert.deepEqual(terms.slice(listed.length), rest, `${where}: the rest stands last`);
  assert.equal(new Set(listed.map((term) => term[name])).size, listed.length, where);
  for (const term of listed) near(term.value, all[term[name]], 1e-12, `${where}, ${name} ${term[name]}`);
  const sizes = listed.map(({ value }) => Math.abs(value));
  assert.deepEqual(sizes, sizes.toSorted((a, b) => b - a), where);
  all.forEach((value, at) => listed.some((term) => term[name] === at) || assert.ok(Math.abs(value) <= sizes.at(-1), `${where}: ${name} ${at} is missing`));
}

// What gatelab.attention (torch 2.13, float64) gives for one query, two keys and two states of two units, v = (1.5, -0.75).
const GIVEN = {
  query: [1.8735116, -0.8755860],
  key: [0.4513555, 0.8829725, -0.2968122, 1.9792918],
  states: [0.2541479, -0.9945285, 0.0548941, 0.9621019],
};
const TORCH = {
  additive: { scores: [1.46604, 0.775758], weights: [0.66603, 0.33397], context: [0.187603, -0.341072] },
  multiplicative: { scores: [0.072501, -2.289121], weights: [0.913854, 0.086146], context: [0.236983, -0.825972] },
};

test("the made-up attention computes what torch computes", () => {
  for (const [kind, expected] of Object.entries(TORCH)) {
    const model = { ...attender(kind, { size: 2 }), v: kind === "additive" ? [1.5, -0.75] : null };
    const { answer, exact } = attend(model, "ab", { output: "1", ended: false });
    for (const [name, values] of Object.entries(GIVEN)) values.forEach((value, k) => near(answer.tensors[name].data[k], value, 1e-6, `${name} ${k}`));
    for (const [name, values] of Object.entries(expected)) values.forEach((value, k) => near(exact[name][0][k], value, 2e-6, `${kind} ${name} ${k}`));
  }
});

for (const kind of KINDS) {
  test(`${kind}: the energy is the one that the equation gives`, () => everywhere(kind, ({ reading, exact, q, k, where }) => near(energy(reading, q, k).value, exact.scores[q][k], 1e-5, where)));

  test(`${kind}: the terms of an energy add up to it`, () => everywhere(kind, ({ reading, exact, q, k, where }) => near(total(energy(reading, q, k).terms), exact.scores[q][k], 1e-9, where)));

  test(`${kind}: the entries listed are those that weigh most, the largest first, and the rest stands together`, () =>
    everywhere(kind, ({ reading, q, k, where }) => {
      const { query, key } = reading.tensors;
      const all = Array.from({ length: 9 }, (_, entry) => {
        const [s, h] = [query.data[9 * q + entry], key.data[9 * k + entry]];
        return kind === "additive" ? reading.model.v[entry] * Math.tanh(s + h) : s * h;
      });
      checkTerms(energy(reading, q, k).terms, all, "entry", where);
    }));

  test(`${kind}: each entry comes with the numbers it is made of`, () =>
    everywhere(kind, ({ reading, q, k, where }) => {
      for (const { entry, query, key, v, rest, value } of energy(reading, q, k).terms) {
        if (rest) continue;
        assert.equal(query, reading.tensors.query.data[9 * q + entry], where);
        assert.equal(key, reading.tensors.key.data[9 * k + entry], where);
        assert.equal(v, kind === "additive" ? reading.model.v[entry] : undefined, where);
        near(value, kind === "additive" ? v * Math.tanh(query + key) : query * key, 1e-12, where);
      }
    }));

  test(`${kind}: the share of an energy over the sum of all shares is its weight`, () =>
    everywhere(kind, ({ reading, exact, q, k, where }) => {
      const { energy: e, largest, share, sum, weight } = softmax(reading, q, k);
      near(e, exact.scores[q][k], 1e-5, where);
      near(largest, Math.max(...exact.scores[q]), 1e-5, where);
      near(share, Math.exp(e - largest), 1e-9, where);
      near(sum, exact.scores[q].reduce((all, score) => all + Math.exp(score - largest), 0), 1e-4, where);
      near(share / sum, exact.own[q][k], 1e-5, where);
      near(weight, exact.own[q][k], 1e-6, where);
    }));

  test(`${kind}: where a row was taken over, the weight is what it was set to and the energies still say what they would give`, () =>
    everywhere(
      kind,
      ({ reading, exact, q, k, where }) => {
        const { share, sum, weight } = softmax(reading, q, k);
        near(share / sum, exact.own[q][k], 1e-5, where);
        near(weight, (FORCED[q] ?? exact.own[q])[k], 1e-6, where);
      },
      { forced: FORCED },
    ));

  test(`${kind}: the products add up to the context, for every unit, also where a row was taken over`, () =>
    everywhere(
      kind,
      ({ reading, exact, q, k, where }) => {
        if (k) return;
        for (let unit = 0; unit < 9; unit += 1) {
          const { value, products, terms } = context(reading, q, unit);
          const of = `${where}, unit ${unit}`;
          const states = exact.weights[q].map((_, column) => reading.tensors.states.data[9 * column + unit]);
          assert.equal(products.length, 10, of);
          products.forEach((product, column) => near(product, exact.weights[q][column] * states[column], 1e-7, `${of}, column ${column}`));
          near(value, exact.context[q][unit], 1e-6, of);
          near(products.reduce((a, b) => a + b), value, 1e-6, of);
          near(total(terms), value, 1e-6, of);
          checkTerms(terms, products, "column", of);
          for (const { column, rest, weight, of: state } of terms) if (!rest) assert.deepEqual([weight, state], [reading.weight(q, column), states[column]], of);
        }
      },
      { forced: FORCED },
    ));
}

test("energies far too large for exp() alone give weights all the same", () => {
  let large = 0;
  everywhere(
    "multiplicative",
    ({ reading, exact, q, k, where }) => {
      const { largest, share, sum, weight } = softmax(reading, q, k);
      near(share / sum, exact.own[q][k], 1e-3, where);
      near(weight, exact.own[q][k], 1e-6, where);
      large += Math.exp(largest) === Infinity;
    },
    { sharp: 25 },
  );
  assert.ok(large > 50, `only ${large}`);
});

test("a sum of six terms or fewer is listed whole", () => {
  for (const size of [1, 6, 7]) {
    const model = attender("additive", { size });
    const { answer, exact } = attend(model, "ab", { seed: size });
    const { terms } = energy(new Reading(answer, model), 0, 1);
    assert.equal(terms.length, size);
    assert.deepEqual(terms.map(({ rest }) => rest).filter(Boolean), size === 7 ? [1] : []);
    near(total(terms), exact.scores[0][1], 1e-9, `${size} terms`);
  }
});

test("a source of one token has all the weight on it, whatever its energy", () => {
  const model = attender("additive");
  const reading = new Reading(attend(model, "a").answer, model);
  const { share, sum, weight } = softmax(reading, 2, 0);
  assert.deepEqual([share, sum, weight], [1, 1, 1]);
  const { products, value } = context(reading, 2, 4);
  assert.deepEqual([products, value], [[reading.row("states", 0)[4]], reading.row("states", 0)[4]]);
});
