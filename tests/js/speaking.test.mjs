// Which language the page speaks, and how words are put into it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { language, plural, speak, tr } from "../../gatelab/live/static/language.js";
import { chosen } from "../../gatelab/live/static/speaking.js";

const KNOWN = ["en", "es", "fr", "pt-BR"];

test("the first language that is asked for and known is chosen, English where there is none", () => {
  assert.equal(chosen(KNOWN, null, undefined, "", "es"), "es");
  assert.equal(chosen(KNOWN, "de", "fr-CA", "es"), "fr");
  assert.equal(chosen(KNOWN, "pt-br"), "pt-BR");
  assert.equal(chosen(KNOWN, "pt"), "en");
  assert.equal(chosen(KNOWN), "en");
});

test("a tag without end takes no time", () => {
  const began = performance.now();
  assert.equal(chosen(KNOWN, "a-".repeat(30_000), `es${"-MX".repeat(20_000)}`), "es");
  assert.ok(performance.now() - began < 500);
});

test("a text without a translation stays English, with its values", () => {
  speak("es", { "step {step}": "paso {step}", empty: "" }, { one: 0, other: 1, many: 1 });
  assert.equal(language(), "es");
  assert.equal(tr("step {step}", { step: 3 }), "paso 3");
  assert.equal(tr("says {said}", { said: "{step}" }), "says {step}");
  assert.equal(tr("empty"), "empty");
  speak("en", {});
  assert.equal(tr("step {step}", { step: 3 }), "step 3");
});

test("a number takes the form that its language has for it", () => {
  const forms = { one: 0, few: 1, many: 2, other: 2 };
  speak("pl", { "{count} unit": ["{count} jednostka", "{count} jednostki", "{count} jednostek"] }, forms);
  const said = [1, 2, 5, 22, 12].map((count) => plural("{count} unit", "{count} units", count));
  assert.deepEqual(said, ["1 jednostka", "2 jednostki", "5 jednostek", "22 jednostki", "12 jednostek"]);
  assert.deepEqual([1234, 12345].map((count) => plural("{count} step", "{count} steps", count)), ["1234 steps", "12\u00A0345 steps"]);
  speak("en", {});
  assert.deepEqual([0, 1, 2].map((count) => plural("{count} unit", "{count} units", count)), ["0 units", "1 unit", "2 units"]);
  assert.equal(plural("{count} step", "{count} steps", 1234), "1,234 steps");
});
