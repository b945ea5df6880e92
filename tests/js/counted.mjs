// What the tests of the engine count: the steps of a cell that are computed.

import { Parameters } from "../../gatelab/live/static/engine/parameters.js";

/** How many steps are computed while something is done. */
export function steps(action) {
  const { step } = Parameters.prototype;
  let count = 0;
  Parameters.prototype.step = function counted(...args) {
    count += 1;
    step.apply(this, args);
  };
  try {
    action();
  } finally {
    Parameters.prototype.step = step;
  }
  return count;
}
