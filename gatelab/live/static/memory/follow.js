// How much the last state of several models owes to each token of a text, in the form of the server's answer.

import { cellOf } from "../engine/cells.js";
import { inCell, parseRoles, since, write } from "../engine/holds.js";
import { influence } from "../engine/influence.js";
import { split } from "../engine/tokens.js";

const WINDOW = 60; // most tokens that are followed back, as in gatelab/live/memory.py

let kept = { models: [], text: "", found: [] }; // where nothing is held: while a hold changes, that stays

function unheld(models, text) {
  const same = kept.text === text && kept.models.length === models.length && models.every((model, k) => model === kept.models[k]);
  if (!same) kept = { models, text, found: models.map((model) => influence(model, text)) };
  return kept.found;
}

/** The arrays of influences as those of an answer, [name, tensor]. */
const tensors = (found, before) => found.flatMap(({ tokens: _, ...each }, k) => Object.entries(each).filter(([, values]) => values).map(([name, values]) => [`${k}.${before}${name}`, { shape: [values.length], data: Float32Array.from(values) }]));

/**
 * As `POST /live/memory`, from models of the engine: long work, made in a worker (following.js).
 *
 * @param models the engine's models, of one task
 * @param hold what is held by role, as text; its steps are those of the whole text
 */
export function follow(models, text, hold = "") {
  const { unit } = models[0].spec;
  const tokens = split(text, unit);
  const cut = Math.max(0, tokens.length - WINDOW);
  const last = tokens.slice(cut).join(unit === "characters" ? "" : " ");
  const { holds } = parseRoles(hold);
  const found = unheld(models, last);
  const now = holds.length ? models.map((model) => influence(model, last, inCell(since(holds, cut), cellOf(model.spec.cell)))) : found;
  const arrays = [...tensors(now, ""), ...(holds.length ? tensors(found, "was.") : [])];
  return { metadata: { ...(holds.length && { held: write(holds) }), models: models.map(({ spec }) => spec.name), tokens: found[0].tokens, unknown: found[0].tokens.map((token) => !models[0].vocabulary.knows(token)), cut, text }, tensors: Object.fromEntries(arrays) };
}
