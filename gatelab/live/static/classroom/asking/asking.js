// Ask the class: what a teacher's page and a student's page do with a question, from what the server tells.

import { asker, tell } from "./asker.js";
import { Board } from "./board.js";
import { Form } from "./form.js";
import { Giving } from "./giving.js";
import { keepTruth, keptTruth } from "./kept.js";
import { Sheet } from "./sheet.js";
import { Summary } from "./summary.js";
import styles from "./asking.css" with { type: "css" };

/** @import { Question } from "./asker.js" */
/** @import { Given } from "./giving.js" */
/** @import { Asked } from "./rows.js" */

/** The style sheet is the page's, not a stage's: what is asked outlives the stages. */
function dressed() {
  if (!document.adoptedStyleSheets.includes(styles)) document.adoptedStyleSheets = [...document.adoptedStyleSheets, styles];
}

/** The teacher's side: questions of the page and of the teacher's own, what the class answers, what is right, and all of it at the end. */
export class TeachersAsking {
  /** @type {Map<string, () => any>} id of a question -> what computes the right answer */ truths = new Map();
  /** @type {Question | null} a question that the server has not numbered yet */ pending = null;
  /** @type {Asked[]} */ rounds = [];
  code = "";
  /** @type {string} of the class */ id;
  /** @type {(words: Object<string, any>) => any} */ say;

  /** @param {{id: string, say: (words: Object<string, any>) => any, tokens: () => string[]}} does id: of the class; say: tells the server; tokens: of the text that stands on the page now */
  constructor({ id, say, tokens }) {
    dressed();
    Object.assign(this, { id, say });
    this.summary = new Summary();
    this.form = new Form({ tokens, ask: (question) => this.ask({ ...question, truth: () => question.truth }) });
    this.board = new Board({ say, truth: ({ id }) => this.truth(id), summary: () => this.summarize() });
    tell({ can: true, asked: null, ask: (question) => this.ask(question) });
  }

  /** Show all that was asked so far. */
  summarize() {
    this.summary.open(this.rounds, this.code);
  }

  /** @param {Question} question */
  ask({ truth = null, ...question }) {
    this.pending = { ...question, truth };
    return this.say({ ask: question });
  }

  /** What is right, computed now; null where nothing is known. */
  truth(id) {
    const compute = this.truths.get(id);
    return (compute ? compute() : keptTruth(this.id, id)) ?? null;
  }

  /** What the class is asked now, as the students see it, and all that it was asked. @param {{asked: Asked | null, rounds: Asked[], code: string}} told */
  paint({ asked, rounds, code }) {
    Object.assign(this, { rounds, code });
    if (asked && this.pending?.words === asked.words && !this.truths.has(asked.id)) this.#number(asked.id);
    this.board.paint(asked);
    tell({ asked });
  }

  /** The server has given the question that was put to it an id. */
  #number(id) {
    const { truth } = this.pending;
    this.pending = null;
    if (truth) this.truths.set(id, truth);
    keepTruth(this.id, id, truth?.() ?? null); // for after a reload
  }

  /** The class is over: what it was asked is there to be kept. */
  close() {
    this.board.close();
    this.form.close();
    if (this.rounds.length) this.summary.open(this.rounds, this.code);
    tell({ can: false, asked: null, ask: () => {} });
  }
}

/** The student's side: the question on a sheet, and the answer on its way. */
export class StudentsAsking {
  /** @type {Asked | null} */ asked = null;

  /** @param {{send: (given: Given) => Promise<boolean>, kept?: Given | null}} does see giving.js */
  constructor({ send, kept = null }) {
    dressed();
    this.giving = new Giving(send, () => this.#paint(), kept);
    this.sheet = new Sheet((answer) => this.giving.give(answer));
  }

  /** @param {Asked | null} asked */
  paint(asked) {
    this.asked = asked;
    this.giving.follow(asked);
    this.#paint();
    tell({ asked });
  }

  close() {
    this.giving.close();
    this.sheet.close();
    tell({ asked: null });
  }

  #paint() {
    this.sheet?.paint(this.asked, this.giving.mine, this.giving.way);
  }
}
