// The checkpoints of the models, fetched once a visit for all pages, those of the visitor's own networks kept in the page: their weights
// for the arithmetic, and the engine's models.

import { load, made } from "./engine/engine.js";
import { parse } from "./engine/safetensors.js";
import { get } from "./files.js";
import { bytesOf } from "./own.js";

const AGAIN = 2000; // ms until a failed fetch is tried again

/** One checkpoint on its way, or here. */
class Checkpoint {
  /** @type {string} */ name;
  /** @type {number} how much of it is here, from 0 to 1 */ share;
  /** @type {ArrayBuffer} */ bytes;
  tensors; // null while they are on their way
  /** @type {boolean} whether it is on its way */ under;
  /** @type {Set<() => void>} */ listeners;

  constructor(name) {
    Object.assign(this, { name, share: 0, bytes: null, tensors: null, model: null, under: false, listeners: new Set() });
  }

  /** The same network with other weights, {name: {shape, data}}: as it was at a moment of its training. */
  with(weights) {
    return { tensors: weights, engine: made({ spec: this.engine.spec, weights }) };
  }

  /** One that needs no fetch: its bytes are here. */
  static of(name, bytes) {
    const checkpoint = new Checkpoint(name);
    checkpoint.#take(bytes);
    return checkpoint;
  }

  /** Fetch it, unless it is here or under way. Tried again for as long as somebody listens. */
  async fetch() {
    if (this.bytes || this.under) return;
    this.under = true;
    try {
      const response = await get(`/live/models/${this.name}.safetensors`);
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      this.#take(await this.#read(response));
    } catch {
      this.share = 0;
      if (this.listeners.size) setTimeout(() => this.fetch(), AGAIN);
    }
    this.under = false;
    this.#tell();
  }

  async #read(response) {
    const all = Number(response.headers.get("x-uncompressed-length"));
    const chunks = [];
    let count = 0;
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) return new Uint8Array(await new Blob(chunks).arrayBuffer());
      chunks.push(value);
      count += value.length;
      this.share = all ? Math.min(1, count / all) : 0;
      this.#tell();
    }
  }

  #take(bytes) {
    this.tensors = parse(bytes).tensors;
    this.bytes = bytes;
    this.share = 1;
  }

  #tell() {
    for (const moved of this.listeners) moved();
  }

  /** The engine's model; null while the checkpoint is on its way, and where it is of a kind that the engine does not know. */
  get engine() {
    if (this.bytes && !this.loaded) {
      this.loaded = true;
      try {
        this.model = load(this.bytes);
      } catch {
        this.model = null; // the server answers for it
      }
    }
    return this.model;
  }
}

const visit = new Map(); // name -> Checkpoint, for as long as the tab stays with the app

/** What one stage wants of them. */
export class Checkpoints {
  moved;
  /** @type {Set<string>} */ asked;
  /** @type {Map} model -> {tensors, engine} in the place of its own */ instead;

  /** @param moved () => void, whenever more of a checkpoint that was asked for is here */
  constructor(moved) {
    Object.assign(this, { moved, asked: new Set(), instead: new Map() });
  }

  /** Put other weights in the place of a model's own, on this stage alone; null gives it its own back. */
  replace(name, weights) {
    if (weights) this.instead.set(name, visit.get(name).with(weights));
    else this.instead.delete(name);
  }

  /** The tensors of a model's checkpoint, or null while they are on their way. */
  of(name) {
    return (this.instead.get(name) ?? this.#ask(name)).tensors;
  }

  /** The engine's model, or null while it is on its way or where there is none. */
  model(name) {
    return (this.instead.get(name) ?? this.#ask(name)).engine;
  }

  /** The file of a checkpoint, or null while it is on its way. */
  bytes(name) {
    return this.#ask(name).bytes;
  }

  /** How much of what was asked for is here, from 0 to 1. */
  get share() {
    const shares = [...this.asked].map((name) => visit.get(name).share);
    return shares.length ? shares.reduce((a, b) => a + b, 0) / shares.length : 1;
  }

  close() {
    for (const name of this.asked) visit.get(name).listeners.delete(this.moved);
  }

  #ask(name) {
    const own = bytesOf(name);
    if (own && visit.get(name)?.bytes !== own) visit.set(name, Checkpoint.of(name, own));
    if (!visit.has(name)) visit.set(name, new Checkpoint(name));
    const checkpoint = visit.get(name);
    if (!this.asked.has(name)) {
      this.asked.add(name);
      checkpoint.listeners.add(this.moved);
      checkpoint.fetch();
    }
    return checkpoint;
  }
}
