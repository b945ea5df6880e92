// Numbers drawn at random, always the same for a seed, as gatelab/draws.py draws them in Python.

/**
 * A generator of numbers in [0, 1), "mulberry32": each 32 bits, always the same for a seed.
 *
 * @param {number} seed an integer, of which 32 bits count
 */
export function mulberry32(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What is drawn for one purpose: its own numbers for each seed and each place in a sequence, so that nothing that is drawn elsewhere changes them. */
export class Draws {
  /** @param {number} seed an integer from 0; @param {number} place which draw of a sequence this is: a batch, for instance; -1 for initial values */
  constructor(seed, place = 0) {
    this.next = mulberry32(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(place + 2, 0x85ebca6b));
  }

  /** A number in [low, high). */
  uniform(low = 0, high = 1) {
    return low + (high - low) * this.next();
  }

  /** An integer from `low` up to `high`, both included. */
  integer(low, high) {
    return low + Math.floor((high - low + 1) * this.next());
  }

  /** A number from the standard normal distribution (Box and Muller 1958), of two draws. */
  normal() {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }

  /** One of some values. */
  of(values) {
    return values[this.integer(0, values.length - 1)];
  }
}
