import assert from "node:assert/strict";
import test from "node:test";

import { Film } from "../../gatelab/live/static/engine/film.js";
import { Race } from "../../gatelab/live/static/engine/race.js";
import { Series } from "../../gatelab/live/static/engine/series.js";

const SMALL = { task: "echo", length: 1, units: 3, batch: 4, cells: ["rnn", "gru"] };

test("a film has at most 60 frames, evenly apart, from the first update on", () => {
  const film = new Film();
  for (let update = 0; update <= 5000; update += 1) {
    film.take(update, [Float64Array.of(update)]);
    const { updates } = film;
    assert.ok(updates.length <= 60 && updates[0] === 0);
    const gaps = new Set(updates.slice(1).map((one, k) => one - updates[k]));
    assert.ok(gaps.size <= 1, `${updates}`);
  }
  assert.ok(film.updates.length >= 30 && film.updates.at(-1) > 4900);
  assert.equal(film.at(film.updates[7]).weights[0][0], film.updates[7]);
  assert.equal(film.at(film.updates[7] + 1).update, film.updates[7]);
  assert.equal(film.at(-1).update, 0);
});

test("a curve keeps few points, and each is the mean of what it stands for", () => {
  const series = new Series();
  for (let update = 1; update <= 6400; update += 1) series.add(update, update);
  assert.ok(series.points.length < 400 && series.points.length >= 200);
  let before = 0;
  for (const [update, mean] of series.points) {
    assert.ok(Math.abs(mean - (before + 1 + update) / 2) < 1e-9);
    before = update;
  }
});

test("pauses, steps, measures and looks at the film change nothing of what is learned", () => {
  const [one, other] = [new Race(SMALL), new Race(SMALL)];
  for (let k = 0; k < 40; k += 1) one.step();
  for (let k = 0; k < 40; k += 1) {
    other.step();
    other.standing();
    other.wayBack([1, 2, 3, 4, 1]);
    other.film.at(k);
  }
  one.racers.forEach(({ learner }, k) => assert.deepEqual(learner.all, other.racers[k].learner.all));
  assert.notDeepEqual(one.racers[0].learner.all, new Race({ ...SMALL, seed: 2 }).racers[0].learner.all);
});

test("networks with as many parameters as the first have other numbers of units", () => {
  const race = new Race({ ...SMALL, cells: ["lstm", "rnn", "gru"], units: 8, match: "parameters" });
  const counts = race.racers.map(({ learner }) => learner.all.length);
  assert.ok(counts.every((count) => Math.abs(count / counts[0] - 1) < 0.15), `${counts}`);
  assert.ok(race.racers[1].learner.spec.hidden_size > 8);
});

test("a network whose numbers become NaN stops, and the others go on", () => {
  const race = new Race({ task: "adding", length: 50, cells: ["rnn", "lstm"], optimizer: "sgd", rate: 1, clip: 0, units: 16, batch: 4 });
  for (let k = 0; k < 1000 && race.racers[0].broke === null; k += 1) race.step();
  const { broke } = race.racers[0];
  assert.ok(broke !== null);
  const kept = race.racers[1].learner.updates;
  race.step();
  assert.equal(race.racers[0].broke, broke);
  assert.equal(race.racers[0].learner.updates, broke);
  assert.equal(race.racers[1].learner.updates, race.racers[1].broke ?? kept + 1);
});
