// The line of Python that makes the same network from the same seed (gatelab/training/learning.py).

import { cellOf } from "../engine/cells.js";

/** What `learn` takes where nothing is said, by its names in Python. */
const DEFAULTS = { layers: 1, optimizer: "adam", rate: 0.01, batch: 32, clip: 1, forget_bias: null, init: "default", noise: 0, curve: "sine" };

/** A value as Python writes it. */
const literal = (value) => (Array.isArray(value) ? `[${value.map(literal).join(", ")}]` : value === null ? "None" : JSON.stringify(value));

/**
 * @param settings of the race, see race.js; @param spec of the network; @param {{size: number, length: Object | null}} task
 * @param {number} updates how many it has made
 * @returns {string} two lines, an import and a call
 */
export function learnLine(settings, { cell, hidden_size: units }, { size, length }, updates) {
  const { task, layers, optimizer, rate, batch, clip, forgetBias, init, noise, seed, words, lines, curve = "sine", drawn = [] } = settings;
  const waves = task === "wave" && (curve !== "drawn" || drawn.length > 1);
  const asked = { layers, optimizer, rate, batch, clip, forget_bias: cellOf(cell).keep === "f" ? forgetBias : null, init, noise, ...(waves && { curve }) };
  const given = {
    units,
    ...(length && { length: size }),
    seed,
    updates,
    ...Object.fromEntries(Object.entries(asked).filter(([name, value]) => value !== DEFAULTS[name])),
    ...(waves && curve === "drawn" && { drawn }),
    ...(task === "names" && words && { words }),
    ...(task === "lines" && lines && { lines }),
  };
  const written = Object.entries(given).map(([name, value]) => `${name}=${literal(value)}`);
  return `from gatelab.training import learn\nmodel = learn(${[literal(task), literal(cell), ...written].join(", ")})`;
}
