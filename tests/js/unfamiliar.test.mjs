import assert from "node:assert/strict";
import test from "node:test";

import { split } from "../../gatelab/live/static/engine/tokens.js";
import { notice } from "../../gatelab/live/static/kit/unfamiliar.js";

/** What is said of a text to a model that knows these words, or these characters. */
function said(text, known, unit = "words", more = {}) {
  const tokens = split(text, unit);
  return notice({ tokens, unknown: tokens.map((token) => !known.includes(token.toLowerCase())), unit, learned: "English prose", ...more });
}

const WORDS = ["the", "film", "was", "good", "and", "i", "liked", "it", "terrible", "la", ".", ","];
const LETTERS = Array.from("abcdefghijklmnopqrstuvwxyz0123456789 .,'");

test("a text of which a quarter or more is unknown is said to be so, with what was learned and how much is unknown", () => {
  const words = said("Ce film était vraiment terrible, mais la musique was good.", WORDS);
  assert.equal(words, "This model learned English prose. 5 of these 10 words are unknown to it, so what comes out says little.");
  assert.match(said("19 марта 2019", LETTERS, "characters"), /5 of these 11 characters are unknown to it/);
  assert.match(said("١٩ مارس ٢٠١٩", LETTERS, "characters"), /10 of these 10 characters/);
  assert.match(said("un deux trois", [], "numbers", { learned: "numbers from 0 to 1", several: true }), /^These models learned numbers from 0 to 1\. 3 of these 3 numbers are unknown to them/);
});

test("English with a rare word, an emoji, or a word that is still being typed is not", () => {
  for (const text of ["the film was splendiferous", "the fil", "fil", "zyxwv film", "", " ", "...", "the film was good and i liked it . splendiferous rambunctious"]) assert.equal(said(text, WORDS), "", text);
  assert.equal(said("hello \u{1F600} world", LETTERS, "characters"), "");
  assert.equal(said("le garçon était là", LETTERS, "characters"), ""); // its letters are nearly all known
});

test("one token alone is said to be unknown where it is written in another script", () => {
  assert.match(said("この映画は本当に素晴らしい", WORDS), /1 of these 1 words is unknown/);
  assert.match(said("ф", LETTERS, "characters"), /1 of these 1 characters is unknown/);
});

test("white space and marks do not count", () => {
  assert.match(said("très bon , . !", WORDS), /2 of these 2 words/);
});
