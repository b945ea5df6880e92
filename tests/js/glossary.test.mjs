// Which words of a page are terms, and which questions a search finds.

import assert from "node:assert/strict";
import { test } from "node:test";

import { matcher, occurrences } from "../../gatelab/live/static/occurrences.js";
import { found } from "../../gatelab/live/static/questions/search.js";

const TERMS = [
  { name: "gate", also: [] },
  { name: "forget gate", also: [] },
  { name: "energy", also: ["energies"] },
  { name: "value", also: [], everyday: true },
  { name: "context", also: ["context vector"], everyday: true },
  { name: "self-attention", also: [] },
];
const marked = (...texts) => occurrences(texts, matcher(TERMS)).map(({ name, text, start, end }) => [name, text, texts[text].slice(start, end)]);

test("each term is found once, where it stands first, in any form and the longest first", () => {
  assert.deepEqual(marked("Forget gates open; the forget gate shuts.", "A gate. Energies and energy."), [
    ["forget gate", 0, "Forget gates"],
    ["gate", 1, "gate"],
    ["energy", 1, "Energies"],
  ]);
});

test("a part of another word is no term, and neither is an everyday word without its other forms", () => {
  assert.deepEqual(marked("gateway, floodgate, gate-like, forget_gate, gates"), [["gate", 0, "gates"]]);
  assert.deepEqual(marked("a value in this context", "the context vector"), [["context", 1, "context vector"]]);
  assert.deepEqual(marked("Self-attention"), [["self-attention", 0, "Self-attention"]]);
});

test("a search finds the questions that hold all words, whatever their accents and capitals", () => {
  const questions = [
    { id: "one", text: "What is `h_n`, and what is output?" },
    { id: "two", text: "Is the forget gate's bias 1? Élan" },
  ];
  assert.deepEqual(found(questions, ""), ["one", "two"]);
  assert.deepEqual(found(questions, "  H_N output"), ["one"]);
  assert.deepEqual(found(questions, "elan BIAS"), ["two"]);
  assert.deepEqual(found(questions, "bias output"), []);
  assert.deepEqual(found(questions, "?!"), ["one", "two"]);
});
