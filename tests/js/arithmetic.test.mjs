import assert from "node:assert/strict";
import test from "node:test";

import { explain, summary } from "../../gatelab/live/static/watch/arithmetic.js";
import { Record } from "../../gatelab/live/static/record.js";
import { number } from "../../gatelab/live/static/words.js";
import { model, read, weights } from "./madeup.mjs";

const TEXT = "ab'c\u2019?ba";
const CELLS = ["rnn", "lstm", "gru"];
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** Calls `look` with everything about every entry of a few random models of a cell. */
function everywhere(cell, look) {
  for (const seed of [1, 2, 3]) {
    const record = new Record(model(cell));
    const tensors = weights(record.model, seed);
    record.apply(read(record.model, tensors, TEXT));
    for (const name of record.names)
      for (let t = 0; t < TEXT.length; t += 1)
        for (let unit = 0; unit < record.model.hidden_size; unit += 1)
          look({ record, tensors, name, t, unit, where: `${cell} ${name} at step ${t} of unit ${unit}`, ...explain(record, tensors, name, t, unit) });
  }
}

const total = (terms) => terms.reduce((sum, { value }) => sum + value, 0);
const near = (a, b, within, what) => assert.ok(Math.abs(a - b) <= within, `${what}: ${a} for ${b}`);

/** How an expression as printed evaluates, and how far that may be off because each of its numbers was rounded to three decimals. */
function evaluated(expression) {
  const numbers = [];
  const code = expression
    .replace(/\u2212?\d+\.\d{3}/g, (text) => `n[${numbers.push(Number(text.replace("\u2212", "-"))) - 1}]`)
    .replaceAll("\u00b7", "*")
    .replaceAll("\u03c3", "sigmoid")
    .replaceAll("tanh", "Math.tanh");
  assert.match(code, /^(n\[\d+\]|sigmoid|Math\.tanh|[ ()+*])+$/);
  const run = new Function("n", "sigmoid", `return ${code}`);
  const value = run(numbers, sigmoid);
  const off = numbers.map((_, k) => Math.max(...[-0.0005, 0.0005].map((d) => Math.abs(run(numbers.with(k, numbers[k] + d), sigmoid) - value))));
  return { value, within: 1e-5 + off.reduce((a, b) => a + b, 0) };
}

for (const cell of CELLS) {
  test(`${cell}: every printed equation holds between the numbers printed`, () =>
    everywhere(cell, ({ numbers, where }) => {
      const sides = numbers.split(" = ");
      assert.ok(sides.length >= 2, where);
      const [first, ...others] = sides.map(evaluated);
      let before = first;
      for (const side of others) {
        near(side.value, before.value, before.within + side.within, `${where}: ${numbers}`);
        before = side;
      }
    }));

  test(`${cell}: the printed result is the value of the trace`, () =>
    everywhere(cell, ({ numbers, value, record, name, t, unit, where }) => {
      assert.equal(value, record.value(name, t, unit), where);
      near(Number(numbers.split(" = ").at(-1).replace("\u2212", "-")), value, 0.0005 + 1e-5, where);
    }));

  test(`${cell}: the listed terms make the sum, and the squashed sum is the value`, () =>
    everywhere(cell, ({ terms, sum, value, name, where }) => {
      if (!sum) return;
      near(total(terms), sum.value, 1e-5, where);
      const gate = "iforz".includes(name);
      near(gate ? sigmoid(sum.value) : Math.tanh(sum.value), value, 1e-5, where);
      assert.equal(sum.label, gate ? "sum, then \u03c3" : "sum, then tanh");
    }));

  test(`${cell}: the units listed are those that weigh most, each with its own numbers`, () =>
    everywhere(cell, ({ terms, sum, record, tensors, name, t, unit: row, where }) => {
      if (!sum) return;
      const size = record.model.hidden_size;
      const at = { rnn: "h", lstm: "ifgo", gru: "rzn" }[cell].indexOf(name) * size + row;
      const gate = name === "n" ? record.value("r", t, row) : 1;
      const all = Array.from({ length: size }, (_, k) => gate * tensors["recurrent.weight_hh_l0"].data[at * size + k] * record.value("h", t - 1, k));
      const listed = terms.filter(({ unit }) => unit !== undefined);
      assert.equal(listed.length, 6);
      for (const { label, detail, value, unit } of listed) {
        assert.equal(label, `unit ${unit}`);
        near(value, all[unit], 1e-9, `${where}, ${label}`);
        const shown = evaluated(detail.replace(/^r /, `${number(gate)} `));
        near(shown.value, value, shown.within, `${where}: ${detail}`);
      }
      const sizes = listed.map(({ value }) => Math.abs(value));
      assert.deepEqual(sizes, sizes.toSorted((a, b) => b - a), where);
      const smallest = sizes.at(-1) + 1e-9;
      for (const [k, value] of all.entries()) if (!listed.some(({ unit }) => unit === k)) assert.ok(Math.abs(value) <= smallest, `${where}: unit ${k} is missing`);
    }));
}

test("what is kept and what is added make a state", () => {
  for (const [cell, state] of [["lstm", "c"], ["gru", "h"]])
    everywhere(cell, ({ name, terms, value, where }) => {
      if (name !== state) return;
      assert.deepEqual(terms.map(({ label }) => label), ["kept", "added"]);
      near(total(terms), value, 1e-6, where);
    });
});

test("at the first step no unit of the step before has a say", () => {
  for (const cell of CELLS) everywhere(cell, ({ t, terms, where }) => t || terms.forEach(({ unit, value }) => assert.ok(unit === undefined || Math.abs(value) === 0, where)));
});

test("a torch GRU applies the reset gate after the matrix product, and the equation says so", () => {
  const record = new Record(model("gru"));
  record.apply(read(record.model, weights(record.model, 1), "ab"));
  const { equation } = explain(record, null, "n", 1, 0);
  assert.equal(equation, "n_{t} = tanh( W_{in} x_{t} + b_{in} + r_{t} \u00b7 ( W_{hn} h_{t\u22121} + b_{hn} ) )");
  assert.match(explain(record, null, "h", 1, 0).equation, /^h_\{t\} = z_\{t\} \u00b7 h_\{t\u22121\} \+ \(1 \u2212 z_\{t\}\) \u00b7 n_\{t\}$/);
});

test("each gate and candidate names its own weights", () => {
  for (const [cell, names] of [["lstm", "ifgo"], ["gru", "rz"], ["rnn", "h"]])
    everywhere(cell, ({ name, equation }) => {
      if (!names.includes(name)) return;
      const squashing = "gh".includes(name) ? "tanh" : "\u03c3";
      assert.equal(equation, `${name}_{t} = ${squashing}( W_{i${name}} x_{t} + b_{i${name}} + W_{h${name}} h_{t\u22121} + b_{h${name}} )`);
    });
});

test("while the weights are on their way the equation and the value are there already", () => {
  for (const cell of CELLS)
    everywhere(cell, ({ record, name, t, unit, equation, value }) => {
      const early = explain(record, null, name, t, unit);
      assert.deepEqual([early.equation, early.value], [equation, value]);
      if (early.sum === null && !early.terms.length && early.numbers === "") return;
      assert.ok(["c", "h"].includes(name)); // needs no weights
    });
});

test("a screen reader hears step, token, values and the best guess", () => {
  const record = new Record(model("gru"));
  assert.equal(summary(record, -1, 0), "No text.");
  record.apply(read(record.model, weights(record.model, 1), "a?"));
  const [best] = record.guesses(1, 1);
  const values = ["r", "z", "n", "h"].map((name) => `${name} ${number(record.value(name, 1, 3), 2)}`).join(", ");
  const after = `Unit 3: ${values}. Most likely next: \u2018${best.token}\u2019, ${(100 * best.probability).toFixed(0)} percent.`;
  assert.equal(summary(record, 1, 3), `Step 2, \u2018?\u2019, which the model never saw. ${after}`);
  assert.match(summary(record, 0, 3), /^Step 1, \u2018a\u2019\. Unit 3: /);
});
