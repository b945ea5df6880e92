import assert from "node:assert/strict";
import test from "node:test";

import { cut } from "../../gatelab/live/static/kit/textbox.js";

const THUMB = "\u{1F44D}";

test("a text up to the limit stays as it is", () => {
  for (const text of ["", "abc", "a\nb ", "abcde", `ab${THUMB}d${THUMB}`]) assert.deepEqual(cut(text, 5), { text, left: 0 });
});

test("a longer text is cut at the limit, and what was left out is counted", () => {
  assert.deepEqual(cut("abcdefg", 5), { text: "abcde", left: 2 });
  assert.deepEqual(cut("abc", 0), { text: "", left: 3 });
});

test("the limit counts characters, and none is halved", () => {
  assert.deepEqual(cut(THUMB.repeat(4), 3), { text: THUMB.repeat(3), left: 1 });
  assert.deepEqual(cut(`a${THUMB}b`, 2), { text: `a${THUMB}`, left: 1 });
  for (let limit = 0; limit <= 6; limit += 1) assert.ok(cut(`${THUMB}a`.repeat(3), limit).text.isWellFormed());
});

test("half of a surrogate pair becomes the sign for unknown", () => {
  assert.equal(cut("a\uD83Db", 9).text, "a\uFFFDb");
  assert.equal(cut("\uDC4D", 9).text, "\uFFFD");
  assert.equal(cut("\uDC4D\uD83D", 9).text, "\uFFFD\uFFFD");
  assert.equal(cut(`\uD83D${THUMB}\uDC4D`, 9).text, `\uFFFD${THUMB}\uFFFD`);
  assert.deepEqual(cut("\uD83Dab", 2), { text: "\uFFFDa", left: 1 });
});
