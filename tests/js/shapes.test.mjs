// Where numbers stand in tensors, and what is said of them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { index, moved, places, told } from "../../gatelab/live/static/shapes/places.js";

test("an index counts as in code, the last axis fastest", () => {
  const shape = [2, 3, 4];
  const seen = Array.from({ length: 24 }, (_, place) => index(place, shape));
  let place = 0;
  for (let i = 0; i < 2; i += 1) for (let j = 0; j < 3; j += 1) for (let k = 0; k < 4; k += 1) assert.deepEqual(seen[place++], [i, j, k]);
});

test("arrow keys move within the table and stop at its edges", () => {
  const shape = [2, 2, 3]; // four rows of three
  assert.deepEqual(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"].map((key) => moved(key, 4, shape)), [3, 5, 1, 7, 3, 5]);
  assert.deepEqual(["ArrowLeft", "ArrowUp", "Home"].map((key) => moved(key, 0, shape)), [0, 0, 0]);
  assert.deepEqual(["ArrowRight", "ArrowDown", "End"].map((key) => moved(key, 11, shape)), [11, 11, 11]);
  assert.equal(moved("a", 4, shape), null);
});

test("a number is found in every tensor that has it, and said with its places", () => {
  const tensors = [
    { name: "output", shape: [2, 2], values: [0.1, 0.2, 0.3, -0.4], meanings: ["a", "b", "c", "d"] },
    { name: "h_n, as before", shape: [1, 2], values: [0.3, -0.4], meanings: ["c", "d"] },
    { name: "lengths", shape: [2], values: [5, 3], meanings: ["e", "f"], whole: true },
  ];
  assert.deepEqual(places(tensors, "d"), [{ tensor: 0, place: 3 }, { tensor: 1, place: 1 }]);
  assert.equal(told(tensors, 1, 1), "This is d: \u22120.400. It stands in output[1, 1] and h_n[0, 1].");
  assert.equal(told(tensors, 2, 0), "This is e: 5. It stands in lengths[0] alone.");
});
