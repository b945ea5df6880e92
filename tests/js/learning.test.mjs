import assert from "node:assert/strict";
import test from "node:test";

import { begin, count, matched, shapes } from "../../gatelab/live/static/engine/initial.js";
import { Learner } from "../../gatelab/live/static/engine/learner.js";
import { clip } from "../../gatelab/live/static/engine/optimizers.js";
import { Draws } from "../../gatelab/live/static/engine/random.js";
import { Task, TASKS } from "../../gatelab/live/static/engine/tasks.js";

const READER = { cell: "lstm", units: 4, layers: 2 };

/** A learner and what it has learned after some updates. */
function learned(task, how, updates, learner = new Learner(task.spec(READER), how)) {
  for (let k = 0; k < updates; k += 1) learner.update(task.batch(8, how.seed, learner.updates));
  return learner;
}

test("pausing changes nothing, whatever is asked of the network meanwhile", () => {
  for (const optimizer of ["sgd", "momentum", "rmsprop", "adam"]) {
    const [task, how] = [new Task({ task: "recall", length: 3, noise: 0.1 }), { seed: 3, optimizer, clip: 1 }];
    const once = learned(task, how, 12);
    const paused = learned(task, how, 5);
    paused.judge(task.unseen(), task.near);
    paused.follow(task.batch(3, 9, 9));
    paused.wayBack(task.batch(1, 9, 9));
    new Draws(3).normal();
    learned(task, how, 7, paused);
    assert.equal(paused.updates, 12);
    assert.deepEqual(paused.all, once.all);
    assert.notDeepEqual(learned(task, { ...how, seed: 4 }, 12).all, once.all);
  }
});

test("each task is learned: the loss falls", () => {
  for (const name of TASKS) {
    const task = new Task({ task: name, length: name === "echo" ? 0 : 4 });
    const learner = new Learner(task.spec({ cell: "gru", units: 6, layers: 1 }), { seed: 1, rate: 0.03, clip: 1 });
    const fresh = task.batch(64, 2, 0); // of a list of one's own, what training sees as well
    const before = learner.judge(fresh, task.near).loss;
    for (let k = 0; k < 40; k += 1) learner.update(task.batch(8, 1, k));
    const after = learner.judge(fresh, task.near);
    assert.ok(after.loss < (name === "parity" ? 1.05 : 0.9) * before, `${name}: ${before} to ${after.loss}`); // parity has no gradient to follow
    assert.ok(after.right.length === 64 && after.share >= 0 && after.share <= 1);
  }
});

test("a rate that is far too large ends in what is no number, and stays so", () => {
  const task = new Task({ task: "adding", length: 4 });
  for (const cell of ["rnn", "rnn-relu", "lstm"]) {
    const learner = new Learner(task.spec({ cell, units: 2, layers: 1 }), { seed: 1, optimizer: "sgd", rate: 100, clip: 0 });
    const losses = Array.from({ length: 300 }, (_, k) => learner.update(task.batch(2, 1, k)).loss);
    const lost = losses.findIndex(Number.isNaN);
    assert.ok(Number.isFinite(losses[0]) && lost > 0 && losses.slice(lost).every(Number.isNaN), `${cell} ${losses.slice(-3)}`);
  }
  const gradient = Float64Array.of(3, NaN);
  assert.ok(Number.isNaN(clip(gradient, 1)) && gradient.every(Number.isNaN));
});

test("a gradient is made shorter only where it is longer than it may be", () => {
  const long = Float64Array.of(3, 4);
  assert.equal(clip(long, 1), 5);
  assert.ok(Math.abs(Math.hypot(...long) - 1) < 1e-6);
  for (const most of [0, 6]) {
    const gradient = Float64Array.of(3, 4);
    assert.equal(clip(gradient, most), 5);
    assert.deepEqual([...gradient], [3, 4]);
  }
});

test("a reader of another cell gets as many units as bring its parameters nearest", () => {
  const wanted = count(new Task({ task: "recall" }).spec({ cell: "lstm", units: 8, layers: 1 }));
  assert.equal(wanted, 7 * 6 + 4 * 8 * (6 + 8 + 2) + 8 * 4 + 4);
  for (const cell of ["rnn", "gru", "peephole", "mgu"]) {
    const spec = new Task({ task: "recall" }).spec({ cell, units: 8, layers: 1 });
    const { hidden_size: units } = matched(spec, wanted);
    for (const other of [units - 1, units + 1]) {
      assert.ok(Math.abs(count({ ...spec, hidden_size: units }) - wanted) <= Math.abs(count({ ...spec, hidden_size: other }) - wanted), `${cell} ${units}`);
    }
    assert.equal(shapes(spec).reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b), 0), begin(spec, { seed: 1 }).all.length);
  }
});

test("what cannot be learned is refused with the rule and what came", () => {
  const spec = new Task({ task: "parity" }).spec(READER);
  assert.throws(() => new Learner(spec, { seed: 1, optimizer: "toString" }), { name: "RangeError", message: /optimizer must be one of sgd, .*: got toString/ });
  assert.throws(() => new Learner({ ...spec, cell: "mlp" }, { seed: 1 }), { name: "RangeError", message: /cell must be one of rnn, .*: got mlp/ });
  assert.throws(() => new Task({ task: "constructor" }), { name: "RangeError", message: /task must be one of recall, .*: got constructor/ });
  assert.throws(() => new Task({ task: "names", words: [] }), { name: "RangeError", message: "names must have at least one word: got none" });
  assert.throws(() => new Task({ task: "lines", lines: ["no sign", "+ "] }), { name: "RangeError", message: "lines must have at least one line: got none" });
});

test("lengths stay within what the task knows", () => {
  assert.deepEqual([undefined, -5, 0, 7, 1e9].map((length) => new Task({ task: "echo", length }).size), [3, 0, 0, 7, 30]);
  const back = new Task({ task: "echo", length: 0 });
  const string = back.string(new Draws(1), 0);
  assert.deepEqual(back.answers(string, 0), string.map((id) => id - 1)); // no step back: what is read
});

test("a list of thousands, Arabic, emoji and lines without a sign are learned as they are", () => {
  const words = new Task({ task: "names", words: Array.from({ length: 5000 }, (_, k) => `مرحبا😀${k}`) });
  assert.equal(words.list.seen.length + words.list.unseen.length, 2000);
  assert.ok(words.tokens.includes("😀") && words.text(words.list.seen[3]) === "مرحبا😀3");
  const signs = ["+ ", "- ", ""];
  const lines = new Task({ task: "lines", lines: Array.from({ length: 5000 }, (_, k) => `${signs[k % 3]}فيلم 😀 ${k}`) });
  assert.equal(lines.list.seen.length + lines.list.unseen.length, 3334);
  for (const task of [words, lines]) {
    const learner = new Learner(task.spec({ cell: "rnn", units: 2, layers: 1 }), { seed: 1 });
    assert.ok(Number.isFinite(learner.update(task.batch(4, 1, 0)).loss));
    const { loss, right } = learner.judge(task.unseen(), 0);
    assert.ok(Number.isFinite(loss) && right.length === 200);
  }
});
