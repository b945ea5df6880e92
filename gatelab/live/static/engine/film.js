// What a training looked like: the weights at growing intervals, at most 60 times.

const MOST = 60;

export class Film {
  constructor() {
    this.frames = []; // {update, weights: for each network its numbers, 32 bits}
    this.every = 1;
  }

  /** The updates of the frames. */
  get updates() {
    return this.frames.map(({ update }) => update);
  }

  /** Keep the weights of an update, where it is time: `weights` has for each network all its numbers. */
  take(update, weights) {
    if (update % this.every) return;
    if (this.frames.length === MOST) this.#thin();
    if (update % this.every === 0) this.frames.push({ update, weights: weights.map((all) => new Float32Array(all)) });
  }

  /** Leave out every second frame, and take half as many from now on. */
  #thin() {
    this.every *= 2;
    this.frames = this.frames.filter(({ update }) => update % this.every === 0);
  }

  /** The frame nearest to an update, and not after it. */
  at(update) {
    return this.frames.findLast((frame) => frame.update <= update) ?? this.frames[0];
  }
}
