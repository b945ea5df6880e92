// Asks the worker for influence, and hands it the checkpoints that it does not have yet.

export class Follower {
  checkpoints;
  /** @type {number} */ count;
  /** @type {Set<string>} the models that the worker has */ loaded;
  /** @type {Map<number, {resolve: Function, reject: Function}>} */ waiting;

  /** @param checkpoints `Checkpoints` */
  constructor(checkpoints) {
    Object.assign(this, { checkpoints, count: 0, loaded: new Set(), waiting: new Map() });
  }

  /** A promise of the answer to {models, text, hold}, or null where the checkpoints are not all here: the server is to be asked. */
  ask({ models: names, text, hold = "" }) {
    if (!names.every((name) => this.checkpoints.bytes(name))) return null;
    const id = (this.count += 1);
    const loading = Object.fromEntries(names.filter((name) => !this.loaded.has(name)).map((name) => [name, this.checkpoints.bytes(name)]));
    for (const name of names) this.loaded.add(name);
    const answered = new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.#worker.postMessage({ loading, id, names, text, hold });
    return answered;
  }

  /** Fetch the worker's code, before it is needed. */
  start() {
    this.#worker; // made when it is first read
  }

  get #worker() {
    if (!this.made) {
      this.made = new Worker(new URL("./following.js", import.meta.url), { type: "module" });
      this.made.onmessage = ({ data: { id, answer, error } }) => {
        const { resolve, reject } = this.waiting.get(id);
        this.waiting.delete(id);
        if (error) reject(new Error(error));
        else resolve(answer);
      };
    }
    return this.made;
  }

  close() {
    this.made?.terminate();
  }
}
