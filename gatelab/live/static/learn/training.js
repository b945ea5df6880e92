// The worker that trains: it goes on by itself while the page paints, and tells now and then how the networks stand.
//
// Takes {begin: settings, run}, {play: true or false}, {pace: updates a second, 0 for as many as it can}, {step: how many}, {probe: a string},
// {frame: an update of the film}. Tells {run, standing, way, guess, playing, speed, seconds}, {run, frame}, or {run, error}.

import { Race } from "../engine/race.js";

const SLICE = 12; // ms of work before messages are looked at
const TOLD = 40; // ms between two tellings

class Training {
  constructor() {
    Object.assign(this, { race: null, run: 0, playing: false, pace: 0, probe: [], told: 0, seconds: 0, due: 0, waiting: false });
    this.turn = new MessageChannel(); // unlike a timer, it does not wait 4 ms
    this.turn.port1.onmessage = () => this.#slice();
  }

  take(asked) {
    if (asked.run !== undefined) this.run = asked.run;
    try {
      if (asked.begin) this.#begin(asked.begin);
      if (asked.pace !== undefined) this.pace = asked.pace;
      if (asked.probe) this.probe = asked.probe;
      if (asked.frame !== undefined) return this.#show(asked.frame);
      for (let k = 0; k < (asked.step ?? 0); k += 1) this.#step();
      if (asked.play !== undefined) this.playing = asked.play;
      this.due = performance.now();
      this.#tell();
      this.#next();
    } catch (error) {
      this.playing = false;
      self.postMessage({ run: this.run, error: /** @type {Error} */ (error).message });
    }
  }

  #begin(settings) {
    this.race = null;
    this.race = new Race(settings);
    this.seconds = 0;
  }

  #step() {
    const began = performance.now();
    this.race?.step();
    this.seconds += (performance.now() - began) / 1000;
  }

  /** One turn: as many updates as fit. */
  #slice() {
    this.waiting = false;
    if (!this.playing || !this.race) return;
    const began = performance.now();
    while (performance.now() - began < SLICE && this.#isDue()) this.#step();
    if (performance.now() - this.told > TOLD) this.#tell();
    this.#next();
  }

  /** Whether the next update is due at the pace that was chosen; after a pause nothing is made up for. */
  #isDue() {
    if (!this.pace) return true;
    const now = performance.now();
    if (now < this.due) return false;
    this.due = Math.max(this.due + 1000 / this.pace, now - SLICE);
    return true;
  }

  #next() {
    if (!this.playing || this.waiting) return;
    this.waiting = true;
    const rest = this.pace ? this.due - performance.now() : 0;
    if (rest > 4) setTimeout(() => this.#slice(), rest);
    else this.turn.port2.postMessage(null);
  }

  #tell() {
    this.told = performance.now();
    if (!this.race) return;
    const standing = this.race.standing();
    if (this.race.racers.every(({ broke }) => broke !== null)) this.playing = false;
    const way = this.race.wayBack(this.probe);
    const { run, playing, seconds, race: { guess } } = this;
    self.postMessage({ run, standing, way, guess, playing, seconds, speed: seconds ? this.race.updates / seconds : 0 });
  }

  #show(update) {
    const frame = this.race?.film.at(update);
    if (frame) self.postMessage({ run: this.run, frame });
  }
}

const training = new Training();
self.onmessage = ({ data }) => training.take(data);
