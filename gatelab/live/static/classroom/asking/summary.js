// All that a class was asked and how it answered, at the end: a page to print and a table to keep. Counts, never persons.

import { el } from "../../kit/dom.js";
import { language, plural, tr } from "../../language.js";
import { called, download } from "../../taking/download.js";
import { csv } from "./csv.js";
import { drawn } from "./picture.js";
import { right } from "./rows.js";
import { changed, correct } from "./telling.js";
import { themed } from "./themed.js";

/** @import { Asked } from "./rows.js" */

const MARK = "\uFEFF"; // says to a spreadsheet that the file is UTF-8

/** What is right of each question, told in whichever of its rounds. @param {Asked[]} rounds */
function withTruth(rounds) {
  const truths = new Map(rounds.filter(({ truth }) => truth !== null).map(({ id, truth }) => [id, truth]));
  return rounds.map((round) => ({ ...round, truth: truths.get(round.id) ?? null }));
}

/** A day as files are named and sorted. @param {Date} date */
export const day = (date) => `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;

export class Summary {
  /** @type {Asked[]} */ rounds = [];
  code = "";
  date = "";
  /** @type {HTMLDialogElement} */ dialog;

  constructor() {
    this.paper = el("div", { className: "summary-paper" });
    const does = (words, onclick) => el("button", { type: "button", onclick }, words);
    this.dialog = el("dialog", { className: "gatelab-summary", "aria-label": tr("What the class was asked"), onclose: () => this.close(), onkeydown: (event) => event.stopPropagation() },
      el("div", { className: "summary-buttons" }, (this.save = does(tr("Save as a table (CSV)"), () => this.#save())), (this.print = does(tr("Print"), () => window.print())), does(tr("Close"), () => this.dialog.close())), this.paper);
  }

  /** @param {Asked[]} rounds of the class, each question once for each round @param {string} code of the class */
  open(rounds, code) {
    const now = new Date();
    Object.assign(this, { rounds: withTruth(rounds), code, date: day(now) });
    const questions = [...new Set(this.rounds.map(({ id }) => id))];
    this.paper.replaceChildren(el("h1", {}, tr("What the class was asked")), el("p", {}, tr("Class {code}, {date}", { code, date: now.toLocaleDateString(language(), { dateStyle: "long" }) })),
      el("p", { className: "summary-note" }, tr("These are counts. Nobody\u2019s name or own answers are kept.")), ...(questions.length ? questions.map((id, k) => this.#question(id, k)) : [el("p", {}, tr("Nothing was asked."))]));
    this.save.disabled = this.print.disabled = !questions.length;
    themed(this.dialog);
    document.body.append(this.dialog);
    document.documentElement.dataset.gatelabPrint = "summary"; // the page behind is not printed
    this.dialog.showModal();
  }

  close() {
    delete document.documentElement.dataset.gatelabPrint;
    this.dialog.remove();
  }

  #question(id, k) {
    const asked = this.rounds.filter((round) => round.id === id);
    const last = asked.at(-1);
    const shown = asked.length > 1 ? [asked[0], last] : [last];
    const names = asked.length > 1 ? [tr("First"), tr("After the discussion")] : [tr("Answers")];
    const { element, rows } = drawn({ asked: last, rounds: shown.map(({ distribution }, at) => ({ heading: names[at], distribution: distribution ?? [] })), truth: last.truth });
    const many = plural("{count} of {students} answered.", "{count} of {students} answered.", last.answered, { students: last.students });
    const told = shown.length > 1 ? changed(last.kind, rows) : correct(last.kind, rows, 0);
    const truth = last.truth === null ? [] : [el("p", {}, el("b", {}, tr("The right answer: {answer}", { answer: right(last, last.truth) })))];
    return el("section", { className: "summary-question" }, el("h2", {}, `${k + 1}. ${last.words}`), el("p", {}, many), element, ...(told ? [el("p", {}, told)] : []), ...truth);
  }

  #save() {
    const { date, code, rounds } = this;
    download(MARK + csv({ date, code, rounds }), `${called("class", code, date)}.csv`, "text/csv;charset=utf-8");
  }
}
