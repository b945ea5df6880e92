// The page's side of the training: it owns the worker, and knows how the networks stood when the worker last told it.

import { tr } from "../language.js";
import { fault } from "./settings.js";

export class Trainer {
  /** @type {() => void} */ changed;
  /** @type {number} which training it is */ run;
  /** @type {any} a moment of the film, {update, weights}; null for the networks as they are */ frame;

  /** @type {any} what the worker told last, see training.js */ told;
  /** @type {string} why nothing trains, or "" */ error;
  /** @type {boolean} whether the visitor wants it to train */ wanted;
  /** @type {boolean} whether it waits because nobody looks */ resting;

  /** @param {() => void} changed the networks stand otherwise now, or something else was told */
  constructor(changed) {
    Object.assign(this, { changed, run: 0, told: null, frame: null, error: "", wanted: false, resting: false });
    this.hidden = () => this.#rest(document.hidden);
    document.addEventListener("visibilitychange", this.hidden);
  }

  /** Begin anew, with other settings or the same; what trained before is gone. */
  begin(settings, { play = false, probe = [], pace = 0 } = {}) {
    this.worker ??= this.#start();
    Object.assign(this, { run: this.run + 1, told: null, frame: null, error: "", wanted: play });
    this.worker.postMessage({ run: this.run, begin: settings, probe, pace, play: play && !this.resting });
  }

  play(wanted = true) {
    this.wanted = wanted;
    this.worker.postMessage({ play: wanted && !this.resting });
    this.changed();
  }

  step() {
    this.wanted = false;
    this.worker.postMessage({ play: false, step: 1 });
  }

  pace(pace) {
    this.worker.postMessage({ pace });
  }

  probe(probe) {
    this.worker.postMessage({ probe });
  }

  /** Ask for a frame of the film: it comes as `frame`. */
  show(update) {
    this.worker.postMessage({ frame: update });
  }

  /** Back from the film to the networks as they are. */
  leave() {
    this.frame = null;
    this.changed();
  }

  close() {
    document.removeEventListener("visibilitychange", this.hidden);
    this.worker?.terminate();
    this.worker = null;
  }

  #start() {
    const worker = new Worker(new URL("./training.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => this.#take(data.error ? { ...data, error: fault({ message: data.error }) } : data); // a worker speaks English
    worker.onerror = () => this.#take({ run: this.run, error: tr("The training did not start in this browser.") });
    return worker;
  }

  /** @param {any} told */
  #take({ run, error, frame, ...told }) {
    if (run !== this.run) return;
    if (error) Object.assign(this, { error, wanted: false });
    else if (frame) this.frame = frame;
    else {
      this.told = told;
      if (!told.playing && !this.resting && this.wanted && told.standing.racers.every(({ broke }) => broke !== null)) this.wanted = false;
    }
    this.changed();
  }

  /** Nobody looks at a hidden tab: it does not eat the battery. */
  #rest(resting) {
    this.resting = resting;
    if (this.wanted) this.worker?.postMessage({ play: !resting });
    this.changed();
  }
}
