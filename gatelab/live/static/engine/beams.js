// Beam search: a few beginnings of a target are kept at each step, and all that was looked at stands in a tree, as in gatelab/traces/beams.py.

import { END, START } from "./text.js";
import { likeliest } from "./writing.js";

const LEAST = 1e-38; // of a probability whose logarithm is taken

/**
 * The tree of a beam search: of each kept beginning, the `width` likeliest next tokens, in the order of the steps.
 *
 * Targets that have ended are compared by their mean log probability a token, so that a short one has no advantage.
 *
 * @param decoder has `start` (H,) and `steps(q, beginnings)`; @param width beginnings kept at each step; @param longest steps at most, at least 1
 * @returns {{tree, taken, written}} tree: [{parent: place in the tree, -1 for a first token; step; id; logp of the token and total of the
 *   beginning, in nats; fate: "kept" (it was gone on with), "dropped" (others were likelier), "ended" (it is a whole target), "stopped" (no steps
 *   were left); best: whether it lies on the way to the best target}]; the steps that write the best target, and its ids
 */
export function search(decoder, width, longest) {
  const { ids } = decoder.model.target;
  const [tree, steps] = [[], []]; // `steps` has the decoder's step that proposed each node
  let live = [{ place: -1, total: 0, state: decoder.start, id: ids.get(START) }];
  for (let q = 0; q < longest && live.length; q += 1) {
    const first = tree.length;
    for (const [k, step] of decoder.steps(q, live).entries()) {
      const tried = next(live[k], step.probs, q, width);
      tree.push(...tried);
      steps.push(...tried.map(() => step));
    }
    const room = width - tree.filter(({ fate }) => fate === "ended").length;
    const places = Array.from({ length: tree.length - first }, (_, k) => first + k);
    const chosen = places.sort((one, other) => tree[other].total - tree[one].total).slice(0, room);
    for (const place of chosen) tree[place].fate = tree[place].id === ids.get(END) ? "ended" : "kept";
    const kept = chosen.filter((place) => tree[place].fate === "kept");
    live = kept.map((place) => ({ place, total: tree[place].total, state: steps[place].gates.h, id: tree[place].id }));
  }
  for (const { place } of live) tree[place].fate = "stopped";
  mark(tree);
  return { tree, taken: steps.filter((_, place) => tree[place].best), written: tree.filter(({ best }) => best).map(({ id }) => id) };
}

/** The nodes of a beginning's likeliest next tokens. */
function next({ place, total }, probs, step, width) {
  return likeliest(probs, width).map((id) => {
    const logp = Math.log(Math.max(LEAST, probs[id]));
    return { parent: place, step, id, logp, total: total + logp, fate: "dropped", best: false };
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
