// Beam search: a few beginnings of a target are kept at each step, and all that was looked at stands in a tree, as in gatelab/trace/beams.py.

import { END, START } from "./text.js";
import { likeliest } from "./writing.js";

const LEAST = 1e-38; // of a probability whose logarithm is taken

/**
 * The tree of a beam search: of each kept beginning, the `width` likeliest next tokens, in the order of the steps.
 *
 * Targets that have ended are compared by their mean log probability a token, so that a short one has no advantage.
 *
 * @param decoder has `start` (H,) and `step(q, state, id)`; @param width beginnings kept at each step; @param longest steps at most, at least 1
 * @returns [{parent: place in the tree, -1 for a first token; step; id; logp of the token and total of the beginning, in nats;
 *   fate: "kept" (it was gone on with), "dropped" (others were likelier), "ended" (it is a whole target), "stopped" (no steps were left);
 *   best: whether it lies on the way to the best target}]
 */
export function search(decoder, width, longest) {
  const { ids } = decoder.model.target;
  const tree = [];
  let live = [{ place: -1, total: 0, state: decoder.start, id: ids.get(START) }];
  for (let q = 0; q < longest && live.length; q += 1) {
    const tried = live.flatMap((beginning) => tries(decoder, q, beginning, width));
    const room = width - tree.filter(({ fate }) => fate === "ended").length;
    tried.forEach((one, k) => (one.place = tree.length + k));
    tree.push(...tried.map(({ node }) => node));
    const chosen = [...tried].sort((a, b) => b.node.total - a.node.total).slice(0, room);
    for (const { node } of chosen) node.fate = node.id === ids.get(END) ? "ended" : "kept";
    live = chosen.filter(({ node }) => node.fate === "kept").map(({ node, place, state }) => ({ place, total: node.total, state, id: node.id }));
  }
  for (const { place } of live) tree[place].fate = "stopped";
  mark(tree);
  return tree;
}

/** A beginning and each of its likeliest next tokens: [{node, state}]. */
function tries(decoder, q, { place, total, state, id }, width) {
  const { gates, probs } = decoder.step(q, state, id);
  return likeliest(probs, width).map((next) => {
    const logp = Math.log(Math.max(LEAST, probs[next]));
    return { node: { parent: place, step: q, id: next, logp, total: total + logp, fate: "dropped", best: false }, state: gates.h };
  });
}

/** Mark the way to the best target: the ended one of the highest mean, or a stopped one where none has ended. */
function mark(tree) {
  const ended = tree.filter(({ fate }) => fate === "ended");
  const whole = ended.length ? ended : tree.filter(({ fate }) => fate === "stopped");
  const mean = ({ total, step }) => total / (step + 1);
  let node = whole.reduce((most, other) => (mean(other) > mean(most) ? other : most));
  for (; node; node = tree[node.parent]) node.best = true;
}

/** The ids of the best target of a tree; [] for an empty one. */
export const best = (tree) => tree.filter((node) => node.best).map(({ id }) => id);
