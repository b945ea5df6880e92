import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { CELLS, names, states } from "../../gatelab/live/static/engine/cells.js";
import { load } from "../../gatelab/live/static/engine/engine.js";
import { firstChange, firstChanged, parse, write } from "../../gatelab/live/static/engine/holds.js";
import { Parameters } from "../../gatelab/live/static/engine/parameters.js";
import { Reader, Trace } from "../../gatelab/live/static/engine/reader.js";
import { silencedUnits } from "../../gatelab/live/static/engine/silencing.js";
import { Steps } from "../../gatelab/live/static/engine/steps.js";
import { product } from "../../gatelab/live/static/engine/tensors.js";
import { answer } from "../../gatelab/live/static/engine/writing.js";
import { steps } from "./counted.mjs";
import { random } from "./madeup.mjs";

const shipped = (name) => load(readFileSync(new URL(`../../gatelab/zoo/${name}.safetensors`, import.meta.url)));
const lstm = shipped("counter-lstm");
const hold = (name, value, { units = null, steps = null, how = "set" } = {}) => ({ name, value, units, steps, how });
const [D, H] = [3, 4];

/** Random weights of one layer. */
function weights(cell, next, width = D) {
  const array = (...shape) => ({ shape, data: Float64Array.from({ length: shape.reduce((a, b) => a * b) }, () => 2 * next()) });
  const G = CELLS[cell].rows.length * H;
  const peepholes = (CELLS[cell].peepholes ?? []).map((name) => [name, array(H)]);
  return { weight_ih: array(G, width), weight_hh: array(G, H), bias_ih: array(G), bias_hh: array(G), ...Object.fromEntries(peepholes) };
}

/** A reader of the letters a and b with random weights. */
function reader(cell, count, next = random(3)) {
  const layers = Array.from({ length: count }, (_, k) => Object.entries(weights(cell, next, k ? H : D)).map(([name, array]) => [`recurrent.${name}_l${k}`, array]));
  const array = (...shape) => ({ shape, data: Float64Array.from({ length: shape.reduce((a, b) => a * b) }, next) });
  const tokens = ["\uFFFD", "a", "b"];
  const spec = { name: "made-up", cell, tokens, unit: "characters", num_layers: count, embedding_size: D, outputs: [] };
  return new Reader({ spec, weights: { ...Object.fromEntries(layers.flat()), "embedding.weight": array(3, D), "head.weight": array(3, H), "head.bias": array(3) } });
}

/** All that a trace computed. */
const all = (trace) => [...trace.layers.flatMap(({ tables }) => Object.values(tables)), trace.answers].map(({ width, data }) => Array.from(data.subarray(0, width * trace.steps)));

// As text

test("a hold as text is read, and written as it was", () => {
  const cases = {
    "f:all:4-:=1": hold("f", 1, { steps: [3, Infinity] }),
    "c:1,7:4-9:*0.5": hold("c", 0.5, { units: [1, 7], steps: [3, 9], how: "times" }),
    "l1.h:0:4:+-0.3": hold("h", -0.3, { units: [0], steps: [3, 4], how: "plus" }),
    "h:all:all:=-12.5": hold("h", -12.5),
  };
  for (const [text, expected] of Object.entries(cases)) {
    assert.deepEqual(parse(text, lstm), { holds: [{ ...expected, name: text.split(":")[0] }], wrong: [] });
    assert.equal(write(parse(text, lstm).holds), text);
  }
  const joined = Object.keys(cases).join(";");
  assert.equal(write(parse(joined, lstm).holds), joined);
  assert.deepEqual(parse("", lstm), { holds: [], wrong: [] });
});

test("a number is written without an exponent, with at most six digits that count", () => {
  const written = [1e-7, 1 / 3, 1e21, 123456789, -0.1, 100000, 2.5].map((value) => write([hold("f", value)]).split("=")[1]);
  assert.deepEqual(written, ["0.0000001", "0.333333", "1000000000000000000000", "123457000", "-0.1", "100000", "2.5"]);
});

test("units are read in order, each once, and from the first step on is always", () => {
  assert.equal(write(parse("f:3,1,3:1-:=1", lstm).holds), "f:1,3:all:=1");
});

test("what cannot be held is named, and the rest is held", () => {
  const { size } = lstm.layers[0];
  const { holds, wrong } = parse(`q:all:all:=1;f:all:all:=1;x.f:all:all:=0;f:0,${size}:all:=0;f:all:0:=1;f:all:9-4:=1;f:all:all:1;f:all:all;f::all:=1;F:all:all:=1`, lstm);
  assert.equal(write(holds), "f:all:all:=1");
  assert.deepEqual(wrong, [
    "The hold 'q:all:all:=1' names q, which the LSTM does not compute.",
    "The hold 'x.f:all:all:=0' names x.f, but what stands before a dot must be among l1.",
    `The hold 'f:0,${size}:all:=0' names unit ${size}, but the units are 0 to ${size - 1}.`,
    "The hold 'f:all:0:=1' must have steps such as all, 4, 4-9 or 4-, counted from 1.",
    "The hold 'f:all:9-4:=1' must have steps such as all, 4, 4-9 or 4-, counted from 1.",
    "The hold 'f:all:all:1' must end in =, * or + and a number, such as =1, *0.5 or +-0.3.",
    "The hold 'f:all:all' must be of the form name:units:steps:value, such as f:all:4-:=1.",
    "The hold 'f::all:=1' must have units that are all, or integers from 0 with commas between them.",
    "The hold 'F:all:all:=1' must begin with a name such as f, l1.f or encoder.z.",
  ]);
});

test("nothing in a text makes it fail, and sentences stay short and few", () => {
  const long = "9".repeat(1e6);
  const hostile = [null, undefined, 7, {}, ";;;", "::::", "__proto__:all:all:=1", "constructor:all:all:=1", "l1.constructor:all:all:=1", "encoder.z:all:all:=1",
    `f:all:all:=${long}`, `f:${long}:all:=1`, `f:all:${long}-:=1`, long, `f:${"1,".repeat(5e5)}1:all:=1`, "f:all:all:=NaN", "f:all:all:=1e3", "f:all:all:=Infinity", "f:all:all:=0x10", "f:all:all:= 1",
    "f:all:\u0661:=1", "\u202e<b>:\n\ud800:\u0000", "f:-1:all:=1", "f:1.5:all:=1", "f:all:1-2-3:=1", "f:all:-3:=1"];
  for (const text of hostile) {
    const { holds, wrong } = parse(text, lstm);
    assert.ok(holds.length < 2 && wrong.every((sentence) => sentence.length < 160 && !/[\n\u202e\0]/.test(sentence)), String(text).slice(0, 40));
  }
  const { holds, wrong } = parse("f:all:all:=1;".repeat(70), lstm);
  assert.deepEqual([holds.length, wrong], [64, ["A text has at most 64 holds, and the 6 behind them are left out."]]);
  assert.equal(parse("x;".repeat(1e5), lstm).wrong.length, 65);
});

test("a hold that does not fit the model is refused where no text was read", () => {
  const refused = (wrong, message) => assert.throws(() => new Trace(lstm).hold([wrong]), { name: "RangeError", message });
  refused(hold("q", 1), /names q, which the LSTM/);
  refused(hold("f", 1, { units: [9999] }), /names unit 9999/);
  for (const wrong of [hold("f", NaN), hold("f", 1, { units: [-1] }), hold("f", 1, { units: [0.5] }), hold("f", 1, { steps: [2, 2] }), hold("f", 1, { how: "add" })]) refused(wrong, /must have a finite value/);
});

// What they do

/** The equations once more, entry by entry: `gate(name)` is the sum of a gate, `old` the state before; `put(name, of)` computes and holds. */
const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const toSigmoid = ({ put, sum }, list) => Array.from(list, (name) => put(name, (k) => sigmoid(sum(name, k))));
const remember = ({ put, old, now }) => put("c", (k) => now.f[k] * old.c[k] + now.i[k] * now.g[k]);
const show = ({ put, now }) => put("h", (k) => now.o[k] * Math.tanh(now.c[k]));
const mix = ({ put, old, now }) => put("h", (k) => now.z[k] * old.h[k] + (1 - now.z[k]) * now.n[k]);
const EQUATIONS = {
  rnn: ({ put, sum }) => put("h", (k) => Math.tanh(sum("h", k))),
  "rnn-relu": ({ put, sum }) => put("h", (k) => Math.max(0, sum("h", k))),
  lstm: (s) => [toSigmoid(s, "ifo"), s.put("g", (k) => Math.tanh(s.sum("g", k))), remember(s), show(s)],
  peephole: (s) => {
    for (const name of "if") s.put(name, (k) => sigmoid(s.sum(name, k) + s.w[`weight_c${name}`].data[k] * s.old.c[k]));
    s.put("g", (k) => Math.tanh(s.sum("g", k)));
    remember(s);
    s.put("o", (k) => sigmoid(s.sum("o", k) + s.w.weight_co.data[k] * s.now.c[k]));
    show(s);
  },
  coupled: (s) => [toSigmoid(s, "fo"), s.put("g", (k) => Math.tanh(s.sum("g", k))), s.put("i", (k) => 1 - s.now.f[k]), remember(s), show(s)],
  gru: (s) => [toSigmoid(s, "rz"), s.put("n", (k) => Math.tanh(s.input("n", k) + s.now.r[k] * s.state("n", k, s.old.h))), mix(s)],
  "gru-cho": (s) => [toSigmoid(s, "rz"), s.put("n", (k) => Math.tanh(s.input("n", k) + s.state("n", k, s.old.h.map((h, j) => s.now.r[j] * h)))), mix(s)],
  mgu: (s) => [toSigmoid(s, "f"), s.put("n", (k) => Math.tanh(s.input("n", k) + s.state("n", k, s.old.h.map((h, j) => s.now.f[j] * h)))),
    s.put("h", (k) => (1 - s.now.f[k]) * s.old.h[k] + s.now.f[k] * s.now.n[k])],
};

/** One step by these equations. */
function plainStep(cell, w, x, old, holds, t) {
  const times = (weight, bias, name, k, values) => {
    const row = CELLS[cell].rows.indexOf(name) * H + k;
    return values.reduce((sum, value, j) => sum + value * weight.data[row * values.length + j], bias.data[row]);
  };
  const now = {};
  const input = (name, k) => times(w.weight_ih, w.bias_ih, name, k, x);
  const state = (name, k, h) => times(w.weight_hh, w.bias_hh, name, k, h);
  const changed = (name, k, value) => holds.reduce((found, one) => {
    const acts = one.name === name && (!one.units || one.units.includes(k)) && (!one.steps || (t >= one.steps[0] && t < one.steps[1]));
    return !acts ? found : one.how === "set" ? one.value : one.how === "times" ? found * one.value : found + one.value;
  }, value);
  const put = (name, of) => (now[name] = Array.from({ length: H }, (_, k) => changed(name, k, of(k))));
  EQUATIONS[cell]({ put, old, now, w, input, state, sum: (name, k) => input(name, k) + state(name, k, old.h) });
  return now;
}

/** Some holds of a cell, always the same for a generator. */
function some(cell, next, count) {
  const whole = (most) => Math.floor((next() / 2 + 0.5) * most * 0.999);
  return Array.from({ length: count }, () => {
    const first = whole(8);
    const list = names(CELLS[cell]);
    return hold(list[whole(list.length)], 2 * next(), {
      units: whole(2) ? null : [...new Set([whole(H), whole(H)])].sort(),
      steps: whole(3) ? [first, whole(2) ? first + 1 + whole(4) : Infinity] : null,
      how: ["set", "times", "plus"][whole(3)],
    });
  });
}

test("every cell with holds computes what its equations say, entry by entry", () => {
  const next = random(5);
  for (const cell of Object.keys(CELLS)) {
    for (let round = 0; round < 30; round += 1) {
      const [w, holds] = [weights(cell, next), some(cell, next, 1 + (round % 4))];
      const start = Object.fromEntries(states(CELLS[cell]).map((name) => [name, Array.from({ length: H }, next)]));
      const layer = new Steps(new Parameters(cell, w), holds, start);
      let old = start;
      for (let t = 0; t < 10; t += 1) {
        const x = Array.from({ length: D }, next);
        layer.take(t, Float64Array.from(x));
        old = plainStep(cell, w, x, old, holds, t);
        for (const [name, values] of Object.entries(layer.at(t))) values.forEach((value, k) => assert.ok(Math.abs(value - old[name][k]) <= 1e-12 * Math.max(1, Math.abs(value)), `${cell} ${name} ${t} ${write(holds)}`));
      }
    }
  }
});

test("what is held at its own values changes nothing, to the last bit", () => {
  for (const cell of Object.keys(CELLS)) {
    const [one, text] = [reader(cell, 2), "abbabaab"];
    const free = new Trace(one).read(text);
    for (const name of names(CELLS[cell])) {
      const holds = [0, 1].flatMap((k) => [2, 3, 7].flatMap((t) => Array.from(free.layers[k].tables[name].row(t), (value, unit) => hold(`l${k + 1}.${name}`, value, { units: [unit], steps: [t, t + 1] }))));
      assert.deepEqual(all(new Trace(one, { holds }).read(text)), all(free), `${cell} ${name}`);
    }
  }
});

test("a name without a layer means the last one", () => {
  const one = reader("lstm", 2);
  const read = (text) => all(new Trace(one, { holds: parse(text, one).holds }).read("abba"));
  assert.deepEqual(read("f:all:2-:=1"), read("l2.f:all:2-:=1"));
  assert.notDeepEqual(read("f:all:2-:=1"), read("l1.f:all:2-:=1"));
  assert.deepEqual(parse("l3.f:all:all:=1", one).wrong, ["The hold 'l3.f:all:all:=1' names l3.f, but what stands before a dot must be among l1, l2."]);
});

test("a trace that grows, shrinks and gets other holds is the one made at once, and computes only the steps that change", () => {
  const next = random(6);
  for (const cell of ["lstm", "gru-cho", "rnn"]) {
    const one = reader(cell, 2);
    const trace = new Trace(one);
    let [holds, text] = [[], ""];
    for (let round = 0; round < 60; round += 1) {
      if (next() < 0) text = text.slice(0, Math.max(0, text.length - 3)) + "abab".slice(Math.floor(2 + 2 * next()));
      else holds = some(cell, next, Math.floor(2 + 2 * next()));
      trace.hold(holds).read(text);
      assert.deepEqual(all(trace), all(new Trace(one, { holds }).read(text)));
    }
    trace.hold([hold("h", 0, { steps: [5, 7] })]).read("abbabbabba");
    assert.equal(steps(() => trace.read("abbabbabbab")), 2); // one step of each layer
    assert.equal(steps(() => trace.hold([hold("h", 0, { steps: [5, 7] })])), 0);
    assert.equal(steps(() => trace.hold([hold("h", 0, { steps: [5, 7] }), hold("h", 1, { steps: [8, Infinity] })])), 2 * 3);
    assert.equal(steps(() => trace.hold([hold("h", 1, { steps: [8, Infinity] })])), 2 * 6);
    assert.equal(steps(() => trace.hold([])), 2 * 3);
    assert.equal(steps(() => trace.hold([hold("h", 1, { steps: [100, Infinity] })])), 0);
  }
});

test("a trace that begins from the state where another ended goes on as that one", () => {
  for (const cell of Object.keys(CELLS)) {
    const one = reader(cell, 2);
    const whole = new Trace(one).read("abbab");
    const state = Object.fromEntries(whole.layers.flatMap((layer, k) => Object.entries(layer.state(2)).map(([name, values]) => [k ? name : `l1.${name}`, Array.from(values)])));
    const rest = new Trace(one, { state }).read("ab");
    assert.deepEqual(Array.from(rest.tables.h.row(1)), Array.from(whole.tables.h.row(4)));
    assert.throws(() => new Trace(one, { state: { h: [1] } }), { name: "RangeError", message: /state h must be 4 finite numbers: got 1/ });
    assert.throws(() => new Trace(one, { state: { q: [1] } }), { name: "RangeError", message: /got q/ });
  }
});

test("an answer tells what is held, and where nothing is held it tells nothing", () => {
  const one = reader("lstm", 2);
  const text = "f:1,2:2-:=1;l2.f:all:3:*0.5;l1.c:all:all:=0;h:all:9-:=0";
  const { metadata } = new Trace(one, { holds: parse(text, one).holds }).read("abba").answer();
  assert.equal(metadata.held, text);
  assert.deepEqual(metadata.entries, { f: [[1, 4, [1, 2]], [2, 3, null]] });
  assert.ok(!("held" in new Trace(one).read("abba").answer().metadata));
});

test("a unit of the last of two layers is silent where its h and c are held at 0, in every cell", () => {
  for (const cell of Object.keys(CELLS)) {
    const [one, text] = [reader(cell, 2), "abbab"];
    const answered = (holds) => new Trace(one, { holds }).read(text).answers.row(4)[1];
    silencedUnits(one, text, 1).forEach((change, unit) => {
      const holds = states(CELLS[cell]).map((name) => hold(name, 0, { units: [unit] }));
      assert.ok(Math.abs(change - (answered(holds) - answered([]))) < 1e-13, `${cell} ${unit}`);
    });
  }
});

// Encoder and decoder

const ARRAYS = ["states", "context"];

test("an encoder and decoder are held at either end", () => {
  const text = "march 5 2014";
  for (const name of ["dates-additive", "dates-multiplicative", "dates-none"]) {
    const one = shipped(name);
    const { hidden_size: H } = one.spec;
    const run = (held, options = {}) => answer(one.write(text, { ...options, holds: parse(held, one).holds }));
    const free = run("");
    const forgetful = run("encoder.h:all:2-:=0"); // both directions begin anew: only the first token is known
    const { data, shape } = forgetful.tensors.states;
    assert.ok(data.subarray(0, H).some((value) => value !== 0) && data.subarray(H).every((value) => value === 0));
    const half = run(`encoder.h:${H / 2}:all:=0.5`).tensors.states; // the first unit that reads from the right
    for (let k = 0; k < shape[0]; k += 1) assert.equal(half.data[k * H + H / 2], 0.5);
    for (let k = 0; k < shape[0]; k += 1) assert.deepEqual(half.data.subarray(k * H, k * H + H / 2), free.tensors.states.data.subarray(k * H, k * H + H / 2));
    const late = run("decoder.h:all:3-:=0");
    assert.deepEqual(late.metadata.written.slice(0, 2), free.metadata.written.slice(0, 2));
    for (const array of ARRAYS) assert.deepEqual(late.tensors[array].data.subarray(0, 2 * H), free.tensors[array].data.subarray(0, 2 * H));
    assert.deepEqual([late.metadata.held, Object.keys(late.metadata.entries)], ["decoder.h:all:3-:=0", ["decoder.h"]]);
    assert.ok(run("decoder.z:all:all:=1", { beam: 3 }).metadata.tree.length > 0); // the state stays as it began
    assert.deepEqual(run("decoder.z:all:all:*1;encoder.n:all:all:+0", { beam: 3 }).tensors, run("", { beam: 3 }).tensors);
    assert.deepEqual(parse("z:all:all:=1;decoder.q:all:all:=1", one).wrong, [
      "The hold 'z:all:all:=1' names z, but what stands before a dot must be among encoder, decoder.",
      "The hold 'decoder.q:all:all:=1' names q, which the GRU does not compute.",
    ]);
  }
});

test("a token that is read from the right is held at its own place", () => {
  const one = shipped("dates-additive");
  const { hidden_size: H } = one.spec;
  const ids = [3, 4, 5, 6, 7];
  const states = one.encode(ids, parse(`h:${H / 2},1:2-3:=0.25`, { layers: [{ name: "gru", size: H }] }).holds);
  ids.forEach((_, k) => assert.deepEqual([states[k * H + 1] === 0.25, states[k * H + H / 2] === 0.25], [k === 1 || k === 2, k === 1 || k === 2]));
});

test("an encoder and decoder begin from a state that is given", () => {
  const one = shipped("dates-additive");
  const { hidden_size: H } = one.spec;
  const write = (state, holds = "") => one.write("5 may", { state, holds: parse(holds, one).holds });
  const own = new Array(H).fill(0);
  assert.deepEqual(write({ "encoder.h": own }).arrays, write({}).arrays);
  const given = Array.from(own, (_, k) => k / H);
  const { data } = write({ "encoder.h": given }, "encoder.z:all:all:=1").arrays.states; // which keeps the state
  for (let k = 0; k < 5; k += 1) assert.deepEqual(Array.from(data.subarray(k * H, (k + 1) * H)), given);
  const { query } = write({ "decoder.h": given }).arrays;
  assert.deepEqual(query.data.subarray(0, H), product(one.query, Float64Array.from(given), undefined, new Float64Array(H))); // W s
  assert.throws(() => write({ "decoder.c": given }), { name: "RangeError", message: /got decoder.c/ });
});

test("a transformer has nothing to hold, and says so", () => {
  const one = shipped("dates-transformer");
  assert.deepEqual(parse("f:all:all:=1", one), { holds: [], wrong: ["The hold 'f:all:all:=1' is of no use to a transformer, which has no recurrent cells to hold."] });
});

test("the first step that a change of holds as text touches is that of the holds themselves", () => {
  const model = { layers: [{ name: "lstm", size: 8 }] };
  const texts = ["", "f:all:all:=1", "f:all:4-:=1", "f:all:4-:=1;i:2:7:*0.5", "f:all:4-:=1;i:2:9-12:*0.5", "i:2:7:*0.5", "f:all:4-:=1;i:2:7:*0.25"];
  for (const old of texts) {
    for (const now of texts) assert.equal(firstChanged(old, now), firstChange(parse(old, model).holds, parse(now, model).holds), `${old} to ${now}`);
  }
});
