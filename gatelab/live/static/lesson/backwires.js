// Where the way back runs on the drawing of each cell: the wires of cells.js, from right to left. Pure.

import { FAMILY } from "../engine/cells.js";
import { BUS, GATES, TOP, W } from "./cells.js";

const [READ, OVER, DOWN, SEEN] = [252, TOP - 17, 346, 222];
const JOINT = [W / 2, BUS];

const wire = (key, path, label) => ({ key, path, label });
const up = (x) => [[x, GATES], [x, READ], [W / 2, READ], JOINT]; // from what reads back to what is read

/** A cell with a memory apart; `write` are the wires of its input gate. */
const memory = (write, gates) => ({
  wires: [
    wire("d.h", [[W, BUS], [DOWN, BUS], [DOWN, 158], [296, 158]], [314, 259]),
    wire("d.ch", [[296, 158], [296, 108], [296, TOP]], [327, 84]),
    wire("d.o", [[296, 158], [296, GATES]]),
    wire("d.c+", [[W, TOP], [296, TOP]], [328, OVER]),
    wire("d.c", [[296, TOP], [64, TOP]], [234, OVER]),
    wire("d.c", [[172, TOP], [172, 130]]),
    wire("d.c-", [[64, TOP], [0, TOP]], [31, OVER]),
    wire("d.f", [[64, TOP], [64, GATES]]),
    wire("d.g", [[172, 130], [208, 130], [208, GATES]]),
    ...write,
    ...gates.map((x) => wire("d.h-", up(x))),
    wire("d.h-", [JOINT, [0, BUS]], [29, READ + 2]),
  ],
  inside: ["f", "i", "g", "o"],
  factor: { key: "f", at: [92, 84] },
});

const plain = memory([wire("d.i", [[172, 130], [136, 130], [136, GATES]])], [64, 136, 208, 296]);
const coupled = memory([wire("d.i", [[172, 130], [116, 130], [64, 130]], [144, 107])], [64, 208, 296]);

/** A GRU; `candidate` are the wires between its candidate, its reset gate and the old state. */
const gated = (candidate) => ({
  wires: [
    wire("d.h", [[W, TOP], [256, TOP]], [320, OVER]),
    wire("d.h", [[256, TOP], [64, TOP]]),
    wire("d.h-", [[64, TOP], [0, TOP]], [31, OVER]),
    wire("d.n", [[256, TOP], [256, 130], [284, 130], [284, GATES]]),
    wire("d.z", [[64, TOP], [64, GATES]]),
    wire("d.z", [[256, 130], [150, 130], [64, 130]]),
    ...candidate,
    wire("d.hg", up(64)),
    wire("d.hg", up(160)),
    wire("d.hg", [[SEEN, 234], [SEEN, BUS], JOINT]),
    wire("d.hg", [JOINT, [16, BUS], [16, TOP]], [98, BUS + 17]),
  ],
  inside: ["r", "z", "n"],
  factor: { key: "z", at: [96, 84] },
});

const after = gated([wire("d.hg", [[284, GATES], [SEEN, GATES], [SEEN, 234]]), wire("d.r", [[SEEN, GATES], [160, GATES]])]);
const before = gated([wire("d.hg", [[284, GATES], [SEEN, GATES], [SEEN, 234]]), wire("d.r", [[SEEN, 234], [198, 234], [198, GATES], [160, GATES]])]);

const simple = {
  wires: [
    wire("d.h", [[W, BUS], [DOWN, BUS], [DOWN, 150], [W / 2, 150]], [262, 133]),
    wire("d.a", [[W / 2, 150], JOINT], [W / 2 + 34, 214]),
    wire("d.h-", [JOINT, [0, BUS]], [29, READ + 2]),
  ],
  inside: ["h"],
  factor: null,
};

/** A cell -> {wires [{key, path, label}], inside: what has its gradient written in its box, factor: where the gate that keeps multiplies}; those that are missing have no way back. */
export const BACK = { rnn: simple, lstm: plain, peephole: plain, coupled: { ...coupled, inside: ["f", "g", "o"] }, gru: after, "gru-cho": before };

/** The keys of every wire, for links. */
export const KEYS = [...new Set(FAMILY.flatMap((cell) => (BACK[cell]?.wires ?? []).map(({ key }) => key)))];
