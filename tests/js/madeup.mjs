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
const NAMES = { rnn: "h", lstm: "ifgoch", peephole: "ifgoch", coupled: "ifgoch", gru: "rznh", "gru-cho": "rznh", mgu: "fnh" };

/** A cell -> the blocks of rows of its weight matrices, in PyTorch's order. */
export const ROWS = { rnn: "h", lstm: "ifgo", peephole: "ifgo", coupled: "fgo", gru: "rzn", "gru-cho": "rzn", mgu: "fn" };

const VOCAB = { characters: [UNKNOWN, "a", "b", "c", "'"], words: [UNKNOWN, "a", "great", "film", "don't"], numbers: [] };

/** As an entry of GET /live/models; 9 units, so that some are not listed one by one. */
export const model = (cell, size = 9, unit = "characters", layers = 1) => ({ name: `made-up-${cell}`, cell, hidden_size: size, unit, layers, vocab: VOCAB[unit] });

/** A text of a made-up model as its tokens. */
export const tokenized = ({ unit }, text) => (unit === "characters" ? Array.from(text) : text.split(" "));

const wide = ({ unit }) => (unit === "numbers" ? 2 : 3); // D
const labels = ({ vocab }) => Math.max(1, vocab.length); // O; a model that reads numbers gives one

/** A checkpoint's tensors. */
export function weights(model, seed) {
  const { cell, hidden_size: h, layers, vocab } = model;
  const next = random(seed);
  const tensor = (...shape) => ({ shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => 1.5 * next()) });
  const rows = ROWS[cell].length * h;
  const matrices = (k) => ({
    [`recurrent.weight_ih_l${k}`]: tensor(rows, k ? h : wide(model)),
    [`recurrent.weight_hh_l${k}`]: tensor(rows, h),
    [`recurrent.bias_ih_l${k}`]: tensor(rows),
    [`recurrent.bias_hh_l${k}`]: tensor(rows),
  });
  const peepholes = (k) => (cell === "peephole" ? Object.fromEntries(["ci", "cf", "co"].map((which) => [`recurrent.weight_${which}_l${k}`, tensor(h)])) : {});
  const above = Array.from({ length: layers - 1 }, (_, k) => k + 1);
  return {
    ...(vocab.length ? { "embedding.weight": tensor(vocab.length, 3) } : {}),
    ...matrices(0),
    "head.weight": tensor(labels(model), h),
    ...peepholes(0),
    ...Object.assign({}, ...above.map((k) => ({ ...matrices(k), ...peepholes(k) }))),
  };
}

/** What a model reads in a token's place: an id, or a number and its mark. */
function idOf({ unit, vocab }, token) {
  if (unit !== "numbers") return Math.max(0, vocab.indexOf(token.toLowerCase().replace("\u2019", "'")));
  return isNumber(token) ? [parseFloat(token), Number(token.endsWith("*"))] : [0, 0];
}
const isNumber = (token) => /^[01](\.\d+)?\*?$/.test(token);
const knows = (model, token) => (model.unit === "numbers" ? isNumber(token) : idOf(model, token) !== 0);
const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);

/** Reads a text layer by layer, step by step, unit by unit: an answer from step `have` on, as parse() gives it. */
export function read(model, weights, text, have = 0) {
  const { hidden_size: size, layers, unit } = model;
  const D = wide(model);
  const data = (name) => weights[name]?.data;
  let steps = tokenized(model, text).map((token) => {
    const id = idOf(model, token);
    return { h: Array.from(unit === "numbers" ? id : data("embedding.weight").slice(D * id, D * (id + 1))) };
  });
  for (let k = 0; k < layers; k += 1) steps = layer(model, data, k, steps.map(({ h }) => h));
  const scores = (step) => Array.from({ length: labels(model) }, (_, v) => dot(step.h, data("head.weight").subarray(size * v)));
  const rows = steps.map((step) => ({ ...step, ...(unit === "numbers" ? { answers: scores(step) } : { probs: softmax(scores(step)) }) }));
  return answer(model, text, rows, have);
}

/** What layer k computes at each step from what it reads, with that as "x". */
function layer({ cell, hidden_size: size }, data, layer, xs) {
  const [W, U, b, a] = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map((which) => data(`recurrent.${which}_l${layer}`));
  const [ci, cf, co] = ["ci", "cf", "co"].map((which) => data(`recurrent.weight_${which}_l${layer}`) ?? new Array(size).fill(0));
  let h = new Array(size).fill(0);
  let c = new Array(size).fill(0);
  return xs.map((x) => {
    const fromX = (row) => b[row] + dot(x, W.subarray(x.length * row));
    const fromH = (row, state = h) => a[row] + dot(state, U.subarray(size * row));
    const both = (name, k) => fromX(size * ROWS[cell].indexOf(name) + k) + fromH(size * ROWS[cell].indexOf(name) + k);
    const reset = cell === "mgu" ? "f" : "r";
    const gates = { [reset]: h.map((_, k) => sigmoid(both(reset, k))) };
    const step = h.map((old, k) => {
      if (cell === "rnn") return { h: Math.tanh(both("h", k)) };
      if (cell === "mgu") {
        const f = gates.f[k];
        const n = Math.tanh(fromX(size + k) + fromH(size + k, h.map((value, other) => gates.f[other] * value)));
        return { f, n, h: (1 - f) * old + f * n };
      }
      if (cell.startsWith("gru")) {
        const [r, z] = [gates.r[k], sigmoid(both("z", k))];
        const row = 2 * size + k;
        const state = cell === "gru" ? r * fromH(row) : fromH(row, h.map((value, other) => gates.r[other] * value));
        const n = Math.tanh(fromX(row) + state);
        return { r, z, n, h: z * old + (1 - z) * n };
      }
      const f = sigmoid(both("f", k) + cf[k] * c[k]);
      const i = cell === "coupled" ? 1 - f : sigmoid(both("i", k) + ci[k] * c[k]);
      const g = Math.tanh(both("g", k));
      const kept = f * c[k] + i * g;
      const o = sigmoid(both("o", k) + co[k] * kept);
      return { i, f, g, o, c: kept, h: o * Math.tanh(kept) };
    });
    h = step.map((unit) => unit.h);
    c = step.map((unit) => unit.c);
    return { x, ...Object.fromEntries(Array.from(NAMES[cell], (name) => [name, step.map((unit) => unit[name])])) };
  });
}

function softmax(scores) {
  const exps = scores.map(Math.exp);
  const total = exps.reduce((a, b) => a + b, 0);
  return exps.map((x) => x / total);
}

/** Rows ({name: values} for each step of the whole text) as the answer to one who holds `have` steps. */
export function answer(model, text, rows, have = 0) {
  const tokens = tokenized(model, text);
  const names = Array.from(NAMES[model.cell]);
  const gate = (name) => "iforz".includes(name);
  const said = model.unit === "numbers" ? "answers" : "probs";
  const tensors = [...names, said, ...(model.layers > 1 ? ["x"] : [])].map((name) => {
    const width = name === said ? labels(model) : model.hidden_size;
    return [name, { shape: [tokens.length - have, width], data: Float32Array.from(rows.slice(have).flatMap((row) => row[name])) }];
  });
  return {
    metadata: {
      model: model.name,
      layers: model.layers,
      have,
      steps: tokens.length,
      tokens: tokens.slice(have),
      ids: tokens.slice(have).map((token) => idOf(model, token)),
      unknown: tokens.slice(have).map((token) => !knows(model, token)),
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
