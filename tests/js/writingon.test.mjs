import assert from "node:assert/strict";
import test from "node:test";

import { remaining, tempered } from "../../gatelab/live/static/watch/writingon.js";

const after = (marks, before, text) => remaining(Array.from(marks, (mark) => mark === "w"), Array.from(before), Array.from(text)).map((mark) => (mark ? "w" : ".")).join("");

test("what the model wrote keeps its mark before and behind what was edited", () => {
  assert.equal(after("..www", "abcde", "abcde"), "..www");
  assert.equal(after("..www", "abcde", "abcdef"), "..www.");
  assert.equal(after("..www", "abcde", "Xabcde"), "...www");
  assert.equal(after("..www", "abcde", "abcXe"), "..w.w");
  assert.equal(after("..www", "abcde", "abe"), "..w");
  assert.equal(after("..www", "abcde", "something else"), ".............w"); // it ends as before
  assert.equal(after("..www", "abcde", ""), "");
  assert.equal(after("ww", "aa", "aaa"), "ww.");
  assert.equal(after("", "", "new"), "...");
});

test("the bars at a temperature are the probabilities to the power of 1 / temperature, renormalized, without the unknown token", () => {
  const [labels, probs] = [["a", "\uFFFD", "b", "c"], [0.1, 0.5, 0.3, 0.1]];
  const cold = tempered(probs, labels, 0.5, 2);
  assert.deepEqual(cold.map(({ token }) => token), ["b", "a"]);
  for (const [k, chance] of [0.09 / 0.11, 0.01 / 0.11].entries()) assert.ok(Math.abs(cold[k].probability - chance) < 1e-6);
  assert.deepEqual(tempered(probs, labels, 1, 9).map(({ token }) => token), ["b", "a", "c"]);
  assert.deepEqual(tempered(probs, labels, 0, 2)[0], { token: "b", probability: 1 });
});
