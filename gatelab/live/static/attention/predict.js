// Predict, then see: the visitor chooses where the decoder will look, and is told where it looked. Everything is counted live.

import { asker } from "../classroom/asking/asker.js";
import { el } from "../kit/dom.js";
import { button, count, Predict, told, verdict } from "../kit/predict.js";
import { number, spoken } from "../kit/words.js";
import { tr } from "../language.js";

/** What can be asked of a date: which steps write the field. */
export const FIELDS = { month: [5, 6], year: [0, 1, 2, 3], day: [8, 9] };

const CALLED = { month: tr("the month"), year: tr("the year"), day: tr("the day") };

/** Whether the output is a date, so that its steps can be told apart. */
export const askable = (reading) => reading.attends && reading.model.task === "dates" && /^\d{4}-\d\d-\d\d$/.test(reading.output);

/**
 * Where the decoder looked while it wrote a field.
 *
 * @param picked the columns that the visitor chose, a Set
 * @returns - {share, largest: [{step, column, weight, hit}], hits}: the part of the field's attention on what was chosen (0 to 1),
 *   and each step's largest weight
 */
export function reveal(reading, field, picked) {
  const steps = FIELDS[field];
  const share = steps.reduce((sum, q) => sum + [...picked].reduce((part, k) => part + reading.weight(q, k), 0), 0) / steps.length;
  const largest = steps.map((step) => {
    const column = reading.focus(step);
    return { step, column, weight: reading.weight(step, column), hit: picked.has(column) };
  });
  return { share, largest, hits: largest.filter(({ hit }) => hit).length };
}

/** The column that the decoder looks at most while it writes a field: the one with the largest sum of weights over its steps. */
export function mostSeen(reading, field) {
  const sums = Array.from({ length: reading.columns }, (_, k) => FIELDS[field].reduce((sum, q) => sum + reading.weight(q, k), 0));
  return sums.indexOf(Math.max(...sums));
}

const OF_CLASS = {
  month: tr("Which character does the decoder look at most while it writes the month?"),
  year: tr("Which character does the decoder look at most while it writes the year?"),
  day: tr("Which character does the decoder look at most while it writes the day?"),
};

/** What is said after the choice: {isRight, answer, why}. */
export function outcome(reading, field, picked) {
  const { share, largest, hits } = reveal(reading, field, picked);
  const where = largest.map(({ step, column, weight }) => tr("{written} looked most at {token} ({weight}, token {place})", { written: spoken(reading.written[step]), token: spoken(reading.tokens[column]), weight: number(weight, 2), place: column + 1 }));
  const columns = [...new Set(largest.map(({ column }) => column))].sort((a, b) => a - b);
  return {
    isRight: hits === largest.length,
    answer: columns.map((k) => tr("{token} (token {place})", { token: spoken(reading.tokens[k]), place: k + 1 })).reduce((one, other) => tr("{one} and {other}", { one, other })),
    why: tr("{percent} of the attention while it wrote {field} lay on what you chose: {where}. A step writes from its context, the sum of the source\u2019s states times these weights: a character with a weight near 0 hardly reaches it.",
      { percent: `${Math.round(100 * share)}\u2009%`, field: CALLED[field], where: where.join(", ") }),
  };
}

const HOW = tr("Click them in the source above, or go along it with the arrow keys and press Enter.");

const asks = (field) => tr("Which characters will the decoder look at to write {field}?", { field: CALLED[field] });

/** The question on the stage: asks, takes the choice, tells. `on` = {ask(field or null), reveal()}. */
export class Look {
  on;
  /** @type {{field: string, done: boolean} | null} the question that is open or answered */ state;
  /** @type {Predict} */ panel;
  reading; // what was painted last
  /** @type {Set<number>} */ picked;

  constructor(on) {
    Object.assign(this, { on, state: null, panel: new Predict(tr("where the decoder looks")) });
  }

  get element() {
    return this.panel.element;
  }

  /** Another source is there: ask the same of it where that can be asked; whether a question is open. */
  again(reading) {
    const open = this.state !== null && !this.state.done && askable(reading);
    this.state = open ? { field: this.state.field, done: false } : null;
    return open;
  }

  /** Paint it for a reading and what is picked: a Set of columns. */
  paint(reading, picked) {
    Object.assign(this, { reading, picked });
    this.element.hidden = !askable(reading);
    if (!this.state || this.element.hidden) return this.panel.show("offer", () => this.#offer());
    const { field, done } = this.state;
    const [chosen, stop] = [chose(reading, picked), button(tr("Stop asking"), () => this.#ask(null))];
    if (done) return this.panel.show(`told ${field} ${chosen} ${reading.forced}`, () => [...told(asks(field), outcome(reading, field, picked)), button(tr("Once more"), () => this.#ask(field)), stop]);
    this.panel.show(`open ${field} ${chosen} ${reading.text} ${asker.can} ${this.#isOfClass}`, () => [
      el("p", {}, `${asks(field)} ${HOW}`),
      el("p", {}, chosen),
      button(tr("Reveal"), () => this.#reveal(), picked.size === 0),
      ...(asker.can && !this.#isOfClass ? [button(tr("Ask the class"), () => this.#askClass())] : []),
      stop,
    ]);
  }

  /** What a screen reader hears of it: the choice, or what came out; "" where nothing is asked. */
  get said() {
    const { reading, picked } = this;
    if (!this.state || !askable(reading)) return "";
    if (!this.state.done) return `${asks(this.state.field)} ${chose(reading, picked)}`;
    return verdict(outcome(reading, this.state.field, picked)).join(" ");
  }

  #offer() {
    return [el("span", {}, tr("Where will the decoder look to write"), " "), ...Object.keys(FIELDS).map((field) => button(tr("{field}?", { field: CALLED[field] }), () => this.#ask(field)))];
  }

  /** Open on a question, as a link asks for it; whether it can be asked of the reading. */
  open(field, reading) {
    if (!askable(reading)) return false;
    this.state = { field, done: false };
    return true;
  }

  #ask(field) {
    this.state = field && { field, done: false };
    this.on.ask(field);
  }

  get #isOfClass() {
    return asker.asked?.about === `look ${this.state.field}` && asker.asked.truth === null;
  }

  /** Put the question, as it stands, to the class: it points at one character. */
  #askClass() {
    const { reading, state: { field } } = this;
    asker.ask({ kind: "point", words: OF_CLASS[field], tokens: reading.tokens, about: `look ${field}`, truth: () => mostSeen(reading, field) });
  }

  /** The class is told what is right: nothing of it has to stay hidden. */
  told() {
    if (this.state && !this.state.done && asker.asked?.about === `look ${this.state.field}` && asker.asked.truth !== null) this.#ask(null);
  }

  #reveal() {
    this.state.done = true;
    count(outcome(this.reading, this.state.field, this.picked).isRight);
    this.on.reveal();
  }
}

/** The characters that are chosen, in words. */
function chose(reading, picked) {
  const chosen = [...picked].sort((a, b) => a - b).map((k) => reading.tokens[k]).join("");
  return chosen ? tr("You chose {characters}.", { characters: spoken(chosen) }) : tr("Nothing is chosen yet.");
}
