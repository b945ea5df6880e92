import assert from "node:assert/strict";
import test from "node:test";

import { glyph, inner, number, signed, spoken } from "../../gatelab/live/static/kit/words.js";

test("numbers have three decimals and a real minus sign", () => {
  assert.equal(number(0.5), "0.500");
  assert.equal(number(-0.5), "\u22120.500");
  assert.equal(number(-12.34567), "\u221212.346");
  assert.equal(number(1.0016, 2), "1.00");
  assert.equal(number(-2.5, 0), "\u22123");
});

test("what rounds to zero has no sign", () => {
  for (const value of [0, -0, 0.0004, -0.0004, -1e-9]) assert.equal(number(value), "0.000");
  assert.equal(number(-0.004, 2), "0.00");
  assert.equal(number(-0.0006), "\u22120.001");
});

test("a signed number always shows its sign, and zero is not below zero", () => {
  assert.equal(signed(0.25), "+0.250");
  assert.equal(signed(-0.25), "\u22120.250");
  assert.equal(signed(-0.0004), "+0.000");
  assert.equal(signed(1, 1), "+1.0");
});

test("a negative number inside a sum stands in parentheses", () => {
  assert.equal(inner(0.25), "0.250");
  assert.equal(inner(-0.25), "(\u22120.250)");
  assert.equal(inner(-0.0004), "0.000");
});

test("a letter and a word stand in the same quotes", () => {
  const told = ["a", "'", "\u{1F44D}", "great", "don't", "0.25*", "a\u0301"];
  assert.deepEqual(told.map(spoken), ["\u201ca\u201d", "\u201c'\u201d", "\u201c\u{1F44D}\u201d", "\u201cgreat\u201d", "\u201cdon't\u201d", "\u201c0.25*\u201d", "\u201ca\u0301\u201d"]);
});

test("no word is taken for something that every object has", () => {
  for (const word of ["constructor", "toString", "valueOf", "__proto__"]) assert.deepEqual([spoken(word), glyph(word)], [`\u201c${word}\u201d`, word]);
});

test("white space and unknown characters can be seen and heard", () => {
  assert.deepEqual([" ", "\n", "\t", "\uFFFD", "a", "\u{1F44D}"].map(glyph), ["\u2423", "\u23CE", "\u21E5", "?", "a", "\u{1F44D}"]);
  assert.deepEqual([" ", "\n", "\t", "\uFFFD", "a"].map(spoken), ["space", "line break", "tab", "unknown", "\u201ca\u201d"]);
});

test("a word that is longer than any is cut where it is said, between characters", () => {
  assert.equal(spoken("a".repeat(40)), `\u201c${"a".repeat(40)}\u201d`);
  assert.equal(spoken("\u{1d51e}".repeat(41)), `\u201c${"\u{1d51e}".repeat(39)}\u2026\u201d`);
});
