import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { load } from "../../gatelab/live/static/engine/engine.js";
import { over } from "../../gatelab/live/static/engine/initial.js";
import { LARGEST, opened } from "../../gatelab/live/static/engine/opening.js";
import { Race, specs } from "../../gatelab/live/static/engine/race.js";
import { Trace } from "../../gatelab/live/static/engine/reader.js";
import { pack, parse } from "../../gatelab/live/static/engine/safetensors.js";
import { reading } from "../../gatelab/live/static/kit/readings.js";
import { learnLine } from "../../gatelab/live/static/learn/python.js";
import { SAYS, why } from "../../gatelab/live/static/learn/unfit.js";
import { bytesOf, checkpoint, families, forget, free, has, keep, MOST, networks, refused, rename, watched, where } from "../../gatelab/live/static/own.js";

const SHIPPED = ["recall-lstm"];

/** Train for a few updates, and keep each network under a free name. Returns the names. */
function trained(settings, { updates = 3, texts = ["AB!CD?"] } = {}) {
  const race = new Race(settings);
  for (let k = 0; k < updates; k += 1) race.step();
  return specs(race.settings, race.task).map((spec, k) => {
    const name = free(`my ${race.task.name} ${spec.cell}`, SHIPPED);
    const learned = { task: race.task.name, title: "A task", texts };
    keep(checkpoint({ ...spec, name }, over(spec, race.standing().racers[k].weights).weights, { learned }));
    return name;
  });
}

const clear = () => networks().forEach(({ name }) => forget(name));

test("a kept network is the one that was trained, and answers on Watch under its name", () => {
  clear();
  const [name] = trained({ task: "recall", cells: ["lstm"], units: 4 });
  assert.equal(name, "my recall lstm");
  const answer = new Trace(load(bytesOf(name))).read("A!BC?").answer();
  assert.equal(answer.metadata.model, name);
  assert.deepEqual(answer.tensors.probs.shape, [5, 4]);
  const [entry] = watched();
  assert.deepEqual([entry.name, entry.labels, entry.vocab.length, entry.opening.text, entry.card.parameters], [name, ["A", "B", "C", "D"], 7, "AB!CD?", 254]);
});

test("two networks of one task stand side by side on Compare, one alone does not", () => {
  clear();
  trained({ task: "parity", cells: ["gru"], units: 2 });
  assert.deepEqual(families(), { families: [], alone: ["Yours: A task"] });
  const names = trained({ task: "recall", cells: ["lstm", "rnn"], units: 3 });
  const [family] = families().families;
  assert.deepEqual([family.task, family.models.map(({ name }) => name)], ["own recall", names]);
  assert.equal(where(names[0]), "On Watch, Compare and Memory.");
  assert.equal(reading(family.task, family.models[0].labels, true).title, "probability of the marked letter; asked for at \u201c?\u201d alone");
});

test("Watch reads letters alone, Compare and Memory one layer", () => {
  clear();
  const [wave] = trained({ task: "wave", cells: ["lstm"], units: 2 });
  const [deep] = trained({ task: "echo", cells: ["gru"], units: 2, layers: 2 });
  assert.deepEqual(watched().map(({ name }) => name), [deep]);
  assert.match(where(wave), /^Watch reads letters alone\. Keep a second network/);
  assert.equal(where(deep), "On Watch; Compare and Memory show networks of one layer.");
  trained({ task: "wave", cells: ["rnn"], units: 2 });
  const [{ models, task }] = families().families;
  assert.equal(reading(task, models[0].labels, true).title, "the model\u2019s next value");
});

test("of more networks than are kept the oldest leaves", () => {
  clear();
  const names = Array.from({ length: MOST + 2 }, () => trained({ task: "echo", cells: ["rnn"], units: 1 }, { updates: 0 })[0]);
  assert.deepEqual(networks().map(({ name }) => name), names.slice(2));
});

test("a network can have another name, and keeps its weights and its place", () => {
  clear();
  const [first, second] = trained({ task: "echo", cells: ["lstm", "rnn"], units: 2 });
  const before = opened(bytesOf(first));
  rename(first, "Ada (2)");
  assert.deepEqual(networks().map(({ name }) => name), ["Ada (2)", second]);
  const after = opened(bytesOf("Ada (2)"));
  assert.deepEqual(after, { ...before, spec: { ...before.spec, name: "Ada (2)" } });
  assert.ok(!has(first));
});

test("a name that another network has, or that would break a list of names, is refused", () => {
  clear();
  trained({ task: "echo", cells: ["rnn"], units: 1 }, { updates: 0 });
  for (const name of ["recall-lstm", "my echo rnn", "a,b", "", " x", "<b>", "x".repeat(41)]) assert.notEqual(refused(name, SHIPPED), "", name);
  for (const name of ["Ada", "\u0644\u064a\u0644\u0649", "x 1_2.3-(4)"]) assert.equal(refused(name, SHIPPED), "");
  for (const [wanted, name] of [["recall-lstm", "my recall-lstm"], ["my echo rnn", "my echo rnn 2"], ["<script>,", "script"], ["", "network"]]) assert.equal(free(wanted, SHIPPED), name);
});

test("what is packed is what is parsed", () => {
  const content = { metadata: { spec: { name: "\u{1F600}", cell: "lstm" } }, tensors: { b: { shape: [1, 3], data: Float32Array.of(1, -0, 3e-40) }, order: { shape: [2], data: BigInt64Array.of(1n, 0n) } } };
  assert.deepEqual(parse(pack(content)), content);
});

test("the line of Python names what is otherwise than learn has it, and always units, length, seed and updates", () => {
  const settings = { task: "recall", cells: ["lstm"], units: 16, layers: 1, optimizer: "adam", rate: 0.01, batch: 32, clip: 1, forgetBias: null, init: "default", noise: 0, seed: 1 };
  const line = (more, spec = {}, task = {}) => learnLine({ ...settings, ...more }, { cell: "lstm", hidden_size: 16, ...spec }, { size: 10, length: {}, ...task }, 240).split("\n")[1];
  assert.equal(line({}), 'model = learn("recall", "lstm", units=16, length=10, seed=1, updates=240)');
  assert.equal(line({ forgetBias: 1, clip: 0, rate: 0.3 }), 'model = learn("recall", "lstm", units=16, length=10, seed=1, updates=240, rate=0.3, clip=0, forget_bias=1)');
  assert.equal(line({ forgetBias: 1 }, { cell: "gru", hidden_size: 19 }), 'model = learn("recall", "gru", units=19, length=10, seed=1, updates=240)');
  assert.equal(line({ task: "names", words: ["Ada", 'E"va'] }, {}, { length: null }), 'model = learn("names", "lstm", units=16, seed=1, updates=240, words=["Ada", "E\\"va"])');
  assert.equal(line({ task: "wave", curve: "drawn", drawn: [0.2, 0.5] }), 'model = learn("wave", "lstm", units=16, length=10, seed=1, updates=240, curve="drawn", drawn=[0.2, 0.5])');
});

// Files that do not fit.

const SPEC = { name: "tiny", cell: "rnn", tokens: ["\uFFFD", "a"], embedding_size: 2, hidden_size: 2, num_layers: 1, unit: "characters", outputs: [] };
const SHAPES = { "embedding.weight": [2, 2], "recurrent.weight_ih_l0": [2, 2], "recurrent.weight_hh_l0": [2, 2], "recurrent.bias_ih_l0": [2], "recurrent.bias_hh_l0": [2], "head.weight": [2, 2], "head.bias": [2] };
const TENSORS = Object.fromEntries(Object.entries(SHAPES).map(([name, shape]) => [name, { shape, data: new Float32Array(shape.reduce((a, b) => a * b)).fill(0.5) }]));
const tiny = (spec = {}, tensors = {}) => pack({ metadata: { spec: { ...SPEC, ...spec } }, tensors: { ...TENSORS, ...tensors } });

/** The file with another header, the same length or not. */
function headed(change) {
  const bytes = tiny();
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const text = new TextEncoder().encode(change(new TextDecoder().decode(bytes.subarray(8, 8 + length))));
  const made = new Uint8Array([...new Uint8Array(8), ...text, ...bytes.subarray(8 + length)]);
  new DataView(made.buffer).setBigUint64(0, BigInt(text.length), true);
  return made;
}

const begun = (...signs) => new Uint8Array(64).fill(0x41).map((sign, k) => signs[k] ?? sign);
const { "head.bias": bias, ...beheaded } = TENSORS;

const DAMAGED = [
  ["a picture", begun(0x89, 0x50, 0x4e, 0x47), /^f must be a safetensors file: got a PNG picture$/],
  ["what torch.save writes", begun(0x50, 0x4b, 0x03, 0x04), /got a zip archive, as PyTorch\u2019s \.pt files are; such a file is never opened/],
  ["a pickle", begun(0x80, 0x04, 0x95), /^f must be a safetensors file: got a pickle; such a file is never opened/],
  ["nothing", new Uint8Array(0), /^f must be a safetensors file: got 0 bytes, too few/],
  ["text", new TextEncoder().encode("a text that is no checkpoint"), /first 8 bytes say how long its header is: got a length of/],
  ["a large file", new Uint8Array(LARGEST + 1), /^f must be at most 8 MiB, 8,388,608 bytes: got 8,388,609 bytes$/],
  ["a file that was cut short", tiny().slice(0, -8), /^the place of .* must be inside the \d+ bytes behind the header: got \[/],
  ["a header that is no JSON", headed((text) => `x${text}`), /^the header must be JSON: got "x\{/],
  ["a header that is a list", headed(() => "[1, 2]"), /^the header must be an object of JSON: got \[1,2\]$/],
  ["a model without a spec", headed((text) => text.replace('"spec"', '"note"')), /^the metadata must be a GateLab checkpoint\u2019s, with a \u201cspec\u201d .*: got note$/],
  ["a transformer", tiny({ attention: "transformer" }), /^the network must be one that reads, .*: got a transformer$/],
  ["a cell that nobody knows", tiny({ cell: "constructor" }), /^the cell must be one of rnn, lstm, .*: got "constructor"$/],
  ["too many units", tiny({ hidden_size: 257 }), /^hidden_size must be a whole number from 1 to 256: got 257$/],
  ["too many layers", tiny({ num_layers: 4 }), /^num_layers must be a whole number from 1 to 3: got 4$/],
  ["tokens that are no strings", tiny({ tokens: ["\uFFFD", 7] }), /^tokens must be different strings of at most 100 letters: got \["\uFFFD",7\]$/],
  ["a shape that does not fit the spec", tiny({ hidden_size: 3 }), /^the shape of recurrent\.weight_ih_l0 must be \(3, 2\): got \[2,2\]$/],
  ["an array that is left out", pack({ metadata: { spec: SPEC }, tensors: beheaded }), /^head\.bias must be an array of shape \(2\): got left out$/],
  ["an array too many", tiny({}, { "more.weight": bias }), /^an array must be one of embedding\.weight, .*: got "more\.weight"$/],
  ["numbers in 64 bits", headed((text) => text.replace("F32", "F64")), /must be of type F32 or F16: got "F64"$/],
  ["offsets that are none", headed((text) => text.replace("[0,16]", "[0,-1]")), /^the place of embedding\.weight must be inside the \d+ bytes behind the header: got \[0,-1\]$/],
  ["NaN", tiny({}, { "head.bias": { shape: [2], data: Float32Array.of(1, NaN) } }), /^the numbers of head\.bias must be finite: got NaN$/],
  ["an order in which a unit is missing", tiny({}, { by_mean: { shape: [2], data: BigInt64Array.of(1n, 1n) } }), /^by_mean must be each unit from 0 to 1 once: got \[1,1\]$/],
];
for (const [what, bytes, sentence] of DAMAGED) {
  test(`a file is not opened, and a sentence says why: ${what}`, () => assert.throws(() => opened(bytes, "f"), { message: sentence }));
  test(`each part of that sentence is known to the catalogues: ${what}`, () => assert.throws(() => opened(bytes, "f"), (error) => {
    const templates = error.parts.filter(Array.isArray).map(([words]) => words);
    return why(error) === error.message && templates.every((words) => SAYS.includes(words));
  }));
}

test("a file that was changed at any byte is opened or refused, and nothing else happens", () => {
  const bytes = tiny();
  for (let at = 0; at < bytes.length; at += 3) {
    const changed = bytes.with(at, bytes[at] ^ 0x15);
    try {
      opened(changed, "f");
    } catch (error) {
      assert.equal(error.constructor.name, "Unfit", `byte ${at}: ${error}`);
    }
  }
});

test("every shipped network that reads and is small enough opens, with the numbers of the file", () => {
  for (const name of ["recall-lstm", "adding-gru", "sentiment-lstm", "names-lstm", "counter-rnn", "recall-peephole"]) {
    const bytes = readFileSync(new URL(`../../gatelab/zoo/${name}.safetensors`, import.meta.url));
    const { spec, weights } = opened(bytes, name);
    const { metadata, tensors } = parse(bytes);
    assert.deepEqual(spec, metadata.spec);
    for (const [key, { data }] of Object.entries(weights)) assert.deepEqual(data, tensors[key].data);
  }
});
