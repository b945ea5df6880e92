import assert from "node:assert/strict";
import { test } from "node:test";
import { speak } from "../../gatelab/live/static/language.js";
import { kept, scored, verdict } from "../../gatelab/live/static/attention/verdict.js";

test("a date is right or wrong, and nothing is said where no answer is known", () => {
  assert.equal(verdict("1990-10-03", "1990-10-03", "characters"), "right");
  assert.equal(verdict("1990-05-03", "1990-10-03", "characters"), "wrong");
  assert.equal(verdict("1990-05-03", undefined, "characters"), "");
});

test("the words of a translation count as often as the answer has them, whatever stands around them", () => {
  assert.deepEqual(kept("Le chat, le CHAT !", "le chat noir"), { found: 2, all: 3 });
  assert.deepEqual(kept("un deux", "un un"), { found: 1, all: 2 });
  assert.equal(verdict("J'ai deux chats", "J'ai deux chiens et trois chats.", "words"), "4 of the 7 words of a right translation");
});

test("how often models are right comes from their cards", () => {
  const card = (scores) => ({ scores, held_out: "1,000 dates; and more" });
  assert.equal(scored(card({ exact: 1 }), card({ exact: 0.767 })), "Of 1,000 dates, 100 % come out right with attention, 76.7 % without.");
  assert.equal(
    scored(card({ "BLEU to 7 words": 58.96 }), card({ "BLEU to 7 words": 54.12 })),
    "On 1,000 dates: BLEU (how many runs of words agree with the reference, 100 would be perfect) on sentences of at most 7 words: 59.0 with attention, 54.1 without.",
  );
  assert.match(scored(card({ BLEU: 52.66 }), card({ BLEU: 42.92 })), /52\.7 with attention, 42\.9 without/);
});

test("what the shipped models were measured on is said in the visitor's language", () => {
  const card = (exact) => ({ scores: { exact }, held_out: "1,000 dates of days that training never saw in any form" });
  assert.match(scored(card(1), card(0.5)), /^Of 1,000 dates of days that training never saw in any form, /);
  const set = "{count} dates of days that training never saw in any form";
  speak("es", { [set]: "{count} fechas", "Of {where}, {with} come out right with attention, {without} without.": "De {where}: {with}, {without}." });
  assert.equal(scored(card(1), card(0.5)), "De 1000 fechas: 100 %, 50 %.");
  speak("en", {});
});
