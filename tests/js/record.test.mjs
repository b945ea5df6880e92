import assert from "node:assert/strict";
import test from "node:test";

import { Record } from "../../gatelab/live/static/record.js";
import { answer, cheap, model, UNKNOWN } from "./madeup.mjs";

const rnn = model("rnn", 2);

/** Whether a record holds exactly the trace of a text. */
function holds(record, text) {
  const whole = cheap(rnn, text);
  assert.equal(record.text, text);
  assert.equal(record.steps, whole.metadata.steps);
  assert.deepEqual(record.tokens, whole.metadata.tokens);
  assert.deepEqual(record.ids, whole.metadata.ids);
  for (const [name, { shape, data }] of Object.entries(whole.tensors))
    for (let t = 0; t < record.steps; t += 1) assert.deepEqual(record.row(name, t), data.slice(t * shape[1], (t + 1) * shape[1]), `${name} at ${t}`);
}

function after(...answers) {
  const record = new Record(rnn);
  for (const [text, have] of answers) record.apply(cheap(rnn, text, have));
  return record;
}

test("a record of nothing holds no step", () => holds(new Record(rnn), ""));

test("text that grows by one character grows by one step, far past the room of the beginning", () => {
  const record = new Record(rnn);
  const text = "abc'".repeat(80);
  for (let end = 1; end <= text.length; end += 1) record.apply(cheap(rnn, text.slice(0, end), end - 1));
  holds(record, text);
});

test("a pasted text of any length fits", () => {
  for (const length of [63, 64, 65, 500]) holds(after(["a".repeat(length), 0]), "a".repeat(length));
});

test("an edit in the middle replaces all steps from there on", () => {
  holds(after(["abcabc", 0], ["ab'cabc", 2]), "ab'cabc");
  holds(after(["abcabc", 0], ["abbc", 2]), "abbc");
  holds(after(["a".repeat(60), 0], ["a".repeat(30) + "b".repeat(300), 30]), "a".repeat(30) + "b".repeat(300));
});

test("text taken away at the end needs no new step", () => {
  holds(after(["abcabc", 0], ["abc", 3]), "abc");
  holds(after(["abc", 0], ["", 0]), "");
  holds(after(["abcabc", 0], ["abc", 3], ["abc'", 3]), "abc'");
});

test("an answer that begins behind the last step held is refused, and nothing changes", () => {
  const record = after(["ab", 0]);
  assert.throws(() => record.apply(cheap(rnn, "abca", 3)), { name: "RangeError", message: /begins at step 3, but only 2 are held/ });
  holds(record, "ab");
});

test("colors and their ranges are those of the answer", () => {
  const record = after(["ab", 0]);
  assert.deepEqual(record.names, ["h"]);
  assert.deepEqual(record.ranges, { h: [-1, 1] });
  assert.deepEqual(record.scales, { h: "diverging" });
});

test("before the first step every state is 0", () => {
  const record = after(["ab", 0]);
  assert.equal(record.value("h", -1, 0), 0);
  assert.equal(record.value("h", 0, 0), record.row("h", 0)[0]);
  assert.equal(record.value("h", 1, 1), record.row("h", 1)[1]);
  assert.notEqual(record.value("h", 1, 1), 0);
});

test("shared counts the common beginning in whole characters", () => {
  const record = after(["a\u{1F44D}b\u{1F44D}", 0]);
  const shared = (text) => record.shared(Array.from(text));
  assert.equal(record.steps, 4);
  assert.equal(shared("a\u{1F44D}b\u{1F44D}"), 4);
  assert.equal(shared("a\u{1F44D}b\u{1F44D}c"), 4);
  assert.equal(shared("a\u{1F44D}b\u{1F44E}"), 3); // the two share their first half
  assert.equal(shared("a\u{1F44D}"), 2);
  assert.equal(shared("ab"), 1);
  assert.equal(shared("b\u{1F44D}b\u{1F44D}"), 0);
  assert.equal(shared(""), 0);
});

test("shared knows no step of a text that was taken away", () => {
  const record = after(["abc", 0], ["a", 1]);
  assert.equal(record.shared(Array.from("abc")), 1);
});

test("guesses come best first, equal ones in the order of the vocabulary", () => {
  const guesses = (probs, count) => {
    const record = new Record(rnn);
    record.apply(answer(rnn, "a", [{ h: [0, 0], probs }]));
    return record.guesses(0, count).map(({ token, probability }) => [token, probability]);
  };
  assert.deepEqual(guesses([0.125, 0.25, 0, 0.5, 0.125], 3), [["c", 0.5], ["a", 0.25], [UNKNOWN, 0.125]]);
  assert.deepEqual(guesses([0.5, 0.25, 0.125, 0.125, 0], 2), [[UNKNOWN, 0.5], ["a", 0.25]]);
  assert.deepEqual(guesses([0, 0.125, 0.125, 0.25, 0.5], 1), [["'", 0.5]]);
  assert.deepEqual(guesses([0.25, 0.25, 0, 0.25, 0.25], 9).map(([token]) => token), [UNKNOWN, "a", "c", "'", "b"]);
});

test("the visitor can tell what the model never saw, and what it read as something else", () => {
  const record = after(["a?\u2019'\u{1F44D}" + UNKNOWN, 0]);
  const tell = (what) => record.tokens.map((_, t) => record[what](t));
  assert.deepEqual(tell("unknown"), [false, true, false, false, true, true]);
  assert.deepEqual(tell("readAs"), [null, null, "'", null, null, null]);
});

test("an answer to a text that begins otherwise is not taken", () => {
  const held = new Record({ cell: "rnn", hidden_size: 1, vocab: ["\uFFFD", "a", "b", "c"] });
  const answer = (have, tokens) => ({
    metadata: { have, steps: have + tokens.length, tokens, ids: tokens.map(() => 1), unknown: tokens.map(() => false), names: ["h"], ranges: {}, scales: {} },
    tensors: { h: { shape: [tokens.length, 1], data: new Float32Array(tokens.length) } },
  });
  assert.equal(held.apply(answer(0, ["a", "b"]), "ab"), true);
  assert.equal(held.apply(answer(2, ["c"]), "acc"), false);
  assert.equal(held.text, "ab");
  assert.equal(held.apply(answer(2, ["c"]), "abc"), true);
  assert.equal(held.text, "abc");
});

test("an answer in three bytes a number is read exactly, and what follows from it is made", () => {
  const codes = (...numbers) => Uint8Array.from(numbers.flatMap((code) => [code & 255, (code >> 8) & 255, code >> 16]));
  const [none, half, all] = [0, 2 ** 22, 2 ** 23];
  const ranges = { i: [0, 1], f: [0, 1], g: [-1, 1], o: [0, 1], c: [-4, 4], h: [-1, 1] };
  const read = (cell, names, tensors) => {
    const record = new Record({ cell, hidden_size: 3, vocab: ["a"] });
    const about = { have: 0, steps: 1, tokens: ["a"], ids: [0], unknown: [false], names, ranges, scales: {} };
    record.apply({ metadata: about, tensors: Object.fromEntries(Object.entries(tensors).map(([name, data]) => [name, { shape: [1, 3], data }])) });
    return (name) => Array.from(record.row(name, 0));
  };
  const c = Float32Array.of(-17.5, 0, 0.25);
  const coupled = read("coupled", ["f", "g", "o", "i", "c", "h"], { f: codes(none, half, all), g: codes(none, half, all), o: codes(all, all, half), c });
  assert.deepEqual([coupled("f"), coupled("g"), coupled("i")], [[0, 0.5, 1], [-1, 0, 1], [1, 0.5, 0]]);
  assert.deepEqual(coupled("h"), Array.from(Float32Array.of(Math.tanh(-17.5), 0, 0.5 * Math.tanh(0.25))));
  const lstm = read("lstm", ["i", "f", "g", "o", "c", "h"], { i: codes(1, 2, 3), f: codes(all, all, all), g: codes(none, none, none), o: codes(half, half, half), c });
  assert.deepEqual(lstm("i"), [1, 2, 3].map((code) => code / 2 ** 23));
  assert.deepEqual(lstm("h"), Array.from(c, (value) => Math.fround(0.5 * Math.tanh(value))));
  assert.deepEqual(read("rnn", ["h"], { h: codes(none, half, all) })("h"), [-1, 0, 1]);
});
