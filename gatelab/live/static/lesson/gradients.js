// What flows back through each cell, one number for every wire of the way back: its words, its equation, and the products that it is the sum of. Pure.
//
// A key is "d." and what the loss is followed back to. `terms(s)` make the sum: {label, numbers, value}, numbers "" where a term is a sum over all units.

import { apart, isCoupled, share } from "../engine/cells.js";
import { entries } from "../kit/notation.js";
import { called as titled } from "../kit/titles.js";
import { raised } from "../kit/words.js";
import { tr } from "../language.js";

const [NEXT, BEFORE] = ["t+1", "t\u22121"];
const FEW = 5; // terms of a sum over units that stand by themselves

/** A number of any size with three digits that count: 0.0312, 3.41·10⁻⁷. */
export function exact(value) {
  if (value === 0) return "0";
  if (Math.abs(value) >= 0.001) return value.toPrecision(3).replace("-", "\u2212");
  const [digits, exponent] = value.toExponential(2).split("e");
  return `${digits.replace("-", "\u2212")}\u00b710${raised(Number(exponent))}`;
}

/** The same in few signs, for a wire: 0.31, 0.031, 3·10⁻³. */
export function brief(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 0.0995) return value.toFixed(2).replace("-", "\u2212");
  if (size >= 0.00995) return value.toFixed(3).replace("-", "\u2212");
  const [digits, exponent] = value.toExponential(0).split("e");
  return `${digits.replace("-", "\u2212")}\u00b710${raised(Number(exponent))}`;
}

/** A factor as it stands in a product. */
const factor = (value) => (value < 0 ? `(${exact(value)})` : exact(value));
const times = (...values) => ({ numbers: [exact(values[0]), ...values.slice(1).map(factor)].join(" \u00d7 "), value: values.reduce((a, b) => a * b, 1) });

/** dL/d of a letter with its step. */
const by = (written, name, when = "t") => `dL/d${written.at(name, when)}`;

/** The gradient of the sum inside a row, before it is squashed. */
const inside = (written, name, when) => written.indexed(`\u03b4${written.plain(name)}`, when);
const weighed = (written, name, when) => `${written.notation.form?.weight(written.row(name), written.from) ?? "W"}^{\u22a4} ${inside(written, name, when)}`;

const INSIDE = tr("\u03b4 is the gradient of the sum in front of a gate, before it is squashed. Each way through a matrix is a sum over all units.");

/** The ways through the gates of a step, by row. */
const ways = (written, s, shift) => Object.entries(s.through(shift)).map(([name, value]) => ({ label: tr("through {letter}: {product}", { letter: written.letter(name), product: weighed(written, name, shift ? NEXT : "t") }), numbers: "", value }));

/** Where the loss is asked: from each label. */
const asked = (s) => s.labels().map(({ label, score, weight }) => ({ label: tr("from \u201c{label}\u201d", { label: tr(label) }), ...times(score, weight) }));
const ASKED = tr("p is the probability of an answer, y is 1 for the right one and 0 for the other, w the weight of this unit for it.");

/** dL/dh of a step: asked for at the last one, else what the next step passes back. */
function ofState(written, along) {
  const { cell } = written;
  return {
    words: tr("gradient of the hidden state"),
    math: (s) => `${by(written, "h")} = ${s.last ? "\u03a3 (p \u2212 y) w" : [...along.map(({ math }) => math(NEXT)), ...Array.from(cell.rows, (name) => weighed(written, name, NEXT))].join(" + ")}`,
    note: (s) => (s.last ? ASKED : INSIDE),
    terms: (s) => (s.last ? asked(s) : s.unreached ? [] : [...along.map((one) => one.term(s, 1)), ...ways(written, s, 1)]),
  };
}

/** What a memory or a mixture passes on by its keep gate alone, from a step to the one before: {math(when), term(s, shift)}. */
function kept(written, memory) {
  const keep = share(written.cell, "keep");
  const letter = (when) => (keep.rest ? `(1 \u2212 ${written.at(keep.name, when)})` : written.at(keep.name, when));
  return {
    math: (when) => `${by(written, memory, when)} \u2299 ${letter(when)}`,
    term: (s, shift) => ({ label: tr("along {letter}", { letter: written.letter(memory) }), ...times(s.d(memory, shift), keep.of((name) => s.at(name, shift))) }),
  };
}

/** The peepholes of the gates that see the old memory, or the new one: [{math(when), term(s, shift)}]. */
const peeps = (written, which) => (written.cell.peepholes ?? []).map((name) => name.replace("weight_c", "")).filter((gate) => (gate === written.cell.show) === which).map((gate) => ({
  math: (when) => `${inside(written, gate, when)} \u2299 ${written.peephole(gate, when).split(" ")[0]}`,
  term: (s, shift) => ({ label: tr("through the peephole of {letter}", { letter: written.letter(gate) }), ...times(s.sum(gate, shift), s.weight(`weight_c${gate}`)) }),
}));

const gradientOf = (what) => tr("gradient of the {what}", { what });
const throughLetter = (letter) => tr("through {letter}", { letter });

const product = (words, left, name, factors, term) => ({ name, words, math: () => `${left} = ${factors}`, terms: (s) => [{ label: factors, ...term(s) }] });

/** A memory apart: what comes from the step behind, from the hidden state, and goes on to each gate and to the step before. */
function ofMemory(written) {
  const { cell } = written;
  const { keep: f, write: i, candidate: g, memory: c, show: o } = cell;
  const [called, D] = [titled(cell), (name) => by(written, name)];
  const along = kept(written, c);
  const [behind, here] = [[along, ...peeps(written, false)], peeps(written, true)];
  const shown = `${D("h")} \u2299 ${written.at(o)} \u2299 (1 \u2212 tanh\u00b2(${written.at(c)}))`;
  const through = (s, shift = 0) => times(s.d("h", shift), s.at(o, shift), 1 - Math.tanh(s.at(c, shift)) ** 2);
  const coming = (s) => (s.last || s.unreached ? [] : behind.map((one) => one.term(s, 1)));
  const none = (s) => (s.last ? tr("Nothing comes from behind: this is the last step.") : "");
  const gate = (name, state, value, other) => product(gradientOf(called[name]), D(name), name, `${D(state)} \u2299 ${other}`, (s) => times(s.d(state), value(s)));
  return {
    "d.h": ofState(written, []),
    "d.c+": { words: tr("what the next step passes back to the {state}", { state: called[c] }), math: () => behind.map(({ math }) => math(NEXT)).join(" + "), note: none, terms: coming },
    "d.ch": product(tr("what passes to the {state} through the hidden state", { state: called[c] }), tr("part of {gradient}", { gradient: D(c) }), null, shown, through),
    "d.c": {
      name: c,
      words: gradientOf(called[c]),
      math: () => `${D(c)} = ${[...behind.map(({ math }) => math(NEXT)), shown, ...here.map(({ math }) => math("t"))].join(" + ")}`,
      note: none,
      terms: (s) => [...coming(s), { label: throughLetter(written.letter("h")), ...through(s) }, ...here.map((one) => one.term(s, 0))],
    },
    [`d.${f}`]: isCoupled(cell)
      ? { name: f, words: gradientOf(called[f]), math: () => `${D(f)} = ${D(c)} \u2299 (${written.before(c)} \u2212 ${written.at(g)})`, terms: (s) => [{ label: tr("what is kept"), ...times(s.d(c), s.at(c, -1)) }, { label: tr("what is written, as {equation}", { equation: `${written.at(i)} = 1 \u2212 ${written.at(f)}` }), ...times(s.d(c), -s.at(g)) }] }
      : gate(f, c, (s) => s.at(c, -1), written.before(c)),
    [`d.${i}`]: gate(i, c, (s) => s.at(g), written.at(g)),
    [`d.${g}`]: gate(g, c, (s) => s.at(i), written.at(i)),
    [`d.${o}`]: gate(o, "h", (s) => Math.tanh(s.at(c)), `tanh(${written.at(c)})`),
    "d.c-": {
      words: tr("what this step passes back along the {state}", { state: called[c] }),
      math: () => along.math("t"),
      first: true, // the wire carries the first term; the others come another way
      whole: by(written, c, BEFORE),
      note: (s) => (s.begins ? tr("Before the first step there is no {state} to teach.", { state: called[c] }) : s.stopped ? STOPPED : tr("The ways through the gates of this step reach {memory} by way of {state}.", { memory: written.before(c), state: written.before("h") })),
      terms: (s) => (s.stopped ? [] : [along.term(s, 0), ...peeps(written, false).map((one) => one.term(s, 0)), ...(s.begins ? [] : [{ label: throughLetter(written.before("h")), ...through(s, -1) }, ...here.map((one) => one.term(s, -1))])]),
    },
    "d.h-": back(written, []),
  };
}

const STOPPED = tr("The gradient is stopped here: nothing before this step learns from the loss.");
const BEFORE_FIRST = tr("Before the first step there is nothing to teach.");

/** What a step passes back to the old hidden state: through its gates, and along where the state itself goes on. */
function back(written, along) {
  const { cell } = written;
  return {
    words: tr("what this step passes back to the hidden state before"),
    math: () => `${by(written, "h", BEFORE)} = ${[...along.map(({ math }) => math("t")), ...Array.from(cell.rows, (name) => weighed(written, name, "t"))].join(" + ")}`,
    note: (s) => (s.begins ? BEFORE_FIRST : s.stopped ? STOPPED : INSIDE),
    terms: (s) => (s.stopped ? [] : [...along.map((one) => one.term(s, 0)), ...ways(written, s, 0)]),
  };
}

/** A state that is a mixture: what passes along it, and through its gates. */
function ofMixture(written) {
  const { cell, turned } = written;
  const { reset: r, candidate: n, resets } = cell;
  const [called, D] = [titled(cell), (name) => by(written, name)];
  const [along, write, gate] = [kept(written, "h"), share(cell, "write"), share(cell, "keep").name];
  const letter = written.share(write);
  const sign = gate === turned ? -1 : 1;
  const [more, less] = sign > 0 ? [written.before("h"), written.at(n)] : [written.at(n), written.before("h")];
  const said = resets === "after" ? `( ${written.fromState(n, "after")} )` : null;
  return {
    "d.h": ofState(written, [along]),
    [`d.${n}`]: product(gradientOf(called[n]), D(n), n, `${D("h")} \u2299 ${letter}`, (s) => times(s.d("h"), write.of((name) => s.at(name)))),
    [`d.${gate}`]: product(gradientOf(called[gate]), D(gate), gate, `${D("h")} \u2299 (${more} \u2212 ${less})`, (s) => times(s.d("h"), sign * (s.at("h", -1) - s.at(n)))),
    [`d.${r}`]: said
      ? product(gradientOf(called[r]), D(r), r, `${inside(written, n, "t")} \u2299 ${said}`, (s) => times(s.d(n) * (1 - s.at(n) ** 2), s.said()))
      : product(gradientOf(called[r]), D(r), r, `${weighed(written, n, "t")} \u2299 ${written.before("h")}`, (s) => times(s.seen(), s.at("h", -1))),
    "d.h-": { ...back(written, [along]), words: tr("what this step passes back along the hidden state"), math: () => along.math("t"), first: true, whole: by(written, "h", BEFORE) },
    "d.hg": { words: tr("what this step passes back through its gates"), math: () => Array.from(cell.rows, (name) => weighed(written, name, "t")).join(" + "), note: (s) => (s.stopped ? STOPPED : INSIDE), terms: (s) => (s.stopped ? [] : ways(written, s, 0)) },
  };
}

/** A state that is made anew: through tanh and the one matrix. */
function ofPlain(written) {
  const units = (s, shift) => {
    const all = s.units(shift).sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
    const rest = all.slice(FEW).reduce((sum, { value }) => sum + value, 0);
    return [...all.slice(0, FEW).map(({ unit, weight, sum }) => ({ label: tr("unit {unit}", { unit }), ...times(sum, weight) })), ...(all.length > FEW ? [{ label: tr("the other {count} units", { count: all.length - FEW }), numbers: "", value: rest }] : [])];
  };
  const way = (when) => weighed(written, "h", when);
  const note = tr("{equation}, of every unit that this one goes into.", { equation: `${inside(written, "h", "t")} = ${by(written, "h")} \u2299 (1 \u2212 ${written.at("h")}\u00b2)` });
  return {
    "d.h": { ...ofState(written, []), note: (s) => (s.last ? ASKED : note), terms: (s) => (s.last ? asked(s) : s.unreached ? [] : units(s, 1)) },
    "d.a": product(tr("through tanh"), inside(written, "h", "t"), null, `${by(written, "h")} \u2299 (1 \u2212 ${written.at("h")}\u00b2)`, (s) => times(s.d("h"), 1 - s.at("h") ** 2)),
    "d.h-": { words: tr("what this step passes back to the hidden state before"), math: () => `${by(written, "h", BEFORE)} = ${way("t")}`, note: (s) => (s.begins ? BEFORE_FIRST : s.stopped ? STOPPED : note), terms: (s) => (s.stopped ? [] : units(s, 0)) },
  };
}

/** What flows back through the cell of a record, as its notation writes it: {key: {words, math(s), note(s), terms(s), first, whole}}. */
export const gradients = entries((written) => {
  const made = apart(written.cell) ? ofMemory(written) : written.cell.keep ? ofMixture(written) : ofPlain(written);
  return Object.fromEntries(Object.entries(made).map(([key, one]) => [key, { note: () => "", ...one }]));
});

/** How much a wire carries: its sum, or where the rest of it comes another way, its first term. */
export function carries({ terms, first }, s) {
  const all = terms(s);
  return first ? all[0]?.value ?? 0 : all.reduce((sum, { value }) => sum + value, 0);
}

/** Reads one unit of a `Backward` (engine/backward.js) at step t; each `shift` is a number of steps from there. `turned`: the gate of which 1 minus its value is written. */
export function scene(back, t, unit, turned = null) {
  const { layer, w, model, d } = back;
  const steps = d.length;
  const step = (shift) => (t + shift < 0 ? layer.state(-1) : layer.at(t + shift));
  return {
    last: t === steps - 1,
    begins: t === 0,
    stopped: t > 0 && t <= back.first,
    unreached: t < back.first,
    at: (name, shift = 0) => (name === turned ? 1 - step(shift)[name][unit] : step(shift)[name][unit]),
    d: (name, shift = 0) => d[t + shift]?.[name][unit] ?? 0,
    sum: (name, shift = 0) => back.sums[t + shift]?.[name][unit] ?? 0,
    weight: (name) => w[name][unit],
    through: (shift) => back.through(t + shift, unit),
    said: () => w.fromState(layer.state(t - 1).h, w.cell.candidate)[w.cell.candidate][unit],
    seen: () => back.seen(t, unit),
    units: (shift) => back.units(t + shift, unit),
    labels: () => model.labels.map((label, k) => ({ label, score: back.scores[k], weight: model.head.weight[k * w.size + unit] })),
  };
}
