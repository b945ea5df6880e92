// What flows through the diagram of each cell, against a reader that was written from the equations alone.

import assert from "node:assert/strict";
import test from "node:test";

import { BUS, CELLS, H, TOP, W } from "../../gatelab/live/static/lesson/cells.js";
import { carried, filled, QUANTITIES } from "../../gatelab/live/static/lesson/quantities.js";
import { moved } from "../../gatelab/live/static/lesson/whatif.js";
import { Record } from "../../gatelab/live/static/record.js";
import { model, read, ROWS, weights } from "./madeup.mjs";

const TEXT = "ab'cc?a";
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

function made(cell) {
  const about = model(cell);
  const parameters = weights(about, 3);
  const record = new Record(about);
  record.apply(read(about, parameters, TEXT));
  return { record, parameters };
}

const close = (one, other, what) => assert.ok(Math.abs(one - other) < 1e-5, `${what}: ${one} is not ${other}`);

/** What the inputs and, where `state` is given, the states contribute to a row's sum. */
function sum({ record, parameters }, name, t, unit, state = null) {
  const { cell, hidden_size: size } = record.model;
  const row = ROWS[cell].indexOf(name) * size + unit;
  const part = (which, count) => parameters[`recurrent.${which}_l0`].data.subarray(row * count, (row + 1) * count);
  const x = parameters["embedding.weight"].data.subarray(3 * record.ids[t], 3 * record.ids[t] + 3);
  const dot = (a, b) => a.reduce((all, value, k) => all + value * b[k], 0);
  const inputs = dot(part("weight_ih", 3), x) + part("bias_ih", 1)[0];
  return state ? inputs + dot(part("weight_hh", size), state) + part("bias_hh", 1)[0] : inputs;
}

for (const cell of Object.keys(CELLS)) {
  test(`${cell}: every wire and part carries a quantity that the cell has, and every stage of the walk lights something`, () => {
    const { parts, wires, walk } = CELLS[cell];
    for (const { key, stages } of [...parts, ...wires]) {
      assert.ok(key in QUANTITIES[cell], key);
      assert.ok(stages.every((stage) => stage >= 1 && stage <= walk.length), key);
    }
    walk.forEach(({ part }, k) => {
      assert.ok(part in QUANTITIES[cell]);
      assert.ok([...parts, ...wires].some(({ key, stages }) => key === part && stages.includes(k + 1)), `stage ${k + 1} is about ${part}, which it does not light`);
    });
    const drawn = new Set([...parts, ...wires].map(({ key }) => key));
    for (const key of Object.keys(QUANTITIES[cell])) assert.ok(drawn.has(key), `${key} is nowhere to be seen`);
  });

  test(`${cell}: everything lies inside its tile, and what leaves it at the right comes in at the left of the next`, () => {
    const { parts, wires } = CELLS[cell];
    for (const [x, y] of [...parts.map(({ at }) => at), ...wires.flatMap(({ path }) => path), ...wires.map(({ label }) => label ?? [1, 1])]) {
      assert.ok(x >= 0 && x <= W && y > 0 && y < H, `${x}, ${y}`);
    }
    const at = (edge) => wires.flatMap(({ path }) => path.filter(([x]) => x === edge).map(([, y]) => y)).sort();
    assert.deepEqual(at(0), at(W));
    assert.ok(at(W).length > 0 && at(W).every((y) => y === TOP || y === BUS));
  });

  test(`${cell}: the wires of the token and of the old state meet, and what is read goes on from there`, () => {
    const { joint, wires } = CELLS[cell];
    const ends = (key, place) => wires.filter((wire) => wire.key === key).map(({ path }) => path.at(place).join());
    assert.ok(ends("x", -1).includes(joint.join()), "the token's wire ends in mid-air");
    assert.ok(ends("h-", -1).includes(joint.join()), "the old state's wire ends in mid-air");
    assert.ok(ends("in", 0).includes(joint.join()));
  });

  test(`${cell}: what is kept and what is written make the new state, at every step and unit`, () => {
    const { record, parameters } = made(cell);
    for (let t = 0; t < record.steps; t += 1) {
      for (let unit = 0; unit < record.model.hidden_size; unit += 1) {
        const v = carried(record, parameters, t, unit);
        for (const name of record.names) assert.equal(v[name], record.value(name, t, unit));
        assert.equal(v["h-"], record.value("h", t - 1, unit));
        if ("fc" in v) close(v.fc + v.ig, record.value("c", t, unit), "c");
        if ("fc" in v) close(v.o * v.tc, record.value("h", t, unit), "h");
        if ("zh" in v) close(v.zh + v.zn, record.value("h", t, unit), "h");
        if ("1-fh" in v) close(v["1-fh"] + v.fn, record.value("h", t, unit), "h");
      }
    }
  });

  test(`${cell}: every equation with numbers is right for the digits that it shows`, () => {
    const { record, parameters } = made(cell);
    const shownAs = (text) => text.replaceAll("\u2212", "-").replaceAll("\u00d7", "*").replaceAll("tanh", "Math.tanh");
    let seen = 0;
    for (let t = 0; t < record.steps; t += 1) {
      const v = carried(record, parameters, t, 4);
      for (const key of Object.keys(QUANTITIES[cell])) {
        const text = filled(record, key, v);
        if (!text || text.includes("w_{")) continue;
        const [left, right] = shownAs(text).split(" = ");
        const value = Function(`return ${left}`)(); // our own text
        assert.ok(Math.abs(value - Number(right)) < 0.006, `${key}: ${text}`);
        seen += 1;
      }
    }
    assert.equal(seen > 0, cell !== "rnn"); // the simple RNN has one equation, which the arithmetic tells
  });
}

test("PyTorch's GRU: what the reset gate lets through, added to the input, gives the candidate", () => {
  const it = made("gru");
  const { record, parameters } = it;
  for (let t = 0; t < record.steps; t += 1) {
    const v = carried(record, parameters, t, 2);
    close(Math.tanh(sum(it, "n", t, 2) + v.ra), v.n, "n");
    close(v.r * v.a, v.ra, "ra");
  }
});

test("Cho's GRU: what the matrix makes of the states that were let through, added to the input, gives the candidate", () => {
  const it = made("gru-cho");
  const { record, parameters } = it;
  for (let t = 0; t < record.steps; t += 1) {
    const v = carried(record, parameters, t, 2);
    close(Math.tanh(sum(it, "n", t, 2) + v.a), v.n, "n");
    close(v.r * record.value("h", t - 1, 2), v.rh, "rh");
  }
});

test("minimal gated unit: what the matrix makes of the states that the gate let through, added to the input, gives the candidate", () => {
  const it = made("mgu");
  const { record, parameters } = it;
  for (let t = 0; t < record.steps; t += 1) {
    const v = carried(record, parameters, t, 2);
    close(Math.tanh(sum(it, "n", t, 2) + v.a), v.n, "n");
    close(v.f * record.value("h", t - 1, 2), v.fh, "fh");
    close((1 - v.f) * record.value("h", t - 1, 2), v["1-fh"], "1-fh");
  }
});

test("a peephole's term is what its gate's sum has besides", () => {
  const it = made("peephole");
  const { record, parameters } = it;
  for (let t = 1; t < record.steps; t += 1) {
    const v = carried(record, parameters, t, 5);
    const state = record.row("h", t - 1);
    for (const gate of ["i", "f", "o"]) close(sigmoid(sum(it, gate, t, 5, state) + v[`p${gate}`]), v[gate], gate);
  }
});

test("without the weights all that the trace holds is there, and the rest is left open", () => {
  const { record } = made("gru");
  const v = carried(record, null, 3, 0);
  assert.equal(v.a, null);
  assert.equal(v.ra, null);
  assert.equal(v.h, record.value("h", 3, 0));
});

test("the mean over all units is the mean of what each of them carries", () => {
  for (const cell of Object.keys(CELLS)) {
    const { record, parameters } = made(cell);
    const mean = carried(record, parameters, 3, null);
    const each = Array.from({ length: record.model.hidden_size }, (_, unit) => carried(record, parameters, 3, unit));
    for (const key of Object.keys(mean)) close(mean[key], each.reduce((total, v) => total + v[key], 0) / each.length, key);
  }
});

test("the slider of the coupled cell moves both gates, and gives back the trace at the gate's own value", () => {
  const { record } = made("coupled");
  for (let t = 0; t < record.steps; t += 1) {
    const v = carried(record, null, t, 1);
    for (const [key, value] of Object.entries(moved(v, v.f))) close(value, v[key], key);
    for (const f of [0, 0.3, 1]) {
      const other = moved(v, f);
      close(other.i + other.f, 1, "i + f");
      close(other.c, f * v["c-"] + (1 - f) * v.g, "c");
      close(other.h, v.o * Math.tanh(other.c), "h");
    }
  }
});
