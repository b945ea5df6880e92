// What may not be shown yet: a question hides its answer until it is answered, also while another question is open. Pure.

/** A question as it is asked now: of this model, this text and, where it is about a value, this unit. */
export const nameOf = (kind, { record, unit }) => JSON.stringify([kind, record.model.name, kind.includes(":") ? unit : null, record.tokens]);

/** The same in a few letters, for a class that is asked it: the students' pages hide the answer where they show the same. */
export function shortName(kind, scene) {
  let hash = 0x811c9dc5; // FNV-1a
  for (const letter of nameOf(kind, scene)) hash = Math.imul(hash ^ letter.codePointAt(0), 0x01000193) >>> 0;
  return `${kind} ${hash.toString(16)}`;
}

export class Veils {
  /** @type {Map<string, {kind: string, from: number}>} */ asked;
  /** @type {string | null} the question that waits for its answer */ open;

  constructor() {
    Object.assign(this, { asked: new Map(), open: null }); // name -> {kind, from}, and the name of the one that waits for its answer
  }

  /** A question opens; the one that was open is closed, and what it hides stays hidden. */
  ask(kind, scene, from) {
    this.open = nameOf(kind, scene);
    this.asked.set(this.open, { kind, from });
  }

  /** A question is answered: what it alone has hidden may be seen. */
  answer(kind, scene) {
    this.asked.delete(nameOf(kind, scene));
    this.open = null;
  }

  isOpen(kind, scene) {
    return this.open === nameOf(kind, scene);
  }

  /** Whether a question was asked and is not answered yet. */
  isPending(kind, scene) {
    return this.asked.has(nameOf(kind, scene));
  }

  #here(scene) {
    return [...this.asked].filter(([name, { kind }]) => name === nameOf(kind, scene));
  }

  /** The first step of which nothing may be told; Infinity where all may. */
  first(scene) {
    return Math.min(Infinity, ...this.#here(scene).map(([, { from }]) => from));
  }

  /** Show everything after all: the questions on what is here are given up. */
  lift(scene) {
    for (const [name] of this.#here(scene)) {
      this.asked.delete(name);
      if (this.open === name) this.open = null;
    }
  }
}
