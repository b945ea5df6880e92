// How each cell is drawn: where its parts stand, and which wire carries what. One description a cell, one renderer for all.
//
// A tile is W by H. What it keeps runs along the top from the left edge to the right, so that tiles side by side are the unrolled
// network; the hidden state of an LSTM, and all that a simple RNN has, comes and goes at the same height at the bottom. `stages` are the steps of the walk that
// a part or a wire belongs to. Lines are drawn to the middle of a part, behind it. `label` is where a wire's number stands, in its middle;
// `word` is where what it is called stands (called.js), and which end of the word is there.

import { complete, FAMILY } from "../engine/cells.js";
import { tr } from "../language.js";

export const W = 360;
export const H = 332;
export const TOP = 60; // the line of the memory
export const BUS = 270; // the line along which the old hidden state comes in
const READ = 252; // the line from which the gates read, above it
export const GATES = 200; // the middle of the gates
const FOOT = 300; // where the wire of the token begins
const JOINT = [W / 2, BUS]; // where the token and the old hidden state come together

// Heights of the middle of what is written: numbers over the top line, words over them, words at a gate's foot, words below the bottom line.
const OVER = TOP - 17;
const ABOVE = TOP - 40;
const UNDER_GATE = 237;
const BELOW = BUS + 19;

const gate = (key, x, stages, word = beside(x)) => ({ kind: "gate", key, at: [x, GATES], stages, word });
const candidate = (key, x, stages) => ({ kind: "candidate", key, at: [x, GATES], stages, word: beside(x) });
const op = (key, sign, x, y, stages, word) => ({ kind: "op", key, sign, at: [x, y], stages, word });
const wire = (key, stages, path, label, word) => ({ key, stages, path, label, word });
const riser = (x, stages) => wire("in", stages, [[x, READ], [x, GATES]]);

/** A word that begins, ends or has its middle at a place. */
const word = (x, y, anchor = "start") => ({ at: [x, y], anchor });
const beside = (x) => word(x + 4, UNDER_GATE); // right of the wire that comes into a gate from below
const atLeft = (y) => word(5, y);
const atRight = (y) => word(W - 5, y, "end");

/** What all cells read: the token from below and the old hidden state, which come together, and the line from which it rises; `first` and `last` are the places of what reads. */
const read = (stages, first, last) => [
  wire("x", stages, [[W / 2, FOOT], JOINT], null, word(W / 2 + 6, BELOW)),
  wire("in", stages, [JOINT, [W / 2, READ]]),
  wire("in", stages, [[first, READ], [last, READ]]),
];

const DOWN = 346; // where the hidden state of an LSTM goes down to the line at the bottom
const out = (x, y) => [[x, y], [DOWN, y], [DOWN, BUS], [W, BUS]]; // the way of a hidden state out

/** What the LSTM and its relatives have in common. */
const memory = {
  parts: [
    gate("f", 64, [1]),
    candidate("g", 208, [2]),
    gate("o", 296, [4]),
    op("fc", "\u2299", 64, TOP, [1]),
    op("ig", "\u2299", 172, 130, [2]),
    op("c", "+", 172, TOP, [3]),
    op("tc", "tanh", 296, 108, [4]),
    op("h", "\u2299", 296, 158, [4]),
  ],
  wires: [
    ...read([1, 2, 4], 64, 296),
    wire("h-", [1, 2, 4], [[0, BUS], JOINT], [28, READ + 2], atLeft(BELOW)),
    riser(64, [1]),
    riser(208, [2]),
    riser(296, [4]),
    wire("c-", [1], [[0, TOP], [64, TOP]], [31, OVER], atLeft(ABOVE)),
    wire("f", [1], [[64, GATES], [64, TOP]]),
    wire("fc", [1, 3], [[64, TOP], [172, TOP]], [118, OVER]),
    wire("g", [2], [[208, GATES], [208, 130], [172, 130]]),
    wire("ig", [2, 3], [[172, 130], [172, TOP]], [195, 96]),
    wire("c", [3, 4], [[172, TOP], [W, TOP]], [328, OVER], atRight(ABOVE)),
    wire("c", [4], [[296, TOP], [296, 108]]),
    wire("tc", [4], [[296, 108], [296, 158]], [323, 134]),
    wire("o", [4], [[296, GATES], [296, 158]]),
    wire("h", [4], out(296, 158), [322, READ + 8], atRight(BELOW)),
  ],
};

const inputGate = {
  parts: [gate("i", 136, [2])],
  wires: [riser(136, [2]), wire("i", [2], [[136, GATES], [136, 130], [172, 130]])],
};

const joined = (...some) => ({ joint: JOINT, parts: some.flatMap(({ parts = [] }) => parts), wires: some.flatMap(({ wires = [] }) => wires) });

const peepholes = {
  wires: [
    { ...wire("pf", [1], [[18, TOP], [18, GATES], [64, GATES]], [41, 168]), thin: true },
    { ...wire("pi", [2], [[18, 154], [100, 154], [100, GATES], [136, GATES]], [104, 140]), thin: true },
    { ...wire("po", [4], [[256, TOP], [256, GATES], [296, GATES]], [232, 106]), thin: true },
  ],
};

const rest = {
  parts: [op("i", "1\u2212", 116, 130, [2], word(116, 158, "middle"))],
  wires: [wire("f", [2], [[64, 130], [116, 130]]), wire("i", [2], [[116, 130], [172, 130]], [144, 107])],
};

const SEEN = 222; // where the old state passes on its way to a candidate with a reset gate

/** What the cells with one state have in common: it runs along the top line, and what the gates read, from the place `first` on, branches off. */
const mixture = (first) => ({
  parts: [candidate("n", 284, [2]), op("h", "+", 256, TOP, [4])],
  wires: [
    ...read([1, 2, 3], first, 284),
    wire("h-", [1, 2, 3], [[16, TOP], [16, BUS], JOINT]),
    wire("h-", [3], [[0, TOP], [64, TOP]], [31, OVER], atLeft(ABOVE)),
    wire("h-", [2], [JOINT, [SEEN, BUS], [SEEN, 234]]),
    riser(284, [2]),
    wire("n", [2, 3], [[284, GATES], [284, 130], [256, 130]]),
    wire("h", [4], [[256, TOP], [W, TOP]], [320, OVER], atRight(ABOVE)),
  ],
});

/** What both forms of the GRU have in common. */
const unit = {
  parts: [
    gate("z", 64, [3]),
    gate("r", 160, [1], word(160, 166, "middle")),
    op("zh", "\u2299", 64, TOP, [3]),
    op("1-z", "1\u2212", 150, 130, [3]),
    op("zn", "\u2299", 256, 130, [3]),
  ],
  wires: [
    riser(64, [3]),
    riser(160, [1]),
    wire("z", [3], [[64, GATES], [64, TOP]]),
    wire("zh", [3, 4], [[64, TOP], [256, TOP]], [160, OVER]),
    wire("z", [3], [[64, 130], [150, 130]]),
    wire("1-z", [3], [[150, 130], [256, 130]], [203, 113]),
    wire("zn", [3, 4], [[256, 130], [256, TOP]], [279, 95]),
  ],
};

/** Where the numbers of the way to the candidate stand: of what leaves the first of its two operations, and the second. */
const [LOWER, UPPER] = [[254, 233], [238, 172]];

const after = {
  parts: [op("a", "W", SEEN, 234, [2]), op("ra", "\u2299", SEEN, GATES, [1, 2])],
  wires: [
    wire("a", [2], [[SEEN, 234], [SEEN, GATES]], LOWER),
    wire("r", [1, 2], [[160, GATES], [SEEN, GATES]]),
    wire("ra", [2], [[SEEN, GATES], [284, GATES]], UPPER),
  ],
};

/** A reset gate before the matrix product. */
const before = (r) => ({
  parts: [op(`${r}h`, "\u2299", SEEN, 234, [1, 2]), op("a", "W", SEEN, GATES, [2])],
  wires: [
    wire(r, [1, 2], [[160, GATES], [198, GATES], [198, 234], [SEEN, 234]]),
    wire(`${r}h`, [2], [[SEEN, 234], [SEEN, GATES]], LOWER),
    wire("a", [2], [[SEEN, GATES], [284, GATES]], UPPER),
  ],
});

/** The minimal gated unit: as the GRU, but with one gate for all; what it leaves keeps the old state. */
const minimal = {
  parts: [
    gate("f", 160, [1, 3], word(128, 192, "end")),
    op("1-fh", "\u2299", 64, TOP, [3]),
    op("1-f", "1\u2212", 64, 130, [3]),
    op("fn", "\u2299", 256, 130, [3]),
  ],
  wires: [
    riser(160, [1, 3]),
    wire("f", [3], [[160, GATES], [160, 130], [256, 130]]),
    wire("f", [3], [[160, 130], [64, 130]]),
    wire("1-f", [3], [[64, 130], [64, TOP]], [40, 95]),
    wire("1-fh", [3, 4], [[64, TOP], [256, TOP]], [160, OVER]),
    wire("fn", [3, 4], [[256, 130], [256, TOP]], [279, 95]),
  ],
};

const simple = {
  joint: JOINT,
  parts: [{ kind: "candidate", key: "h", at: [W / 2, 150], stages: [2] }],
  wires: [
    wire("x", [1], [[W / 2, FOOT], JOINT], null, word(W / 2 + 6, BELOW)),
    wire("h-", [1], [[0, BUS], JOINT], [28, READ + 2], atLeft(BELOW)),
    wire("in", [1], [JOINT, [W / 2, 150]]),
    wire("h", [2], out(W / 2, 150), [262, 133], atRight(BELOW)),
  ],
};

const FORGET = { title: tr("Forget"), part: "f", words: tr("what of the memory stays?") };
const WRITE = { title: tr("Write"), part: "ig", words: tr("what is new, and how much of it goes in?") };
const UPDATE = { title: tr("Update"), part: "c", words: tr("kept and written make the new memory") };
const SHOW = { title: tr("Show"), part: "h", words: tr("how much of the memory comes out?") };
const MEMORY_WALK = [FORGET, WRITE, UPDATE, SHOW];
const GRU_WALK = [
  { title: tr("Reset"), part: "r", words: tr("how much of the old state may the candidate see?") },
  { title: tr("Candidate"), part: "n", words: tr("what could the new state be?") },
  { title: tr("Mix"), part: "z", words: tr("how much of the old state stays?") },
  { title: tr("New state"), part: "h", words: tr("kept and written make the new state") },
];

const MGU_WALK = [
  { title: tr("Forget"), part: "f", words: tr("how much of the old state may the candidate see?") },
  { title: tr("Candidate"), part: "n", words: tr("what could the new state be?") },
  { title: tr("Mix"), part: "fn", words: tr("the same gate: how much of the candidate comes in?") },
  { title: tr("New state"), part: "h", words: tr("kept and written make the new state") },
];

/** A cell -> {joint, parts, wires, walk}: joint [x, y], where the token and the old hidden state come together; parts {kind, key, at, stages, sign, word}; wires {key, path, stages, label, word, thin}; walk [{title, part, words}], stage 1 first. */
export const CELLS = complete("CELLS in lesson/cells.js", {
  rnn: { ...simple, walk: [{ title: tr("Read"), part: "h-", words: tr("the token and the old state come together") }, { title: tr("New state"), part: "h", words: tr("their sum is squashed: nothing is kept apart") }] },
  lstm: { ...joined(memory, inputGate), walk: MEMORY_WALK },
  peephole: { ...joined(memory, inputGate, peepholes), walk: MEMORY_WALK },
  coupled: { ...joined(memory, rest), walk: MEMORY_WALK },
  gru: { ...joined(mixture(64), unit, after), walk: GRU_WALK },
  "gru-cho": { ...joined(mixture(64), unit, before("r")), walk: GRU_WALK },
  mgu: { ...joined(mixture(160), minimal, before("f")), walk: MGU_WALK },
}, FAMILY);
