// The nearest answer: the engine in the page makes it where the checkpoints of all models asked for are here. It has the server's form,
// so a stage does not know which of them answered. Every method returns null where the server is to be asked.

import { cellOf } from "./engine/cells.js";
import { inCell, parse, parseRoles, write } from "./engine/holds.js";
import { beginning, Trace } from "./engine/reader.js";
import { split } from "./engine/tokens.js";
import { answer, read } from "./engine/writing.js";
import { isServed } from "./files.js";
import { has } from "./own.js";

const RARE = /[\u{10000}-\u{10FFFF}]/u; // among these, a browser knows letters that an older Unicode on the server does not, or the reverse

export class Near {
  checkpoints;
  /** @type {Map} model -> its trace of the last text */ traces;
  /** @type {Map} the same of the traces in which something is held */ held;
  /** @type {Map} model -> {after, trace}, the same of those that begin where the text `after` ends */ begun;
  /** @type {Map} model -> {key, trace} of what it wrote last */ last;
  /** @type {Set<string>} the models that are left to the server */ distrusted;

  /** @param checkpoints `Checkpoints` */
  constructor(checkpoints) {
    Object.assign(this, { checkpoints, traces: new Map(), held: new Map(), begun: new Map(), last: new Map(), distrusted: new Set() });
  }

  /** These models are left to the server from now on: the engine's answer was not PyTorch's. */
  distrust(names) {
    for (const name of names) this.distrusted.add(name);
  }

  /** Whether the engine answers for a model. */
  has(name) {
    return Boolean(this.#models([name]));
  }

  /** The engine's models, or null where one of them is not here. */
  #models(names) {
    const models = names.map((name) => (this.distrusted.has(name) ? null : this.checkpoints.model(name)));
    return models.every(Boolean) ? models : null;
  }

  /** The same, for a text that browser and server surely split alike; of the visitor's own networks the server knows nothing. */
  #readers(names, text) {
    const models = this.#models(names);
    return isServed() && models?.[0].spec.unit === "words" && RARE.test(text) && !names.every(has) ? null : models;
  }

  /** The trace of a text by one model, grown from the last text that this model read; `hold` is what is held, as text. */
  #trace(model, text, hold = "") {
    const traces = hold ? this.held : this.traces;
    if (!traces.has(model)) traces.set(model, new Trace(model));
    const trace = traces.get(model).read(text);
    return hold ? trace.hold(parse(hold, model).holds) : trace;
  }

  /** The same where it begins with the state in which the text `after` ends. */
  #later(model, after, text, hold, have) {
    if (this.begun.get(model)?.after !== after) this.begun.set(model, { after, trace: beginning(model, after) });
    const trace = this.begun.get(model).trace.read(text).hold(parse(hold, model).holds);
    const state = Object.fromEntries(Object.entries(trace.start).map(([name, values]) => [name, Array.from(values)]));
    const { metadata, tensors } = trace.answer(have);
    return { metadata: { ...metadata, after, state }, tensors };
  }

  /** As `POST /live/trace`. */
  trace({ model, text, have = 0, hold = "", after = "" }) {
    const models = this.#readers([model], text + after);
    if (!models) return null;
    return after ? this.#later(models[0], after, text, hold, have) : this.#trace(models[0], text, hold).answer(have);
  }

  /** As `POST /live/compare`. */
  compare({ models: names, text, have = 0, hold = "" }) {
    const models = this.#readers(names, text);
    if (!models) return null;
    const { holds } = parseRoles(hold);
    const parts = models.map((model) => this.#trace(model, text, write(inCell(holds, cellOf(model.spec.cell)))).answer(have));
    const tensors = parts.flatMap((part, k) => Object.entries(part.tensors).map(([name, tensor]) => [`${k}.${name}`, tensor]));
    const { steps, tokens } = parts[0].metadata;
    return { metadata: { have, steps, tokens, parts: parts.map(({ metadata }) => metadata) }, tensors: Object.fromEntries(tensors) };
  }

  /**
   * As `POST /live/attention`.
   *
   * @param plain the name of the model without attention that stands beside, or null
   * @param most tokens of a source; a longer one is left to the server, which says what is wrong with it
   */
  attention({ model, text, forced = {}, beam = 1, hold = "" }, plain, most) {
    const models = this.#models(plain ? [model, plain] : [model]);
    if (!models || split(text, models[0].spec.unit).length > most) return null;
    const [one, beside] = models;
    return answer(this.#written(one, text, { forced, beam, ...(hold && { holds: parse(hold, one).holds }) }), beside ? () => this.#written(beside, text, {}) : null);
  }

  /** What a model writes of a text. Where it reads the same ids as in the text before, a word that it does not know and a letter more of it, all but the text is the same. */
  #written(model, text, options) {
    const source = read(model, text);
    const key = JSON.stringify([source.ids, { ...options, holds: write(options.holds ?? []) }]); // as text: JSON has no Infinity
    if (this.last.get(model)?.key !== key) this.last.set(model, { key, trace: model.write(text, options) });
    return { ...this.last.get(model).trace, source };
  }
}
