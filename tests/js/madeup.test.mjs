import assert from "node:assert/strict";
import test from "node:test";

import { model, read, weights } from "./madeup.mjs";

// What torch.nn.RNN, LSTM and GRU (torch 2.13, float64), and ONNX Runtime (1.32, tests/onnx_reference.py) for the cells that torch.nn lacks,
// give for these weights after "ab?'c": the states of each unit, then the probabilities.
const EXPECTED = {
  rnn: {
    h: [-0.99997, 0.92451, -0.93968, 0.96061, -0.99984, -0.97211, -0.99667, 0.96549, -0.61304],
    probs: [0.05257, 0.72152, 0.09522, 0.12431, 0.00637],
  },
  lstm: {
    c: [0.21066, 0.17537, 0.90378, -0.02107, -0.18104, 1.29221, -0.36203, -0.14581, 0.50762],
    h: [0.00525, 0.02704, 0.51903, -0.01545, -0.1373, 0.0174, -0.13645, -0.01719, 0.28875],
    probs: [0.24136, 0.19575, 0.14128, 0.2485, 0.1731],
  },
  peephole: {
    c: [0.22167, 0.16557, 0.91992, -0.08654, -0.20454, 1.23411, -0.351, -0.12754, 0.45387],
    h: [0.0054, 0.02701, 0.59482, -0.06317, -0.16341, 0.0147, -0.14267, -0.01528, 0.30291],
    probs: [0.24759, 0.20339, 0.13001, 0.25022, 0.16879],
  },
  coupled: {
    c: [-0.85776, -0.84834, -0.77019, 0.06543, -0.84777, 0.125, 0.75198, -0.97437, 0.30112],
    h: [-0.43776, -0.6661, -0.06363, 0.01614, -0.27358, 0.05004, 0.18609, -0.14279, 0.24772],
    probs: [0.05943, 0.3932, 0.37901, 0.05348, 0.11487],
  },
  gru: {
    h: [0.98174, 0.48472, -0.92592, -0.11868, 0.87767, -0.74611, 0.67117, -0.68865, 0.43606],
    probs: [0.10961, 0.17896, 0.03088, 0.24926, 0.43128],
  },
  "gru-cho": {
    h: [0.97053, 0.78657, -0.98165, -0.78727, 0.9354, -0.95837, 0.72473, -0.64425, 0.72955],
    probs: [0.07468, 0.20854, 0.00652, 0.51667, 0.19359],
  },
  mgu: {
    h: [0.37672, 0.18783, -0.56891, 0.42026, 0.31697, 0.77973, 0.05028, 0.32674, -0.60134],
    probs: [0.0139, 0.80233, 0.03872, 0.10418, 0.04087],
  },
};

for (const [cell, expected] of Object.entries(EXPECTED)) {
  test(`the made-up ${cell} computes what torch.nn or ONNX Runtime computes`, () => {
    const made = model(cell);
    const { tensors } = read(made, weights(made, 1), "ab?\u2019c");
    for (const [name, values] of Object.entries(expected)) {
      const last = tensors[name].data.slice(-values.length);
      values.forEach((value, k) => assert.ok(Math.abs(last[k] - value) < 2e-5, `${name} of ${k}: ${last[k]} for ${value}`));
    }
  });
}
