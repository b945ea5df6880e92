// In whose letters a cell is written: letters, indices and weights of each notation, and where its update gate is turned round. Pure.
//
// Read in the sources on what each of them does:
//   pytorch       https://docs.pytorch.org/docs/stable/generated/torch.nn.GRU.html and LSTM.html: h = (1 - z) * n + z * h, two biases
//   colah         https://colah.github.io/posts/2015-08-Understanding-LSTMs/: C_t = f_t * C_{t-1} + i_t * C~_t with W_f [h_{t-1}, x_t] + b_f;
//                 GRU, as in Chung et al. 2014: h_t = (1 - z_t) * h_{t-1} + z_t * h~_t, h~_t = tanh(W [r_t * h_{t-1}, x_t])
//   d2l           https://d2l.ai/chapter_recurrent-modern/lstm.html and gru.html: X W_xf + H W_hf + b_f; H = Z H + (1 - Z) H~, as PyTorch's Z
//   deeplearning  deeplearning.ai, Sequence Models, week 1: W_f [a, x] + b_f; in the GRU, c = Gamma_u * c~ + (1 - Gamma_u) * c and a = c
//   keras         https://github.com/keras-team/keras keras/src/layers/rnn/lstm.py (order i, f, c, o) and gru.py (order z, r, h):
//                 h = z * h_tm1 + (1 - z) * hh, as PyTorch's z; with reset_after, its default, the reset gate acts after the product, as PyTorch's
// Their products * and o are all written \u2299 here. What a source has no formula for (peepholes, the reset gate after the product)
// follows its pattern.

import { apart, cellOf } from "../engine/cells.js";
import { tr } from "../language.js";

const below = (when) => `_{${when}}`;

/** W [h, x]: one matrix for both. */
const JOINED = { joined: true, weight: (row, from) => `W_{${row}${from}}`, bias: (row, from) => `b_{${row}${from}}` };

/**
 * notation -> {called, about, letters, state, rows, index, form, turns, order}
 *
 *   called, about   its name, and where it is used and what is peculiar to it
 *   letters         the letters that are other than PyTorch's, {name: letter}; `state` is h where it is all that a cell with gates keeps
 *   rows            what stands under a weight for a row, where that is another name
 *   index           how the step is written
 *   form            of a weighted sum: whether one matrix takes both (`joined`), the vector stands left of it (`left`), each product has its own
 *                   bias (`biases`); and the names of weight and bias of the input ("x") or the old state ("h", by its letter)
 *   turns           whether the update gate of a GRU says how much of the candidate comes in, 1 - z of PyTorch
 *   order           of gates and candidates, where that is another than the order of the story
 */
export const NOTATIONS = {
  pytorch: {
    called: "PyTorch",
    about: tr("The letters of torch.nn.LSTM and torch.nn.GRU. At z = 1 a GRU keeps its old state."),
    form: { biases: true, weight: (row, from) => `W_{${from === "x" ? "i" : "h"}${row}}`, bias: (row, from) => `b_{${from === "x" ? "i" : "h"}${row}}` },
  },
  colah: {
    called: tr("colah\u2019s blog"),
    about: tr("The letters of \u201cUnderstanding LSTM Networks\u201d: C\u0303 for the candidate, one matrix for [h, x]. At z = 1 a GRU takes the candidate: this z is 1 \u2212 z of PyTorch."),
    letters: { g: "C\u0303", c: "C", n: "h\u0303" },
    rows: { g: "C", n: "h" },
    form: JOINED,
    turns: true,
  },
  d2l: {
    called: "Dive into Deep Learning",
    about: tr("The letters of d2l.ai: capitals, since each row of a matrix is one example, and C\u0303 or H\u0303 for the candidate. At Z = 1 a GRU keeps its old state, as in PyTorch."),
    letters: { x: "X", i: "I", f: "F", o: "O", g: "C\u0303", c: "C", r: "R", z: "Z", n: "H\u0303", h: "H" },
    rows: { g: "c", n: "h" },
    form: { left: true, weight: (row, from) => `W_{${from === "x" ? "x" : "h"}${row}}`, bias: (row, from) => `b_{${from === "x" ? "x" : "h"}${row}}` },
  },
  deeplearning: {
    called: "deeplearning.ai",
    about: tr("The letters of the course Sequence Models: \u0393 for gates (\u0393u is called update gate, in the LSTM too), c\u0303 for the candidate, a for the hidden state. In the GRU a = c, and at \u0393u = 1 it takes the candidate: \u0393u is 1 \u2212 z of PyTorch."),
    letters: { i: "\u0393_{u}", f: "\u0393_{f}", o: "\u0393_{o}", g: "c\u0303", r: "\u0393_{r}", z: "\u0393_{u}", n: "c\u0303", h: "a" },
    state: "c",
    rows: { i: "u", z: "u", g: "c", n: "c", h: "a" },
    index: (when) => `^{\u27e8${when}\u27e9}`,
    form: JOINED,
    turns: true,
  },
  keras: {
    called: "Keras",
    about: tr("The letters of the layers\u2019 source: kernel W, recurrent kernel U, in the order i, f, c, o and z, r, h; hh is a GRU\u2019s candidate. At z = 1 a GRU keeps its old state, as in PyTorch."),
    letters: { g: "c\u0303", n: "hh" },
    rows: { g: "c", n: "h" },
    form: { left: true, weight: (row, from) => `${from === "x" ? "W" : "U"}_{${row}}`, bias: (row, from) => `b_{${from === "x" ? "W" : "U"}${row}}` },
    order: "ifgozrn",
  },
};

export const PYTORCH = "pytorch";

/** A formula as plain text, without its indices lowered or raised. */
export const plain = (formula) => formula.replace(/[_^]\{([^}]*)\}/g, "$1");

/** One cell as one notation writes it. */
export class Writing {
  name;
  notation;
  /** @type {string | null} the gate of which 1 minus PyTorch's value is shown */ turned;
  cell; // its record by role (engine/cells.js), as it reads in this notation

  constructor(name, key) {
    const [cell, notation] = [cellOf(name), NOTATIONS[key]];
    const turned = notation.turns && cell.write?.startsWith("1 - ") ? cell.keep : null;
    Object.assign(this, { name, notation, turned, cell: turned ? { ...cell, keep: cell.write, write: cell.keep } : cell });
  }

  /** The letter of what the cell computes, or of x: a formula. */
  letter(name) {
    const { letters = {}, state } = this.notation;
    const alone = name === "h" && this.cell.keep && !apart(this.cell);
    return (alone && state) || (letters[name] ?? name);
  }

  /** The same where nothing can be lowered. */
  plain(name) {
    return plain(this.letter(name));
  }

  /** The value at a step: f_{t}. */
  at(name, when = "t") {
    return this.indexed(this.letter(name), when);
  }

  /** Any letter with its step. */
  indexed(letter, when) {
    return letter + (this.notation.index ?? below)(when);
  }

  /** The value one step before. */
  before(name) {
    return this.at(name, "t\u22121");
  }

  /** A share: z_{t} or (1 \u2212 z_{t}); `short`: without the step. */
  share({ name, rest }, short = false) {
    const letter = short ? this.plain(name) : this.at(name);
    return rest ? `(1 \u2212 ${letter})` : letter;
  }

  /** Names in the order in which they are listed. */
  ordered(names) {
    const { order = "" } = this.notation;
    const listed = names.filter((name) => order.includes(name)).sort((a, b) => order.indexOf(a) - order.indexOf(b));
    return names.map((name) => (order.includes(name) ? listed.shift() : name));
  }

  /** What stands under the weights of a row. */
  row(name) {
    return this.notation.rows?.[name] ?? name;
  }

  /** Whether a sum has one bias alone, PyTorch's two added; where the reset gate stands between them it cannot. */
  oneBias(reset) {
    return !this.notation.form.biases && reset !== "after";
  }

  #weighted(name, from, vector) {
    const { form } = this.notation;
    const weight = form.weight(this.row(name), from);
    return form.left ? `${vector} ${weight}` : `${weight} ${vector}`;
  }

  /** How weights and biases of the old state are told from those of the input. */
  get from() {
    return this.notation.form.joined ? this.plain("h") : "h";
  }

  /** The bias that is added to what comes of the input ("x") or the old state (`from`). */
  bias(name, from) {
    return this.notation.form.bias(this.row(name), from);
  }

  /** The old state as a sum sees it: whole, or what the reset gate lets through. */
  #seen(reset) {
    return reset === "before" ? `${this.at(this.cell.reset)} \u2299 ${this.before("h")}` : this.before("h");
  }

  /** What the old state contributes to the sum of a row, with its own bias where there is one. */
  fromState(name, reset) {
    const seen = this.#weighted(name, this.from, reset === "before" ? `( ${this.#seen(reset)} )` : this.before("h"));
    return this.oneBias(reset) ? seen : `${seen} + ${this.bias(name, this.from)}`;
  }

  /** What a gate sees of the memory through its peephole: of the new one, or of the old. */
  peephole(name, when) {
    const { memory } = this.cell;
    return `w_{${this.plain(memory)}${this.row(name)}} \u2299 ${this.at(memory, when)}`;
  }

  /**
   * The sum of a row, before it is squashed.
   *
   * @param reset how the old state comes to it: "plain", or through the reset gate "before" or "after" the matrix product
   * @param seen of the memory: [peephole(name, when)], or []
   */
  sum(name, reset, seen = []) {
    const { joined } = this.notation.form;
    const [x, state] = [this.at("x"), this.fromState(name, reset)];
    if (this.oneBias(reset)) {
      const products = joined ? [`W_{${this.row(name)}} [${this.#seen(reset)}, ${x}]`] : [this.#weighted(name, "x", x), state];
      return [...products, ...seen, `b_{${this.row(name)}}`].join(" + ");
    }
    const letIn = reset === "after" ? `${this.at(this.cell.reset)} \u2299 ( ${state} )` : state;
    return [this.#weighted(name, "x", x), this.bias(name, "x"), letIn, ...seen].join(" + ");
  }
}

const made = {};

/** A cell as the notation of a record writes it. */
export const writing = ({ model: { cell }, notation = PYTORCH }) => (made[`${cell} ${notation}`] ??= new Writing(cell, notation));

/** What is derived from the writing of each cell, made once: entry(record). */
export function entries(make) {
  const known = new Map();
  return (record) => {
    const one = writing(record);
    if (!known.has(one)) known.set(one, make(one));
    return known.get(one);
  };
}
