// Every formula in every notation is computed from the weights and the values that its own symbols stand for, and gives the trace.

import assert from "node:assert/strict";
import test from "node:test";

import { CELLS } from "../../gatelab/live/static/engine/cells.js";
import { explain, summary } from "../../gatelab/live/static/kit/arithmetic.js";
import { NOTATIONS, plain, writing } from "../../gatelab/live/static/kit/notation.js";
import { reach } from "../../gatelab/live/static/kit/legend.js";
import { number } from "../../gatelab/live/static/kit/words.js";
import { carried, filled, quantities, QUANTITIES } from "../../gatelab/live/static/lesson/quantities.js";
import { story } from "../../gatelab/live/static/lesson/story.js";
import { drawing } from "../../gatelab/live/static/lesson/turned.js";
import { CELLS as DRAWN, H, W } from "../../gatelab/live/static/lesson/cells.js";
import { Record } from "../../gatelab/live/static/record.js";
import { nameOf, offers } from "../../gatelab/live/static/compare/values.js";
import { called } from "../../gatelab/live/static/watch/named.js";
import { flowOf, parts } from "../../gatelab/live/static/watch/flow.js";
import { computed } from "./formulas.mjs";
import { model, read, ROWS, weights } from "./madeup.mjs";

const FAMILY = ["rnn", "lstm", "peephole", "coupled", "gru", "gru-cho", "mgu"];
const GRUS = ["gru", "gru-cho"];
const SIZE = 7;
const TEXT = "ab'c?ba";

// The letters and the weights' names of each source, written down from the sources alone.
const LETTERS = {
  pytorch: { x: "x", i: "i", f: "f", g: "g", o: "o", c: "c", h: "h", r: "r", z: "z", n: "n" },
  colah: { x: "x", i: "i", f: "f", g: "C\u0303", o: "o", c: "C", h: "h", r: "r", z: "z", n: "h\u0303" },
  d2l: { x: "X", i: "I", f: "F", g: "C\u0303", o: "O", c: "C", h: "H", r: "R", z: "Z", n: "H\u0303" },
  deeplearning: { x: "x", i: "\u0393_{u}", f: "\u0393_{f}", g: "c\u0303", o: "\u0393_{o}", c: "c", h: "a", r: "\u0393_{r}", z: "\u0393_{u}", n: "c\u0303" },
  keras: { x: "x", i: "i", f: "f", g: "c\u0303", o: "o", c: "c", h: "h", r: "r", z: "z", n: "hh" },
};
const UNDER = {
  pytorch: {},
  colah: { g: "C", n: "h" },
  d2l: { g: "c", n: "h" },
  deeplearning: { i: "u", z: "u", g: "c", n: "c", h: "a" },
  keras: { g: "c", n: "h" },
};
const TURNED = ["colah", "deeplearning"]; // where the update gate says how much of the candidate comes in
const BIASES = ["pytorch"]; // where each product has its own

const letterOf = (notation, cell, name) => (notation === "deeplearning" && name === "h" && ["gru", "gru-cho", "mgu"].includes(cell) ? "c" : LETTERS[notation][name]);

/** What every symbol of a notation stands for at step t of a record. */
function symbols(notation, cell, record, tensors, t) {
  const [found, size] = [{}, record.model.hidden_size];
  const matrix = (which, row) => {
    const { shape: [, wide], data } = tensors[`recurrent.${which}_l0`];
    const at = ROWS[cell].indexOf(row) * size;
    return Array.from({ length: size }, (_, k) => Array.from(data.subarray((at + k) * wide, (at + k + 1) * wide), (weight) => (flips(row) ? -weight : weight)));
  };
  const vector = (which, row) => Array.from(tensors[`recurrent.${which}_l0`].data.subarray(ROWS[cell].indexOf(row) * size, (ROWS[cell].indexOf(row) + 1) * size), (bias) => (flips(row) ? -bias : bias));
  const flips = (row) => row === "z" && TURNED.includes(notation);
  const added = (a, b) => a.map((value, k) => value + b[k]);
  const step = (letter, when) => (notation === "deeplearning" ? `${letter}^{\u27e8${when}\u27e9}` : `${letter}_{${when}}`);
  for (const name of record.names) {
    const { data } = record.arrays[name]; // as PyTorch has it
    for (const [when, back] of [["t", 0], ["t\u22121", -1]]) {
      const values = Array.from({ length: size }, (_, k) => (t + back < 0 ? 0 : data[(t + back) * size + k]));
      found[step(letterOf(notation, cell, name), when)] = flips(name) ? values.map((value) => 1 - value) : values;
    }
  }
  const embedding = tensors["embedding.weight"];
  found[step(LETTERS[notation].x, "t")] = Array.from(embedding.data.subarray(record.ids[t] * 3, record.ids[t] * 3 + 3));
  for (const row of ROWS[cell]) {
    const [fromX, fromH, biasX, biasH] = [matrix("weight_ih", row), matrix("weight_hh", row), vector("bias_ih", row), vector("bias_hh", row)];
    const under = UNDER[notation][row] ?? row;
    const names = {
      pytorch: { [`W_{i${under}}`]: fromX, [`W_{h${under}}`]: fromH, [`b_{i${under}}`]: biasX, [`b_{h${under}}`]: biasH },
      d2l: { [`W_{x${under}}`]: fromX, [`W_{h${under}}`]: fromH, [`b_{x${under}}`]: biasX, [`b_{h${under}}`]: biasH },
      keras: { [`W_{${under}}`]: fromX, [`U_{${under}}`]: fromH, [`b_{W${under}}`]: biasX, [`b_{U${under}}`]: biasH },
    }[notation] ?? { [`W_{${under}}`]: fromH.map((weights, k) => [...weights, ...fromX[k]]), [`W_{${under}x}`]: fromX, [`b_{${under}x}`]: biasX };
    if (TURNED.includes(notation)) Object.assign(names, { [`W_{${under}${letterOf(notation, cell, "h")}}`]: fromH, [`b_{${under}${letterOf(notation, cell, "h")}}`]: biasH });
    if (!BIASES.includes(notation)) names[`b_{${under}}`] = added(biasX, biasH);
    Object.assign(found, names);
    const looks = tensors[`recurrent.weight_c${row}_l0`];
    if (looks) found[`w_{${LETTERS[notation].c}${under}}`] = Array.from(looks.data);
  }
  return found;
}

function made(cell, notation) {
  const about = model(cell, SIZE);
  const tensors = weights(about, 5);
  const record = new Record(about);
  record.apply(read(about, tensors, TEXT));
  return { tensors, record: record.use(notation) };
}

const near = (a, b, within, what) => assert.ok(Math.abs(a - b) <= within, `${what}: ${a} for ${b}`);
const shownAs = (notation, name, value) => (name === "z" && TURNED.includes(notation) ? 1 - value : value);

for (const notation of Object.keys(NOTATIONS)) {
  for (const cell of FAMILY) {
    test(`${notation}, ${cell}: each equation of the arithmetic, computed as it is printed, gives what stands beside it`, () => {
      const { record, tensors } = made(cell, notation);
      for (let t = 0; t < record.steps; t += 1) {
        const known = symbols(notation, cell, record, tensors, t);
        for (const name of record.names) {
          for (let unit = 0; unit < SIZE; unit += 1) {
            const { equation, value, numbers, terms, sum } = explain(record, tensors, name, t, unit);
            const [left] = equation.split(" = ");
            const what = `${equation} at step ${t} of unit ${unit}`;
            near(computed(left, known)[unit], value, 1e-5, what);
            near(computed(equation, known)[unit], value, 1e-5, what);
            near(shownAs(notation, name, record.arrays[name].data[t * SIZE + unit]), value, 1e-6, what);
            near(Number(numbers.split(" = ").at(-1).replace("\u2212", "-")), value, 0.00051, what);
            if (sum) near(terms.reduce((total, { value }) => total + value, 0), sum.value, 1e-5, what);
          }
        }
      }
    });

    test(`${notation}, ${cell}: each number of the diagram is what its formula gives`, () => {
      const { record, tensors } = made(cell, notation);
      for (let t = 1; t < record.steps; t += 1) {
        const known = symbols(notation, cell, record, tensors, t);
        const values = carried(record, tensors, t, 3);
        for (const [key, { math, numbers }] of Object.entries(quantities(record))) {
          if (!(key in values)) continue;
          near(computed(math, known)[3], values[key], 1e-5, `${key}: ${math}`);
          if (!numbers) continue;
          const [left, right] = filled(record, key, values).split(" = ").map((text) => text.replaceAll("\u2212", "-").replaceAll("\u00d7", "*").replaceAll("tanh", "Math.tanh"));
          near(Number(right), values[key], 0.00051, key);
          if (!left.startsWith("w_")) near(Function(`return ${left}`)(), values[key], 0.006, `${key}: ${left}`); // our own text
        }
      }
    });

    test(`${notation}, ${cell}: the numbers of a sum stand in the order of its formula`, () => {
      const { record, tensors } = made(cell, notation);
      const known = symbols(notation, cell, record, tensors, 2);
      for (const name of ROWS[cell]) {
        const { equation, numbers } = explain(record, tensors, name, 2, 1);
        const inside = equation.slice(equation.indexOf("( ") + 2, -2);
        if (/ \u2299 \( /.test(inside)) continue; // numbers with a product in parentheses: computed above
        const [printed] = numbers.split(" = ");
        const expected = inside.split(" + ").flatMap((term) => {
          const joined = /^(\S+) \[(.*), (.*)\]$/.exec(term);
          if (!joined) return [computed(term, known)[1]];
          const [state, input] = [joined[2], joined[3]].map((part) => computed(part, known));
          return [known[joined[1]][1].slice(0, SIZE).reduce((sum, w, k) => sum + w * state[k], 0), known[joined[1]][1].slice(SIZE).reduce((sum, w, k) => sum + w * input[k], 0)];
        });
        const values = printed.slice(printed.indexOf("( ") + 2, -2).split(" + ").map((term) => term.replaceAll("(", "").replaceAll(")", "").replaceAll("\u2212", "-").split(" \u00d7 ").map(Number).reduce((a, b) => a * b));
        assert.equal(values.length, expected.length, `${equation}: ${numbers}`);
        values.forEach((value, k) => near(value, expected[k], 0.003, `${equation}: ${numbers}`));
      }
    });

    test(`${notation}, ${cell}: keys, stages and words are the same, so that a link fits every notation`, () => {
      const { record } = made(cell, notation);
      assert.deepEqual(new Set(Object.keys(quantities(record))), new Set(Object.keys(QUANTITIES[cell])));
      const [here, there] = [drawing(writing(record)), DRAWN[cell]];
      assert.deepEqual(new Set([...here.parts, ...here.wires].map(({ key }) => key)), new Set([...there.parts, ...there.wires].map(({ key }) => key)));
      assert.deepEqual(here.walk.map(({ title, part }) => [title, part]), there.walk.map(({ title, part }) => [title, part]));
      for (const [x, y] of [...here.parts.map(({ at }) => at), ...here.wires.flatMap(({ path }) => path)]) assert.ok(x >= 0 && x <= W && y > 0 && y < H);
    });

    test(`${notation}, ${cell}: a story tells the numbers that the diagram shows, and no other letters`, () => {
      const { record, tensors } = made(cell, notation);
      for (let t = 0; t < record.steps; t += 1) {
        const values = carried(record, tensors, t, 2);
        const known = Object.values(values).flatMap((value) => [number(value, 2), `${Math.round(100 * value)}`, `${Math.round(100 - 100 * value)}`]);
        for (let stage = 0; stage <= DRAWN[cell].walk.length; stage += 1) {
          const told = story(record, values, t, 2, stage).replace(/^Step \d+, \S+( \(which the model never saw\))?: (unit \d+)?|1 \u2212/g, "");
          for (const each of told.match(/\u2212?\d+(\.\d+)?/g) ?? []) assert.ok(known.includes(each), `${each} in: ${told}`);
          const letters = told.replaceAll("\u2019s", "").match(/(?<![a-z])[A-Za-z\u0393]\u0303?(?![a-z])/gi) ?? [];
          for (const letter of letters) assert.ok([...record.names.map((name) => plain(letterOf(notation, cell, name))), "a"].includes(letter), `${letter} in: ${told}`);
        }
      }
    });

    test(`${notation}, ${cell}: what is kept and what is added make the state, and their labels have its letters`, () => {
      const { record } = made(cell, notation);
      for (let t = 0; t < record.steps; t += 1) {
        const found = parts(record, 4, t);
        if ("kept" in found) near(found.kept + found.added, found.total, 1e-5, "state");
      }
      const { kept, added } = flowOf(record);
      if (!kept) return;
      const { memory, candidate } = CELLS[cell];
      assert.ok(kept.label.includes(`\u2299\u2009${plain(letterOf(notation, cell, memory))} of`), kept.label);
      assert.ok(added.label.includes(`\u2299\u2009${plain(letterOf(notation, cell, candidate))}`), added.label);
    });
  }

  test(`${notation}: where the update gate is turned round, strips, diagram and arithmetic show 1 minus PyTorch's z, and nothing else is another number`, () => {
    for (const cell of FAMILY) {
      const { record, tensors } = made(cell, notation);
      const raw = made(cell, "pytorch").record;
      const turned = GRUS.includes(cell) && TURNED.includes(notation);
      assert.equal(record.turned, turned ? "z" : null);
      for (const name of raw.names) {
        for (let t = 0; t < raw.steps; t += 1) {
          const expected = (k) => (turned && name === "z" ? 1 - raw.value(name, t, k) : raw.value(name, t, k));
          for (let k = 0; k < SIZE; k += 1) {
            near(record.value(name, t, k), expected(k), 1e-6, name); // a strip
            near(record.row(name, t)[k], expected(k), 1e-6, name); // a heatmap
            near(carried(record, tensors, t, k)[name], expected(k), 1e-6, name); // the diagram
          }
        }
      }
      const [shown, own] = [carried(record, tensors, 3, 1), carried(raw, tensors, 3, 1)];
      for (const key of ["zh", "zn", "1-fh", "fn", "fc", "ig", "ra", "rh", "h"]) if (key in own) near(shown[key], own[key], 1e-6, key);
    }
  });

  test(`${notation}: the maps have the letters of the notation`, () => {
    for (const cell of FAMILY) {
      const { record } = made(cell, notation);
      const written = writing(record);
      for (const name of record.names) {
        assert.equal(written.letter(name), letterOf(notation, cell, name));
        assert.ok(reach(record, name).startsWith(`${plain(letterOf(notation, cell, name))} from `));
      }
      const heard = summary(record, 2, 0);
      for (const name of record.names) assert.ok(heard.includes(`${plain(letterOf(notation, cell, name))} ${number(record.value(name, 2, 0), 2)}`), heard);
    }
  });
}

test("the equations are those of the sources", () => {
  const equation = (notation, cell, name) => explain(made(cell, notation).record, null, name, 1, 0).equation;
  const expected = {
    colah: {
      lstm: { f: "f_{t} = \u03c3( W_{f} [h_{t\u22121}, x_{t}] + b_{f} )", g: "C\u0303_{t} = tanh( W_{C} [h_{t\u22121}, x_{t}] + b_{C} )", c: "C_{t} = f_{t} \u2299 C_{t\u22121} + i_{t} \u2299 C\u0303_{t}", h: "h_{t} = o_{t} \u2299 tanh(C_{t})" },
      "gru-cho": { n: "h\u0303_{t} = tanh( W_{h} [r_{t} \u2299 h_{t\u22121}, x_{t}] + b_{h} )", h: "h_{t} = (1 \u2212 z_{t}) \u2299 h_{t\u22121} + z_{t} \u2299 h\u0303_{t}" },
      peephole: { f: "f_{t} = \u03c3( W_{f} [h_{t\u22121}, x_{t}] + w_{Cf} \u2299 C_{t\u22121} + b_{f} )", o: "o_{t} = \u03c3( W_{o} [h_{t\u22121}, x_{t}] + w_{Co} \u2299 C_{t} + b_{o} )" },
    },
    d2l: {
      lstm: { f: "F_{t} = \u03c3( X_{t} W_{xf} + H_{t\u22121} W_{hf} + b_{f} )", g: "C\u0303_{t} = tanh( X_{t} W_{xc} + H_{t\u22121} W_{hc} + b_{c} )", c: "C_{t} = F_{t} \u2299 C_{t\u22121} + I_{t} \u2299 C\u0303_{t}", h: "H_{t} = O_{t} \u2299 tanh(C_{t})" },
      "gru-cho": { n: "H\u0303_{t} = tanh( X_{t} W_{xh} + ( R_{t} \u2299 H_{t\u22121} ) W_{hh} + b_{h} )", h: "H_{t} = Z_{t} \u2299 H_{t\u22121} + (1 \u2212 Z_{t}) \u2299 H\u0303_{t}" },
      coupled: { i: "I_{t} = 1 \u2212 F_{t}" },
      rnn: { h: "H_{t} = tanh( X_{t} W_{xh} + H_{t\u22121} W_{hh} + b_{h} )" },
    },
    deeplearning: {
      lstm: {
        i: "\u0393_{u}^{\u27e8t\u27e9} = \u03c3( W_{u} [a^{\u27e8t\u22121\u27e9}, x^{\u27e8t\u27e9}] + b_{u} )",
        c: "c^{\u27e8t\u27e9} = \u0393_{f}^{\u27e8t\u27e9} \u2299 c^{\u27e8t\u22121\u27e9} + \u0393_{u}^{\u27e8t\u27e9} \u2299 c\u0303^{\u27e8t\u27e9}",
        h: "a^{\u27e8t\u27e9} = \u0393_{o}^{\u27e8t\u27e9} \u2299 tanh(c^{\u27e8t\u27e9})",
      },
      "gru-cho": {
        n: "c\u0303^{\u27e8t\u27e9} = tanh( W_{c} [\u0393_{r}^{\u27e8t\u27e9} \u2299 c^{\u27e8t\u22121\u27e9}, x^{\u27e8t\u27e9}] + b_{c} )",
        h: "c^{\u27e8t\u27e9} = (1 \u2212 \u0393_{u}^{\u27e8t\u27e9}) \u2299 c^{\u27e8t\u22121\u27e9} + \u0393_{u}^{\u27e8t\u27e9} \u2299 c\u0303^{\u27e8t\u27e9}",
      },
      rnn: { h: "a^{\u27e8t\u27e9} = tanh( W_{a} [a^{\u27e8t\u22121\u27e9}, x^{\u27e8t\u27e9}] + b_{a} )" },
    },
    keras: {
      lstm: { f: "f_{t} = \u03c3( x_{t} W_{f} + h_{t\u22121} U_{f} + b_{f} )", c: "c_{t} = f_{t} \u2299 c_{t\u22121} + i_{t} \u2299 c\u0303_{t}" },
      gru: { n: "hh_{t} = tanh( x_{t} W_{h} + b_{Wh} + r_{t} \u2299 ( h_{t\u22121} U_{h} + b_{Uh} ) )", h: "h_{t} = z_{t} \u2299 h_{t\u22121} + (1 \u2212 z_{t}) \u2299 hh_{t}" },
    },
  };
  for (const [notation, cells] of Object.entries(expected)) for (const [cell, names] of Object.entries(cells)) for (const [name, written] of Object.entries(names)) assert.equal(equation(notation, cell, name), written);
});

test("a formula that its numbers contradict is found out", () => {
  const { record, tensors } = made("gru", "colah");
  const known = symbols("colah", "gru", record, tensors, 3);
  const right = explain(record, tensors, "h", 3, 0);
  const wrong = explain(record.use("pytorch"), tensors, "h", 3, 0).equation.replaceAll("n_{t}", "h\u0303_{t}");
  near(computed(right.equation, known)[0], right.value, 1e-5, "right");
  assert.ok(Math.abs(computed(wrong, known)[0] - right.value) > 0.01, "z the other way round");
  assert.throws(() => computed("W_{q} h_{t\u22121}", known), ReferenceError);
});

test("Keras lists gates and candidates as i, f, c, o and z, r, h; the others in the order of the story", () => {
  const ordered = (cell, notation, names) => writing({ model: { cell }, notation }).ordered(names).join("");
  assert.equal(ordered("lstm", "keras", [..."figcoh"]), "ifgcoh");
  assert.equal(ordered("gru", "keras", [..."rznh"]), "zrnh");
  for (const notation of ["pytorch", "colah", "d2l", "deeplearning"]) assert.equal(ordered("lstm", notation, [..."figcoh"]), "figcoh");
});

test("Compare offers a turned update gate as what is written, where it is not turned as what is kept", () => {
  const gru = (notation) => writing({ model: { cell: "gru" }, notation });
  assert.deepEqual(["keep", "write"].map((value) => nameOf(value, gru("pytorch").cell)), ["z", ""]);
  assert.deepEqual(["keep", "write"].map((value) => nameOf(value, gru("colah").cell)), ["", "z"]);
  const label = (notation, value) => Object.fromEntries(offers(["lstm", "gru"], notation))[value];
  assert.equal(label("d2l", "candidate"), "candidate (C\u0303, H\u0303)");
  assert.equal(label("deeplearning", "keep"), "what is kept (\u0393f)");
});

test("what was measured of an update gate is told the other way round where the gate is", () => {
  const unit = { called: "a word begins", name: "z", measure: "AUC", sign: 1 };
  const told = (notation) => called(unit, writing({ model: { cell: "gru" }, notation }));
  assert.deepEqual(["pytorch", "colah", "deeplearning", "d2l"].map(told), ["a word begins: z high", "a word begins: z low", "a word begins: \u0393u low", "a word begins: Z high"]);
});
