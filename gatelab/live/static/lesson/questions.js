// Questions that the chapter's text lets one reason out. Question, answer and reason are computed from the trace of whatever text stands there. Pure.

import { gates, share } from "../engine/cells.js";
import { writing } from "../kit/notation.js";
import { glyph, inner, number, spoken } from "../kit/words.js";
import { exact } from "./gradients.js";

const CHOICES = 4;
const AHEAD = 1.05; // so many times the second largest is the largest of gradients
const PLAIN = 0.05; // so much the right choice is ahead of the others: more than the rounding of the numbers that a question gives

const two = (value) => number(value, 2);
const within = (value) => inner(value, 2);
const step = (record, t) => `${spoken(record.tokens[t])} (step ${t + 1})`;
const kindOf = ({ model }) => (model.unit === "characters" ? "character" : "word");

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
    choices: shown.map((s) => `${step(record, s)}: ${beside(s)}`),
    right: shown.indexOf(t),
    why: `${shown.map((s) => `${spoken(record.tokens[s])}: ${works(s)}`).join("; ")}. ${means}`,
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
    asks: `At which of these ${kindOf(record)}s does unit ${unit} lose most of its ${titles[memory]} ${letters.plain(memory)}?`,
    beside: (t) => `${letters.plain(name)} = ${two(at(t)(name))}, ${letters.plain(memory)} before = ${two(old(t))}`,
    of,
    lure: (t) => 1 - keep.of(at(t)),
    works: (t) => `${letThrough(gone, at(t))} \u00d7 ${two(Math.abs(old(t)))} = ${two(of(t))} is lost`,
    means: `How much is lost depends on both: on the part that the ${titles[name]} does not keep, and on how much there was to lose.`,
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
    asks: `At which of these ${kindOf(record)}s is most written into the ${titles[memory]} of unit ${unit}, whatever its sign?`,
    beside: (t) => `${letters.plain(name)} = ${two(at(t)(name))}, ${letters.plain(candidate)} = ${two(at(t)(candidate))}`,
    of: (t) => Math.abs(signed(t)),
    lure: (t) => Math.abs(at(t)(candidate)),
    works: (t) => `${letThrough(write, at(t))} \u00d7 ${within(at(t)(candidate))} = ${two(signed(t))} is written`,
    means: `Only the product reaches the ${titles[memory]}: a strong candidate behind a shut gate writes nothing, and neither does an open gate with a candidate near 0.`,
  });
}

/** Where does a state computed anew pass least of a change on? By the factor 1 - h^2 of the chain rule. */
function factor({ record, unit }, name) {
  const h = (t) => record.value(name, t, unit);
  const letter = writing(record).plain(name);
  return which(record, {
    asks: `A small change goes through tanh times 1 \u2212 ${letter}\u00b2. At which of these ${kindOf(record)}s does unit ${unit} let least of it through?`,
    beside: (t) => `${letter} = ${two(h(t))}`,
    of: (t) => h(t) ** 2,
    lure: (t) => -(h(t) ** 2),
    works: (t) => `1 \u2212 ${within(h(t))}\u00b2 = ${two(1 - h(t) ** 2)}`,
    means: `The further ${letter} is from 0, the flatter tanh is there. Training sends its error back through these factors, and each one below 1 makes it smaller.`,
  });
}

/** Where does the candidate see least of the old state? */
function reset({ record, unit, titles }, name) {
  const r = (t) => record.value(name, t, unit);
  const letters = writing(record);
  if (letters.cell.reset !== name) return null;
  return which(record, {
    asks: `At which of these ${kindOf(record)}s does unit ${unit} make its candidate most nearly from the ${kindOf(record)} alone?`,
    beside: (t) => `${letters.plain(name)} = ${two(r(t))}`,
    of: (t) => 1 - r(t),
    lure: r,
    works: (t) => `${Math.round(100 * r(t))} % comes through`,
    means: `The ${titles[name]} multiplies what the old state says to the candidate: near 0 only the ${kindOf(record)} is left, at 1 the candidate sees all of it.`,
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
  const named = ["the old value", "the candidate", "both, added", "nothing is left"];
  const order = [0, 1, 2, 3].sort((a, b) => results(t)[a] - results(t)[b]);
  const says = (part, amount) => (part.rest ? `1 \u2212 ${letters.plain(part.name)} = ${amount}` : `${letters.plain(part.name)} = ${amount}`);
  const stand = (part, amount) => `${letters.plain(part.name)} were ${part.rest ? 1 - amount : amount}`;
  const both = write.name !== keep.name;
  const were = [...new Set([keep.name, write.name])].map((key) => `${letters.plain(key)} was ${two(value(key, t))}`).join(" and ");
  return {
    t,
    at: Math.max(0, t - 1),
    from: t,
    asks: `Before ${spoken(record.tokens[t])} the ${titles[memory]} ${letters.plain(memory)} of unit ${unit} is ${two(old)}, and there the candidate ${letters.plain(candidate)} is ${two(fresh)}. What would ${letters.plain(memory)} become if ${stand(keep, kept)}${both ? ` and ${stand(write, wrote)}` : ""}?`,
    choices: order.map((k) => `${two(results(t)[k])} (${named[k]})`),
    right: order.indexOf(keeps ? 0 : 1),
    why: `${kept} \u00d7 ${within(old)} + ${wrote} \u00d7 ${within(fresh)} = ${two(kept * old + wrote * fresh)}: ${says(keep, kept)} ${keeps ? "keeps all of the old value" : "throws the old value away"}, and ${says(write, wrote)} ${keeps ? "writes nothing" : "writes the whole candidate"}. In this text ${were}, and ${letters.plain(memory)} became ${two(value(memory, t))}.`,
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
  const [called, range] = gate ? ["\u03c3", "from 0 to 1"] : ["tanh", "from \u22121 to 1 and keeps its sign"];
  const meaning = gate ? "a sum below 0 gives less than one half, a sum above 0 more" : name === "h" ? `The old state of this unit, ${two(record.value(name, t - 1, unit))}, was one term of that sum, and is kept nowhere else` : "so a candidate can add to the memory or take from it";
  return {
    t,
    at: Math.max(0, t - 1),
    from: t,
    asks: `At ${spoken(record.tokens[t])} everything that goes into the ${titles[name]} ${letters.plain(name)} of unit ${unit} adds up to ${two(sum)}. Then ${called} is applied. Which of these is ${letters.plain(name)}?`,
    choices: order.map((k) => two(values[k])),
    right: order.indexOf(1),
    why: `${called}(${two(sum)}) = ${two(out(t))}: ${called} brings every number into the range ${range}${gate ? ": " : ". "}${meaning}.`,
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
  const from = t === 0 ? "an undecided 0.50" : two(said(t - 1));
  return {
    t,
    from: 0, // what a unit does may tell the answer, and so may what the model says after any step
    asks: `After which ${kindOf(record)} does the probability of \u201c${record.model.labels[1]}\u201d change most?`,
    choices: asked.map((s) => step(record, s)),
    right: asked.indexOf(t),
    why: `${spoken(record.tokens[t])} moved it from ${from} to ${two(said(t))}; next comes ${spoken(record.tokens[second])}, which moved it by ${two(moved(second))}. The answer is made from the hidden state alone, so a ${kindOf(record)} counts by how far it moves that state.`,
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
    asks: "Which of these characters does the model think most likely to come next?",
    choices: shown.map(({ token }) => glyph(token)),
    right: shown.indexOf(first),
    why: `${spoken(first.token)} has ${percent(first.probability)}, and ${spoken(second.token)}, the next, ${percent(second.probability)}. The last state stands for all that was read. In training the model was asked after every character for the one that really followed, so it gives most to what mostly follows such a beginning.`,
  };
}

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
  const says = (row) => `\u201c${labels[row[1] > 0.5 ? 1 : 0]}\u201d (${two(Math.max(row[0], row[1]))})`;
  const [now, after] = [free, then].map((one) => one.row("probs", last));
  const kept = `${letters.plain(name)} = ${two(name === turned ? 1 - value : value)}`;
  return {
    t,
    from: Infinity, // the stage shows what the network did, not what it would have done
    asks: `After the last ${kindOf(record)} the network says ${says(now)}. What would it say if the ${titles[name]} of all units stood at ${kept} from ${step(record, t)} on?`,
    choices: labels.map((label) => `\u201c${label}\u201d`),
    right: after[1] > 0.5 ? 1 : 0,
    why: `With these gates held the network says ${says(after)}. At ${kept} nothing of the ${titles[cell.memory]} is thrown away: what was read before ${spoken(record.tokens[t])} counts to the end, beside what comes after it. Hold it on the stage to see every step.`,
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
  return {
    t,
    from: 0,
    asks: `The loss is asked after the last ${kindOf(record)}. At which of these three is its gradient with respect to the hidden state ${letter} largest, over all units?`,
    choices: ["the first", "the one in the middle", "the last"].map((which, k) => `${which}, ${step(record, steps[k])}`),
    right: steps.indexOf(t),
    why: `|dL/d${letter}| is ${steps.map((s) => `${exact(sizes[s])} at ${step(record, s)}`).join(", ")}. On its way back the gradient is multiplied at every step: it fades where these factors are small, keeps its size where a gate holds the way open, and can also grow.`,
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
    asks: `At ${step(record, t)} dL/d${letters.plain(cell.memory)} of unit ${unit} is ${exact(d(t))}, and there ${gate}. How much of it goes back to the step before along the ${titles[cell.memory]}?`,
    choices: order.map((k) => exact(results(t)[k])),
    right: order.indexOf(0),
    why: `${exact(d(t))} \u00d7 ${exact(stays(t))} = ${exact(right)}: what says how much of the memory stays on the way forward says how much of the gradient passes on the way back. No matrix and no tanh stands on this way.`,
  };
}

/** A kind of question -> what it is about, and how it is made. */
const KINDS = {
  lost: { about: "what is lost", make: lost },
  written: { about: "what is written", make: written },
  factor: { about: "how a change fades", make: factor },
  reset: { about: "what the candidate sees", make: reset },
  kept: { about: "a gate that keeps all", make: (scene, name) => assumed(scene, name, true) },
  replaced: { about: "a gate that replaces all", make: (scene, name) => assumed(scene, name, false) },
  squash: { about: "what comes out of sigmoid and tanh", make: squash },
  held: { about: "a gate that is held", make: held },
  mover: { about: "the word that counts most", make: mover },
  next: { about: "the next character", make: next },
  gradient: { about: "where the gradient is largest", make: gradient },
  along: { about: "what goes back along the memory", make: along },
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
