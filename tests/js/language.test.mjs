// How texts, counts and lists are put together in a language.

import assert from "node:assert/strict";
import test from "node:test";

import { grouped, listed, plural, speak, tr } from "../../gatelab/live/static/language.js";
import { within } from "../../gatelab/live/static/kit/dom.js";
import { inner, number, signed } from "../../gatelab/live/static/kit/words.js";

test("a value is put in as it is, braces and all", () => {
  assert.equal(tr("the answer \u201c{label}\u201d", { label: "{label} $&" }), "the answer \u201c{label} $&\u201d");
  assert.equal(tr("gain of {factor}", { factor: "J_{t}" }), "gain of J_{t}");
});

test("French counts 0 as it counts 1", () => {
  speak("fr", { "{count} unit": ["{count} unité", "{count} unités"] }, { one: 0, many: 1, other: 1 });
  assert.deepEqual([0, 1, 2, 1_000_000].map((count) => plural("{count} unit", "{count} units", count)), ["0 unité", "1 unité", "2 unités", "1\u00A0000\u00A0000 unités"]);
  speak("en", {});
});

test("words in a row are listed as the language does", () => {
  assert.deepEqual([["a"], ["a", "b"], ["a", "b", "c"]].map(listed), ["a", "a and b", "a, b and c"]);
  speak("es", {});
  assert.equal(listed(["a", "b", "c"]), "a, b y c");
  speak("en", {});
});

test("thousands are apart by a comma in English alone: elsewhere it would be that of a decimal number", () => {
  assert.equal(grouped(11000), "11,000");
  speak("es", {});
  assert.deepEqual([4000, 11000].map(grouped), ["4000", "11\u00A0000"]);
  speak("en", {});
});

test("in a text from right to left a value keeps its own direction, and a number its sign at its left", () => {
  speak("he", { "at {value}": "{value} שם" }, {}, "rtl");
  assert.equal(tr("at {value}", { value: -0.5 }), "\u2068-0.5\u2069 שם");
  assert.deepEqual([number(-0.5, 1), signed(0.5, 1), signed(-0.5, 1), number(0.5, 1), inner(-0.5, 1)], ["\u2068\u22120.5\u2069", "\u2068+0.5\u2069", "\u2068\u22120.5\u2069", "0.5", "(\u2068\u22120.5\u2069)"]);
  speak("en", {});
  assert.equal(tr("at {value}", { value: number(-0.5, 1) }), "at \u22120.5");
});

test("elements stand where the translation has their names", () => {
  assert.deepEqual(within("{letter} where nothing is held", { letter: "f" }), ["f", " where nothing is held"]);
  assert.deepEqual(within("donde no se fija nada, {letter}", { letter: "{letter}" }), ["donde no se fija nada, ", "{letter}"]);
});
