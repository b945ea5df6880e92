// A text is split into tokens once a key, however many ask for them.

import assert from "node:assert/strict";
import test from "node:test";

import { split } from "../../gatelab/live/static/engine/tokens.js";

for (const [unit, text, tokens] of [["characters", "a b", ["a", " ", "b"]], ["words", "not bad!", ["not", "bad", "!"]], ["numbers", "0.5* 1", ["0.5*", "1"]]])
  test(`the same text in ${unit} is split once, and nobody can change its tokens`, () => {
    const first = split(text, unit);
    assert.deepEqual(first, tokens);
    assert.equal(split(`${text}`, unit), first);
    assert.throws(() => first.push("c"), TypeError);
    assert.notDeepEqual(split(`${text} c`, unit), tokens);
    assert.deepEqual(split(text, unit), tokens);
  });
