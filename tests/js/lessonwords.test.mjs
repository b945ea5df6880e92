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
import { NOTATIONS, writing } from "../../gatelab/live/static/kit/notation.js";
import { number, spoken } from "../../gatelab/live/static/kit/words.js";
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

const SCENE = (record, unit = 3) => ({ record, unit, titles: TITLES });

/** The numbers of a text, minus signs and all. */
const numbers = (text) => (text.match(/\u2212?\d+\.\d+/g) ?? []).map((each) => Number(each.replace("\u2212", "-")));

/** Kind, cell -> what the right step has most of, by the cell's own equation. */
const MOST = [
  ["lost:f", "lstm", (v) => (1 - v("f", 0)) * Math.abs(v("c", -1))],
  ["lost:f", "coupled", (v) => (1 - v("f", 0)) * Math.abs(v("c", -1))],
  ["lost:z", "gru", (v) => (1 - v("z", 0)) * Math.abs(v("h", -1))],
  ["written:i", "lstm", (v) => Math.abs(v("i", 0) * v("g", 0))],
  ["written:z", "gru", (v) => Math.abs((1 - v("z", 0)) * v("n", 0))],
  ["factor:h", "rnn", (v) => v("h", 0) ** 2],
  ["reset:r", "gru", (v) => 1 - v("r", 0)],
];

for (const [kind, cell, most] of MOST) {
  test(`${kind} of ${cell}: the right word has most, and it follows from the numbers beside the choices`, () => {
    const record = made(cell);
    let asked = 0;
    for (let unit = 0; unit < 9; unit += 1) {
      const found = question(kind, SCENE(record, unit));
      if (!found) continue;
      asked += 1;
      const of = (t) => most((name, back) => record.value(name, t + back, unit));
      for (let t = 0; t < record.steps; t += 1) assert.ok(of(t) <= of(found.t));
      const steps = found.choices.map((choice) => Number(choice.match(/step (\d+)/)[1]) - 1);
      assert.equal(steps[found.right], found.t);
      assert.equal(new Set(steps).size, steps.length);
      const reasoned = found.choices.map((choice) => {
        const [one, other] = numbers(choice.split("): ")[1]);
        const names = choice.match(/(\w) (?:before )?= /g).map((each) => each[0]);
        return most((name, back) => (names.indexOf(name) === 0 && (back === 0 || names.length === 1) ? one : other));
      });
      assert.equal(reasoned.indexOf(Math.max(...reasoned)), found.right, found.choices.join(" | "));
      for (const step of steps) assert.ok(found.why.includes(record.tokens[step]), found.why);
      assert.equal(found.from, 0); // the stage shows it at every step
    }
    assert.ok(asked > 3, `only ${asked} of 9 units can be asked`);
  });
}

/** What the memory would be with the gates where the question puts them. */
const ASSUMED = [
  ["kept:f", "lstm", (old) => old, /f were 1 and i were 0/],
  ["replaced:f", "lstm", (_, candidate) => candidate, /f were 0 and i were 1/],
  ["kept:f", "coupled", (old) => old, /f were 1 and i were 0/],
  ["kept:z", "gru", (old) => old, /z were 1\?/],
  ["replaced:z", "gru", (_, candidate) => candidate, /z were 0\?/],
];

for (const [kind, cell, result, given] of ASSUMED) {
  test(`${kind} of ${cell}: what the memory would be follows from the equation, and the reason names this step's own numbers`, () => {
    const record = made(cell);
    const [memory, candidate] = cell === "gru" ? ["h", "n"] : ["c", "g"];
    for (let unit = 0; unit < 9; unit += 1) {
      const { t, at, from, asks, choices, right, why } = question(kind, SCENE(record, unit));
      const [old, fresh] = [record.value(memory, t - 1, unit), record.value(candidate, t, unit)];
      assert.match(asks, given);
      assert.ok(choices[right].startsWith(`${number(result(old, fresh), 2)} (`));
      assert.equal(new Set(choices.map((choice) => choice.split(" ")[0])).size, 4);
      for (const value of [old, fresh]) assert.ok(asks.includes(number(value, 2)));
      for (const name of cell === "gru" ? ["z", "h"] : ["f", "i", "c"]) assert.ok(why.includes(number(record.value(name, t, unit), 2)), why);
      assert.deepEqual([at, from], [t - 1, t]);
    }
  });
}

test("what comes out of sigmoid or tanh is the function of the sum that the question names", () => {
  const sigmoid = (x) => 1 / (1 + Math.exp(-x));
  for (const [kind, cell, squashed] of [["squash:h", "rnn", Math.tanh], ["squash:g", "lstm", Math.tanh], ["squash:f", "lstm", sigmoid], ["squash:z", "gru", sigmoid]]) {
    const [record, name] = [made(cell), kind.at(-1)];
    let asked = 0;
    for (let unit = 0; unit < 9; unit += 1) {
      const found = question(kind, SCENE(record, unit));
      if (!found) continue;
      asked += 1;
      const [sum] = numbers(found.asks);
      assert.ok(Math.abs(squashed(sum) - record.value(name, found.t, unit)) < 0.01, found.asks);
      assert.equal(found.choices[found.right], number(record.value(name, found.t, unit), 2));
      assert.equal(new Set(found.choices).size, found.choices.length);
      assert.ok(found.why.includes(`(${number(sum, 2)}) = ${found.choices[found.right]}`));
    }
    assert.ok(asked > 3, `${kind} of ${cell}: only ${asked} of 9 units can be asked`);
  }
  assert.equal(question("squash:h", SCENE(made("lstm"))), null); // its h is not the tanh of a sum
});

test("the word that moves the answer most is among the choices, and is the right one", () => {
  const record = made("lstm");
  const { t, choices, right, why } = question("mover", SCENE(record, 0));
  const said = (s) => (s < 0 ? 0.5 : record.row("probs", s)[1]);
  const most = Math.max(...Array.from({ length: record.steps }, (_, s) => Math.abs(said(s) - said(s - 1))));
  assert.equal(Math.abs(said(t) - said(t - 1)), most);
  assert.equal(choices[right], `${spoken(record.tokens[t])} (step ${t + 1})`);
  assert.ok(why.includes(number(said(t), 2)));
  assert.equal(new Set(choices).size, choices.length);
});

test("the likeliest next character is among the choices, and no other is likelier", () => {
  const record = made("lstm", "abcab", null, "characters");
  const { choices, right } = question("next", { record, unit: 0, titles: TITLES });
  assert.equal(choices[right], record.guesses(4, 1)[0].token.replace("\uFFFD", "?"));
});

test("a text that is too short, and a cell without the gate, have no question", () => {
  for (const kind of ["lost:f", "mover", "kept:f"]) assert.equal(question(kind, SCENE(made("lstm", "film"))), null, kind);
  for (const kind of ["lost:f", "written:i", "kept:f", "squash:f", "mover", "next"]) assert.equal(question(kind, SCENE(made("lstm", ""))), null, kind);
  for (const kind of ["lost:f", "kept:f", "reset:z", "lost:r"]) assert.equal(question(kind, SCENE(made("gru"))), null, kind);
  assert.equal(question("next", SCENE(made("gru"))), null); // it has two answers, not a vocabulary
});

test("a question hides its own step, and all of the text where it asks for the step", () => {
  const record = made("lstm");
  for (const kind of ["kept:f", "squash:i"]) {
    const { t, from } = question(kind, SCENE(record, 2));
    assert.equal(from, t, kind);
  }
  assert.equal(question("mover", SCENE(record, 2)).from, 0);
  assert.equal(question("next", SCENE(made("lstm", "abcab", null, "characters"), 0)).from, 0);
});

test("what a question hides stays hidden while others open, until it is answered or given up, and on its own model, text and unit alone", () => {
  const scene = { record: made("lstm"), unit: 2 };
  const [unit, text, cell] = [{ ...scene, unit: 3 }, { record: made("lstm", "a great film"), unit: 2 }, { record: made("gru"), unit: 2 }];
  const veils = new Veils();
  assert.equal(veils.first(scene), Infinity);
  veils.ask("lost:f", scene, 3);
  veils.ask("kept:f", scene, 4);
  assert.deepEqual([veils.isOpen("lost:f", scene), veils.isPending("lost:f", scene), veils.isOpen("kept:f", scene)], [false, true, true]);
  assert.equal(veils.first(scene), 3);
  for (const other of [unit, text, cell]) assert.equal(veils.first(other), Infinity);
  veils.answer("kept:f", scene);
  assert.equal(veils.first(scene), 3);
  veils.answer("lost:f", scene);
  assert.equal(veils.first(scene), Infinity);
  veils.ask("mover", scene, 0);
  assert.deepEqual([scene, unit, text, cell].map((each) => veils.first(each)), [0, 0, Infinity, Infinity]); // it is not about a unit
  veils.ask("lost:f", text, 2);
  veils.lift(scene);
  assert.deepEqual([veils.first(scene), veils.first(text)], [Infinity, 2]);
  assert.ok(veils.isOpen("lost:f", text));
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

for (const notation of Object.keys(NOTATIONS)) {
  test(`${notation}: a question has the answer that it has in PyTorch's letters, and its numbers are those that the stage shows`, () => {
    for (const [cell, kind] of [["lstm", "lost:f"], ["lstm", "written:i"], ["lstm", "kept:f"], ["gru", "lost:z"], ["gru", "kept:z"], ["gru", "replaced:z"], ["gru", "reset:r"], ["rnn", "squash:h"]]) {
      const [plain, record] = [question(kind, SCENE(made(cell))), made(cell).use(notation)];
      const found = question(kind, SCENE(record));
      assert.deepEqual([found.t, found.right, found.choices.length], [plain.t, plain.right, plain.choices.length]);
      const [name, letter] = [kind.at(-1), writing(record).plain(kind.at(-1))];
      assert.ok(`${found.asks} ${found.choices} ${found.why}`.includes(letter), `${letter} in: ${found.asks}`);
      if (kind === "lost:z") assert.ok(found.choices[found.right].includes(`${letter} = ${number(record.value(name, found.t, 3), 2)}`), found.choices[found.right]);
    }
  });
}
