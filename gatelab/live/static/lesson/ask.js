// A question in the lesson's text: the stage hides what is asked, the visitor predicts, the stage shows. A teacher can put it to the class.

import { asker, hear } from "../classroom/asking/asker.js";
import { el } from "../kit/dom.js";
import { button, choices, count, Predict, quiet, told } from "../kit/predict.js";
import { tr } from "../language.js";
import { mounting } from "../mounting.js";
import { about, question } from "./questions.js";
import { current, follow } from "./stages.js";
import { nameOf, shortName } from "./veils.js";
import styles from "./lesson.css" with { type: "css" };

class Ask {
  /** @type {string} see questions.js */ kind;
  /** @type {Predict} */ panel;
  /** @type {string | null} the model that was asked for and is not here yet */ waiting;
  /** @type {string | null} the question that was answered */ answered;
  /** @type {Node[]} what was said then */ outcome;
  /** @type {string | null} what the class is asked, once the stage hides its answer */ posed = null;

  constructor(root, { metadata }) {
    this.kind = metadata.ask.kind;
    this.panel = new Predict(about(this.kind));
    this.panel.element.classList.add("stage", "ask");
    root.append(this.panel.element);
    const stop = [follow(() => this.#update()), hear(() => this.#update())];
    this.unfollow = () => stop.forEach((end) => end());
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
    if (this.#ofClass(asked)) return;
    const here = nameOf(kind, stage.asking.scene);
    if (this.answered === here) return panel.show(`answered ${here}`, () => this.outcome);
    if (stage.asking.veils.isOpen(kind, stage.asking.scene)) return panel.show(`open ${here} ${asker.can}`, () => [...choices(asked.asks, asked.choices, (k) => this.#answer(asked, k)), ...this.#toClass(asked)]);
    const pending = stage.asking.veils.isPending(kind, stage.asking.scene);
    panel.show(`${pending ? "pending" : "ready"} ${here} ${asker.can}`, () => [...(pending ? [quiet(tr("Not answered yet: the stage still hides what it asks."))] : []), button(tr("Ask me"), () => this.#ask(asked)), ...this.#toClass(asked)]);
  }

  /** The button by which a teacher puts the question, as it stands, to the class. */
  #toClass(asked) {
    const { kind } = this;
    const { scene } = current.stage.asking;
    const here = nameOf(kind, scene);
    const now = () => (current.stage && nameOf(kind, current.stage.asking.scene) === here ? question(kind, current.stage.asking.scene) : null) ?? asked;
    const put = () => asker.ask({ kind: "choose", words: asked.asks, options: asked.choices, about: shortName(kind, scene), truth: () => now().right });
    return asker.can ? [button(tr("Ask the class"), put)] : [];
  }

  /** Where the class is asked just this: its answer is hidden on every page that shows the same, until the teacher tells it. Returns whether the panel says so. */
  #ofClass(asked) {
    const { kind, panel } = this;
    const { asking } = current.stage;
    const said = asker.asked;
    if (said?.about !== shortName(kind, asking.scene)) return false;
    const [here, round] = [nameOf(kind, asking.scene), `${said.id} ${said.round}`];
    if (said.truth !== null) {
      if (this.posed) {
        this.posed = null;
        asking.answer(kind, asked);
      }
      panel.show(`class told ${here}`, () => [quiet(asked.asks), el("p", { className: "told" }, el("b", {}, tr("The answer is {answer}.", { answer: asked.choices[asked.right] })), " ", asked.why)]);
      return true;
    }
    if (this.posed !== round) {
      this.posed = round; // once: who lifts the veil has lifted it
      this.answered = null;
      asking.pose(kind, asked);
    }
    panel.show(`class ${here}`, () => [quiet(tr("The class is asked this now. The stage hides the answer."))]);
    return true;
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
