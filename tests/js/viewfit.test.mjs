import assert from "node:assert/strict";
import test from "node:test";

import { View } from "../../gatelab/live/static/kit/view.js";

const LIMITS = [[14, 44], [18, 120], [1, 1000], [20, 20]];
const WIDTHS = [0, 1, 13, 14, 17, 18, 43, 44, 119, 120, 200.5, 390, 999, 1000, 1224, 1836, 4000];

function fitted(width, columns, least, most) {
  const view = new View();
  view.fit(width, columns, least, most);
  return view;
}

/** Calls `look` with a view fitted to every width, number of columns and pair of limits. */
function everywhere(look) {
  for (const [least, most] of LIMITS)
    for (const width of WIDTHS)
      for (let columns = 0; columns <= 201; columns += 1) look({ view: fitted(width, columns, least, most), width, columns, least, most, where: `${columns} columns of ${least} to ${most} in ${width}` });
}

test("a column is a whole number of pixels wide, between the least and the most", () => everywhere(({ view: { step }, least, most, where }) => assert.ok(Number.isInteger(step) && step >= least && step <= most, `${where}: ${step}`)));

test("at least one column is shown, however narrow the stage", () => everywhere(({ view: { count }, where }) => assert.ok(Number.isInteger(count) && count >= 1, `${where}: ${count}`)));

test("all columns are shown where they can be", () => {
  let both = 0;
  everywhere(({ view, width, columns, least, where }) => {
    const can = columns * least <= width;
    both += can ? 1 : 1e6;
    if (can) assert.ok(view.count >= columns, `${where}: ${view.count}`);
    else if (columns > 1) assert.ok(view.count < columns, `${where}: ${view.count}`);
  });
  assert.ok(both % 1e6 > 1000 && both > 1e9, "both happens");
});

test("where not all columns fit, as many are shown as there is room for", () => everywhere(({ view, width, columns, least, where }) => columns * least > width && assert.deepEqual([view.step, view.count], [least, Math.max(1, Math.floor(width / least))], where)));

test("columns that fit take all the room there is, as far as they may", () =>
  everywhere(({ view: { step }, width, columns, least, most, where }) => {
    if (columns && columns * least <= width && step < most) assert.ok((step + 1) * columns > width, `${where}: ${step}`);
  }));

test("the columns do not stick out of a stage that has room for one", () => everywhere(({ view, width, least, where }) => width >= least && assert.ok(view.count * view.step <= width, `${where}: ${view.count} of ${view.step}`)));

test("without a source there is one wide column's room, and nothing in it", () => {
  const empty = fitted(390, 0, 14, 44);
  empty.follow(0, 0);
  assert.deepEqual([empty.step, empty.start, empty.end(0), empty.at(5, 0)], [44, 0, 0, -1]);
});

test("once all columns fit again, the first is shown first", () => {
  const view = fitted(390, 100, 14, 44);
  view.follow(99, 100);
  assert.ok(view.start > 0);
  view.fit(390, 20, 14, 44);
  view.follow(19, 20);
  assert.deepEqual([view.start, view.end(20)], [0, 20]);
});
