import assert from "node:assert/strict";
import test from "node:test";

import { flowOf, parts, span } from "../../gatelab/live/static/watch/flow.js";
import { Record } from "../../gatelab/live/static/record.js";
import { model, read, weights } from "./madeup.mjs";

const TEXT = "ab'ccba?ab";

function record(cell, seed) {
  const made = model(cell);
  const record = new Record(made);
  record.apply(read(made, weights(made, seed), TEXT));
  return record;
}

/** Calls `look` with (parts, record, t, unit) at every step of every unit of a few random models. */
function everywhere(cell, look) {
  for (const seed of [1, 2, 3]) {
    const made = record(cell, seed);
    for (let t = 0; t < TEXT.length; t += 1) for (let unit = 0; unit < made.model.hidden_size; unit += 1) look(parts(made, unit, t), made, t, unit);
  }
}

const of = (cell) => ({ model: { cell } });

const near = (a, b, what) => assert.ok(Math.abs(a - b) < 1e-6, `${what}: ${a} for ${b}`);

const LSTMS = ["lstm", "peephole", "coupled"];
const GRUS = ["gru", "gru-cho"];
const GATED = [...LSTMS, ...GRUS, "mgu"];

for (const cell of GATED) {
  test(`${cell}: kept and added make the state`, () => everywhere(cell, ({ kept, added, total }) => near(kept + added, total, "kept + added")));

  test(`${cell}: at the first step there is nothing to keep`, () => everywhere(cell, ({ kept }, _, t) => t === 0 && assert.equal(Math.abs(kept), 0)));
}

test("every LSTM: the total is c, and what came out is h", () => {
  for (const cell of LSTMS)
    everywhere(cell, ({ total, out }, made, t, unit) => {
      near(total, made.value("c", t, unit), "c");
      near(out, made.value("h", t, unit), "h");
    });
});

test("every GRU, mgu and rnn: the total is h, and nothing else comes out", () => {
  for (const cell of [...GRUS, "mgu", "rnn"])
    everywhere(cell, (found, made, t, unit) => {
      near(found.total, made.value("h", t, unit), "h");
      assert.ok(!("out" in found));
    });
});

test("every GRU: all that is kept is kept where z is 1", () => {
  for (const cell of GRUS) {
    const made = record(cell, 1);
    made.arrays.z.data.fill(1);
    const { kept, added } = parts(made, 4, 5);
    assert.equal(kept, made.value("h", 4, 4));
    assert.equal(added, 0);
  }
});

test("mgu: all is taken where f is 1, and the labels say whose share it is", () => {
  const made = record("mgu", 1);
  made.arrays.f.data.fill(1);
  const { kept, added } = parts(made, 4, 5);
  assert.deepEqual([Math.abs(kept), added], [0, made.value("n", 5, 4)]);
  assert.match(flowOf(of("mgu")).kept.label, /\(1\u2009\u2212\u2009f\)\u2009\u2299\u2009h/);
  assert.match(flowOf(of("mgu")).added.label, /f\u2009\u2299\u2009n/);
});

test("coupled: what is forgotten makes room for what is added, and the label says so", () => {
  everywhere("coupled", ({ added }, made, t, unit) => near(added, (1 - made.value("f", t, unit)) * made.value("g", t, unit), "added"));
  assert.match(flowOf(of("coupled")).added.label, /i = 1\u2009\u2212\u2009f/);
  assert.doesNotMatch(flowOf(of("lstm")).added.label, /f/);
});

test("rnn: nothing is kept apart", () => everywhere("rnn", (found) => assert.deepEqual(Object.keys(found), ["total"])));

test("each part that is drawn has a label", () => {
  for (const cell of ["rnn", ...GATED]) for (const key of Object.keys(parts(record(cell, 1), 0, 0))) assert.ok(flowOf(of(cell))[key].label);
});

test("the axis holds every value, and is the smallest that does", () => {
  assert.equal(span([]), 1);
  assert.equal(span([0.2, -0.9]), 1);
  assert.equal(span([1]), 1);
  assert.equal(span([0.2, -1.01]), 2.5);
  assert.equal(span([-3, 2]), 5);
  assert.equal(span([10, -10.01]), 15);
  assert.equal(span([99]), 100);
  assert.equal(span([-100.5]), 101);
  assert.equal(span([0.2, -0.9], 6), 6); // the pinned range of the model
  assert.equal(span([0.2, -6.5], 6), 10); // nothing is cut off
});
