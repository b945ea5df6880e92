import assert from "node:assert/strict";
import test from "node:test";

import { carried } from "../../gatelab/live/static/lesson/quantities.js";
import { explain, place, summary } from "../../gatelab/live/static/kit/arithmetic.js";
import { Record } from "../../gatelab/live/static/record.js";
import { number } from "../../gatelab/live/static/kit/words.js";
import { model, read, ROWS, tokenized, weights } from "./madeup.mjs";

const TEXTS = { characters: "ab'c\u2019?ba", words: "great film a kangaroo don\u2019t Great film a", numbers: "0.25 0.5* 1 nonsense 0* 0.123456789 0.75*" };
const CELLS = ["rnn", "lstm", "peephole", "coupled", "gru", "gru-cho", "mgu"];
const RESET = { gru: "r", "gru-cho": "r", mgu: "f" }; // which gate lets the old state in
const CASES = CELLS.flatMap((cell) => Object.keys(TEXTS).map((unit) => ({ cell, unit })));
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** Calls `look` with everything about every entry of a few random models of a cell. */
function everywhere(cell, look, unit = "characters", size = 9, layers = 1) {
  for (const seed of [1, 2, 3]) {
    const made = model(cell, size, unit, layers);
    const record = new Record(made, (text) => tokenized(made, text));
    const tensors = weights(made, seed);
    record.apply(read(made, tensors, TEXTS[unit]));
    for (const name of record.names)
      for (let t = 0; t < record.steps; t += 1)
        for (let unit = 0; unit < record.model.hidden_size; unit += 1)
          look({ record, tensors, name, t, unit, where: `${made.unit} ${cell} ${name} at step ${t} of unit ${unit}`, ...explain(record, tensors, name, t, unit) });
  }
}

const total = (terms) => terms.reduce((sum, { value }) => sum + value, 0);
const near = (a, b, within, what) => assert.ok(Math.abs(a - b) <= within, `${what}: ${a} for ${b}`);

const compiled = {}; // most expressions differ in their numbers alone

/** How an expression as printed evaluates, and how far that may be off because each of its numbers was rounded to three decimals. */
function evaluated(expression) {
  const numbers = [];
  const code = expression
    .replace(/\u2212?\d+\.\d{3}/g, (text) => `n[${numbers.push(Number(text.replace("\u2212", "-"))) - 1}]`)
    .replaceAll("\u00d7", "*")
    .replaceAll("\u2212", "-")
    .replaceAll("\u03c3", "sigmoid")
    .replaceAll("tanh", "Math.tanh");
  assert.match(code, /^(n\[\d+\]|sigmoid|Math\.tanh|1 - |[ ()+*])+$/);
  const run = (compiled[code] ??= new Function("n", "sigmoid", `return ${code}`));
  const value = run(numbers, sigmoid);
  const off = numbers.map((_, k) => Math.max(...[-0.0005, 0.0005].map((d) => Math.abs(run(numbers.with(k, numbers[k] + d), sigmoid) - value))));
  return { value, within: 1e-5 + off.reduce((a, b) => a + b, 0) };
}

for (const { cell, unit } of CASES) {
  const what = `${cell} over ${unit}`;

  test(`${what}: every printed equation holds between the numbers printed`, () =>
    everywhere(cell, ({ numbers, where }) => {
      const sides = numbers.split(" = ");
      assert.ok(sides.length >= 2, where);
      const [first, ...others] = sides.map(evaluated);
      let before = first;
      for (const side of others) {
        near(side.value, before.value, before.within + side.within, `${where}: ${numbers}`);
        before = side;
      }
    }, unit));

  test(`${what}: a negative number behind a sign stands in parentheses`, () =>
    everywhere(cell, ({ numbers, terms, where }) => {
      for (const line of [numbers, ...terms.map(({ detail }) => detail)]) assert.doesNotMatch(line, /[+\u00d7\u2212] ?\u2212\d/, `${where}: ${line}`);
    }, unit));

  test(`${what}: the printed result is the value of the trace`, () =>
    everywhere(cell, ({ numbers, value, record, name, t, unit, where }) => {
      assert.equal(value, record.value(name, t, unit), where);
      near(Number(numbers.split(" = ").at(-1).replace("\u2212", "-")), value, 0.0005 + 1e-5, where);
    }, unit));

  test(`${what}: the listed terms make the sum, and the squashed sum is the value`, () =>
    everywhere(cell, ({ terms, sum, value, name, where }) => {
      assert.equal(sum !== null, ROWS[cell].includes(name), where); // what has rows in the matrices is a sum, and nothing else
      if (!sum) return;
      near(total(terms), sum.value, 1e-5, where);
      const gate = "iforz".includes(name);
      near(gate ? sigmoid(sum.value) : Math.tanh(sum.value), value, 1e-5, where);
      assert.equal(sum.label, gate ? "sum, then \u03c3" : "sum, then tanh");
    }, unit));

  test(`${what}: the units listed are those that weigh most, each with its own numbers`, () =>
    everywhere(cell, ({ terms, sum, record, tensors, name, t, unit: row, where }) => {
      if (!sum) return;
      const size = record.model.hidden_size;
      const at = ROWS[cell].indexOf(name) * size + row;
      const reset = (k) => (name === "n" ? record.value(RESET[cell], t, cell === "gru" ? row : k) : 1); // after the product, or before it
      const all = Array.from({ length: size }, (_, k) => reset(k) * tensors["recurrent.weight_hh_l0"].data[at * size + k] * record.value("h", t - 1, k));
      const listed = terms.filter(({ unit }) => unit !== undefined);
      assert.equal(listed.length, 6);
      for (const { label, detail, value, unit } of listed) {
        assert.equal(label, `unit ${unit}`);
        near(value, all[unit], 1e-9, `${where}, ${label}`);
        const shown = evaluated(detail.replace(/^r /, `${number(reset(row))} `));
        near(shown.value, value, shown.within, `${where}: ${detail}`);
      }
      const sizes = listed.map(({ value }) => Math.abs(value));
      assert.deepEqual(sizes, sizes.toSorted((a, b) => b - a), where);
      const smallest = sizes.at(-1) + 1e-9;
      for (const [k, value] of all.entries()) if (!listed.some(({ unit }) => unit === k)) assert.ok(Math.abs(value) <= smallest, `${where}: unit ${k} is missing`);
    }, unit));

  test(`${what}: the input's term is its token's own`, () =>
    everywhere(cell, ({ terms, sum, record, tensors, name, t, unit: row, where }) => {
      if (!sum) return;
      const token = tokenized(record.model, TEXTS[unit])[t];
      const { shape: [, wide], data } = tensors["recurrent.weight_ih_l0"];
      const at = ROWS[cell].indexOf(name) * record.model.hidden_size + row;
      const number = /^[\d.]+\*?$/.test(token) ? [Number(token.replace("*", "")), Number(token.includes("*"))] : [0, 0];
      const id = Math.max(0, record.model.vocab.indexOf(token.toLowerCase().replace("\u2019", "'")));
      const x = unit === "numbers" ? number : tensors["embedding.weight"].data.slice(id * wide, (id + 1) * wide);
      const expected = x.reduce((sum, value, k) => sum + value * data[at * wide + k], 0);
      const [{ label, detail, value }] = terms;
      near(value, expected, 1e-9, where);
      assert.equal(label, `input \u201c${token}\u201d`);
      if (unit !== "numbers") return assert.equal(detail, "its numbers, each times a weight");
      const shown = evaluated(detail);
      near(shown.value, expected, shown.within, `${where}: ${detail}`);
    }, unit));
}

test("a peephole's term is its weight times the cell state that the gate sees: i and f the old one, o the new one", () =>
  everywhere("peephole", ({ terms, sum, record, tensors, name, t, unit, where }) => {
    if (!sum) return;
    const [term, ...more] = terms.filter(({ label }) => label.startsWith("peephole"));
    assert.deepEqual([more.length, term !== undefined], [0, name !== "g"], where);
    if (name === "g") return;
    const seen = name === "o" ? t : t - 1;
    assert.equal(term.label, name === "o" ? "peephole on the new c" : "peephole on the old c");
    near(term.value, tensors[`recurrent.weight_c${name}_l0`].data[unit] * record.value("c", seen, unit), 1e-9, where);
    const shown = evaluated(term.detail);
    near(shown.value, term.value, shown.within, `${where}: ${term.detail}`);
  }));

test("where all units are listed none is left over, and one that is left over is one", () => {
  const others = (size) => {
    const found = new Set();
    everywhere("lstm", ({ terms }) => found.add(terms.map(({ label }) => label).filter((label) => label.includes("other")).join()), "characters", size);
    return [...found].filter(Boolean);
  };
  assert.deepEqual([3, 6, 7, 8].map(others), [[], [], ["1 other unit"], ["2 other units"]]);
  everywhere("gru-cho", ({ terms, sum, where }) => sum && near(total(terms), sum.value, 1e-5, where), "characters", 3);
});

test("what is kept and what is added make a state", () => {
  for (const [cell, state] of [["lstm", "c"], ["peephole", "c"], ["coupled", "c"], ["gru", "h"], ["gru-cho", "h"], ["mgu", "h"]])
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
  assert.equal(equation, "n_{t} = tanh( W_{in} x_{t} + b_{in} + r_{t} \u2299 ( W_{hn} h_{t\u22121} + b_{hn} ) )");
  assert.match(explain(record, null, "h", 1, 0).equation, /^h_\{t\} = z_\{t\} \u2299 h_\{t\u22121\} \+ \(1 \u2212 z_\{t\}\) \u2299 n_\{t\}$/);
});

test("Cho's GRU applies the reset gate before the matrix product, and the equation says so", () =>
  everywhere("gru-cho", ({ name, equation }) => {
    if (name === "n") assert.equal(equation, "n_{t} = tanh( W_{in} x_{t} + b_{in} + W_{hn} ( r_{t} \u2299 h_{t\u22121} ) + b_{hn} )");
    if (name === "h") assert.equal(equation, "h_{t} = z_{t} \u2299 h_{t\u22121} + (1 \u2212 z_{t}) \u2299 n_{t}");
  }));

test("a minimal gated unit's gate acts before the matrix product and mixes, and the equations say so", () =>
  everywhere("mgu", ({ name, equation }) => {
    if (name === "n") assert.equal(equation, "n_{t} = tanh( W_{in} x_{t} + b_{in} + W_{hn} ( f_{t} \u2299 h_{t\u22121} ) + b_{hn} )");
    if (name === "h") assert.equal(equation, "h_{t} = (1 \u2212 f_{t}) \u2299 h_{t\u22121} + f_{t} \u2299 n_{t}");
  }));

test("a peephole gate's equation says which cell state it sees", () =>
  everywhere("peephole", ({ name, equation }) => {
    if (!"ifo".includes(name)) return;
    const seen = name === "o" ? "c_{t}" : "c_{t\u22121}";
    assert.equal(equation, `${name}_{t} = \u03c3( W_{i${name}} x_{t} + b_{i${name}} + W_{h${name}} h_{t\u22121} + b_{h${name}} + w_{c${name}} \u2299 ${seen} )`);
  }));

test("a coupled input gate is what the forget gate leaves", () =>
  everywhere("coupled", ({ name, equation, terms, value, record, t, unit, where }) => {
    if (name !== "i") return;
    assert.deepEqual([equation, terms], ["i_{t} = 1 \u2212 f_{t}", []]);
    near(value, 1 - record.value("f", t, unit), 1e-6, where);
  }));

test("every LSTM makes its states alike", () => {
  for (const cell of ["lstm", "peephole", "coupled"])
    everywhere(cell, ({ name, equation }) => {
      if (name === "c") assert.equal(equation, "c_{t} = f_{t} \u2299 c_{t\u22121} + i_{t} \u2299 g_{t}");
      if (name === "h") assert.equal(equation, "h_{t} = o_{t} \u2299 tanh(c_{t})");
    });
});

test("each gate and candidate names its own weights", () => {
  for (const [cell, names] of [["lstm", "ifgo"], ["peephole", "g"], ["coupled", "fgo"], ["gru", "rz"], ["gru-cho", "rz"], ["mgu", "f"], ["rnn", "h"]])
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
      assert.ok(!ROWS[cell].includes(name)); // needs no weights
    });
});

for (const cell of CELLS) {
  test(`of two layers the arithmetic of a ${cell} is that of the second, with its own weights and what it reads`, () => {
    for (const unit of Object.keys(TEXTS))
      everywhere(cell, ({ terms, sum, value, numbers, note, record, tensors, name, t, unit: row, where }) => {
        assert.equal(note, ROWS[cell].includes(name) ? "Here x_{t} is the hidden state h_{t} of layer 1." : "", where);
        near(Number(numbers.split(" = ").at(-1).replace("\u2212", "-")), value, 0.0005 + 1e-5, where);
        if (!sum) return;
        near(total(terms), sum.value, 1e-5, where);
        near("iforz".includes(name) ? sigmoid(sum.value) : Math.tanh(sum.value), value, 1e-5, where);
        const at = ROWS[cell].indexOf(name) * 9 + row;
        const weights = tensors["recurrent.weight_ih_l1"].data.subarray(9 * at, 9 * at + 9);
        const [{ label, detail, value: input }] = terms;
        near(input, weights.reduce((all, weight, k) => all + weight * record.row("x", t)[k], 0), 1e-9, where);
        assert.deepEqual([label, detail], ["h of layer 1", "its numbers, each times a weight"], where);
      }, unit, 9, 2);
  });
}

for (const cell of ["peephole", "gru", "gru-cho", "mgu"]) {
  test(`of two layers what flows through the diagram of a ${cell} is computed with the second layer's weights`, () => {
    const about = model(cell, 9, "characters", 2);
    const tensors = weights(about, 1);
    const record = new Record(about);
    record.apply(read(about, tensors, TEXTS.characters));
    const part = (which) => tensors[`recurrent.${which}_l1`].data;
    for (let t = 0; t < record.steps; t += 1)
      for (let unit = 0; unit < 9; unit += 1) {
        const values = carried(record, tensors, t, unit);
        for (const gate of cell === "peephole" ? "ifo" : "") near(values[`p${gate}`], part(`weight_c${gate}`)[unit] * record.value("c", gate === "o" ? t : t - 1, unit), 1e-9, gate);
        if (!(cell in RESET)) continue;
        const state = (k) => record.value("h", t - 1, k) * (cell === "gru" ? 1 : record.value(RESET[cell], t, k));
        const row = 9 * ROWS[cell].indexOf("n") + unit;
        const dot = Array.from({ length: 9 }, (_, k) => part("weight_hh")[row * 9 + k] * state(k)).reduce((a, b) => a + b);
        near(values.a, dot + part("bias_hh")[row], 1e-9, "a");
      }
  });
}

test("which layer is shown is said where there are several, and the layer is said to read the one below", () => {
  const about = (layers) => {
    const record = new Record(model("gru", 9, "characters", layers));
    record.apply(read(record.model, weights(record.model, 1), "ab"));
    return record;
  };
  assert.deepEqual([1, 2, 3].map((layers) => place(about(layers), 7)), ["unit 7", "unit 7, layer 2 of 2", "unit 7, layer 3 of 3"]);
  assert.match(summary(about(3), 1, 4), /^Step 2, \u201cb\u201d\. Unit 4, layer 3 of 3: r /);
  assert.match(explain(about(3), null, "r", 1, 0).note, /of layer 2\.$/);
  assert.equal(explain(about(1), null, "r", 1, 0).note, "");
});

test("a screen reader hears step, token, values and the best guess", () => {
  const record = new Record(model("gru"));
  assert.equal(summary(record, -1, 0), "No text.");
  record.apply(read(record.model, weights(record.model, 1), "a?"));
  const [best] = record.guesses(1, 1);
  const values = ["r", "z", "n", "h"].map((name) => `${name} ${number(record.value(name, 1, 3), 2)}`).join(", ");
  const after = `Unit 3: ${values}. Most likely next: \u201c${best.token}\u201d, ${(100 * best.probability).toFixed(0)} percent.`;
  assert.equal(summary(record, 1, 3), `Step 2, \u201c?\u201d, which the model never saw. ${after}`);
  assert.match(summary(record, 0, 3), /^Step 1, \u201ca\u201d\. Unit 3: /);
});
