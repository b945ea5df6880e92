// Stories, questions and links of a lesson, on made-up traces.

import assert from "node:assert/strict";
import test from "node:test";

import { CELLS } from "../../gatelab/live/static/lesson/cells.js";
import { find, parse } from "../../gatelab/live/static/lesson/looks.js";
import { carried } from "../../gatelab/live/static/lesson/quantities.js";
import { question } from "../../gatelab/live/static/lesson/questions.js";
import { story } from "../../gatelab/live/static/lesson/story.js";
import { Veils } from "../../gatelab/live/static/lesson/veils.js";
import { Record } from "../../gatelab/live/static/record.js";
import { number } from "../../gatelab/live/static/kit/words.js";
import { model, read, weights } from "./madeup.mjs";

const TITLES = { i: "input gate", f: "forget gate", g: "candidate", c: "cell state", o: "output gate", h: "hidden state", r: "reset gate", z: "update gate", n: "candidate" };

function made(cell, text = "a great film don't a", labels = ["negative", "positive"], unit = "words") {
  const about = { ...model(cell, 9, unit), ...(labels ? { labels, vocab: undefined } : {}) };
  const parameters = weights(model(cell, 9, unit), 3);
  const record = new Record(about, (given) => (unit === "words" ? given.split(" ").filter(Boolean) : Array.from(given)));
  const answer = text ? read(model(cell, 9, unit), parameters, text) : { metadata: { have: 0, steps: 0, tokens: [], ids: [], unknown: [], names: [], ranges: {}, scales: {} }, tensors: {} };
  if (labels && text) { // two labels in the place of a vocabulary
    const { shape: [steps], data } = answer.tensors.probs;
    answer.tensors.probs = { shape: [steps, 2], data: Float32Array.from({ length: 2 * steps }, (_, k) => (k % 2 ? data[5 * (k >> 1)] : 1 - data[5 * (k >> 1)])) };
  }
  record.apply(answer);
  return record;
}

for (const cell of Object.keys(CELLS)) {
  test(`${cell}: the story of a step and of each of its stages tells numbers of the trace`, () => {
    const record = made(cell);
    for (let t = 0; t < record.steps; t += 1) {
      const v = carried(record, null, t, 3);
      const known = Object.values(v).filter((value) => value !== null).flatMap((value) => [number(value, 2), `${Math.round(100 * value)}`, `${Math.round(100 - 100 * value)}`]);
      for (let stage = 0; stage <= CELLS[cell].walk.length; stage += 1) {
        const told = story(record, v, t, 3, stage);
        assert.ok(told.startsWith(`Step ${t + 1}, \u201c${record.tokens[t]}\u201d`) || record.tokens[t].length === 1, told);
        const numbers = told.replace(/^Step \d+|unit \d+|1 \u2212/g, "").match(/\u2212?\d+(\.\d+)?/g) ?? [];
        for (const each of numbers) assert.ok(known.includes(each), `${each} in: ${told}`);
      }
    }
  });
}

test("without text the story says what to do", () => {
  assert.match(story(made("lstm", ""), null, -1, 0, 0), /no text yet/);
});

test("a word that the model never saw is called so", () => {
  const record = made("lstm", "a strange film");
  assert.match(story(record, carried(record, null, 1, 0), 1, 0, 0), /never saw/);
  assert.doesNotMatch(story(record, carried(record, null, 2, 0), 2, 0, 0), /never saw/);
});

test("whether a value rises or falls is asked where it changes most, and answered by the trace", () => {
  const record = made("lstm");
  for (let unit = 0; unit < 9; unit += 1) {
    for (const name of ["f", "c", "h"]) {
      const { t, choices, right } = question(`direction:${name}`, { record, unit, titles: TITLES });
      const value = (s) => record.value(name, s, unit);
      assert.equal(choices[right], value(t) > value(t - 1) ? "up" : "down");
      for (let s = 1; s < record.steps; s += 1) assert.ok(Math.abs(value(s) - value(s - 1)) <= Math.abs(value(t) - value(t - 1)));
    }
  }
});

test("whether a gate is open or shut is asked where that is clearest", () => {
  const record = made("gru");
  const { t, right } = question("level:z", { record, unit: 2, titles: TITLES });
  assert.equal(right, record.value("z", t, 2) > 0.5 ? 0 : 1);
  for (let s = 0; s < record.steps; s += 1) assert.ok(Math.abs(record.value("z", s, 2) - 0.5) <= Math.abs(record.value("z", t, 2) - 0.5));
});

test("the word that moves the answer most is among the choices, and is the right one", () => {
  const record = made("lstm");
  const { t, choices, right, tells } = question("mover", { record, unit: 0, titles: TITLES });
  const said = (s) => (s < 0 ? 0.5 : record.row("probs", s)[1]);
  const most = Math.max(...Array.from({ length: record.steps }, (_, s) => Math.abs(said(s) - said(s - 1))));
  assert.equal(Math.abs(said(t) - said(t - 1)), most);
  assert.equal(choices[right], `${record.tokens[t]} (step ${t + 1})`);
  assert.ok(tells.includes(number(said(t), 2)));
  assert.equal(new Set(choices).size, choices.length);
});

test("the likeliest next character is among the choices, and no other is likelier", () => {
  const record = made("lstm", "abcab", null, "characters");
  const { choices, right } = question("next", { record, unit: 0, titles: TITLES });
  assert.equal(choices[right], record.guesses(4, 1)[0].token.replace("\uFFFD", "?"));
});

test("a text that is too short, and a cell without the gate, have no question", () => {
  const scene = (record) => ({ record, unit: 0, titles: TITLES });
  for (const kind of ["direction:f", "mover"]) assert.equal(question(kind, scene(made("lstm", "film"))), null);
  for (const kind of ["direction:f", "level:f", "mover", "next"]) assert.equal(question(kind, scene(made("lstm", ""))), null);
  assert.equal(question("direction:f", scene(made("gru"))), null);
  assert.equal(question("next", scene(made("gru"))), null); // it has two answers, not a vocabulary
});

test("a question hides from its own step on, and all of the text where it asks for the step", () => {
  const record = made("lstm");
  for (const kind of ["direction:f", "level:i", "direction:c"]) {
    const { t, from } = question(kind, { record, unit: 2, titles: TITLES });
    assert.equal(from, t, kind);
  }
  assert.equal(question("mover", { record, unit: 2, titles: TITLES }).from, 0);
  assert.equal(question("next", { record: made("lstm", "abcab", null, "characters"), unit: 0, titles: TITLES }).from, 0);
});

test("what a question hides stays hidden while others open, until it is answered or given up, and on its own model, text and unit alone", () => {
  const scene = { record: made("lstm"), unit: 2 };
  const [unit, text, cell] = [{ ...scene, unit: 3 }, { record: made("lstm", "a great film"), unit: 2 }, { record: made("gru"), unit: 2 }];
  const veils = new Veils();
  assert.equal(veils.first(scene), Infinity);
  veils.ask("direction:f", scene, 3);
  veils.ask("direction:c", scene, 4);
  assert.deepEqual([veils.isOpen("direction:f", scene), veils.isPending("direction:f", scene), veils.isOpen("direction:c", scene)], [false, true, true]);
  assert.equal(veils.first(scene), 3);
  for (const other of [unit, text, cell]) assert.equal(veils.first(other), Infinity);
  veils.answer("direction:c", scene);
  assert.equal(veils.first(scene), 3);
  veils.answer("direction:f", scene);
  assert.equal(veils.first(scene), Infinity);
  veils.ask("mover", scene, 0);
  assert.deepEqual([scene, unit, text, cell].map((each) => veils.first(each)), [0, 0, Infinity, Infinity]); // it is not about a unit
  veils.ask("direction:f", text, 2);
  veils.lift(scene);
  assert.deepEqual([veils.first(scene), veils.first(text)], [Infinity, 2]);
  assert.ok(veils.isOpen("direction:f", text));
});

test("a link says where to look; what is no such link, or no field, is left alone", () => {
  assert.deepEqual(parse("#look:step=least:f;stage=1"), { step: "least:f", stage: "1" });
  assert.deepEqual(parse("#look:text=not%20good;evil=1"), { text: "not good" });
  assert.deepEqual(parse("#look:text=100%"), { text: "100%" });
  assert.equal(parse("#section"), null);
});

test("a link finds its step in any text, and never one outside of it", () => {
  const values = [0.5, 0.1, 0.9, 0.4];
  const scene = { steps: 4, cursor: 1, value: (_, t) => values[t] ?? 0, moved: (t) => t };
  const found = { first: 0, last: 3, next: 2, "least:f": 1, "most:f": 2, "change:f": 2, moved: 3, 3: 2, 99999: 3, 0: 0, nonsense: 1 };
  for (const [where, t] of Object.entries(found)) assert.equal(find(where, scene), t, where);
  for (const where of Object.keys(found)) assert.equal(find(where, { ...scene, steps: 0 }), -1);
  const hidden = { first: 0, last: 3, next: 2, "least:f": 1, "most:f": 0, "change:f": 0, moved: 1 }; // of what is told: the first two steps
  for (const [where, t] of Object.entries(hidden)) assert.equal(find(where, { ...scene, told: 2 }), t, `${where}, among what is told`);
  for (const where of ["least:f", "most:f", "change:f", "moved"]) assert.equal(find(where, { ...scene, told: 0 }), 1, `${where}, where nothing is told`);
  assert.equal(find("next", { ...scene, cursor: 3 }), 3);
});
