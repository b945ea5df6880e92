// A question in the lesson's text: the stage hides what is asked, the visitor predicts, the stage shows.

import { el } from "../dom.js";
import { mounting } from "../mounting.js";
import { question } from "./questions.js";
import { changed, count, current, follow, score } from "./stages.js";

class Ask {
  constructor(root, { metadata }) {
    this.kind = metadata.ask.kind;
    this.element = el("section", { className: "stage ask", "aria-label": `Predict, then see: ${this.kind.replace(":", " of ")}` });
    root.append(this.element);
    this.dress();
    this.unfollow = follow(() => this.#reset());
  }

  dress() {
    this.element.dataset.theme = current.stage?.theme ?? "light";
  }

  close() {
    this.unfollow();
  }

  /** What was asked is of another text, model or unit now. */
  #reset() {
    const { stage } = current;
    this.dress();
    const asked = stage?.steps ? question(this.kind, stage.scene) : null;
    if (this.answered && this.key === stage?.key) return this.#total();
    this.answered = false;
    this.key = stage?.key;
    if (this.open) {
      this.open = false;
      stage?.veil(null);
    }
    if (!asked) return this.element.replaceChildren(this.#head(), el("p", { className: "quiet" }, this.#why(stage)));
    this.element.replaceChildren(this.#head(), el("button", { type: "button", onclick: () => this.#ask(asked) }, "Ask me"));
  }

  /** Why there is nothing to ask. */
  #why(stage) {
    const name = this.kind.split(":")[1];
    if (!stage?.steps) return "Type a sentence first.";
    if (name && !stage.record.names.includes(name)) return `The question here is about ${name}: choose a cell that has it.`;
    const labels = stage.record.model.labels?.length === 2;
    if (this.kind === (labels ? "next" : "mover")) return `The question here is about ${labels ? "what comes next" : "one answer of two"}: choose the model that is asked for it.`;
    return "This text has no such question: type a longer one, or choose another model.";
  }

  #head() {
    const { right, asked } = score();
    this.tally = el("span", { className: "quiet" }, asked ? `${right} of ${asked} right in this visit` : "");
    return el("p", { className: "ask-head" }, el("b", {}, "Predict, then see"), this.tally);
  }

  #total() {
    const { right, asked } = score();
    this.tally.textContent = `${right} of ${asked} right in this visit`;
  }

  #ask(asked) {
    changed(); // another question that is open is put away
    this.open = true;
    current.stage.veil(asked);
    const choices = asked.choices.map((choice, k) => el("button", { type: "button", onclick: () => this.#answer(asked, k) }, choice));
    this.element.replaceChildren(this.#head(), el("p", { tabIndex: -1 }, asked.asks), el("div", { className: "choices" }, ...choices));
    choices[0].focus();
  }

  #answer(asked, k) {
    this.open = false;
    this.answered = true;
    count(k === asked.right);
    current.stage.veil(null);
    current.stage.reveal(asked);
    const verdict = el("p", { role: "status", tabIndex: -1 }, el("b", {}, k === asked.right ? "Right. " : `Not this time: it was \u201c${asked.choices[asked.right]}\u201d. `), asked.tells);
    this.element.replaceChildren(this.#head(), el("p", { className: "quiet" }, asked.asks), verdict, el("button", { type: "button", onclick: () => this.#again() }, "Once more"));
    verdict.focus();
    changed();
  }

  #again() {
    this.answered = false;
    this.#reset();
    this.element.querySelector("button")?.focus(); // the one that was pressed is gone
  }
}

export const { mount, unmount } = mounting(Ask, "lesson/lesson.css");
