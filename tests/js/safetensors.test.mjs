import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

import { parse } from "../../gatelab/live/static/engine/safetensors.js";
import { body } from "./madeup.mjs";

// What safetensors.numpy.save (0.8) wrote for the metadata and arrays that the first test expects.
const BY_PYTHON =
  "EAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJzdGVwcyI6IjUiLCJ0b2tlbnMiOiJbXCLDqVwiLCBcIlxcblwiLCBcIvCfmIBcIl0iLCJuYW1lcyI6IltcImhcIl0iLCJo" +
  "YXZlIjoiMiJ9LCJpZHMiOnsiZHR5cGUiOiJJNjQiLCJzaGFwZSI6WzNdLCJkYXRhX29mZnNldHMiOlswLDI0XX0sImgiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzMs" +
  "Ml0sImRhdGFfb2Zmc2V0cyI6WzI0LDQ4XX0sInByb2JzIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlszLDJdLCJkYXRhX29mZnNldHMiOls0OCw3Ml19fQMAAAAAAAAA" +
  "//////////8AAAAAAAEAAAAAAD8AAIC+AACAPwAAAAAAAIC/AAAAPgAAQD8AAIA+AABAPwAAgD4AAEA/AACAPg==";

test("what Python's safetensors wrote is read as it was written", () => {
  const { metadata, tensors } = parse(new Uint8Array(Buffer.from(BY_PYTHON, "base64")));
  assert.deepEqual(metadata, { have: 2, steps: 5, tokens: ["\u00e9", "\n", "\u{1F600}"], names: ["h"] });
  assert.deepEqual(tensors, {
    ids: { shape: [3], data: BigInt64Array.of(3n, -1n, 2n ** 40n) },
    h: { shape: [3, 2], data: Float32Array.of(0.5, -0.25, 1, 0, -1, 0.125) },
    probs: { shape: [3, 2], data: Float32Array.of(0.75, 0.25, 0.75, 0.25, 0.75, 0.25) },
  });
});

const MADE = {
  first: { dtype: "F32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
  none: { dtype: "F32", shape: [0, 2], data: new Float32Array(0) },
  last: { dtype: "F32", shape: [1], data: Float32Array.of(5) },
};

// Bits and the numbers that they stand for, from the IEEE 754 standard's binary16.
const HALVES = [[0x0000, 0], [0x0001, 2 ** -24], [0x03ff, 1023 * 2 ** -24], [0x0400, 2 ** -14], [0x3555, 1365 / 4096], [0x3c00, 1], [0x3c01, 1 + 2 ** -10], [0x7bff, 65504], [0x7c00, Infinity]];

test("numbers of 16 bits are read exactly", () => {
  const bits = [...HALVES.map(([half]) => half), ...HALVES.map(([half]) => half | 0x8000), 0x7e00];
  const { tensors } = parse(body({}, { half: { dtype: "F16", shape: [bits.length], data: Uint16Array.from(bits) } }));
  assert.deepEqual(tensors.half.data, Float32Array.from([...HALVES.map(([, value]) => value), ...HALVES.map(([, value]) => -value), NaN]));
});

test("arrays are told apart, and one without rows has none", () => {
  const { tensors } = parse(body({}, MADE).buffer);
  for (const [name, { shape, data }] of Object.entries(MADE)) assert.deepEqual(tensors[name], { shape, data });
});

test("a body inside a larger message is read from where it begins", () => {
  const bytes = body({ note: "here" }, MADE);
  for (const before of [0, 1, 3, 8]) {
    const message = new Uint8Array(before + bytes.length + 5).fill(255);
    message.set(bytes, before);
    const { metadata, tensors } = parse(message.subarray(before, before + bytes.length));
    assert.equal(metadata.note, "here");
    assert.deepEqual(tensors.last.data, Float32Array.of(5));
  }
});

test("metadata come as what their JSON says", () => {
  const metadata = { number: 3, list: ["\u00e9", "\u{1F600}", "\n", '"'], nested: { a: null }, text: "\u2013" };
  assert.deepEqual(parse(body(metadata, {})).metadata, metadata);
});

test("a body that was cut short is an error, not a picture", () => {
  const bytes = body({}, MADE);
  for (const length of [0, 7, 40, bytes.length - 4]) assert.throws(() => parse(bytes.slice(0, length)));
});

const ZOO = new URL("../../gatelab/zoo/", import.meta.url);
const fetched = (name) => name.endsWith(".safetensors") && "cell" in JSON.parse(readFileSync(new URL(name.replace(".safetensors", ".json"), ZOO))); // of models that write, nothing is
for (const file of readdirSync(ZOO).filter(fetched)) {
  test(`the stage can read ${file}`, () => {
    const { metadata, tensors } = parse(readFileSync(new URL(file, ZOO)));
    const { tokens, hidden_size: size, embedding_size: wide, unit } = metadata.spec;
    assert.deepEqual(tensors["embedding.weight"]?.shape, unit === "numbers" ? undefined : [tokens.length, wide]);
    for (const { shape, data } of Object.values(tensors)) assert.equal(data.length, shape.reduce((a, b) => a * b));
    assert.deepEqual(Array.from(tensors.by_mean.data, Number).sort((a, b) => a - b), Array.from({ length: size }, (_, k) => k));
    assert.ok(tensors["head.weight"].data.every((value) => Math.abs(value) < 100), "weights of a trained model are small numbers");
  });
}
