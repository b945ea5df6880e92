// One to three networks that learn the same task from the same batches: what the Learn page shows, without the page.

import { Film } from "./film.js";
import { count, matched } from "./initial.js";
import { Learner } from "./learner.js";
import { Series } from "./series.js";
import { Task } from "./tasks.js";

const JUDGED = 25; // updates between two measures on unseen strings, at first
const SLOWER = 20; // measures after which they come half as often

/**
 * The settings of a race; what is missing has the default of `DEFAULTS`.
 *
 * @typedef {Object} Settings
 * @property {string} task one of TASKS (tasks.js)
 * @property {string[]} cells one to three keys of CELLS
 * @property {"units" | "parameters"} match whether all have as many units, or about as many parameters as the first
 * @property {number} units H; @property {number} layers
 * @property {string} optimizer a key of OPTIMIZERS; @property {number} rate the learning rate
 * @property {number} batch strings an update; @property {number} [length] as the task counts it
 * @property {number} clip the largest norm of a gradient, 0 for none
 * @property {number | null} forgetBias where the forget gates' biases begin, null as drawn
 * @property {"default" | "orthogonal"} init; @property {number} noise; @property {number} seed
 * @property {string[]} [words] of the task names; @property {string[]} [lines] of the task lines; @property {string} [curve]; @property {number[]} [drawn] of the task wave
 */

export const DEFAULTS = {
  task: "recall",
  cells: ["rnn", "lstm"],
  match: "units",
  units: 16,
  layers: 1,
  optimizer: "adam",
  rate: 0.01,
  batch: 32,
  clip: 1,
  forgetBias: null,
  init: "default",
  noise: 0,
  seed: 1,
};

/** The spec of each network in a race. */
export function specs({ cells, match, units, layers }, task) {
  const all = cells.map((cell) => task.spec({ cell, units, layers }));
  return match === "parameters" ? all.map((spec) => matched(spec, count(all[0]))) : all;
}

export class Race {
  /** @param {Partial<Settings>} settings */
  constructor(settings) {
    this.settings = { ...DEFAULTS, ...settings };
    this.task = new Task(this.settings);
    this.unseen = this.task.unseen();
    this.guess = guess(this.unseen.targets, this.task.outputs.length === 1);
    this.updates = 0;
    this.racers = specs(this.settings, this.task).map((spec) => new Racer(spec, this.settings, this.task));
    this.judged = { next: 0, every: JUDGED, count: 0 };
    this.#judge();
    this.film = new Film();
    this.film.take(0, this.#weights());
  }

  #weights() {
    return this.racers.map(({ learner }) => learner.all);
  }

  /** One update of every network, from the same batch. */
  step() {
    this.updates += 1;
    const strings = this.task.batch(this.settings.batch, this.settings.seed, this.updates);
    for (const racer of this.racers) racer.step(strings);
    this.#judge();
    this.film.take(this.updates, this.#weights());
  }

  /** Now and then: what is each worth on strings that it has not seen? */
  #judge() {
    const { judged } = this;
    if (this.updates < judged.next) return;
    for (const racer of this.racers) racer.judge(this.unseen, this.updates);
    judged.count += 1;
    if (judged.count % SLOWER === 0) judged.every *= 2;
    judged.next = this.updates + judged.every;
  }

  /** How each network stands: numbers and short lists alone, and a copy of its weights. */
  standing() {
    return {
      updates: this.updates,
      frames: this.film.updates,
      racers: this.racers.map(({ learner, losses, scores, last, done, broke }) => ({
        ...last, losses: losses.points, scores: [...scores], done, broke, weights: learner.all.slice(),
      })),
    };
  }

  /** The way back of the gradient of one string's loss in each network, see `Learner.wayBack`; null where nothing is asked of the string. */
  wayBack(string) {
    if (!string.length) return null;
    const strings = this.task.together([string]);
    return strings.targets.every(Number.isNaN) ? null : this.racers.map(({ learner }) => learner.wayBack(strings));
  }
}

/** One network in a race, and how it has done so far. */
class Racer {
  constructor(spec, settings, task) {
    this.learner = new Learner(spec, settings);
    this.task = task;
    this.losses = new Series();
    this.scores = []; // {update, loss, share} on unseen strings
    this.last = { loss: NaN, norm: NaN };
    this.done = null; // the first measured update with 95 of 100 right
    this.broke = null; // the update after which its numbers became NaN
  }

  step(strings) {
    if (this.broke !== null) return;
    this.last = this.learner.update(strings);
    this.losses.add(this.learner.updates, this.last.loss);
    if (!Number.isFinite(this.last.loss) || !Number.isFinite(this.last.norm)) this.broke = this.learner.updates;
  }

  judge(unseen, update) {
    const { loss, right, share } = this.learner.judge(unseen, this.task.near);
    const good = this.task.whole ? right.reduce((sum, one) => sum + one, 0) / right.length : share;
    this.scores.push({ update, loss, share: good });
    if (this.done === null && good >= 0.95) this.done = update;
  }
}

/** The loss of who always gives the same answer, the best one: the entropy of the answers in nats, or the variance of the numbers. */
function guess(targets, number) {
  const asked = targets.filter((target) => !Number.isNaN(target));
  if (!asked.length) return 0;
  if (number) {
    const mean = asked.reduce((sum, one) => sum + one, 0) / asked.length;
    return asked.reduce((sum, one) => sum + (one - mean) ** 2, 0) / asked.length;
  }
  const shares = new Map();
  for (const one of asked) shares.set(one, (shares.get(one) ?? 0) + 1 / asked.length);
  return [...shares.values()].reduce((sum, share) => sum - share * Math.log(share), 0);
}
