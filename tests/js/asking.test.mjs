import assert from "node:assert/strict";
import test from "node:test";

import { percentages, total } from "../../gatelab/live/static/classroom/asking/counts.js";
import { Giving } from "../../gatelab/live/static/classroom/asking/giving.js";
import { keepTruth, keptTruth, valid, written } from "../../gatelab/live/static/classroom/asking/kept.js";
import { answers, right, rows } from "../../gatelab/live/static/classroom/asking/rows.js";
import { changed, correct } from "../../gatelab/live/static/classroom/asking/telling.js";
import { random } from "./madeup.mjs";

const CHOOSE = { kind: "choose", options: ["the first", "the second", "the third"] };

/** Lists of counts, small and large, with zeros among them. */
function* counted() {
  const next = random(7);
  for (let k = 0; k < 500; k += 1) yield Array.from({ length: 1 + (k % 7) }, () => Math.max(0, Math.floor((next() + 0.3) * 10 ** (k % 4))));
}

test("percentages add up to 100, each less than one off what was counted", () => {
  for (const counts of counted()) {
    const [all, percents] = [total(counts), percentages(counts)];
    assert.equal(total(percents), all ? 100 : 0, `${counts}`);
    counts.forEach((count, k) => assert.ok(Number.isInteger(percents[k]) && (!all || Math.abs(percents[k] - (100 * count) / all) < 1), `${counts}: ${percents}`));
  }
});

test("more answers never have a smaller percentage, and equal ones differ by no more than one", () => {
  for (const counts of counted()) {
    const percents = percentages(counts);
    counts.forEach((one, a) => counts.forEach((other, b) => assert.ok(one > other ? percents[a] >= percents[b] : one < other || Math.abs(percents[a] - percents[b]) <= 1, `${counts}: ${percents}`)));
  }
});

test("every option has a row with its exact counts of each round, and the right one alone is marked", () => {
  assert.deepEqual(rows(CHOOSE, [[3, 0, 1], [0, 4, 0]], 1), [
    { label: "the first", counts: [3, 0], right: false },
    { label: "the second", counts: [0, 4], right: true },
    { label: "the third", counts: [1, 0], right: false },
  ]);
  assert.ok(rows(CHOOSE, [[3, 0, 1]]).every((row) => !row.right), "nothing is marked before the truth is told");
  assert.equal(right(CHOOSE, 0), "the first");
});

test("the first option and the number zero can be right", () => {
  assert.deepEqual(rows(CHOOSE, [[1, 1, 1]], 0).map((row) => row.right), [true, false, false]);
  const bins = [{ from: null, to: 0, count: 0 }, { from: 0, to: 1, count: 2 }, { from: 1, to: null, count: 0 }];
  assert.deepEqual(rows({ kind: "number" }, [bins], 0), [{ label: "0 to 1", counts: [2], right: true }]);
});

test("numbers keep their bins, and an empty open end is left out unless the truth lies there", () => {
  const bins = [{ from: null, to: -0.5, count: 0 }, { from: -0.5, to: 0, count: 2 }, { from: 0, to: 0.5, count: 0 }, { from: 0.5, to: null, count: 1 }];
  assert.deepEqual(rows({ kind: "number" }, [bins], null).map(({ label, counts }) => [label, ...counts]), [["\u22120.5 to 0", 2], ["0 to 0.5", 0], ["0.5 or more", 1]]);
  assert.deepEqual(rows({ kind: "number" }, [bins], -3).map((row) => [row.label, row.right])[0], ["below \u22120.5", true]);
  assert.deepEqual(rows({ kind: "number" }, [bins], 0.5).filter((row) => row.right).map((row) => row.label), ["0.5 or more"]);
});

test("a round without any number has the rows of the other, with none counted", () => {
  const bins = [{ from: null, to: 1, count: 0 }, { from: 1, to: 2, count: 4 }, { from: 2, to: null, count: 0 }];
  assert.deepEqual(rows({ kind: "number" }, [[], bins]), [{ label: "1 to 2", counts: [0, 4], right: false }]);
  assert.deepEqual(rows({ kind: "number" }, [[]]), []);
});

test("up, the same and down are counted in the server's order", () => {
  assert.deepEqual(answers({ kind: "direction" }), ["up", "stays the same", "down"]);
  assert.deepEqual(rows({ kind: "direction" }, [[5, 0, 2]], "down").map((row) => [...row.counts, row.right]), [[5, false], [0, false], [2, true]]);
});

test("a space that can be pointed at is seen", () => {
  assert.deepEqual(answers({ kind: "point", tokens: ["a", " "] }), ["a", "\u2423"]);
});

test("what changed is told by the right answers where the truth is told", () => {
  const two = rows(CHOOSE, [[10, 9, 9], [2, 24, 1]], 1);
  assert.equal(changed("choose", two), "Right at first: 9 of 28 (32\u202f%). Right after the discussion: 24 of 27 (89\u202f%).");
  assert.equal(correct("choose", two, 1), "24 of 27 gave the right answer.");
});

test("numbers in the bin of the right answer are not called right", () => {
  const bins = (...counts) => [{ from: null, to: 0, count: counts[0] }, { from: 0, to: 1, count: counts[1] }, { from: 1, to: null, count: counts[2] }];
  const two = rows({ kind: "number" }, [bins(1, 1, 2), bins(0, 3, 1)], 0.5);
  assert.equal(changed("number", two), "In the bin of the right answer lay at first 1 of 4 (25\u202f%), after the discussion 3 of 4 (75\u202f%).");
  assert.equal(correct("number", two, 0), "1 of 4 answers lies in the bin of the right one.");
});

test("without the truth nothing that is told gives it away", () => {
  const two = rows(CHOOSE, [[10, 9, 9], [20, 4, 4]]);
  assert.equal(changed("choose", two), "After the discussion \u201cthe first\u201d gained most: from 10 (36\u202f%) to 20 (72\u202f%).");
  assert.equal(correct("choose", two, 0), "");
  assert.equal(changed("choose", rows(CHOOSE, [[1, 1, 1], [1, 1, 1]])), "After the discussion the answers are spread as before.");
  assert.equal(changed("choose", rows(CHOOSE, [[1, 1, 1], [0, 0, 0]])), "Only one of the two rounds has answers.");
});

test("a question of one's own has to be one that can be asked, and its right answer one of the answers", () => {
  assert.ok(valid({ kind: "choose", words: "Which?", options: ["a", "b"], truth: 1 }));
  assert.ok(valid({ kind: "number", words: "How many?", range: [0, 10], truth: null }));
  assert.ok(valid({ kind: "direction", words: "Up or down?", truth: "same" }));
  for (const wrong of [null, 3, { kind: "essay", words: "Why?" }, { kind: "choose", words: "Which?", options: ["a"] }, { kind: "choose", words: " ", options: ["a", "b"] }, { kind: "choose", words: "Which?", options: ["a", "b"], truth: 2 },
    { kind: "number", words: "How many?", range: [1, 0] }, { kind: "number", words: "How many?", range: [0, 1], truth: 2 }, { kind: "direction", words: "Where?", truth: "left" }, { kind: "choose", words: "Which?", options: "ab" }]) assert.ok(!valid(wrong), JSON.stringify(wrong));
});

test("an answer that is cleared leaves the others what they were", () => {
  assert.deepEqual(written(["up", "down", "same", ""]), { options: ["up", "down", "same"], inputs: [0, 1, 2] });
  assert.deepEqual(written(["up", " ", " same ", ""]), { options: ["up", "same"], inputs: [0, 2] });
});

test("what is right belongs to a question of one class, and that nothing is right is kept as well", (t) => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  Object.defineProperty(globalThis, "sessionStorage", { value: storage, configurable: true });
  t.after(() => delete globalThis.sessionStorage);
  keepTruth("monday", "1", 2);
  assert.equal(keptTruth("monday", "1"), 2);
  assert.equal(keptTruth("tuesday", "1"), undefined);
  keepTruth("monday", "1", null);
  assert.equal(keptTruth("monday", "1"), null);
});

const later = () => new Promise((done) => setImmediate(done));

/** A student's answers on their way to a server that does as told: each element of `does` is true (taken), false (refused), or an error (not reached). */
function giving(does, kept = null) {
  const sent = [];
  const send = async (given) => {
    sent.push(given.answer);
    const next = does.shift() ?? true;
    if (next instanceof Error) throw next;
    return next;
  };
  return { sent, made: new Giving(send, () => {}, kept) };
}

const OPEN = { id: "1", round: 1, open: true };

test("an answer can be changed while the question is open, and the last one is what counts", async () => {
  const { sent, made } = giving([]);
  made.follow(OPEN);
  assert.equal(made.mine, null);
  made.give(0);
  made.give(2);
  await later();
  assert.deepEqual([sent, made.mine, made.way], [[0, 2], 2, "sent"]);
  made.follow({ ...OPEN, open: false });
  made.give(1);
  assert.deepEqual([sent, made.mine], [[0, 2], 2]);
});

test("an answer that did not arrive is kept and sent again until it has", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { sent, made } = giving([new Error("no line"), new Error("no line")]);
  made.follow(OPEN);
  made.give("up");
  await later();
  assert.equal(made.way, "waiting");
  for (let k = 0; k < 3; k += 1) {
    t.mock.timers.tick(10_000);
    await later();
  }
  assert.deepEqual([sent, made.way, made.mine], [["up", "up", "up"], "sent", "up"]);
});

test("after a reload the answer is there and is sent once more, and to another round it is none", async () => {
  const { sent, made } = giving([], { id: "1", round: 1, answer: 1 });
  made.follow(OPEN);
  await later();
  assert.deepEqual([sent, made.mine], [[1], 1]);
  made.follow({ ...OPEN, round: 2 });
  assert.deepEqual([made.mine, made.way], [null, "none"]);
});

test("after a reload an answer to a closed question counts as taken only where the server had it", () => {
  for (const [sent, way] of [[true, "sent"], [undefined, "refused"]]) {
    const { made } = giving([], { id: "1", round: 1, answer: 1, sent });
    made.follow({ ...OPEN, open: false });
    assert.equal(made.way, way);
  }
});

test("an answer that came too late is said to be, and not sent for ever", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { sent, made } = giving([false]);
  made.follow(OPEN);
  made.give(1);
  await later();
  t.mock.timers.tick(60_000);
  await later();
  assert.deepEqual([sent, made.way], [[1], "refused"]);
});

test("an answer on its way to a question that is closed meanwhile is not said to have been taken", async () => {
  const { made } = giving([new Error("no line")]);
  made.follow(OPEN);
  made.give(1);
  made.follow({ ...OPEN, open: false });
  await later();
  assert.equal(made.way, "refused");
  made.close();
});
