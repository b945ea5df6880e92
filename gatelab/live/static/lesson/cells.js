// How each cell is drawn: where its parts stand, and which wire carries what. One description a cell, one renderer for all.
//
// A tile is W by H. What it keeps runs along the top from the left edge to the right, so that tiles side by side are the unrolled
// network; the hidden state of an LSTM, and all that a simple RNN has, comes and goes at the same height at the bottom. `stages` are the steps of the walk that
// a part or a wire belongs to. Lines are drawn to the middle of a part, behind it.

import { complete, FAMILY } from "../engine/cells.js";

export const W = 240;
export const H = 352;
export const TOP = 50; // the line of the memory
export const BUS = 282; // the line of what the gates read
const GATES = 205;

const gate = (key, x, stages) => ({ kind: "gate", key, at: [x, GATES], stages });
const candidate = (key, x, stages, y = GATES) => ({ kind: "candidate", key, at: [x, y], stages });
const op = (key, sign, x, y, stages) => ({ kind: "op", key, sign, at: [x, y], stages });
const wire = (key, stages, path, label) => ({ key, stages, path, label });
const riser = (x, stages) => wire("in", stages, [[x, BUS], [x, GATES]]);

const FOOT = 318; // where the wire of the token begins
const JOINT = [30, BUS]; // where the token and the old hidden state come together, left of everything that reads them

/** The wire of the token: from below it to the joint, on its own height under the line that is read. */
const token = (stages) => wire("x", stages, [[W / 2, FOOT], [W / 2, 300], [JOINT[0], 300], JOINT]);

/** What an LSTM reads: the token, and the old hidden state, which comes along the bottom. */
const read = (stages, end) => [
  token(stages),
  wire("h-", stages, [[0, BUS], JOINT], [18, BUS - 8]),
  wire("in", stages, [JOINT, [end, BUS]]),
];

const OUT = [[196, 160], [222, 160], [222, BUS], [W, BUS]]; // the way of an LSTM's hidden state out

/** What the LSTM and its relatives have in common. */
const memory = {
  parts: [
    gate("f", 60, [1]),
    candidate("g", 150, [2]),
    gate("o", 196, [4]),
    op("fc", "\u2299", 60, TOP, [1]),
    op("ig", "\u2299", 128, 128, [2]),
    op("c", "+", 128, TOP, [3]),
    op("tc", "tanh", 196, 105, [4]),
    op("h", "\u2299", 196, 160, [4]),
  ],
  wires: [
    ...read([1, 2, 4], 196),
    riser(60, [1]),
    riser(150, [2]),
    riser(196, [4]),
    wire("c-", [1], [[0, TOP], [60, TOP]], [28, TOP - 9]),
    wire("f", [1], [[60, GATES], [60, TOP]], [45, 150]),
    wire("fc", [1, 3], [[60, TOP], [128, TOP]], [94, TOP - 9]),
    wire("g", [2], [[150, GATES], [150, 128], [128, 128]], [131, 176]),
    wire("ig", [2, 3], [[128, 128], [128, TOP]], [144, 92]),
    wire("c", [3, 4], [[128, TOP], [W, TOP]], [216, TOP - 9]),
    wire("c", [4], [[196, TOP], [196, 105]]),
    wire("tc", [4], [[196, 105], [196, 160]], [214, 134]),
    wire("o", [4], [[196, GATES], [196, 160]], [210, 181]),
    wire("h", [4], OUT, [228, BUS - 8]),
  ],
};

const inputGate = {
  parts: [gate("i", 106, [2])],
  wires: [riser(106, [2]), wire("i", [2], [[106, GATES], [106, 128], [128, 128]], [91, 176])],
};

const joined = (...some) => ({ joint: JOINT, parts: some.flatMap(({ parts = [] }) => parts), wires: some.flatMap(({ wires = [] }) => wires) });

const peepholes = {
  wires: [
    { ...wire("pf", [1], [[20, TOP], [20, GATES], [60, GATES]], [30, 232]), thin: true },
    { ...wire("pi", [2], [[20, 176], [84, 176], [84, GATES], [106, GATES]], [84, 236]), thin: true },
    { ...wire("po", [4], [[173, TOP], [173, GATES], [196, GATES]], [172, 240]), thin: true },
  ],
};

const rest = {
  parts: [op("i", "1\u2212", 96, 128, [2])],
  wires: [wire("f", [2], [[60, 128], [96, 128]]), wire("i", [2], [[96, 128], [128, 128]], [108, 107])],
};

/** What both forms of the GRU have in common: one state, on the top line, from which what the gates read branches off. */
const unit = {
  parts: [
    gate("z", 52, [3]),
    gate("r", 106, [1]),
    candidate("n", 190, [2]),
    op("zh", "\u2299", 52, TOP, [3]),
    op("1-z", "1\u2212", 104, 128, [3]),
    op("zn", "\u2299", 166, 128, [3]),
    op("h", "+", 166, TOP, [4]),
  ],
  wires: [
    token([1, 2, 3]),
    wire("h-", [1, 2, 3], [[16, TOP], [16, BUS], JOINT]),
    wire("in", [1, 2, 3], [JOINT, [204, BUS]]),
    riser(52, [3]),
    riser(106, [1]),
    wire("in", [2], [[204, BUS], [204, GATES]]),
    wire("h-", [3], [[0, TOP], [52, TOP]], [26, TOP - 9]),
    wire("z", [3], [[52, GATES], [52, TOP]], [34, 166]),
    wire("zh", [3, 4], [[52, TOP], [166, TOP]], [108, TOP - 9]),
    wire("z", [3], [[52, 128], [104, 128]]),
    wire("1-z", [3], [[104, 128], [166, 128]], [136, 114]),
    wire("n", [2, 3], [[190, GATES], [190, 128], [166, 128]], [210, 166]),
    wire("zn", [3, 4], [[166, 128], [166, TOP]], [184, 92]),
    wire("h", [4], [[166, TOP], [W, TOP]], [210, TOP - 9]),
  ],
};

const after = {
  parts: [op("a", "W", 148, 262, [2]), op("ra", "\u2299", 148, 234, [1, 2])],
  wires: [
    wire("h-", [2], [[148, BUS], [148, 262]]),
    wire("a", [2], [[148, 262], [148, 234]], [126, 251]),
    wire("r", [1, 2], [[106, GATES], [148, GATES], [148, 234]], [142, 193]),
    wire("ra", [2], [[148, 234], [178, 234], [178, GATES]], [166, 250]),
  ],
};

/** A reset gate before the matrix product. */
const before = (r) => ({
  parts: [op(`${r}h`, "\u2299", 148, 262, [1, 2]), op("a", "W", 148, 234, [2])],
  wires: [
    wire("h-", [2], [[148, BUS], [148, 262]]),
    wire(r, [1, 2], [[106, GATES], [131, GATES], [131, 262], [148, 262]], [142, 193]),
    wire(`${r}h`, [2], [[148, 262], [148, 234]], [162, 251]),
    wire("a", [2], [[148, 234], [178, 234], [178, GATES]], [160, 222]),
  ],
});

/** The minimal gated unit: as the GRU, but with one gate for all; what it leaves keeps the old state. */
const minimal = {
  parts: [
    gate("f", 106, [1, 3]),
    candidate("n", 190, [2]),
    op("1-fh", "\u2299", 52, TOP, [3]),
    op("1-f", "1\u2212", 52, 128, [3]),
    op("fn", "\u2299", 166, 128, [3]),
    op("h", "+", 166, TOP, [4]),
  ],
  wires: [
    token([1, 2, 3]),
    wire("h-", [1, 2, 3], [[16, TOP], [16, BUS], JOINT]),
    wire("in", [1, 2, 3], [JOINT, [204, BUS]]),
    riser(106, [1, 3]),
    wire("in", [2], [[204, BUS], [204, GATES]]),
    wire("h-", [3], [[0, TOP], [52, TOP]], [26, TOP - 9]),
    wire("f", [3], [[106, GATES], [106, 128], [166, 128]], [136, 114]),
    wire("f", [3], [[106, 128], [52, 128]]),
    wire("1-f", [3], [[52, 128], [52, TOP]], [34, 92]),
    wire("1-fh", [3, 4], [[52, TOP], [166, TOP]], [108, TOP - 9]),
    wire("n", [2, 3], [[190, GATES], [190, 128], [166, 128]], [210, 166]),
    wire("fn", [3, 4], [[166, 128], [166, TOP]], [184, 92]),
    wire("h", [4], [[166, TOP], [W, TOP]], [210, TOP - 9]),
  ],
};

const simple = {
  joint: [W / 2, BUS],
  parts: [candidate("h", W / 2, [2], 150)],
  wires: [
    wire("x", [1], [[W / 2, FOOT], [W / 2, BUS]]),
    wire("h-", [1], [[0, BUS], [W / 2, BUS]], [60, BUS - 9]),
    wire("in", [1], [[W / 2, BUS], [W / 2, 150]]),
    wire("h", [2], [[W / 2, 150], [222, 150], [222, BUS], [W, BUS]], [180, 141]),
  ],
};

const FORGET = { title: "Forget", part: "f", words: "what of the memory stays?" };
const WRITE = { title: "Write", part: "ig", words: "what is new, and how much of it goes in?" };
const UPDATE = { title: "Update", part: "c", words: "kept and written make the new memory" };
const SHOW = { title: "Show", part: "h", words: "how much of the memory comes out?" };
const MEMORY_WALK = [FORGET, WRITE, UPDATE, SHOW];
const GRU_WALK = [
  { title: "Reset", part: "r", words: "how much of the old state may the candidate see?" },
  { title: "Candidate", part: "n", words: "what could the new state be?" },
  { title: "Mix", part: "z", words: "how much of the old state stays?" },
  { title: "New state", part: "h", words: "kept and written make the new state" },
];

const MGU_WALK = [
  { title: "Forget", part: "f", words: "how much of the old state may the candidate see?" },
  { title: "Candidate", part: "n", words: "what could the new state be?" },
  { title: "Mix", part: "fn", words: "the same gate: how much of the candidate comes in?" },
  { title: "New state", part: "h", words: "kept and written make the new state" },
];

/** A cell -> {joint, parts, wires, walk}: joint [x, y], where the token and the old hidden state come together; parts {kind, key, at, stages, sign}; wires {key, path, stages, label, thin}; walk [{title, part, words}], stage 1 first. */
export const CELLS = complete("CELLS in lesson/cells.js", {
  rnn: { ...simple, walk: [{ title: "Read", part: "h-", words: "the token and the old state come together" }, { title: "New state", part: "h", words: "their sum is squashed: nothing is kept apart" }] },
  lstm: { ...joined(memory, inputGate), walk: MEMORY_WALK },
  peephole: { ...joined(memory, inputGate, peepholes), walk: MEMORY_WALK },
  coupled: { ...joined(memory, rest), walk: MEMORY_WALK },
  gru: { ...joined(unit, after), walk: GRU_WALK },
  "gru-cho": { ...joined(unit, before("r")), walk: GRU_WALK },
  mgu: { ...joined(minimal, before("f")), walk: MGU_WALK },
}, FAMILY);
