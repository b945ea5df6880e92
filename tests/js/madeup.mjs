// Made-up models, traces and wire bodies for the tests, written from the equations and the format alone.

/** Numbers in [-1, 1), always the same for a seed. */
export function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

export const UNKNOWN = "\uFFFD";
const GATES = { rnn: 1, lstm: 4, gru: 3 };
const NAMES = { rnn: ["h"], lstm: ["i", "f", "g", "o", "c", "h"], gru: ["r", "z", "n", "h"] };

/** As an entry of GET /live/models; 9 units, so that some are not listed one by one. */
export const model = (cell, size = 9) => ({ name: `made-up-${cell}`, cell, hidden_size: size, vocab: [UNKNOWN, "a", "b", "c", "'"] });

/** A checkpoint's tensors with D = 3. */
export function weights({ cell, hidden_size: h, vocab }, seed) {
  const next = random(seed);
  const tensor = (...shape) => ({ shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => 1.5 * next()) });
  const rows = GATES[cell] * h;
  return {
    "embedding.weight": tensor(vocab.length, 3),
    "recurrent.weight_ih_l0": tensor(rows, 3),
    "recurrent.weight_hh_l0": tensor(rows, h),
    "recurrent.bias_ih_l0": tensor(rows),
    "recurrent.bias_hh_l0": tensor(rows),
    "head.weight": tensor(vocab.length, h),
  };
}

const idOf = (vocab, token) => Math.max(0, vocab.indexOf(token === "\u2019" ? "'" : token));
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** Reads a text step by step, unit by unit: an answer from step `have` on, as parse() gives it. */
export function read(model, weights, text, have = 0) {
  const { cell, hidden_size: size, vocab } = model;
  const [E, W, U, b, a] = ["embedding.weight", "recurrent.weight_ih_l0", "recurrent.weight_hh_l0", "recurrent.bias_ih_l0", "recurrent.bias_hh_l0"].map((name) => weights[name].data);
  let h = new Array(size).fill(0);
  let c = new Array(size).fill(0);
  const steps = Array.from(text, (token) => {
    const fromX = (row) => b[row] + [0, 1, 2].reduce((sum, d) => sum + W[3 * row + d] * E[3 * idOf(vocab, token) + d], 0);
    const fromH = (row) => a[row] + h.reduce((sum, value, k) => sum + U[size * row + k] * value, 0);
    const both = (row) => fromX(row) + fromH(row);
    const step = h.map((old, k) => {
      if (cell === "rnn") return { h: Math.tanh(both(k)) };
      if (cell === "gru") {
        const [r, z] = [sigmoid(both(k)), sigmoid(both(size + k))];
        const n = Math.tanh(fromX(2 * size + k) + r * fromH(2 * size + k));
        return { r, z, n, h: z * old + (1 - z) * n };
      }
      const [i, f, g, o] = [sigmoid(both(k)), sigmoid(both(size + k)), Math.tanh(both(2 * size + k)), sigmoid(both(3 * size + k))];
      const kept = f * c[k] + i * g;
      return { i, f, g, o, c: kept, h: o * Math.tanh(kept) };
    });
    h = step.map((unit) => unit.h);
    c = step.map((unit) => unit.c);
    return Object.fromEntries(NAMES[cell].map((name) => [name, step.map((unit) => unit[name])]));
  });
  const rows = steps.map((step) => ({ ...step, probs: softmax(vocab.map((_, v) => step.h.reduce((sum, value, k) => sum + weights["head.weight"].data[size * v + k] * value, 0))) }));
  return answer(model, text, rows, have);
}

function softmax(scores) {
  const exps = scores.map(Math.exp);
  const total = exps.reduce((a, b) => a + b, 0);
  return exps.map((x) => x / total);
}

/** Rows ({name: values} for each step of the whole text) as the answer to one who holds `have` steps. */
export function answer(model, text, rows, have = 0) {
  const tokens = Array.from(text);
  const names = NAMES[model.cell];
  const gate = (name) => "iforz".includes(name);
  const tensors = [...names, "probs"].map((name) => {
    const width = name === "probs" ? model.vocab.length : model.hidden_size;
    return [name, { shape: [tokens.length - have, width], data: Float32Array.from(rows.slice(have).flatMap((row) => row[name])) }];
  });
  return {
    metadata: {
      model: model.name,
      have,
      steps: tokens.length,
      tokens: tokens.slice(have),
      ids: tokens.slice(have).map((token) => idOf(model.vocab, token)),
      names,
      ranges: Object.fromEntries(names.map((name) => [name, gate(name) ? [0, 1] : [-1, 1]])),
      scales: Object.fromEntries(names.map((name) => [name, gate(name) ? "sequential" : "diverging"])),
    },
    tensors: Object.fromEntries(tensors),
  };
}

/** An answer of a simple RNN with two units whose values depend on all that was read, at no cost. */
export function cheap(model, text, have = 0) {
  let state = 7;
  const rows = Array.from(text, (token) => {
    state = (state * 31 + token.codePointAt(0)) % 9973;
    return { h: [state / 9973, -state / 9973], probs: model.vocab.map((_, id) => (state + id) / 1e5) };
  });
  return answer(model, text, rows, have);
}

/** A safetensors body: eight bytes of length, the header, the arrays; the header padded with spaces to a multiple of eight. */
export function body(metadata, tensors) {
  let end = 0;
  const about = Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape, data }]) => [name, { dtype, shape, data_offsets: [end, (end += data.byteLength)] }]),
  );
  const texts = Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, JSON.stringify(value)]));
  const header = new TextEncoder().encode(JSON.stringify({ __metadata__: texts, ...about }));
  const length = 8 * Math.ceil(header.length / 8);
  const bytes = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(header, 8);
  for (const [name, { data }] of Object.entries(tensors)) bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 8 + length + about[name].data_offsets[0]);
  return bytes;
}
