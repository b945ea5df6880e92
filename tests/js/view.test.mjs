import assert from "node:assert/strict";
import test from "node:test";

import { View } from "../../gatelab/live/static/kit/view.js";

function view(start, count) {
  return Object.assign(new View(), { start, count, step: 10 });
}

test("the cursor is always shown, and the window moves as little as that needs", () => {
  for (let count = 1; count <= 5; count += 1)
    for (let steps = 1; steps <= 9; steps += 1)
      for (let start = 0; start <= 9; start += 1)
        for (let cursor = 0; cursor < steps; cursor += 1) {
          const moved = view(start, count);
          moved.follow(cursor, steps);
          const fitting = Array.from({ length: Math.max(0, steps - count) + 1 }, (_, k) => k).filter((k) => k <= cursor && cursor < k + count);
          const nearest = fitting.reduce((best, k) => (Math.abs(k - start) < Math.abs(best - start) ? k : best));
          assert.equal(moved.start, nearest, `count ${count}, steps ${steps}, cursor ${cursor}, from ${start}`);
        }
});

test("a text opens on the step that is asked for, else on the last one that is in sight with the first", () => {
  const opened = (count, asked, steps) => {
    const view = new View();
    view.count = count;
    const cursor = view.opening(asked, steps);
    view.follow(Math.max(0, cursor), steps);
    return [cursor, view.start];
  };
  assert.deepEqual(opened(27, 1999, 67), [26, 0]);
  assert.deepEqual(opened(72, 1999, 67), [66, 0]);
  assert.deepEqual(opened(27, 39, 67), [39, 13]);
  assert.deepEqual(opened(27, 0, 67), [0, 0]);
  assert.deepEqual(opened(1, 1999, 67), [0, 0]);
  assert.deepEqual(opened(27, 1999, 0), [-1, 0]);
});

test("without text the window begins at the first step and ends there", () => {
  const empty = view(4, 3);
  empty.follow(0, 0);
  assert.equal(empty.start, 0);
  assert.equal(empty.end(0), 0);
});

test("the window ends with the text, or where the stage ends", () => {
  assert.equal(view(2, 5).end(4), 4);
  assert.equal(view(2, 5).end(7), 7);
  assert.equal(view(2, 5).end(30), 7);
});

test("a position on the screen is the step painted there, and outside of them none", () => {
  const shown = view(4, 3);
  assert.deepEqual([0, 9.9, 10, 29, 30, 300, -0.5, -11].map((x) => shown.at(x, 20)), [4, 4, 5, 6, -1, -1, -1, -1]);
  assert.deepEqual([0, 19, 20].map((x) => shown.at(x, 6)), [4, 5, -1]);
  assert.equal(view(0, 3).at(0, 0), -1);
});

test("whole steps fill the stage and do not stick out of it", () => {
  for (let width = 200; width <= 4000; width += 7) {
    const resized = new View();
    resized.resize(width);
    const left = width - resized.count * resized.step;
    assert.ok(left >= 0 && left < resized.step, `${width}: ${resized.count} steps of ${resized.step}`);
  }
});

test("a step is wide enough for a letter on a phone, and about 68 fit a wide stage", () => {
  const at = (width) => {
    const resized = new View();
    resized.resize(width);
    return [resized.step, resized.count];
  };
  assert.deepEqual(at(390), [14, 27]);
  assert.deepEqual(at(1224), [18, 68]);
  assert.deepEqual(at(1836), [27, 68]);
  assert.deepEqual(at(4000), [27, 148]);
  assert.deepEqual(at(0), [14, 1]); // not laid out yet
});

test("a stage that became narrower still shows the cursor", () => {
  const turned = new View();
  turned.resize(1224);
  turned.follow(60, 61);
  turned.resize(390);
  turned.follow(60, 61);
  assert.equal(turned.start, 61 - 27);
});
