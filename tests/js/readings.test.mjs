// What a model says, as a number and in words, and how far models are apart: on made-up records.

import assert from "node:assert/strict";
import test from "node:test";

import { disagreement, distance, marked, quoted, reading, said, spread, sum, surprise, told, widest } from "../../gatelab/live/static/kit/readings.js";
import { Record } from "../../gatelab/live/static/record.js";

const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);

/** A record over some tokens: `rows` are the probabilities of `labels` after each step, or where there are no labels the number. */
function record(tokens, labels, rows, { ids = tokens.map(() => 0), unknown = tokens.map(() => false), name = "made-up" } = {}) {
  const held = new Record({ name, labels: labels ?? ["sum"] }, (text) => text.split(" "));
  const width = rows[0]?.length ?? 1;
  held.apply({
    metadata: { have: 0, steps: tokens.length, tokens, ids, unknown, names: [], ranges: {}, scales: {} },
    tensors: { [labels ? "probs" : "answers"]: { shape: [tokens.length, width], data: Float32Array.from(rows.flat()) } },
  });
  return held;
}

test("what a model says is a letter in quotes, a space or an answer by its name, or a number, each with what belongs to it", () => {
  const letters = ["e", " ", "\uFFFD"];
  assert.equal(said(record(["a"], letters, [[0.43, 0.3, 0.27]]), 0), "\u201ce\u201d 43 %");
  assert.equal(said(record(["a"], letters, [[0.2, 0.66, 0.14]]), 0), "space 66 %");
  assert.equal(said(record(["a"], letters, [[0.2, 0.1, 0.7]]), 0), "unknown 70 %");
  assert.equal(said(record(["good"], ["negative", "positive"], [[0.05, 0.95]]), 0), "positive 95 %");
  assert.equal(said(record(["0.5*"], null, [[-0.0254]]), 0), "\u22120.025");
});

test("a long token is quoted short, whatever letters it has", () => {
  assert.equal(quoted("word"), "\u201cword\u201d");
  assert.equal(quoted("\u{1F600}".repeat(2000)), `\u201c${"\u{1F600}".repeat(24)}\u2026\u201d`);
});

test("the surprise is minus the logarithm of the probability of what came next, and none where nothing came or nobody knows it", () => {
  const letters = ["a", "b"];
  const prose = reading("prose", ["a", "b", "c"]);
  const one = record(["a", "b", "\u263A"], letters, [[0.75, 0.25], [0.5, 0.5], [1, 0]], { ids: [0, 1, 0], unknown: [false, false, true] });
  near(surprise(one, 0), Math.log(4));
  near(prose.of(one, 0), Math.log(4));
  assert.equal(prose.of(one, 1), null);
  assert.equal(prose.of(one, 2), null);
  assert.equal(told(one, 0, prose), "says \u201ca\u201d 75 %, surprise at what came 1.39 nats");
  assert.equal(told(one, 2, prose), "says \u201ca\u201d 100 %");
});

test("of two labels the second one's probability is drawn, by any name", () => {
  const one = record(["x", "y"], ["no", "yes"], [[0.25, 0.75], [1, 0]]);
  const shown = reading("a task of tomorrow", ["no", "yes"]);
  assert.deepEqual([shown.of(one, 0), shown.of(one, 1)], [0.75, 0]);
  assert.match(shown.title, /\u201cyes\u201d/);
  assert.deepEqual([shown.short(one, 0), shown.short(one, 1)], [".75", ".00"]);
});

test("brackets: the probability of open, as a bracket or a sign of balance", () => {
  const shown = reading("brackets", ["balanced", "open"]);
  const one = record(["(", ")"], ["balanced", "open"], [[0.125, 0.875], [0.75, 0.25]]);
  assert.deepEqual([shown.of(one, 0), shown.of(one, 1)], [0.875, 0.25]);
  assert.deepEqual([shown.short(one, 0), shown.short(one, 1)], ["(", "="]);
});

test("counting: the probability of the end, whatever is likeliest", () => {
  const shown = reading("counter", ["a", "b", "end"]);
  const one = record(["a", "b"], ["a", "b", "end"], [[0.5, 0.25, 0.25], [0, 0.25, 0.75]]);
  assert.deepEqual([shown.of(one, 0), shown.of(one, 1)], [0.25, 0.75]);
  assert.deepEqual([shown.short(one, 0), shown.short(one, 1)], ["a", "\u25a0"]);
});

test("the marked letter is known from the step on which it is read, and another mark takes its place", () => {
  const tokens = [..."AB!CD!A?"];
  assert.deepEqual(tokens.map((_, t) => marked(tokens, t)), [null, null, null, "C", "C", "C", "A", "A"]);
  assert.equal(marked(["!"], 0), null);
});

test("recall: nothing is drawn before a letter is marked, nor where what is marked is no letter", () => {
  const shown = reading("recall", ["A", "B"]);
  const one = record([..."A!B?"], ["A", "B"], [[1, 0], [1, 0], [0.25, 0.75], [0.5, 0.5]]);
  assert.deepEqual([0, 1, 2, 3].map((t) => shown.of(one, t)), [null, null, 0.75, 0.5]);
  const none = record([..."!?"], ["A", "B"], [[1, 0], [1, 0]]);
  assert.deepEqual([0, 1].map((t) => shown.of(none, t)), [null, null]);
});

test("the true sum counts what is marked and a number from 0 to 1, and nothing else", () => {
  const tokens = ["0.5*", "0.75", "foo*", "2*", "-0.5*", ".25*", "1*", "1.0*", "0.*", "0.1**", "*"];
  const sums = tokens.map((_, t) => sum(tokens, t));
  [0.5, 0.5, 0.5, 0.5, 0.5, 0.75, 1.75, 2.75, 2.75, 2.75, 2.75].forEach((right, t) => near(sums[t], right));
  const shown = reading("adding", ["sum"]);
  near(shown.truth(tokens, 7), 2.75);
  near(shown.of(record(["0.5*"], null, [[0.25]]), 0), 0.25);
});

test("the distance of two answers is 0 for the same, 1 for what has nothing in common, and for numbers their difference", () => {
  const of = (rows) => record(["x"], ["a", "b", "c"], rows);
  near(distance(of([[0.5, 0.25, 0.25]]), of([[0.5, 0.25, 0.25]]), 0), 0);
  near(distance(of([[1, 0, 0]]), of([[0, 0.5, 0.5]]), 0), 1);
  near(distance(of([[0.5, 0.5, 0]]), of([[0.25, 0.5, 0.25]]), 0), 0.25);
  near(distance(record(["1"], null, [[0.5]]), record(["1"], null, [[-1.25]]), 0), 1.75);
});

const THREE = [
  [[0.5, 0.5], [1, 0], [0.5, 0.5]],
  [[0.5, 0.5], [0.75, 0.25], [0, 1]],
  [[0.25, 0.75], [0, 1], [0.75, 0.25]],
].map((rows, k) => record([..."x?y"], ["A", "B"], rows, { name: `model ${k}` }));

test("the widest of all pairs is found at each step, and the first of the widest steps", () => {
  const { apart, one, other } = widest(THREE, 2);
  near(apart, 0.75);
  assert.deepEqual([one, other], [THREE[1], THREE[2]]);
  assert.deepEqual(spread(THREE).map(({ apart }) => apart), [0.25, 1, 0.75]);
  const most = disagreement(spread(THREE), THREE[0].tokens, {});
  assert.deepEqual([most.t, most.one, most.other], [1, THREE[0], THREE[2]]);
});

test("what was measured is kept up to the step from which an answer is new", () => {
  const old = [{ t: 0, apart: 7 }, { t: 1, apart: 8 }, { t: 2, apart: 9 }, { t: 3, apart: 10 }];
  assert.deepEqual(spread(THREE, old, 2).map(({ apart }) => apart), [7, 8, 0.75]);
  assert.deepEqual(spread(THREE, old, 4).length, 4);
});

test("where answers are asked for at some steps alone, only there can models differ most", () => {
  const recall = reading("recall", ["A", "B"]);
  assert.equal(disagreement(spread(THREE), [..."x?y"], recall).t, 1);
  assert.equal(disagreement(spread(THREE), [..."xyy"], recall), null);
  assert.equal(disagreement([], [], {}), null);
});
