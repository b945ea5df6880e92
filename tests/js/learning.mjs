// What the engine's tests in Python ask of a network that learns, each job as in engine.mjs.

import { begin } from "../../gatelab/live/static/engine/initial.js";
import { Learner } from "../../gatelab/live/static/engine/learner.js";
import { DEFAULTS, Race } from "../../gatelab/live/static/engine/race.js";
import { Draws } from "../../gatelab/live/static/engine/random.js";
import { Task } from "../../gatelab/live/static/engine/tasks.js";

const column = (values) => ({ shape: [values.length], data: Float64Array.from(values) });

/** Copies of parameters under longer names. */
const copies = (weights, prefix) =>
  Object.entries(weights).map(([name, { shape, data }]) => [`${prefix}${name}`, { shape, data: Float64Array.from(data) }]);

/** Strings as Python has them: read (T, B), or (T, B, 2) where numbers are read, and targets (T, B), under names that begin with `k`. */
function arrays({ steps: T, size: B, ids, numbers, targets }, k) {
  const pairs = Array.from({ length: T * B }, (_, at) => [0, 1].map((one) => numbers?.[(Math.floor(at / B) * 2 + one) * B + (at % B)]));
  const read = ids ? { shape: [T, B], data: Float64Array.from(ids) } : { shape: [T, B, 2], data: Float64Array.from(pairs.flat()) };
  return { [`${k}.read`]: read, [`${k}.targets`]: { shape: [T, B], data: targets } };
}

/** Numbers of each kind, in turn, for pairs of seed and place. */
export function* drawing({ seeds, count }) {
  for (const [seed, place] of seeds) {
    const draws = new Draws(seed, place);
    const values = ["a", "b", "c"];
    const each = () => [draws.next(), draws.uniform(-3, 5), draws.integer(-2, 7), draws.normal(), values.indexOf(draws.of(values))];
    yield { metadata: {}, tensors: { drawn: column(Array.from({ length: count }, each).flat()) } };
  }
}

/** First weights. */
export function* beginning({ spec, how }) {
  yield { metadata: {}, tensors: Object.fromEntries(copies(begin(spec, how).weights, "")) };
}

/** The strings of a task: batches, [count, seed, update], and at last what training does not see; what is right for strings of anybody; its spec. */
export function* task({ settings, batches, strings }) {
  const one = new Task(settings);
  const all = [...batches.map((batch) => one.batch(...batch)), one.unseen()];
  const answers = strings.map((string) => one.answers(string, one.size).map((answer) => (Number.isNaN(answer) ? null : answer)));
  const metadata = { spec: one.spec({ cell: "gru", units: 3, layers: 2 }), answers, text: [1, 2, 3].map((seed) => one.example(seed)) };
  yield { metadata, tensors: Object.assign({}, ...all.map(arrays)) };
}

/** The size of a task's strings, or the error that it says, for several settings. */
export function* tasks({ settings }) {
  for (const one of settings) {
    let metadata;
    try {
      metadata = { size: new Task(one).size };
    } catch (error) {
      metadata = { error: `${error.name}: ${error.message}` };
    }
    yield { metadata, tensors: {} };
  }
}

/** A network that learns: its first weights, the gradient of its first batch, its losses, and its weights in the end. `cell` may be one that no reader of Python has. */
export function* learning({ settings, reader, how, batch, updates }) {
  const made = new Task(settings);
  const learner = new Learner(made.spec(reader), how);
  const first = copies(learner.weights, "first.");
  const loss = learner.follow(made.batch(batch, how.seed, 1));
  const gradient = copies(learner.gradients, "gradient.");
  const done = Array.from({ length: updates }, (_, k) => learner.update(made.batch(batch, how.seed, k + 1)));
  const losses = [["loss", column([loss])], ["losses", column(done.map((one) => one.loss))], ["norms", column(done.map(({ norm }) => norm))]];
  const tensors = Object.fromEntries([...first, ...gradient, ...losses, ...copies(learner.weights, "last.")]);
  yield { metadata: {}, tensors };
}

/** The weights of each network in a race after some updates, all in a row as `all`, how many units each has, and the settings of a race that says nothing else. */
export function* race({ settings, updates }) {
  const one = new Race(settings);
  for (let k = 0; k < updates; k += 1) one.step();
  for (const { learner } of one.racers) yield { metadata: { units: learner.spec.hidden_size, defaults: DEFAULTS }, tensors: { all: column(learner.all) } };
}

/** The way back of the gradient of one string in an untrained network: its weights, and |dL/dh| and |dL/dc| at each step. */
export function* way({ settings, reader, how, string }) {
  const made = new Task(settings);
  const learner = new Learner(made.spec(reader), how);
  const { h, c } = learner.wayBack(made.together([string]));
  yield { metadata: {}, tensors: Object.fromEntries([...copies(learner.weights, ""), ["|h|", column(h)], ["|c|", column(c ?? [])]]) };
}
