// How much the last state of several models owes to each token of a text, in the form of the server's answer.

import { influence } from "../engine/influence.js";
import { split } from "../engine/tokens.js";

const WINDOW = 60; // most tokens that are followed back, as in gatelab/live/memory.py

/**
 * As `POST /live/memory`, from models of the engine: long work, made in a worker (following.js).
 *
 * @param models the engine's models, of one task
 */
export function follow(models, text) {
  const { unit } = models[0].spec;
  const tokens = split(text, unit);
  const cut = Math.max(0, tokens.length - WINDOW);
  const last = tokens.slice(cut).join(unit === "characters" ? "" : " ");
  const found = models.map((model) => influence(model, last));
  const arrays = found.flatMap(({ tokens: _, ...each }, k) => Object.entries(each).filter(([, values]) => values).map(([name, values]) => [`${k}.${name}`, { shape: [values.length], data: Float32Array.from(values) }]));
  return { metadata: { models: models.map(({ spec }) => spec.name), tokens: found[0].tokens, unknown: found[0].tokens.map((token) => !models[0].vocabulary.knows(token)), cut, text }, tensors: Object.fromEntries(arrays) };
}
