// A question in the lesson's text: the stage hides what is asked, the visitor predicts, the stage shows.

import { el } from "../kit/dom.js";
import { mounting } from "../mounting.js";
import { question } from "./questions.js";
import { count, current, follow, score } from "./stages.js";
import { nameOf } from "./veils.js";
import styles from "./lesson.css" with { type: "css" };

class Ask {
  constructor(root, { metadata }) {
    this.kind = metadata.ask.kind;
    this.element = el("section", { className: "stage ask", "aria-label": `Predict, then see: ${this.kind.replace(":", " of ")}` });
    root.append(this.element);
    this.unfollow = follow(() => this.#update());
  }

  dress() {
    this.element.dataset.theme = current.stage?.theme ?? "light";
  }

  close() {
    this.unfollow();
  }

  /** The stage, its text, model or unit is another, or a question was opened or answered. */
  #update() {
    this.dress();
    const { stage } = current;
    const home = stage?.home(this.kind);
    const asked = home === stage?.record.model && stage?.steps ? question(this.kind, stage.scene) : null;
    if (this.waiting && stage?.asked !== this.waiting) this.waiting = null; // something else was chosen in the meantime
    if (this.waiting && stage.settled) {
      this.waiting = null;
      if (asked) return this.#ask(asked);
    }
    if (!stage?.steps) return this.#show("empty", () => [quiet("Type a sentence first.")]);
    if (!home) return this.#show("never", () => [quiet("No model of this page can be asked this.")]);
    if (home !== stage.record.model) return this.#show(`at ${home.name}`, () => [quiet(`It is asked of ${home.name}: the stage changes to it.`), button("Ask me", () => this.#go(home))]);
    if (!asked) return this.#show("short", () => [quiet("This text has no such question: type a longer one.")]);
    const here = nameOf(this.kind, stage.scene);
    if (this.answered === here) return this.#show(`answered ${here}`, () => this.verdict);
    if (stage.veils.isOpen(this.kind, stage.scene)) return this.#show(`open ${here}`, () => this.#choices(asked));
    const pending = stage.veils.isPending(this.kind, stage.scene);
    this.#show(`${pending ? "pending" : "ready"} ${here}`, () => [...(pending ? [quiet("Not answered yet: the stage still hides what it asks.")] : []), button("Ask me", () => this.#ask(asked))]);
  }

  /** Show what belongs to a state, unless it is there already. */
  #show(state, make) {
    const { right, asked } = score();
    const tally = asked ? `${right} of ${asked} right in this visit` : "";
    if (state === this.state) return (this.tally.textContent = tally);
    this.state = state;
    this.tally = el("span", { className: "quiet" }, tally);
    this.element.replaceChildren(el("p", { className: "ask-head" }, el("b", {}, "Predict, then see"), this.tally), ...make());
  }

  #choices(asked) {
    const choices = asked.choices.map((choice, k) => button(choice, () => this.#answer(asked, k)));
    return [el("p", {}, asked.asks), el("div", { className: "choices" }, ...choices)];
  }

  /** Bring a model that can be asked onto the stage, and ask it. */
  #go({ name }) {
    this.waiting = name;
    current.stage.choose(name);
  }

  #ask(asked) {
    this.answered = null;
    current.stage.pose(this.kind, asked);
    this.element.querySelector(".choices button").focus();
  }

  #answer(asked, k) {
    const { stage } = current;
    count(k === asked.right);
    const verdict = el("p", { role: "status", tabIndex: -1 }, el("b", {}, k === asked.right ? "Right. " : `Not this time: it was \u201c${asked.choices[asked.right]}\u201d. `), asked.tells);
    this.verdict = [quiet(asked.asks), verdict, button("Once more", () => this.#again())];
    this.answered = nameOf(this.kind, stage.scene);
    stage.answer(this.kind, asked);
    verdict.focus();
  }

  #again() {
    this.answered = null;
    this.#update();
    this.element.querySelector("button")?.focus();
  }
}

const quiet = (text) => el("p", { className: "quiet" }, text);
const button = (text, onclick) => el("button", { type: "button", onclick }, text);

export const { mount, unmount } = mounting(Ask, styles);
