// The weights of the models, fetched when they are first asked for and kept; a failure is tried again until the stage is closed.

import { here } from "./mounting.js";
import { parse } from "./safetensors.js";

const AGAIN = 2000; // ms

export class Weights {
  /** @param arrived () => void, whenever the weights of a model are here */
  constructor(arrived) {
    Object.assign(this, { arrived, held: {}, asked: new Set(), timers: new Set() });
  }

  /** The tensors of a model's checkpoint, or null while they are on their way. */
  of(name) {
    if (!this.asked.has(name)) {
      this.asked.add(name);
      this.#fetch(name);
    }
    return this.held[name] ?? null;
  }

  async #fetch(name) {
    try {
      const response = await fetch(here(`/live/models/${name}.safetensors`));
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      this.held[name] = parse(await response.arrayBuffer()).tensors;
      this.arrived();
    } catch {
      if (!this.closed) this.timers.add(setTimeout(() => this.#fetch(name), AGAIN));
    }
  }

  close() {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
  }
}
