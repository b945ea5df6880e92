// A question in the lesson's text: the stage hides what is asked, the visitor predicts, the stage shows.

import { button, choices, count, Predict, quiet, told } from "../kit/predict.js";
import { tr } from "../language.js";
import { mounting } from "../mounting.js";
import { about, question } from "./questions.js";
import { current, follow } from "./stages.js";
import { nameOf } from "./veils.js";
import styles from "./lesson.css" with { type: "css" };

class Ask {
  /** @type {string} see questions.js */ kind;
  /** @type {Predict} */ panel;
  /** @type {string | null} the model that was asked for and is not here yet */ waiting;
  /** @type {string | null} the question that was answered */ answered;
  /** @type {Node[]} what was said then */ outcome;

  constructor(root, { metadata }) {
    this.kind = metadata.ask.kind;
    this.panel = new Predict(about(this.kind));
    this.panel.element.classList.add("stage", "ask");
    root.append(this.panel.element);
    this.unfollow = follow(() => this.#update());
  }

  dress() {
    this.panel.element.dataset.theme = current.stage?.theme ?? "light";
  }

  close() {
    this.unfollow();
  }

  /** The stage, its text, model or unit is another, or a question was opened or answered. */
  #update() {
    this.dress();
    const { panel, kind } = this;
    const { stage } = current;
    const home = stage?.asking.home(kind);
    const asked = home === stage?.record.model && stage?.steps ? question(kind, stage.asking.scene) : null;
    if (this.waiting && stage?.asked !== this.waiting) this.waiting = null; // something else was chosen in the meantime
    if (this.waiting && stage.settled) {
      this.waiting = null;
      if (asked) return this.#ask(asked);
    }
    if (!stage?.steps) return panel.show("empty", () => [quiet(tr("Type a sentence first."))]);
    if (!home) return panel.show("never", () => [quiet(tr("No model of this page can be asked this."))]);
    if (home !== stage.record.model) return panel.show(`at ${home.name}`, () => [quiet(tr("It is asked of {name}: the stage changes to it.", { name: home.name })), button(tr("Ask me"), () => this.#go(home))]);
    if (!asked) return panel.show("short", () => [quiet(tr("This text has no such question: type a longer one."))]);
    const here = nameOf(kind, stage.asking.scene);
    if (this.answered === here) return panel.show(`answered ${here}`, () => this.outcome);
    if (stage.asking.veils.isOpen(kind, stage.asking.scene)) return panel.show(`open ${here}`, () => choices(asked.asks, asked.choices, (k) => this.#answer(asked, k)));
    const pending = stage.asking.veils.isPending(kind, stage.asking.scene);
    panel.show(`${pending ? "pending" : "ready"} ${here}`, () => [...(pending ? [quiet(tr("Not answered yet: the stage still hides what it asks."))] : []), button(tr("Ask me"), () => this.#ask(asked))]);
  }

  /** Bring a model that can be asked onto the stage, and ask it. */
  #go({ name }) {
    this.waiting = name;
    current.stage.choose(name);
  }

  #ask(asked) {
    this.answered = null;
    current.stage.asking.pose(this.kind, asked);
    this.panel.focus(".choices button");
  }

  #answer(asked, k) {
    const { stage } = current;
    const isRight = k === asked.right;
    count(isRight);
    this.outcome = [...told(asked.asks, { isRight, answer: asked.choices[asked.right], why: asked.why }), button(tr("Once more"), () => this.#again())];
    this.answered = nameOf(this.kind, stage.asking.scene);
    stage.asking.answer(this.kind, asked);
    this.panel.focus(".told"); // so a screen reader reads it
  }

  #again() {
    this.answered = null;
    this.#update();
    this.panel.focus();
  }
}

export const { mount, unmount } = mounting(Ask, styles);
