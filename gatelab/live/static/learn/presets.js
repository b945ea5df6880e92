// Settings with a point: each one is a click, and a sentence says what to look for. benchmarks/presets.mjs counts in how many seeds it comes true.

import { tr } from "../language.js";

export const PRESETS = [
  { name: tr("A delay of 5"), settings: { task: "recall", cells: ["rnn", "lstm"], length: 5 }, look: tr("Both learn to bring a letter across five others. The LSTM needs fewer updates.") },
  { name: tr("A delay of 30"), settings: { task: "recall", cells: ["rnn", "lstm"], length: 30 }, look: tr("The LSTM learns it. The simple RNN does no better than a guess: look at how small its gradient has become where the marked letter stands.") },
  { name: tr("Forget bias 0 and 1"), settings: { task: "recall", cells: ["lstm"], length: 40, forgetBias: 0 }, look: tr("At the start about half of the memory is lost at each step, so learning takes long. Then choose 1 as the forget bias, and start again (Jozefowicz, Zaremba and Sutskever 2015).") },
  { name: tr("Without clipping"), settings: { task: "adding", cells: ["rnn"], length: 50, optimizer: "sgd", rate: 1, clip: 0 }, look: tr("One update is far too large, and from then on every number is NaN, \u201cnot a number\u201d. Then clip the gradients at 1.") },
  { name: tr("A rate that is too large"), settings: { task: "recall", cells: ["lstm"], length: 5, rate: 3 }, look: tr("Each update goes too far: the loss jumps, and stays above that of a network that always gives the same answer.") },
  { name: tr("Who counts?"), settings: { task: "counting", cells: ["lstm", "gru"], units: 4, length: 40 }, look: tr("The LSTM learns it first. Look at its cell state: a unit moves one way at each a, and back at each b.") },
  { name: tr("No gradient to follow"), settings: { task: "parity", cells: ["lstm", "gru"], length: 20 }, look: tr("No network learns it: each single bit turns the answer around, so no part of a string gives a hint.") },
];
