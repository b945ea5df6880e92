// "A worksheet": two steps of a small network on the text that stands here, to compute by hand; the server makes the page that prints.

import { split } from "../engine/tokens.js";
import { isServed, here } from "../files.js";
import { el, refill } from "../kit/dom.js";
import { PYTORCH } from "../kit/notation.js";
import { labelled } from "../kit/words.js";
import { language, tr } from "../language.js";

const ABOUT = tr("Two steps of a network with two units on your sentence, to compute by hand: weights, blanks and questions on one page, the answers on the second.");
const FEWEST = 2, MOST = 12, LONGEST = 120; // words, and characters, of a text (gatelab/worksheet.py)
const CELLS = { lstm: "LSTM", gru: "GRU", rnn: tr("simple RNN") };

export class WorksheetSection {
  constructor(stage) {
    this.stage = stage;
    this.cell = el("select", { onchange: () => this.#show() }, ...Object.entries(CELLS).map(([cell, words]) => el("option", { value: cell }, words)));
    this.step = el("select", { onchange: () => this.#show() });
    this.link = el("a", { target: "_blank", rel: "noopener" }, tr("Open the worksheet"));
    this.said = el("p", { className: "quiet", role: "status" });
    this.fields = el("div", { className: "group" }, field(tr("Cell"), this.cell), field(tr("Begins at"), this.step));
    this.element = el("section", {}, el("h3", {}, tr("A worksheet")), el("p", {}, ABOUT), this.fields, el("p", {}, this.link), this.said);
  }

  open() {
    const { cell } = this.stage.models[this.stage.asked.split(",")[0]] ?? {};
    if (cell in CELLS) this.cell.value = cell;
    this.words = split(this.stage.box.text, "words").slice(0, MOST);
    refill(this.step, ...this.words.slice(0, -1).map((word, k) => el("option", { value: `${k + 1}` }, labelled(k + 1, word))));
    this.#show();
  }

  /** The words of the sheet as one text: as many as fit. */
  get text() {
    return this.words.join(" ");
  }

  #show() {
    const fits = this.words.length >= FEWEST && this.text.length <= LONGEST;
    this.fields.hidden = !fits;
    this.link.hidden = !fits || !isServed();
    const fields = { cell: this.cell.value, text: this.text, step: this.step.value, notation: this.stage.notation.chosen ?? PYTORCH, ...(language() === "en" ? {} : { language: language() }) };
    this.link.href = fits && isServed() ? `${here("/live/worksheet.html")}?${new URLSearchParams(fields)}` : "";
    this.said.textContent = this.#tell(fits, fields);
  }

  #tell(fits, { cell, text, step, notation }) {
    if (!fits) return tr("A worksheet needs {fewest} to {most} words, of at most {longest} characters together.", { fewest: FEWEST, most: MOST, longest: LONGEST });
    const spoken = language() === "en" ? [] : ["--lang", language()];
    const command = ["gatelab worksheet", "--cell", cell, "--notation", notation, "--step", step, ...spoken, "--text", quoted(text), "sheet.html"].join(" ");
    if (!isServed()) return tr("This page has no server. Where GateLab is installed, this makes the worksheet: {command}", { command });
    const prints = tr("It prints on two sheets of A4.");
    const takes = tr("It takes the first {count} words.", { count: MOST });
    return split(this.stage.box.text, "words").length > MOST ? `${prints} ${takes}` : prints;
  }
}

/** A text as a shell takes it. */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

const field = (words, input) => el("label", { className: "field" }, el("span", {}, words), input);
