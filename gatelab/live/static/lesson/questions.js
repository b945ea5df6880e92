// Questions that the chapter's text lets one reason out. Question, answer and reason are computed from the trace of whatever text stands there. Pure.

import { gates, share } from "../engine/cells.js";
import { writing } from "../kit/notation.js";
import { answer } from "../kit/readings.js";
import { glyph, inner, labelled, number, spoken } from "../kit/words.js";
import { tr } from "../language.js";
import { exact } from "./gradients.js";

const CHOICES = 4;
const AHEAD = 1.05; // so many times the second largest is the largest of gradients
const PLAIN = 0.05; // so much the right choice is ahead of the others: more than the rounding of the numbers that a question gives

const two = (value) => number(value, 2);
const within = (value) => inner(value, 2);
const step = (record, t) => tr("{token} (step {step})", { token: spoken(record.tokens[t]), step: t + 1 });
const isSpelled = ({ model }) => model.unit === "characters";
const atWhich = (record) => (isSpelled(record) ? tr("At which of these characters") : tr("At which of these words"));

/** The step with the largest score; -1 where there is none. */
function best(steps, score) {
  let found = -1;
  for (let t = 0; t < steps; t += 1) if (found < 0 || score(t) > score(found)) found = t;
  return found;
}

/**
 * At which of four words is something largest? It follows from the numbers that stand beside each.
 *
 * @param about - {asks, beside(t), of(t), lure(t): how likely a wrong word is to be taken for the right one, works(t), means}
 */
function which(record, { asks, beside, of, lure, works, means }) {
  const t = best(record.steps, of);
  const others = Array.from({ length: record.steps }, (_, s) => s).filter((s) => of(s) < of(t) - PLAIN);
  if (t < 0 || !others.length) return null;
  const shown = [t, ...others.sort((a, b) => lure(b) - lure(a)).slice(0, CHOICES - 1)].sort((a, b) => a - b);
  return {
    t,
    from: 0, // the stage shows at every step what is asked
    asks,
    choices: shown.map((s) => labelled(step(record, s), beside(s))),
    right: shown.indexOf(t),
    why: `${shown.map((s) => labelled(spoken(record.tokens[s]), works(s))).join("; ")}. ${means}`,
  };
}

/** What a share of a cell lets through, as it is written: a gate, or what the gate leaves. */
const letThrough = ({ name, rest }, at) => (rest ? `(1 \u2212 ${two(at(name))})` : two(at(name)));

/** Where is most of the memory lost? A gate near 0 loses little where there was little. */
function lost({ record, unit, titles }, name) {
  const letters = writing(record);
  const { cell } = letters;
  const keep = share(cell, "keep");
  if (keep?.name !== name) return null;
  const { memory } = cell;
  const gone = { name, rest: !keep.rest }; // what is not kept
  const [at, old] = [(t) => (key) => record.value(key, t, unit), (t) => record.value(memory, t - 1, unit)];
  const of = (t) => (1 - keep.of(at(t))) * Math.abs(old(t));
  return which(record, {
    asks: tr("{where} does unit {unit} lose most of its {state} {letter}?", { where: atWhich(record), unit, state: titles[memory], letter: letters.plain(memory) }),
    beside: (t) => tr("{gate}, {letter} before = {value}", { gate: `${letters.plain(name)} = ${two(at(t)(name))}`, letter: letters.plain(memory), value: two(old(t)) }),
    of,
    lure: (t) => 1 - keep.of(at(t)),
    works: (t) => tr("{equation} is lost", { equation: `${letThrough(gone, at(t))} \u00d7 ${two(Math.abs(old(t)))} = ${two(of(t))}` }),
    means: tr("How much is lost depends on both: on the part that the {gate} does not keep, and on how much there was to lose.", { gate: titles[name] }),
  });
}

/** Where is most written? A strong candidate behind a shut gate writes nothing. */
function written({ record, unit, titles }, name) {
  const letters = writing(record);
  const { cell } = letters;
  const write = share(cell, "write");
  if (write?.name !== name) return null;
  const { candidate, memory } = cell;
  const at = (t) => (key) => record.value(key, t, unit);
  const signed = (t) => write.of(at(t)) * at(t)(candidate);
  return which(record, {
    asks: tr("{where} is most written into the {state} of unit {unit}, whatever its sign?", { where: atWhich(record), state: titles[memory], unit }),
    beside: (t) => `${letters.plain(name)} = ${two(at(t)(name))}, ${letters.plain(candidate)} = ${two(at(t)(candidate))}`,
    of: (t) => Math.abs(signed(t)),
    lure: (t) => Math.abs(at(t)(candidate)),
    works: (t) => tr("{equation} is written", { equation: `${letThrough(write, at(t))} \u00d7 ${within(at(t)(candidate))} = ${two(signed(t))}` }),
    means: tr("Only the product reaches the {state}: a strong candidate behind a shut gate writes nothing, and neither does an open gate with a candidate near 0.", { state: titles[memory] }),
  });
}

/** Where does a state computed anew pass least of a change on? By the factor 1 - h^2 of the chain rule. */
function factor({ record, unit }, name) {
  const h = (t) => record.value(name, t, unit);
  const letter = writing(record).plain(name);
  return which(record, {
    asks: tr("A small change goes through tanh times {factor}. {where} does unit {unit} let least of it through?", { factor: `1 \u2212 ${letter}\u00b2`, where: atWhich(record), unit }),
    beside: (t) => `${letter} = ${two(h(t))}`,
    of: (t) => h(t) ** 2,
    lure: (t) => -(h(t) ** 2),
    works: (t) => `1 \u2212 ${within(h(t))}\u00b2 = ${two(1 - h(t) ** 2)}`,
    means: tr("The further {letter} is from 0, the flatter tanh is there. Training sends its error back through these factors, and each one below 1 makes it smaller.", { letter }),
  });
}

/** Where does the candidate see least of the old state? */
function reset({ record, unit, titles }, name) {
  const r = (t) => record.value(name, t, unit);
  const letters = writing(record);
  if (letters.cell.reset !== name) return null;
  return which(record, {
    asks: isSpelled(record)
      ? tr("At which of these characters does unit {unit} make its candidate most nearly from the character alone?", { unit })
      : tr("At which of these words does unit {unit} make its candidate most nearly from the word alone?", { unit }),
    beside: (t) => `${letters.plain(name)} = ${two(r(t))}`,
    of: (t) => 1 - r(t),
    lure: r,
    works: (t) => tr("{percent} % comes through", { percent: Math.round(100 * r(t)) }),
    means: isSpelled(record)
      ? tr("The {gate} multiplies what the old state says to the candidate: near 0 only the character is left, at 1 the candidate sees all of it.", { gate: titles[name] })
      : tr("The {gate} multiplies what the old state says to the candidate: near 0 only the word is left, at 1 the candidate sees all of it.", { gate: titles[name] }),
  });
}

/** What would the memory be if the gates stood at 1 and 0? `keeps`: whether the old one is kept and nothing written, or the reverse. */
function assumed({ record, unit, titles }, name, keeps) {
  const letters = writing(record);
  const { cell } = letters;
  const [keep, write] = [share(cell, "keep"), share(cell, "write")];
  if (keep?.name !== name) return null;
  const { memory, candidate } = cell;
  const value = (key, s) => record.value(key, s, unit);
  const results = (s) => [value(memory, s - 1), value(candidate, s), value(memory, s - 1) + value(candidate, s), 0];
  const apart = (s) => Math.min(...results(s).flatMap((one, k) => results(s).slice(k + 1).map((other) => Math.abs(one - other))));
  const t = best(record.steps, apart);
  if (t < 0 || apart(t) < PLAIN) return null;
  const [old, fresh] = results(t);
  const [kept, wrote] = keeps ? [1, 0] : [0, 1];
  const named = [tr("the old value"), tr("the candidate"), tr("both, added"), tr("nothing is left")];
  const order = [0, 1, 2, 3].sort((a, b) => results(t)[a] - results(t)[b]);
  const says = (part, amount) => (part.rest ? `1 \u2212 ${letters.plain(part.name)} = ${amount}` : `${letters.plain(part.name)} = ${amount}`);
  const stand = (part, amount) => (part.rest ? 1 - amount : amount);
  const both = write.name !== keep.name;
  const scene = {
    token: spoken(record.tokens[t]), state: titles[memory], letter: letters.plain(memory), unit, old: two(old), candidate: letters.plain(candidate), fresh: two(fresh),
    gate: letters.plain(keep.name), value: stand(keep, kept), other: letters.plain(write.name), another: stand(write, wrote),
  };
  const sum = { equation: `${kept} \u00d7 ${within(old)} + ${wrote} \u00d7 ${within(fresh)} = ${two(kept * old + wrote * fresh)}`, keep: says(keep, kept), write: says(write, wrote) };
  const so = keeps ? tr("{equation}: {keep} keeps all of the old value, and {write} writes nothing.", sum) : tr("{equation}: {keep} throws the old value away, and {write} writes the whole candidate.", sum);
  const was = { ...scene, value: two(value(keep.name, t)), another: two(value(write.name, t)), result: two(value(memory, t)) };
  const really = both ? tr("In this text {gate} was {value} and {other} was {another}, and {letter} became {result}.", was) : tr("In this text {gate} was {value}, and {letter} became {result}.", was);
  return {
    t,
    at: Math.max(0, t - 1),
    from: t,
    asks: both
      ? tr("Before {token} the {state} {letter} of unit {unit} is {old}, and there the candidate {candidate} is {fresh}. What would {letter} become if {gate} were {value} and {other} were {another}?", scene)
      : tr("Before {token} the {state} {letter} of unit {unit} is {old}, and there the candidate {candidate} is {fresh}. What would {letter} become if {gate} were {value}?", scene),
    choices: order.map((k) => `${two(results(t)[k])} (${named[k]})`),
    right: order.indexOf(keeps ? 0 : 1),
    why: `${so} ${really}`,
  };
}

/** What comes out of sigmoid or tanh? */
function squash({ record, unit, titles }, name) {
  const letters = writing(record);
  const { cell } = letters;
  const gate = gates(cell).has(name);
  if (!gate && name !== cell.candidate && cell.keep) return null; // a state that is no tanh of a sum
  const out = (t) => record.value(name, t, unit);
  const wide = (t) => (gate ? 2 * out(t) - 1 : out(t)); // in [-1, 1]
  const t = best(record.steps, (s) => -Math.abs(Math.abs(wide(s)) - 0.85)); // plainly squashed, and not yet flat
  if (t < 0) return null;
  const sum = Math.atanh(wide(t)) * (gate ? 2 : 1);
  const values = [sum, out(t), -out(t), ...(gate ? [1 - out(t)] : [])];
  const apart = Math.min(Math.abs(sum - out(t)), Math.abs(out(t)), gate ? Math.abs(wide(t)) : 1);
  if (!Number.isFinite(sum) || apart < PLAIN) return null;
  const order = values.map((_, k) => k).sort((a, b) => values[a] - values[b]);
  const squashed = gate ? "\u03c3" : "tanh";
  const scene = { token: spoken(record.tokens[t]), what: titles[name], letter: letters.plain(name), unit, sum: two(sum), squashed, equation: `${squashed}(${two(sum)}) = ${two(out(t))}`, old: two(record.value(name, t - 1, unit)) };
  const why = gate ? tr("{equation}: {squashed} brings every number into the range from 0 to 1: a sum below 0 gives less than one half, a sum above 0 more.", scene)
    : name === "h" ? tr("{equation}: {squashed} brings every number into the range from \u22121 to 1 and keeps its sign. The old state of this unit, {old}, was one term of that sum, and is kept nowhere else.", scene)
    : tr("{equation}: {squashed} brings every number into the range from \u22121 to 1 and keeps its sign. So a candidate can add to the memory or take from it.", scene);
  return {
    t,
    at: Math.max(0, t - 1),
    from: t,
    asks: tr("At {token} everything that goes into the {what} {letter} of unit {unit} adds up to {sum}. Then {squashed} is applied. Which of these is {letter}?", scene),
    choices: order.map((k) => two(values[k])),
    right: order.indexOf(1),
    why,
  };
}

/** Of a model with two answers: which token moves it most? */
function mover({ record }) {
  if (!record.arrays.probs || record.model.labels?.length !== 2 || record.steps < 2) return null;
  const said = (t) => (t < 0 ? 0.5 : record.row("probs", t)[1]);
  const moved = (t) => Math.abs(said(t) - said(t - 1));
  const order = Array.from({ length: record.steps }, (_, t) => t).sort((a, b) => moved(b) - moved(a));
  const asked = order.slice(0, CHOICES).sort((a, b) => a - b);
  if (moved(order[0]) === moved(order[1])) return null;
  const [t, second] = order;
  const from = t === 0 ? tr("an undecided 0.50") : two(said(t - 1));
  const label = answer(record, record.model.labels[1]);
  const moves = tr("{token} moved it from {from} to {to}; next comes {next}, which moved it by {amount}.", { token: spoken(record.tokens[t]), from, to: two(said(t)), next: spoken(record.tokens[second]), amount: two(moved(second)) });
  const means = isSpelled(record)
    ? tr("The answer is made from the hidden state alone, so a character counts by how far it moves that state.")
    : tr("The answer is made from the hidden state alone, so a word counts by how far it moves that state.");
  return {
    t,
    from: 0, // what a unit does may tell the answer, and so may what the model says after any step
    asks: isSpelled(record) ? tr("After which character does the probability of \u201c{label}\u201d change most?", { label }) : tr("After which word does the probability of \u201c{label}\u201d change most?", { label }),
    choices: asked.map((s) => step(record, s)),
    right: asked.indexOf(t),
    why: `${moves} ${means}`,
  };
}

/** Of a model that predicts the next token: what does it expect after the last one? */
function next({ record }) {
  if (!record.arrays.probs || record.model.labels || !record.steps) return null;
  const t = record.steps - 1;
  const guesses = record.guesses(t, 12);
  const [first, second] = guesses;
  const alike = (one, k) => guesses.findIndex((other) => glyph(other.token) === glyph(one.token)) === k; // no two that look the same
  const others = guesses.filter((one, k) => [2, 5, 9].includes(k) && alike(one, k)); // well behind, so that the likeliest is plain
  const shown = [first, ...others].sort((a, b) => (a.token < b.token ? -1 : 1));
  const percent = (probability) => `${Math.round(100 * probability)} %`;
  return {
    t,
    from: 0,
    asks: tr("Which of these characters does the model think most likely to come next?"),
    choices: shown.map(({ token }) => glyph(token)),
    right: shown.indexOf(first),
    why: tr("{first} has {most}, and {second}, the next, {less}. The last state stands for all that was read. In training the model was asked after every character for the one that really followed, so it gives most to what mostly follows such a beginning.",
      { first: spoken(first.token), most: percent(first.probability), second: spoken(second.token), less: percent(second.probability) }),
  };
}

const AFTER = { word: tr("After the last word"), character: tr("After the last character") };

/**
 * What would the answer be if all of the memory were kept from the step on at which most of it is lost? The network itself says it, with the
 * gates held there.
 */
function held({ record, unit, titles, ifHeld }, name) {
  const letters = writing(record);
  const { cell, turned } = letters;
  const keep = share(cell, "keep");
  const { labels } = record;
  if (keep?.name !== name || labels.length !== 2) return null;
  const gone = (t) => (1 - keep.of((key) => record.value(key, t, unit))) * Math.abs(record.value(cell.memory, t - 1, unit));
  const t = best(record.steps, gone);
  const [value, last] = [keep.rest ? 0 : 1, record.steps - 1];
  const [free, then] = t > 0 ? [ifHeld([]), ifHeld([{ name, value, units: null, steps: [t, Infinity], how: "set" }])] : [];
  if (!free || !then || gone(t) < PLAIN) return null;
  const quoted = (label) => tr("\u201c{token}\u201d", { token: answer(record, label) });
  const says = (row) => `${quoted(labels[row[1] > 0.5 ? 1 : 0])} (${two(Math.max(row[0], row[1]))})`;
  const [now, after] = [free, then].map((one) => one.row("probs", last));
  const kept = `${letters.plain(name)} = ${two(name === turned ? 1 - value : value)}`;
  return {
    t,
    from: Infinity, // the stage shows what the network did, not what it would have done
    asks: tr("{after} the network says {says}. What would it say if the {gate} of all units stood at {kept} from {step} on?",
      { after: isSpelled(record) ? AFTER.character : AFTER.word, says: says(now), gate: titles[name], kept, step: step(record, t) }),
    choices: labels.map(quoted),
    right: after[1] > 0.5 ? 1 : 0,
    why: tr("With these gates held the network says {says}. At {kept} nothing of the {state} is thrown away: what was read before {token} counts to the end, beside what comes after it. Hold it on the stage to see every step.",
      { says: says(after), kept, state: titles[cell.memory], token: spoken(record.tokens[t]) }),
  };
}

/** Of a loss that is followed back: at which word is its gradient largest? */
function gradient({ record, back }) {
  if (!back || record.steps < 3) return null;
  const sizes = back.norms("h");
  const steps = [0, Math.floor((record.steps - 1) / 2), record.steps - 1];
  const [t, second] = [...steps].sort((a, b) => sizes[b] - sizes[a]);
  if (sizes[t] < AHEAD * sizes[second]) return null;
  const letter = writing(record).plain("h");
  const [first, middle, last] = steps.map((s) => ({ step: step(record, s) }));
  const sizesAt = steps.map((s) => tr("{size} at {step}", { size: exact(sizes[s]), step: step(record, s) })).join(", ");
  return {
    t,
    from: 0,
    asks: isSpelled(record)
      ? tr("The loss is asked after the last character. At which of these three is its gradient with respect to the hidden state {letter} largest, over all units?", { letter })
      : tr("The loss is asked after the last word. At which of these three is its gradient with respect to the hidden state {letter} largest, over all units?", { letter }),
    choices: [tr("the first, {step}", first), tr("the one in the middle, {step}", middle), tr("the last, {step}", last)],
    right: steps.indexOf(t),
    why: tr("{gradient} is {sizes}. On its way back the gradient is multiplied at every step: it fades where these factors are small, keeps its size where a gate holds the way open, and can also grow.", { gradient: `|dL/d${letter}|`, sizes: sizesAt }),
  };
}

/** How much of the gradient of the memory goes on to the step before, along the memory? */
function along({ record, back, unit, titles }, name) {
  const letters = writing(record);
  const { cell } = letters;
  const keep = share(cell, "keep");
  if (!back || keep?.name !== name) return null;
  const d = (t) => back.d[t][cell.memory][unit];
  const stays = (t) => keep.of((key) => record.value(key, t, unit));
  const results = (t) => [d(t) * stays(t), d(t), d(t) * (1 - stays(t))];
  const t = best(record.steps, (s) => (s ? Math.min(Math.abs(d(s)), 0.05) * Math.min(stays(s), 1 - stays(s), Math.abs(1 - 2 * stays(s))) : 0));
  if (t < 1 || Math.min(stays(t), 1 - stays(t), Math.abs(1 - 2 * stays(t))) < PLAIN || !d(t)) return null;
  const [right] = results(t);
  const order = [0, 1, 2].sort((a, b) => results(t)[a] - results(t)[b]);
  const gate = `${letters.plain(name)} = ${exact(record.value(name, t, unit))}`;
  return {
    t,
    from: 0,
    asks: tr("At {step} {gradient} of unit {unit} is {size}, and there {gate}. How much of it goes back to the step before along the {state}?",
      { step: step(record, t), gradient: `dL/d${letters.plain(cell.memory)}`, unit, size: exact(d(t)), gate, state: titles[cell.memory] }),
    choices: order.map((k) => exact(results(t)[k])),
    right: order.indexOf(0),
    why: tr("{equation}: what says how much of the memory stays on the way forward says how much of the gradient passes on the way back. No matrix and no tanh stands on this way.", { equation: `${exact(d(t))} \u00d7 ${exact(stays(t))} = ${exact(right)}` }),
  };
}

/** A kind of question -> what it is about, and how it is made. */
const KINDS = {
  lost: { about: tr("what is lost"), make: lost },
  written: { about: tr("what is written"), make: written },
  factor: { about: tr("how a change fades"), make: factor },
  reset: { about: tr("what the candidate sees"), make: reset },
  kept: { about: tr("a gate that keeps all"), make: (scene, name) => assumed(scene, name, true) },
  replaced: { about: tr("a gate that replaces all"), make: (scene, name) => assumed(scene, name, false) },
  squash: { about: tr("what comes out of sigmoid and tanh"), make: squash },
  held: { about: tr("a gate that is held"), make: held },
  mover: { about: tr("the word that counts most"), make: mover },
  next: { about: tr("the next character"), make: next },
  gradient: { about: tr("where the gradient is largest"), make: gradient },
  along: { about: tr("what goes back along the memory"), make: along },
};

/** What a kind of question is about, in a few words. */
export const about = (kind) => KINDS[kind.split(":")[0]].about;

/**
 * A question on what is read now: {t, at, from, name, asks, choices, right, why}; null where this text has none. The answer is that of
 * step t; from step `from` on nothing may be shown before it is given. `at` is the step to look at while it is asked, where there is one.
 *
 * @param kind "lost:f", "written:i", "factor:h", "reset:r", "kept:f", "replaced:z", "squash:h", "held:f", "along:f", "mover", "gradient" or "next"; the name is one that the cell has
 * @param scene - {record, unit, titles, back: the loss followed back (engine/backward.js) or null, ifHeld(holds) => what the network computes with them, a record, or null where it is not here}
 */
export function question(kind, scene) {
  const [how, name] = kind.split(":");
  if (name && !scene.record.names.includes(name)) return null;
  const made = KINDS[how].make(scene, name);
  return made && (name ? { name, ...made } : made);
}
