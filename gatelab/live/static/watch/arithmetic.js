// The arithmetic of one entry: its equation, the same with numbers, and the terms that weigh most. Pure: no page, no server.

import { inner, number, spoken } from "../words.js";

const LARGEST = 6; // hidden units that are listed one by one

const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const squash = { "\u03c3": sigmoid, tanh: Math.tanh };

/** Rows of the stacked weight matrices, in PyTorch's order. */
const ROWS = { lstm: ["i", "f", "g", "o"], gru: ["r", "z", "n"], rnn: ["h"] };

/**
 * The dot products behind one entry.
 * @returns {{input, inputBias, hidden, hiddenBias, units}} hidden = sum of weight * h of the step before over all units;
 *   units = [{unit, weight, state, product}], the largest products first
 */
export function products(record, weights, name, t, unit) {
  const h = record.model.hidden_size;
  const row = ROWS[record.model.cell].indexOf(name) * h + unit;
  const wide = weights["embedding.weight"].shape[1];
  const embedding = weights["embedding.weight"].data.subarray(record.ids[t] * wide, (record.ids[t] + 1) * wide);
  const ih = weights["recurrent.weight_ih_l0"].data.subarray(row * wide, (row + 1) * wide);
  const hh = weights["recurrent.weight_hh_l0"].data.subarray(row * h, (row + 1) * h);
  const units = Array.from(hh, (weight, k) => {
    const state = record.value("h", t - 1, k);
    return { unit: k, weight, state, product: weight * state };
  });
  return {
    input: ih.reduce((sum, weight, k) => sum + weight * embedding[k], 0),
    inputBias: weights["recurrent.bias_ih_l0"].data[row],
    hidden: units.reduce((sum, { product }) => sum + product, 0),
    hiddenBias: weights["recurrent.bias_hh_l0"].data[row],
    units: units.sort((a, b) => Math.abs(b.product) - Math.abs(a.product)),
  };
}

/**
 * What stands in the panel for one entry.
 * @param weights tensors of the checkpoint, or null while they are on their way (then without the terms)
 * @returns {{equation: string, numbers: string, value: number, terms: [{label, value, detail}], sum: {label, value}|null}}
 */
export function explain(record, weights, name, t, unit) {
  const at = (other, back = 0) => record.value(other, t + back, unit);
  const how = COMBINED[record.model.cell]?.[name];
  if (how) return { value: at(name), sum: null, ...how(at) };
  return { value: at(name), ...dotted(record, weights, name, t, unit, at) };
}

/** States that are made from gates and candidates of the same unit. */
const COMBINED = {
  lstm: {
    c: (at) => ({
      equation: "c_{t} = f_{t} \u00b7 c_{t\u22121} + i_{t} \u00b7 g_{t}",
      numbers: `${number(at("f"))} \u00b7 ${inner(at("c", -1))} + ${number(at("i"))} \u00b7 ${inner(at("g"))} = ${number(at("c"))}`,
      terms: [
        { label: "kept", detail: "f \u00b7 c of the step before", value: at("f") * at("c", -1) },
        { label: "added", detail: "i \u00b7 g", value: at("i") * at("g") },
      ],
    }),
    h: (at) => ({
      equation: "h_{t} = o_{t} \u00b7 tanh(c_{t})",
      numbers: `${number(at("o"))} \u00b7 tanh(${number(at("c"))}) = ${number(at("o"))} \u00b7 ${inner(Math.tanh(at("c")))} = ${number(at("h"))}`,
      terms: [],
    }),
  },
  gru: {
    h: (at) => ({
      equation: "h_{t} = z_{t} \u00b7 h_{t\u22121} + (1 \u2212 z_{t}) \u00b7 n_{t}",
      numbers: `${number(at("z"))} \u00b7 ${inner(at("h", -1))} + ${number(1 - at("z"))} \u00b7 ${inner(at("n"))} = ${number(at("h"))}`,
      terms: [
        { label: "kept", detail: "z \u00b7 h of the step before", value: at("z") * at("h", -1) },
        { label: "added", detail: "(1 \u2212 z) \u00b7 n", value: (1 - at("z")) * at("n") },
      ],
    }),
  },
};

/** Gates, candidates and the simple RNN's state: a squashed sum of dot products. */
function dotted(record, weights, name, t, unit, at) {
  const bounded = record.ranges[name][0] === 0;
  const squashing = bounded ? "\u03c3" : "tanh";
  const reset = record.model.cell === "gru" && name === "n"; // PyTorch's GRU: the reset gate acts after the product
  const equation = reset
    ? "n_{t} = tanh( W_{in} x_{t} + b_{in} + r_{t} \u00b7 ( W_{hn} h_{t\u22121} + b_{hn} ) )"
    : `${name}_{t} = ${squashing}( W_{i${sub(name)}} x_{t} + b_{i${sub(name)}} + W_{h${sub(name)}} h_{t\u22121} + b_{h${sub(name)}} )`;
  if (!weights) return { equation, numbers: "", terms: [], sum: null };
  const { input, inputBias, hidden, hiddenBias, units } = products(record, weights, name, t, unit);
  const gate = reset ? at("r") : 1;
  const sum = input + inputBias + gate * (hidden + hiddenBias);
  const result = squash[squashing](sum);
  const listed = units.slice(0, LARGEST);
  const rest = hidden - listed.reduce((total, { product }) => total + product, 0);
  const inside = reset ? `${number(gate)} \u00b7 (${number(hidden)} + ${inner(hiddenBias)})` : `${inner(hidden)} + ${inner(hiddenBias)}`;
  return {
    equation,
    numbers: `${squashing}( ${number(input)} + ${inner(inputBias)} + ${inside} ) = ${squashing}(${number(sum)}) = ${number(result)}`,
    terms: [
      { label: `input ${spoken(record.tokens[t])}`, detail: "its row of W x", value: input },
      ...listed.map(({ unit: k, weight, state, product }) => ({
        label: `unit ${k}`,
        detail: `${reset ? "r \u00b7 " : ""}${number(weight)} \u00b7 ${inner(state)}`,
        value: gate * product,
        unit: k,
      })),
      { label: `${units.length - listed.length} other units`, detail: "together", value: gate * rest },
      { label: "biases", detail: reset ? "b_in + r \u00b7 b_hn" : "of input and state", value: inputBias + gate * hiddenBias },
    ],
    sum: { label: `sum, then ${squashing}`, value: sum },
  };
}

const sub = (name) => (name === "h" ? "h" : name);

/** One or two sentences on a step, for a screen reader. */
export function summary(record, t, unit) {
  if (t < 0) return "No text.";
  const values = record.names.map((name) => `${name} ${number(record.value(name, t, unit), 2)}`).join(", ");
  const [best] = record.guesses(t, 1);
  return `Step ${t + 1}, ${spoken(record.tokens[t])}${record.unknown(t) ? ", which the model never saw" : ""}. Unit ${unit}: ${values}. Most likely next: ${spoken(best.token)}, ${Math.round(best.probability * 100)} percent.`;
}
