import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { numbers, part, read } from "../../gatelab/live/static/engine/checkpoint.js";
import { load } from "../../gatelab/live/static/engine/engine.js";
import { Looks } from "../../gatelab/live/static/engine/heads.js";
import { influence } from "../../gatelab/live/static/engine/influence.js";
import { Parameters } from "../../gatelab/live/static/engine/parameters.js";
import { Trace } from "../../gatelab/live/static/engine/reader.js";
import { product, products, softmax } from "../../gatelab/live/static/engine/tensors.js";
import { answer, likeliest } from "../../gatelab/live/static/engine/writing.js";
import { Record } from "../../gatelab/live/static/record.js";
import { parse } from "../../gatelab/live/static/engine/safetensors.js";
import { split } from "../../gatelab/live/static/engine/tokens.js";
import { steps } from "./counted.mjs";
import { body, random } from "./madeup.mjs";

const shipped = (name) => readFileSync(new URL(`../../gatelab/zoo/${name}.safetensors`, import.meta.url));
const model = (name) => load(shipped(name));

test("a product is the sum of the products of each row, for any number of rows", () => {
  const next = random(1);
  for (const rows of [1, 2, 3, 4, 5, 8, 11]) {
    for (const columns of [1, 2, 7]) {
      const [weight, x, bias] = [rows * columns, columns, rows].map((length) => Float64Array.from({ length }, next));
      const plain = (k) => x.reduce((sum, value, j) => sum + value * weight[k * columns + j], 0);
      const close = (found, expected) => found.forEach((value, k) => assert.ok(Math.abs(value - expected(k)) < 1e-15));
      close(product(weight, x, undefined, new Float64Array(rows)), plain);
      close(product(weight, x, bias, new Float64Array(rows)), (k) => plain(k) + bias[k]);
    }
  }
});

test("probabilities sum to 1 and follow the scores, however large these are", () => {
  const chances = (...scores) => Array.from(softmax(Float64Array.from(scores), new Float64Array(scores.length)));
  assert.deepEqual(chances(0, 0), [0.5, 0.5]);
  assert.deepEqual(chances(1e308, 0, -1e308), [1, 0, 0]);
  assert.deepEqual(chances(-Infinity, 5, 5), [0, 0.5, 0.5]);
  assert.ok(Math.abs(chances(1, 2)[1] - Math.E / (1 + Math.E)) < 1e-15);
});

test("a checkpoint is its spec and the exact numbers of the file", () => {
  const { spec, weights } = read(shipped("prose-peephole"));
  const { metadata, tensors } = parse(shipped("prose-peephole"));
  for (const [field, value] of Object.entries(metadata.spec)) assert.deepEqual(spec[field], value);
  for (const [name, { shape, data }] of Object.entries(weights)) {
    assert.deepEqual(shape, tensors[name].shape);
    assert.deepEqual(Float32Array.from(data), tensors[name].data);
  }
  assert.deepEqual(Object.keys(part(weights, "recurrent.", "_l0")).sort(), ["bias_hh", "bias_ih", "weight_cf", "weight_ci", "weight_co", "weight_hh", "weight_ih"]);
});

test("what is no checkpoint of ours is refused with what is missing", () => {
  assert.throws(() => read(body({ note: "hello" }, {})), { name: "TypeError", message: /under "spec": got note/ });
  const { weights } = read(shipped("brackets-lstm"));
  assert.throws(() => numbers(weights, "tail.weight"), { message: /must hold tail.weight: got .*head.weight/ });
  const layer = part(weights, "recurrent.", "_l0");
  assert.throws(() => new Parameters("peephole", layer), { message: /peephole must have weight_ci/ });
  assert.throws(() => new Parameters("mlp", layer), { name: "RangeError", message: /one of rnn, .*: got mlp/ });
});

test("a text typed piece by piece costs its new steps alone, and is what it is at once", () => {
  for (const [name, text] of [["prose-lstm", "The old clock \u2014 \u{1F600} had stopped again."], ["sentiment-gru-cho", "A film, not bad; don\u2019t go"], ["adding-peephole", "0.5* 0.25 x 1*"]]) {
    const whole = new Trace(model(name)).read(text);
    const typed = new Trace(whole.model);
    const tokens = (end) => split(text.slice(0, end), whole.model.spec.unit);
    for (let end = 0; end <= text.length; end += 1) {
      const kept = tokens(end).findIndex((token, t) => token !== typed.tokens[t]);
      assert.equal(steps(() => typed.read(text.slice(0, end))), kept < 0 ? 0 : tokens(end).length - kept);
    }
    assert.deepEqual(typed.answer(), whole.answer());
    assert.equal(steps(() => typed.read("").read(text)), whole.steps);
    assert.deepEqual(typed.answer(), whole.answer());
  }
});

test("an edit in the middle is computed from there on", () => {
  const typed = new Trace(model("prose-gru")).read("abcdefgh".repeat(20));
  assert.equal(steps(() => typed.read(`${"abcdefgh".repeat(10)}!${"abcdefgh".repeat(9)}`)), 73);
  assert.deepEqual(typed.answer(), new Trace(typed.model).read(`${"abcdefgh".repeat(10)}!${"abcdefgh".repeat(9)}`).answer());
});

test("the browser's copy of a trace takes the engine's answers as it takes the server's", () => {
  const trace = new Trace(model("code-lstm"));
  const record = new Record({ vocab: trace.model.spec.tokens });
  for (const text of ["", "int", "int \u2019x\u2019", "if(", "if( x )"]) {
    assert.ok(record.apply(trace.read(text).answer(record.shared(Array.from(text))), text));
    assert.equal(record.text, text);
    for (const name of record.names) assert.deepEqual(record.row(name, record.steps - 1 || 0), Float32Array.from(trace.tables[name].row(record.steps - 1 || 0)));
  }
  assert.equal(record.readAs(0), null);
  assert.ok(record.guesses(6, 3)[0].probability > 0.01);
});

test("one more token of a transformer's decoder costs one step, whatever came before", () => {
  const transformer = model("dates-transformer");
  const { look, keep } = Looks.prototype;
  const counts = { look: 0, keep: 0 };
  Looks.prototype.look = function counted(x) {
    counts.look += 1;
    return look.call(this, x);
  };
  Looks.prototype.keep = function counted(x) {
    counts.keep += 1;
    return keep.call(this, x);
  };
  try {
    const text = "May 3, 1999";
    const { written } = transformer.write(text);
    const layers = transformer.spec.num_layers;
    assert.ok(written.length > 8);
    assert.equal(counts.look, layers * (text.length + 2 * written.length)); // each token of the source, and twice each of the target
    assert.equal(counts.keep, layers * (2 * text.length + written.length));
  } finally {
    Object.assign(Looks.prototype, { look, keep });
  }
});

test("a forced row takes the place of the model's own weights, at its step alone", () => {
  const additive = model("dates-additive");
  const text = "May 3, 1999";
  const row = Array.from(text, (_, k) => (k === 4 ? 1 : 0));
  const [free, forced] = [answer(additive.write(text)), answer(additive.write(text, { forced: { 2: row } }))];
  const weights = (found, q) => Array.from(found.tensors.weights.data.subarray(q * text.length, (q + 1) * text.length));
  assert.deepEqual(weights(forced, 2), row);
  assert.deepEqual([0, 1].map((q) => weights(forced, q)), [0, 1].map((q) => weights(free, q)));
  assert.notDeepEqual(weights(forced, 3), weights(free, 3)); // the decoder went on from what it was made to see
  assert.deepEqual(forced.metadata.forced, [2]);
});

test("the model without attention writes when its text is first asked for, and then once", () => {
  const [additive, plain] = ["dates-additive", "dates-none"].map(model);
  let made = 0;
  const { metadata } = answer(additive.write("May 3, 1999"), () => ((made += 1), plain.write("May 3, 1999")));
  assert.equal(made, 0);
  assert.equal(metadata.beside.model, "dates-none");
  assert.equal(metadata.beside.output, answer(plain.write("May 3, 1999")).metadata.output);
  assert.equal(made, 1);
});

test("a wrong row, step or beam is refused with the rule and what came", () => {
  const multiplicative = model("dates-multiplicative");
  const wrong = (forced, message) => assert.throws(() => multiplicative.write("ab", { forced }), { name: "RangeError", message });
  wrong({ 0: [1] }, /must be 2 weights of at least 0 that sum to 1: got 1/);
  wrong({ 0: [0.5, 0.6] }, /sum to 1: got 2 with sum 1.1/);
  wrong({ 0: [2, -1] }, /at least 0/);
  wrong({ 0: [NaN, 1] }, /sum NaN/);
  wrong({ 99: [0.5, 0.5] }, /from 0 to 13: got 99/);
  wrong({ x: [0.5, 0.5] }, /an integer from 0 to 13: got x/);
  for (const beam of [0, 1.5, "2", NaN]) assert.throws(() => multiplicative.write("ab", { beam }), { name: "RangeError", message: /beam must be an integer/ });
  assert.throws(() => model("dates-none").write("ab", { forced: { 0: [0.5, 0.5] } }), { name: "TypeError", message: /dates-none has no attention/ });
});

test("an empty source writes nothing", () => {
  for (const name of ["dates-additive", "dates-none", "dates-transformer"]) {
    const { metadata, tensors } = answer(model(name).write("", name.endsWith("transformer") ? {} : { beam: 3 }));
    assert.deepEqual([metadata.written, metadata.output, metadata.best, metadata.tree], [[], "", [], []]);
    for (const { shape, data } of Object.values(tensors)) assert.equal(data.length, shape.reduce((a, b) => a * b));
  }
});

test("the likeliest come largest first, of equal ones the first", () => {
  assert.deepEqual(likeliest([0.1, 0.4, 0.2, 0.4, 0.3], 3), [1, 3, 4]);
  assert.deepEqual(likeliest([2, 1], 5), [0, 1]);
  assert.deepEqual(likeliest([], 5), []);
});

test("many products at once are those of each alone, for any number of rows", () => {
  const next = random(2);
  for (const [count, rows, columns] of [[1, 1, 1], [2, 4, 3], [3, 5, 2], [5, 7, 4], [4, 3, 6]]) {
    const [weight, xs] = [rows * columns, count * columns].map((length) => Float64Array.from({ length }, next));
    const alone = Array.from({ length: count }, (_, k) => Array.from(product(weight, xs.subarray(k * columns, (k + 1) * columns), undefined, new Float64Array(rows))));
    const together = Array.from(products(weight, xs, columns, new Float64Array(count * rows)));
    alone.flat().forEach((value, k) => assert.ok(Math.abs(together[k] - value) < 1e-15));
  }
});

test("influence is not computed through several layers", () => {
  const one = model("counter-rnn");
  assert.throws(() => influence({ layers: [...one.layers, ...one.layers] }, "aab"), { name: "RangeError", message: /one layer: got 2/ });
});
