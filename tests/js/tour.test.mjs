import assert from "node:assert/strict";
import test from "node:test";

import { beside } from "../../gatelab/live/static/start/tour.js";

const SIZE = { width: 300, height: 120 };
const ROOM = { width: 1000, height: 800 };

test("a bubble is inside the window and never over what it points at, wherever that is", () => {
  for (let left = 0; left <= 900; left += 50)
    for (let top = 60; top <= 780; top += 20)
      for (const [width, height] of [[20, 20], [400, 40], [100, 300]]) {
        const target = { left, top, right: Math.min(ROOM.width, left + width), bottom: Math.min(ROOM.height, top + height) };
        const at = beside(target, SIZE, ROOM);
        assert.ok(at, JSON.stringify(target));
        assert.ok(at.left >= 0 && at.top >= 60 && at.left + SIZE.width <= ROOM.width && at.top + SIZE.height <= ROOM.height);
        const apart = at.left >= target.right || at.left + SIZE.width <= target.left || at.top >= target.bottom || at.top + SIZE.height <= target.top;
        assert.ok(apart, JSON.stringify({ target, at }));
      }
});

test("there is no place beside what fills the window", () => {
  assert.equal(beside({ left: 0, top: 60, right: 1000, bottom: 800 }, SIZE, ROOM), null);
});
