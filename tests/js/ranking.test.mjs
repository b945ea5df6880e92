import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { load } from "../../gatelab/live/static/engine/engine.js";
import { asked, MEASURES } from "../../gatelab/live/static/engine/measures.js";
import { carried, PROPERTIES, spans, unmarked } from "../../gatelab/live/static/engine/properties.js";
import { auc, best, ranks, spearman } from "../../gatelab/live/static/engine/ranking.js";
import { Trace } from "../../gatelab/live/static/engine/reader.js";
import { leftOutTokens, silencedUnits } from "../../gatelab/live/static/engine/silencing.js";
import { percents, told } from "../../gatelab/live/static/kit/matters.js";
import { counted, elsewhere, verdict } from "../../gatelab/live/static/watch/follows.js";
import { random } from "./madeup.mjs";

const shipped = (name) => load(readFileSync(new URL(`../../gatelab/zoo/${name}.safetensors`, import.meta.url)));
const close = (one, other) => assert.ok(Math.abs(one - other) < 1e-12, `${one} ${other}`);

/** The same by its definition: over all pairs. */
function byPairs(values, truth) {
  let [wins, pairs] = [0, 0];
  values.forEach((a, i) => values.forEach((b, j) => {
    if (!truth[i] || truth[j]) return;
    pairs += 1;
    wins += a > b ? 1 : a === b ? 0.5 : 0;
  }));
  return wins / pairs;
}

test("the AUC is the share of pairs in the right order, ties counted half", () => {
  const next = random(3);
  for (let k = 0; k < 50; k += 1) {
    const values = Array.from({ length: 2 + k }, () => Math.round(next() * (k % 2 ? 3 : 1e6)));
    const truth = values.map((_, t) => t === 0 || (t > 1 && next() > 0.3));
    close(auc(values, truth), byPairs(values, truth));
  }
  assert.deepEqual([auc([1, 2, 3, 4], [false, false, true, true]), auc([1, 2, 3, 4], [true, true, false, false]), auc([1, 1], [true, false])], [1, 0, 0.5]);
  assert.ok(Number.isNaN(auc([1, 2], [true, true])) && Number.isNaN(auc([1, 2], [false, false])));
});

test("equal values share their mean rank", () => {
  assert.deepEqual([...ranks([10, 30, 20, 30])], [1, 3.5, 2, 3.5]);
});

test("Spearman's correlation is that of the example in SciPy's manual, and of Pearson's formula on ranks with ties", () => {
  close(spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]), 0.8207826816681233); // scipy.stats.spearmanr
  close(spearman([1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 6, 5]), 1 - (6 * 6) / (6 * 35)); // no ties: 1 - 6 sum(d^2) / (n (n^2 - 1))
  close(spearman([1, 1, 2], [3, 2, 1]), -1.5 / Math.sqrt(1.5 * 2)); // ranks 1.5 1.5 3 and 3 2 1
  assert.ok(Number.isNaN(spearman([1, 1, 1], [1, 2, 3])));
});

test("each unit is ranked by the value that tells most, whichever way it goes", () => {
  const columns = { h: [[0, 0, 1, 1], [0, 1, 0, 1], [3, 2, 1, 0]], c: [[0, 0, 0, 0], [5, 6, 7, 9], [0, 0, 0, 0]] };
  const tables = Object.fromEntries(Object.entries(columns).map(([name, units]) => [name, { row: (t) => units.map((values) => values[t]) }]));
  const found = best(tables, 3, { values: [false, false, true, true], where: [0, 1, 2, 3], yes: true });
  assert.deepEqual(found, [{ name: "h", unit: 0, score: 1 }, { name: "c", unit: 1, score: 1 }, { name: "h", unit: 2, score: 0 }]);
  const rising = best(tables, 3, { values: [1, 2, 3, 4], where: [0, 1, 2, 3], yes: false }, 2);
  assert.deepEqual(rising.map(({ name, unit, score }) => [name, unit, Math.round(score)]), [["c", 1, 1], ["h", 2, -1]]);
});

test("what is told of each character of a text", () => {
  const tokens = Array.from("Ah (b)) [x\ny");
  const of = (key, marks = tokens.map(() => false)) => PROPERTIES[key].of(tokens, marks);
  const known = ({ values, where }) => where.map((t) => [tokens[t], values[t]]);
  assert.deepEqual(known(of("word")), [["A", 1], ["h", 2], ["b", 1], ["x", 1], ["y", 1]]);
  assert.deepEqual(of("depth").values, [0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1]);
  assert.deepEqual(of("line").values, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 1]);
  assert.deepEqual(known(of("distance", tokens.map((_, t) => t === 8 || t === 9))), [["[", 0], ["x", 0], ["\n", 1], ["y", 2]]);
});

test("marks stand between white square brackets, and are read without them", () => {
  assert.deepEqual(unmarked("a\u27E6b\u{1F600}\u27E7c"), { text: "ab\u{1F600}c", marks: [false, true, true, false] });
  assert.deepEqual(unmarked("\u27E7a\u27E6b"), { text: "ab", marks: [false, true] });
  assert.deepEqual(spans([true, true, false, true]), [[0, 1], [3, 3]]);
});

test("a text that is corrected keeps the marks of what stands before and behind", () => {
  const marks = (text) => unmarked(text).marks;
  const from = (before, after) => carried(marks(before), Array.from(unmarked(before).text), Array.from(after));
  assert.deepEqual(from("a\u27E6b\u27E7c", "abcd"), [false, true, false, false]);
  assert.deepEqual(from("a\u27E6bc\u27E7", "axbc"), [false, false, true, true]);
  assert.deepEqual(from("\u27E6abc\u27E7", "ac"), [true, true]);
  assert.deepEqual(from("\u27E6aa\u27E7", "aaa"), [true, true, false]);
  assert.deepEqual(from("\u27E6abc\u27E7", "xyz"), [false, false, false]);
});

test("the units and tokens that matter are those of the changes that each of them makes", () => {
  const [model, text] = [shipped("prose-small"), "the old clock"];
  const trace = new Trace(model).read(text);
  const label = asked(trace);
  const probs = [...trace.answers.row(trace.steps - 1)];
  assert.equal(probs[label], Math.max(...probs));
  const found = MEASURES.matters(model, { text });
  assert.deepEqual([found.label, found.now, found.size, found.steps, found.left], [model.labels[label], probs[label], 24, 13, 13]);
  const each = { units: silencedUnits(model, text, label), tokens: leftOutTokens(model, text, label) };
  for (const [kind, changes] of Object.entries(each)) {
    const order = [...changes.keys()].sort((a, b) => Math.abs(changes[b]) - Math.abs(changes[a])).slice(0, 8);
    assert.deepEqual(found[kind].map(({ place, change }) => [place, change]), order.map((place) => [place, changes[place]]));
  }
  assert.deepEqual(found.tokens.map(({ place, token }) => token === text[place]), Array(8).fill(true));
});

test("of a long text the last 300 tokens alone are left out one by one, which the sentence says", () => {
  const [model, text] = [shipped("counter-lstm"), "ab".repeat(160)];
  const found = MEASURES.matters(model, { text });
  assert.deepEqual([found.left, found.steps, Math.min(...found.tokens.map(({ place }) => place)) >= 20], [300, 320, true]);
  assert.match(told(found, "character", false), /each of the last 300 characters was left out/);
  const all = leftOutTokens(model, text, 1);
  assert.deepEqual([...leftOutTokens(model, text, 1, 20)], [...all.slice(20)]);
});

test("of a single token no other is left", () => {
  const found = MEASURES.matters(shipped("counter-lstm"), { text: "a" });
  assert.deepEqual(found.tokens, []);
  assert.doesNotMatch(told(found, "character", false), /left out/);
});

test("a model of sentiment is asked for positive, however likely that is", () => {
  const model = shipped("sentiment-lstm");
  for (const text of ["a great film", "a terrible film"]) assert.equal(MEASURES.matters(model, { text }).label, "positive");
});

test("units that follow a property are measured with what is held, and the same on another text", () => {
  const model = shipped("prose-small");
  const job = { ...unmarked("it \u27E6was\u27E7 the \u27E6best\u27E7 of times"), property: "marked", hold: "f:all:all:=1", chosen: { name: "c", unit: 5 }, other: unmarked("the \u27E6old\u27E7 clock") };
  const found = MEASURES.follows(model, job);
  const score = (text, marks) => {
    const trace = new Trace(model, { holds: [{ name: "f", value: 1, units: null, steps: null, how: "set" }] }).read(text);
    return byPairs(Array.from(marks, (_, t) => trace.tables.c.row(t)[5]), marks);
  };
  close(found.score, score(job.text, job.marks));
  close(found.other.score, score(job.other.text, job.other.marks));
  assert.deepEqual([found.on, found.marked, found.other.on, found.other.marked, found.best.length], [24, 7, 13, 3, 8]);
});

test("two probabilities have as many decimals as tell them apart", () => {
  assert.deepEqual(percents(0.66, 0.81), ["66\u2009%", "81\u2009%"]);
  assert.deepEqual(percents(0.812, 0.8105), ["81.2\u2009%", "81.0\u2009%"]);
  assert.deepEqual(percents(0.5, 0.5), ["50\u2009%", "50\u2009%"]);
});

test("a score is said with its direction, turned round where the notation turns the value round", () => {
  assert.deepEqual(verdict(0.9, true), { way: "high where marked", how: "AUC 0.90" });
  assert.deepEqual(verdict(0.1, true), { way: "low where marked", how: "AUC 0.90" });
  assert.deepEqual(verdict(0.1, true, true), { way: "high where marked", how: "AUC 0.90" });
  assert.deepEqual(verdict(-0.5, false), { way: "falls with it", how: "Spearman \u22120.50" });
  assert.deepEqual(verdict(-0.5, false, true), { way: "rises with it", how: "Spearman 0.50" });
  assert.deepEqual([elsewhere(0.3, 0.9, true), elsewhere(0.3, 0.1, true), elsewhere(-0.3, 0.1, false)], ["AUC 0.30", "AUC 0.70", "Spearman \u22120.30"]);
});

test("fewer than ten marked or unmarked steps are warned of, and what cannot be compared is said", () => {
  const warned = (marked, on) => counted({ on, marked, changes: true }, true)[1] !== "";
  assert.deepEqual([warned(9, 60), warned(10, 60), warned(51, 60), warned(50, 60)], [true, false, true, false]);
  assert.match(counted({ on: 9, marked: 0, changes: true }, false)[1], /fewer than 10 steps/);
  for (const [what, said] of [[{ on: 5, marked: 0 }, /Nothing is marked/], [{ on: 5, marked: 5 }, /Everything is marked/]]) assert.match(counted({ ...what, changes: false }, true)[0], said);
  assert.match(counted({ on: 5, marked: 0, changes: false }, false)[0], /the same at every step/);
});
