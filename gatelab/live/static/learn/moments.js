// Which moment of a training is looked at, and which one is kept beside it.

import { button } from "../kit/controls.js";
import { Filmstrip } from "../kit/filmstrip.js";
import { grouped, tr } from "../language.js";
import { put } from "./racers.js";

export class Moments {
  trainer;
  /** @type {() => void} */ changed;
  /** @type {any} the moment that is kept, as a frame */ ghost;

  /** @param trainer `Trainer`; @param {() => void} changed another moment is kept */
  constructor(trainer, changed) {
    Object.assign(this, { trainer, changed, ghost: null });
    this.keep = button(tr("Keep this moment"), tr("Show the answers of this moment beside those of any other"), () => this.#keep());
    this.strip = new Filmstrip({ label: tr("Film of the training"), show: (moment) => (moment === null ? trainer.leave() : trainer.show(moment)), more: [this.keep] });
    this.element = this.strip.element;
  }

  /** The frame that is looked at, {update, weights}; null for the networks as they are. */
  get frame() {
    return this.trainer.frame;
  }

  /** Nothing was filmed yet. */
  reset() {
    this.ghost = null;
    this.strip.leave();
  }

  /** @param {{frames: number[]}} standing what the worker told last */
  show({ frames }) {
    this.strip.show(frames, this.frame ? tr("update {update}", { update: grouped(this.frame.update) }) : tr("now"));
    put(this.keep, this.ghost ? tr("Let it go") : tr("Keep this moment"));
  }

  leave() {
    this.strip.leave();
  }

  close() {
    this.strip.close();
  }

  #keep() {
    const { standing } = this.trainer.told;
    this.ghost = this.ghost ? null : this.frame ?? { update: standing.updates, weights: standing.racers.map(({ weights }) => weights) };
    this.changed();
  }
}
