// A made-up answer of POST /live/attention for the tests, written from the equations of attention alone.

import { random } from "./madeup.mjs";

export const END = "<end>";
const LETTERS = "0123456789-";
const KNOWN = /^[0-9a-z ]$/;

/** As an entry of the page's listing; 9 units and as many entries of a query, so that some are not listed one by one. */
export function attender(attention, { size = 9, task = "dates", seed = 1 } = {}) {
  const next = random(seed);
  const v = attention === "additive" ? Array.from({ length: size }, () => Math.fround(2 * next())) : null;
  return { name: `${task}-${attention}`, task, attention, unit: "characters", hidden_size: size, v };
}

/**
 * What a model made of a text of K characters: it writes `output` in Q steps, or with a beam what its chances make of it.
 *
 * @param options sharp: queries and keys lie in [-sharp, sharp); forced: {step: K weights}; ended: whether the end is written
 * @returns {answer: as parse() gives it, exact: {scores, own, weights (Q rows of K), context (Q rows of H)} in 64 bits; own
 *   are the weights that the energies give, whatever was forced}
 */
export function attend(model, text, { seed = 1, sharp = 2, forced = {}, output = "1986-07-04", ended = true, beam = 1 } = {}) {
  const next = random(seed);
  const tokens = Array.from(text);
  const [count, size] = [tokens.length, model.hidden_size];
  const about = count ? decoded(seed, output, ended, beam) : { ...told([]), tree: [] };
  const steps = about.written.length;
  const drawn = (rows, most) => Array.from({ length: rows }, () => Array.from({ length: size }, () => Math.fround(most * next())));
  const [states, query, key] = [drawn(count, 1), drawn(steps, sharp), drawn(count, sharp)];
  const scores = query.map((s) => key.map((h) => energy(model, s, h)));
  const own = scores.map(softmax);
  const weights = own.map((row, q) => forced[q]?.map(Math.fround) ?? row);
  const seen = model.attention === "none" ? about.written.map(() => states.map(() => 1 / count)) : weights;
  const context = seen.map((row) => Array.from({ length: size }, (_, unit) => row.reduce((sum, weight, k) => sum + weight * states[k][unit], 0)));
  const plain = { context: tensor(context, size), states: tensor(states, size) };
  const looks = { scores: tensor(scores, count), weights: tensor(weights, count), query: tensor(query, size), key: tensor(key, size) };
  const metadata = {
    model: model.name,
    text,
    tokens,
    unknown: tokens.map((token) => !KNOWN.test(token.toLowerCase())),
    ...about,
    beside: model.task === "dates" && model.attention !== "none" ? { model: "dates-none", ...told(count ? greedy(seed + 1, "2001-02-03", true) : []) } : null,
    forced: Object.keys(forced).map(Number).sort((a, b) => a - b),
  };
  return { answer: { metadata, tensors: model.attention === "none" ? plain : { ...looks, ...plain } }, exact: { scores, own, weights, context } };
}

const tensor = (rows, width) => ({ shape: [rows.length, width], data: Float32Array.from(rows.flat()) });

/** v . tanh(s + h), or s . h. */
function energy({ v }, s, h) {
  let sum = 0;
  for (let entry = 0; entry < s.length; entry += 1) sum += v ? v[entry] * Math.tanh(s[entry] + h[entry]) : s[entry] * h[entry];
  return sum;
}

function softmax(scores) {
  const most = Math.max(...scores);
  const total = scores.reduce((sum, score) => sum + Math.exp(score - most), 0);
  return scores.map((score) => Math.exp(score - most) / total);
}

// What is written: each token's chances depend on its step and on the token before it.

/** [[token, chance]], the likeliest first; `wanted` is made the likeliest. */
function chances(seed, step, before, wanted) {
  const vocab = [...new Set([END, ...LETTERS, wanted ?? END])];
  const next = random(1000 * seed + 50 * step + vocab.indexOf(before));
  const scores = vocab.map(() => 6 * next());
  scores[0] += step - 6; // the end comes late
  if (wanted !== undefined) scores[vocab.indexOf(wanted)] = Math.max(...scores) + 0.5;
  return softmax(scores).map((chance, id) => [vocab[id], chance]).sort((a, b) => b[1] - a[1]);
}

/** The steps of an output: {token, chances}. */
function greedy(seed, output, ended) {
  const written = [...output, ...(ended ? [END] : [])];
  return written.map((token, step) => ({ token, chances: chances(seed, step, written[step - 1], token) }));
}

function told(steps) {
  const round = (chance) => Math.round(1e6 * chance) / 1e6;
  return {
    written: steps.map(({ token }) => token),
    output: steps.map(({ token }) => token).filter((token) => token !== END).join(""),
    best: steps.map((step) => step.chances.slice(0, 5).map(([token, chance]) => [token, round(chance)])),
    chances: steps.map((step) => round(step.chances.find(([token]) => token === step.token)[1])),
  };
}

function decoded(seed, output, ended, beam) {
  if (beam === 1) return { ...told(greedy(seed, output, ended)), tree: [] };
  const nodes = tree(seed, beam);
  const way = nodes.filter(({ best }) => best);
  return { ...told(way.map(({ token, step }) => ({ token, chances: chances(seed, step, way[step - 1]?.token) }))), tree: nodes };
}

/** The tree of a beam search: of each beginning that is kept, its `width` likeliest next tokens. */
export function tree(seed, width, longest = 12) {
  const nodes = [];
  let live = [-1];
  let ended = 0;
  for (let step = 0; step < longest && live.length; step += 1) {
    const born = live.flatMap((parent) =>
      chances(seed, step, nodes[parent]?.token).slice(0, width).map(([token, chance]) => {
        const logp = Math.log(chance);
        return nodes.push({ parent, step, token, logp, total: logp + (nodes[parent]?.total ?? 0), fate: "dropped", best: false }) - 1;
      }),
    );
    const kept = born.toSorted((a, b) => nodes[b].total - nodes[a].total).slice(0, width - ended);
    for (const k of kept) nodes[k].fate = nodes[k].token === END ? "ended" : step === longest - 1 ? "stopped" : "kept";
    live = born.filter((k) => nodes[k].fate === "kept");
    ended += kept.filter((k) => nodes[k].fate === "ended").length;
  }
  const mean = (k) => nodes[k].total / (nodes[k].step + 1);
  const whole = (fate) => [...nodes.keys()].filter((k) => nodes[k].fate === fate).sort((a, b) => mean(b) - mean(a));
  for (let k = [...whole("ended"), ...whole("stopped")][0]; k >= 0; k = nodes[k].parent) nodes[k].best = true;
  return nodes;
}
