// What a network can learn in the page: tasks with a known right answer, made anew from a seed, and the visitor's own words and lines.
//
// A task makes strings, and says what is right after each token of any string, also of one that was typed. Python has the same ones, and the
// same strings for a seed (gatelab/training/tasks.py). A string is an array of ids, or of pairs [number, mark] where numbers are read.

import { LINES, NAMES } from "./lists.js";
import { Draws } from "./random.js";
import { fold, Numbers, UNKNOWN, Vocabulary } from "./text.js";
import { split } from "./tokens.js";

const LETTERS = ["A", "B", "C", "D"];
const TESTED = 1_000_003; // the seed of unseen strings; training draws from its own
const UNSEEN = 200; // unseen strings
const WORDS = 2000; // of one's own at most; more of them make nothing clearer
const [WORD, LINE] = [24, 60]; // characters of a word, words of a line at most

/** An array of `count` values. */
const several = (count, make) => Array.from({ length: count }, (_, k) => make(k));

/**
 * What the settings of a task mean, and its strings.
 *
 *   unit, tokens, outputs, width   of the reader that learns it (gatelab/networks/reader.py); outputs [] predicts the next token
 *   length     what its setting `length` counts: {means, least, most, opens}
 *   string     (draws, length) -> one string
 *   answers    (string, length) -> what is right after each of its tokens: the label's place, a number, or NaN where nothing is asked
 *   near       how far a number may be off to count as right
 *   done       the loss at which it can be called learned; null where nobody knows
 *   whole      whether a string is right only if every one of its answers is
 */
const GENERATED = {
  /** Remember one marked letter among many of the same kind, until asked (after Bengio et al. 1994). */
  recall: {
    tokens: [UNKNOWN, ...LETTERS, "!", "?"],
    outputs: LETTERS,
    width: 6,
    length: { means: "letters between the marked one and the question, at most", least: 1, most: 100, opens: 10 },
    string(draws, length) {
      const letter = () => draws.integer(1, LETTERS.length);
      return [...several(draws.integer(0, 3), letter), 5, ...several(1 + draws.integer(1, length), letter), 6];
    },
    answers(string) {
      const kept = string[string.indexOf(5) + 1];
      return string.map((id, t) => (id === 6 && kept >= 1 && kept <= LETTERS.length && t > string.indexOf(5) && string.includes(5) ? kept - 1 : NaN));
    },
  },

  /** Of many numbers, add the two that are marked (Hochreiter and Schmidhuber 1997). */
  adding: {
    unit: "numbers",
    tokens: [],
    outputs: ["sum"],
    width: 2,
    near: 0.08,
    done: 0.0016,
    length: { means: "numbers", least: 2, most: 100, opens: 20 },
    string(draws, length) {
      const half = Math.floor(length / 2);
      const marked = [draws.integer(0, half - 1), draws.integer(half, length - 1)];
      return several(length, (t) => [rounded(draws.next()), Number(marked.includes(t))]);
    },
    answers: (string) => string.map((_, t) => (t === string.length - 1 ? string.reduce((sum, [number, mark]) => sum + number * mark, 0) : NaN)),
  },

  /** After each bracket: is one still open? (Suzgun et al. 2019) */
  brackets: {
    tokens: [UNKNOWN, "(", ")"],
    outputs: ["balanced", "open"],
    width: 2,
    length: { means: "brackets in the longest string", least: 2, most: 100, opens: 20 },
    string(draws, length) {
      const size = 2 * draws.integer(1, Math.floor(length / 2));
      let depth = 0;
      return several(size, (t) => {
        const opens = depth === 0 || (depth < size - t && draws.next() < 0.5);
        depth += opens ? 1 : -1;
        return opens ? 1 : 2;
      });
    },
    answers(string) {
      let depth = 0;
      return string.map((id) => Number((depth += id === 1 ? 1 : id === 2 ? -1 : 0) > 0));
    },
  },

  /** As many b as a, then the end (Weiss, Goldberg and Yahav 2018): asked from the first b on. */
  counting: {
    tokens: [UNKNOWN, "a", "b"],
    outputs: ["b", "end"],
    width: 2,
    length: { means: "most of each letter", least: 1, most: 60, opens: 12 },
    string(draws, length) {
      const count = draws.integer(1, length);
      return several(2 * count, (t) => (t < count ? 1 : 2));
    },
    answers(string) {
      let left = 0;
      return string.map((id) => {
        left += id === 1 ? 1 : -1;
        return id === 2 && left >= 0 ? Number(left === 0) : NaN;
      });
    },
  },

  /** Say what came some steps ago. */
  echo: {
    tokens: [UNKNOWN, ...LETTERS],
    outputs: LETTERS,
    width: 4,
    length: { means: "steps back", least: 0, most: 30, opens: 3 },
    string: (draws, length) => several(length + 12, () => draws.integer(1, LETTERS.length)),
    answers: (string, length) => string.map((_, t) => (t >= length && string[t - length] ? string[t - length] - 1 : NaN)),
  },

  /** Is the number of ones odd? Asked at the end alone. */
  parity: {
    tokens: [UNKNOWN, "0", "1"],
    outputs: ["even", "odd"],
    width: 2,
    length: { means: "bits", least: 1, most: 60, opens: 12 },
    string: (draws, length) => several(length, () => draws.integer(1, 2)),
    answers: (string) => string.map((_, t) => (t === string.length - 1 ? string.filter((id) => id === 2).length % 2 : NaN)),
  },
};

/** A number with four digits, as it stands in a text. */
const rounded = (number) => Math.round(number * 1e4) / 1e4;

/** The curves of the task "wave": (place in the period, from 0 to 1) -> a number in [0, 1]. */
export const CURVES = {
  sine: (at) => 0.5 + 0.4 * Math.sin(2 * Math.PI * at),
  saw: (at) => 0.1 + 0.8 * at,
};

/** Predict the next value of a curve that repeats itself: a sine, a saw, or one that was drawn. */
function wave({ curve = "sine", drawn = [] }) {
  const shape = curve === "drawn" && drawn.length > 1 ? (at) => between(drawn, at) : CURVES[Object.hasOwn(CURVES, curve) ? curve : "sine"];
  return {
    unit: "numbers",
    tokens: [],
    outputs: ["next value"],
    width: 2,
    near: 0.05,
    done: 0.0005,
    length: { means: "values", least: 4, most: 100, opens: 40 },
    string(draws, length) {
      const [phase, period] = [draws.next(), draws.integer(12, 24)];
      return several(length, (t) => [rounded(shape((phase + t / period) % 1)), 0]);
    },
    answers: (string) => string.map((_, t) => (t + 1 < string.length ? string[t + 1][0] : NaN)),
  };
}

/** The value of points that repeat themselves, at a place from 0 to 1. */
function between(points, at) {
  const place = at * points.length;
  const left = Math.floor(place) % points.length;
  return points[left] + (place - Math.floor(place)) * (points[(left + 1) % points.length] - points[left]);
}

/** Write words, letter by letter: after each letter the next, and at last the end of the line. */
function names({ words = NAMES }) {
  const own = [...new Set(words.map((word) => Array.from(word.trim()).slice(0, WORD).join("")).filter(Boolean))].slice(0, WORDS);
  const tokens = [UNKNOWN, "\n", ...[...new Set(own.flatMap((word) => Array.from(word)))].filter((one) => one !== UNKNOWN && one !== "\n").sort(byCode)];
  const ids = new Map(tokens.map((token, id) => [token, id]));
  return {
    ...kept(own.map((word) => [1, ...Array.from(word, (letter) => ids.get(letter) ?? 0)])),
    tokens,
    outputs: [],
    width: 8,
    whole: false,
    done: null,
    entries: words,
    begins: "\n",
    answers: (string) => string.map((_, t) => (t + 1 < string.length ? string[t + 1] : 1)),
  };
}

/** Is a line of one's own praise or blame? The visitor has said it of each. Asked at the end alone. */
function lines({ lines: own = LINES }) {
  const read = own.map(labelled).filter((line) => line.words.length);
  const tokens = [UNKNOWN, ...[...new Set(read.flatMap((line) => line.words))].filter((one) => one !== UNKNOWN).sort(byCode)];
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const strings = read.map((line) => line.words.map((word) => ids.get(word) ?? 0));
  const said = new Map(strings.map((string, k) => [string.join(), read[k].label]));
  return {
    ...kept(strings),
    unit: "words",
    tokens,
    outputs: ["negative", "positive"],
    width: 8,
    done: null,
    entries: own,
    answers: (string) => string.map((_, t) => (t === string.length - 1 ? said.get(string.join()) ?? NaN : NaN)),
  };
}

/** "+ a warm film" -> {label: 1, words}; a line without + or - in front has no words. */
function labelled(line) {
  const found = /^\s*([+-])\s*(.*)$/su.exec(line);
  return found ? { label: Number(found[1] === "+"), words: split(found[2], "words").slice(0, LINE).map(fold) } : { label: 0, words: [] };
}

const byCode = (one, other) => one.codePointAt(0) - other.codePointAt(0) || (one < other ? -1 : Number(one > other));

/** The strings of a list: every fifth is unseen, where there are at least ten. */
function kept(strings) {
  const unseen = strings.length >= 10 ? strings.filter((_, k) => k % 5 === 4) : strings;
  const seen = strings.length >= 10 ? strings.filter((_, k) => k % 5 !== 4) : strings;
  return { list: { seen, unseen, apart: strings.length >= 10 }, string: (draws) => draws.of(seen), length: null };
}

const OWN = { wave, names, lines };

/** The names of all tasks, in the order in which a page offers them. */
export const TASKS = [...Object.keys(GENERATED), ...Object.keys(OWN)];

export class Task {
  /** @type {string} */ name;
  /** @type {"characters" | "words" | "numbers"} */ unit;
  /** @type {string[]} */ tokens;
  /** @type {string[]} */ outputs;
  /** @type {number} D of a reader that learns it */ width;
  /** @type {number} */ near;
  /** @type {number | null} */ done;
  /** @type {boolean} */ whole;
  /** @type {{seen: number[][], unseen: number[][], apart: boolean} | null} the strings, where they are a list */ list;
  /** @type {string} what stands before each string of a list */ begins;
  /** @type {{means: string, least: number, most: number, opens: number} | null} */ length;
  /** @type {(draws: Draws, length: number) => any[]} */ string;
  /** @type {(string: any[], length: number) => number[]} */ answers;
  /** @type {string[] | undefined} the words or lines */ entries;

  /**
   * @param {{task: string, length?: number, noise?: number, curve?: string, drawn?: number[], words?: string[], lines?: string[]}} settings length as the task counts
   *   it; noise: the share of tokens that are read wrong, or how far numbers are off on average (standard deviation)
   */
  constructor({ task, length, noise = 0, ...own }) {
    if (!TASKS.includes(task)) throw new RangeError(`task must be one of ${TASKS.join(", ")}: got ${task}`);
    const record = Object.hasOwn(OWN, task) ? OWN[task](own) : GENERATED[task];
    Object.assign(this, { name: task, unit: "characters", near: 0, done: 0.05, whole: true, list: null, begins: "" }, record);
    if (this.list && !this.list.seen.length) throw new RangeError(`${task} must have at least one ${task === "names" ? "word" : "line"}: got none`);
    const { least, most, opens } = this.length ?? { least: 0, most: 0, opens: 0 };
    this.size = Math.min(most, Math.max(least, length ?? opens));
    this.noise = noise;
  }

  /** The spec of a reader that can learn it. */
  spec({ cell, units, layers }) {
    const { unit, tokens, outputs, width } = this;
    return { name: `learned-${cell}`, cell, tokens, embedding_size: width, hidden_size: units, num_layers: layers, unit, outputs };
  }

  /** The batch of an update, see `Strings` in learner.js: the same for a seed and the number of the update. */
  batch(count, seed, update) {
    const draws = new Draws(seed, update);
    return this.together(several(count, () => this.string(draws, this.size)), draws);
  }

  /** Strings that training does not see, or, of a short list, all of them. */
  unseen() {
    const draws = new Draws(TESTED, 0);
    return this.together(this.list ? this.list.unseen.slice(0, UNSEEN) : several(UNSEEN, () => this.string(draws, this.size)));
  }

  /** Strings side by side, the shorter ones filled up; `draws` adds noise. */
  together(strings, draws = null) {
    const [steps, size] = [Math.max(...strings.map((string) => string.length)), strings.length];
    const read = this.unit === "numbers";
    const ids = read ? null : new Int32Array(steps * size);
    const numbers = read ? new Float64Array(steps * 2 * size) : null;
    const targets = new Float64Array(steps * size).fill(NaN);
    strings.forEach((string, b) => {
      this.answers(string, this.size).forEach((answer, t) => (targets[t * size + b] = answer));
      string.forEach((one, t) => {
        const [value, mark] = this.#heard(one, draws);
        if (ids) ids[t * size + b] = value;
        else numbers.set([value], t * 2 * size + b), numbers.set([mark], (t * 2 + 1) * size + b);
      });
    });
    return { steps, size, ids, numbers, targets };
  }

  /** A token as it is read: with noise, now and then another one. */
  #heard(one, draws) {
    const [value, mark] = this.unit === "numbers" ? one : [one, 0];
    if (!draws || !this.noise) return [value, mark];
    if (this.unit === "numbers") return [value + this.noise * draws.normal(), mark];
    return [draws.next() < this.noise ? draws.integer(1, this.tokens.length - 1) : value, 0];
  }

  /** A string as text, as one would type it. */
  text(string) {
    if (this.unit === "numbers") return string.map(([number, mark]) => `${number}${mark ? "*" : ""}`).join(" ");
    return string.map((id) => this.tokens[id]).join(this.unit === "words" ? " " : "").slice(this.begins.length);
  }

  /** A typed text as a string, and its tokens: {string, tokens}; of words, each begins with the end of the line before. */
  read(text) {
    const tokens = split(this.begins + text, this.unit);
    const vocabulary = this.unit === "numbers" ? new Numbers() : new Vocabulary(this.tokens, this.unit === "words");
    return { tokens, string: tokens.map((token) => vocabulary.read(token)) };
  }

  /** A text for the page to open on. */
  example(seed = 1) {
    return this.text(this.string(new Draws(seed, 0), this.size));
  }
}
