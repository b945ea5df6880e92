// Two texts beside each other: where they part, how far their states are apart, what is said of them, and what the second one is at first.

import assert from "node:assert/strict";
import test from "node:test";

import { distances, furthest, parting, span, told } from "../../gatelab/live/static/kit/distance.js";
import { changed } from "../../gatelab/live/static/kit/telling.js";
import { split } from "../../gatelab/live/static/engine/tokens.js";
import { Record } from "../../gatelab/live/static/record.js";

const WORDS = ["\uFFFD", "not", "good", "bad"];

/** A record of a GRU with two units over some words: a state and an answer for each. */
function record(words, states, answers, labels = ["negative", "positive"]) {
  const made = new Record({ name: "made-up", cell: "gru", unit: "words", labels }, (text) => split(text, "words"));
  const data = (rows) => Float32Array.from(rows.flat());
  const ids = words.map((word) => Math.max(0, WORDS.indexOf(word)));
  made.apply({
    metadata: { have: 0, steps: words.length, tokens: words, ids, unknown: ids.map((id) => id === 0), names: ["h"], ranges: {}, scales: {} },
    tensors: { h: { shape: [words.length, 2], data: data(states) }, probs: { shape: [words.length, labels.length], data: data(answers) } },
  });
  return made;
}

const bad = record(["it", "not", "good"], [[0.1, 0], [0.5, 0], [0.5, 0.25]], [[0.5, 0.5], [0.7, 0.3], [0.88, 0.12]]);
const good = record(["it", "good"], [[0.1, 0], [0.2, -0.4]], [[0.5, 0.5], [0.19, 0.81]]);

test("texts part where the first of their tokens differs, or where the shorter one ends", () => {
  assert.equal(parting(["a", "b"], ["a", "c"]), 1);
  assert.equal(parting(["a", "b"], ["a"]), 1);
  assert.equal(parting([], ["a"]), 0);
  assert.equal(parting(["a"], ["a"]), 1);
});

test("the distance of two states is Euclidean, and 0 up to where the texts part", () => {
  const [first, second, ...more] = distances(bad, good, "h");
  assert.equal(first, 0);
  assert.ok(Math.abs(second - 0.5) < 1e-7); // sqrt(0.3 ** 2 + 0.4 ** 2)
  assert.deepEqual(more, []); // the second text has no further step
  assert.equal(furthest([0, 2, 1, 2]), 1);
  assert.equal(furthest([]), -1);
});

test("one sentence says where two texts part, what each ends in, and where the memories are furthest apart", () => {
  assert.equal(told(good, bad, distances(good, bad, "h")),
    "The two texts part at word 2, \u201cgood\u201d in the first and \u201cnot\u201d in the second; \u201cpositive\u201d goes from .81 to .12; the hidden states are furthest apart at step 2 (0.50).");
});

test("texts that are the same, longer, empty, or read alike have a sentence of their own", () => {
  const begins = record(["it", "not"], [[0.1, 0], [0.5, 0]], [[0.5, 0.5], [0.7, 0.3]]);
  const none = record([], [], []);
  const [one, other] = ["qwertz", "asdf"].map((word) => record([word], [[0, 0]], [[0.5, 0.5]]));
  const say = (a, b) => told(a, b, distances(a, b, "h"));
  assert.match(say(bad, bad), /^The two texts are the same\. Change a word of the second/);
  assert.equal(say(begins, bad), "The second text goes on where the first ends, after word 2; \u201cpositive\u201d goes from .30 to .12.");
  assert.match(say(bad, begins), /^The second text ends after word 2, where the first goes on; /);
  assert.equal(say(bad, none), "The second text is empty: there is nothing to compare yet.");
  assert.equal(say(none, bad), "The first text is empty: there is nothing to compare yet.");
  assert.equal(say(none, none), "Both texts are empty.");
  assert.equal(say(one, other), "The network reads both texts alike: it does not tell \u201cqwertz\u201d from \u201casdf\u201d.");
});

test("of several labels the likeliest are named", () => {
  const letters = (answers) => record(["it"], [[0, 0]], [answers], ["a", "b", " "]);
  const other = (answers) => record(["not"], [[0, 1]], [answers], ["a", "b", " "]);
  const say = (a, b) => told(letters(a), other(b), distances(letters(a), other(b), "h"));
  assert.match(say([0.5, 0.3, 0.2], [0.1, 0.6, 0.3]), /; the likeliest goes from \u201ca\u201d \(50 %\) to \u201cb\u201d \(60 %\); /);
  assert.match(say([0.1, 0.3, 0.6], [0.1, 0.1, 0.8]), /; space is the likeliest after both \(60 % and 80 %\); /);
});

test("a token stands in its text where it was read", () => {
  const text = "no, no: it isn't  so";
  const tokens = split(text, "words");
  for (const [t, token] of tokens.entries()) assert.equal(text.slice(...span(text, tokens, t)), token);
  assert.deepEqual(span(text, tokens, 2), [4, 6]);
  assert.equal(span(text, tokens, tokens.length), null);
  assert.equal(span("", [], 0), null);
});

test("the second text is the first with one telling word changed, or the same", () => {
  assert.equal(changed("The film is not good"), "The film is really good");
  assert.equal(changed("Not good"), "Really good");
  assert.equal(changed("it isn't good"), "it is good");
  assert.equal(changed("a great film"), "a terrible film");
  assert.equal(changed("it is fun"), "it is not fun");
  assert.equal(changed("Her sister answered"), "His sister answered");
  assert.equal(changed("DA!CB?"), "DA!AB?");
  assert.equal(changed("0.1 0.5* 0.2*"), "0.1 0.5 0.2*");
  assert.equal(changed("xyzzy"), "xyzzy");
  assert.equal(changed(""), "");
});
