// Asks a worker for what takes long, and hands it the checkpoint: what was asked for last alone is answered.

export class Measurer {
  checkpoints;
  /** @type {number} */ count;
  /** @type {Set<string>} the models that the worker has */ loaded;
  /** @type {((answer: any) => void) | null} */ answered;

  /** @param checkpoints `Checkpoints` */
  constructor(checkpoints) {
    Object.assign(this, { checkpoints, count: 0, loaded: new Set(), answered: null });
  }

  /** Begin a measure of MEASURES (engine/measures.js); `answered` is called with its answer, {error} where it fails, unless something else is asked for before. */
  ask(measure, model, job, answered) {
    this.stop();
    if (!this.worker) this.#start();
    const loading = this.loaded.has(model) ? null : this.checkpoints.bytes(model);
    this.loaded.add(model);
    this.answered = answered;
    this.worker.postMessage({ loading, id: (this.count += 1), measure, model, job });
  }

  #start() {
    this.worker = new Worker(new URL("./measuring.js", import.meta.url), { type: "module" });
    this.worker.onmessage = ({ data: { id, answer, error } }) => {
      const { answered } = this;
      if (id !== this.count || !answered) return;
      this.answered = null;
      if (error) console.warn(error);
      answered(error ? { error } : answer);
    };
  }

  /** Nobody waits any more: work that is under way ends at once. */
  stop() {
    if (!this.answered) return;
    this.answered = null;
    this.close();
  }

  close() {
    this.worker?.terminate();
    this.worker = null;
    this.loaded.clear();
  }
}
