import assert from "node:assert/strict";
import test from "node:test";

import { model, read, weights } from "./madeup.mjs";

// What torch.nn.RNN, LSTM and GRU (torch 2.13, float64) give for these weights after "ab?'c": h of each unit, then the probabilities.
const TORCH = {
  rnn: {
    h: [-0.99997, 0.92451, -0.93968, 0.96061, -0.99984, -0.97211, -0.99667, 0.96549, -0.61304],
    probs: [0.05257, 0.72152, 0.09522, 0.12431, 0.00637],
  },
  lstm: {
    c: [0.21066, 0.17537, 0.90378, -0.02107, -0.18104, 1.29221, -0.36203, -0.14581, 0.50762],
    h: [0.00525, 0.02704, 0.51903, -0.01545, -0.1373, 0.0174, -0.13645, -0.01719, 0.28875],
    probs: [0.24136, 0.19575, 0.14128, 0.2485, 0.1731],
  },
  gru: {
    h: [0.98174, 0.48472, -0.92592, -0.11868, 0.87767, -0.74611, 0.67117, -0.68865, 0.43606],
    probs: [0.10961, 0.17896, 0.03088, 0.24926, 0.43128],
  },
};

for (const [cell, expected] of Object.entries(TORCH)) {
  test(`the made-up ${cell} computes what torch.nn computes`, () => {
    const made = model(cell);
    const { tensors } = read(made, weights(made, 1), "ab?\u2019c");
    for (const [name, values] of Object.entries(expected)) {
      const last = tensors[name].data.slice(-values.length);
      values.forEach((value, k) => assert.ok(Math.abs(last[k] - value) < 2e-5, `${name} of ${k}: ${last[k]} for ${value}`));
    }
  });
}
