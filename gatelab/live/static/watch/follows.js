// "Which unit follows this?": which units tell best what a visitor marked in the text, or another property of it; and whether they do so elsewhere.

import { PROPERTIES, spans, unmarked } from "../engine/properties.js";
import { field, option } from "../kit/controls.js";
import { el, refill } from "../kit/dom.js";
import { Measurer } from "../kit/measurer.js";
import { writing } from "../kit/notation.js";
import { number } from "../kit/words.js";
import { spansWritten } from "../panels.js";
import { Marks } from "./marks.js";

const REST = 400; // ms without a change before the work begins
const FEW = 10; // steps of a kind below which a number says little

const HOW = "Press Mark and drag over the text above. With keys: on the board, Shift with the left or right arrow marks from the cursor, Enter takes it.";

/** How a score is shown: which way the value goes, and how well it does; of a value that the notation turns round the other way. */
export function verdict(score, yes, turned = false) {
  const shown = turned ? (yes ? 1 - score : -score) : score;
  if (!yes) return { way: shown < 0 ? "falls with it" : "rises with it", how: `Spearman ${number(shown, 2)}` };
  return { way: shown < 0.5 ? "low where marked" : "high where marked", how: `AUC ${number(Math.max(shown, 1 - shown), 2)}` };
}

/** How well the same value does on another text: an AUC in the direction that it has on the first one. */
export function elsewhere(score, here, yes, turned = false) {
  if (Number.isNaN(score)) return "nothing can be said there";
  if (!yes) return verdict(score, yes, turned).how;
  return `AUC ${number(here < 0.5 ? 1 - score : score, 2)}`;
}

/** What there is to compare, in a sentence, and a warning where that is little: [sentence, warning or ""]. */
export function counted({ on, marked, changes }, yes) {
  if (yes && !marked) return [`Nothing is marked. ${HOW}`, ""];
  if (yes && marked === on) return ["Everything is marked: leave something that the marked steps can be compared with.", ""];
  if (!on) return ["Nothing in this text has such a number.", ""];
  if (!changes) return ["It is the same at every step: there is nothing to compare.", ""];
  const few = yes ? Math.min(marked, on - marked) < FEW : on < FEW;
  const warning = few ? `With fewer than ${FEW} steps${yes ? " of a kind" : ""} a good number may be luck.` : "";
  return [yes ? `${marked} marked steps, ${on - marked} unmarked ones.` : `Known at ${on} steps.`, warning];
}

export class Follows {
  scene;
  on;
  /** @type {string | null} what was measured last, or is on its way */ asked;

  /** @param checkpoints `Checkpoints`; @param on - {cursor() => the step of now, pick({step} or {unit, name}), paint()} */
  constructor(checkpoints, on) {
    Object.assign(this, { on, asked: null, scene: null });
    this.measurer = new Measurer(checkpoints);
    this.marks = new Marks({ cursor: on.cursor, pick: on.pick, changed: on.paint });
    this.what = el("select", { onchange: () => on.paint() }, ...Object.entries(PROPERTIES).map(([key, { called }]) => option(key, called)));
    this.mark = el("button", { type: "button", "aria-pressed": "false", title: "While this is pressed, a drag over the text above marks it", onclick: () => this.#drag(!this.marks.dragging) }, "Mark");
    this.take = el("button", { type: "button", title: "Mark what is about to be marked, or the step of the cursor (Enter)", onclick: () => this.marks.take() }, "Take this step");
    this.clear = el("button", { type: "button", title: "Nothing is marked any more", onclick: () => this.marks.clear() }, "Clear");
    this.said = el("p", { "aria-live": "polite" });
    this.warning = el("strong", { className: "note" });
    this.tables = el("div", { className: "measured" });
    this.other = el("textarea", { rows: 2, maxLength: 2000, placeholder: "Another text", oninput: () => this.#want(REST) });
    this.result = el("p", { "aria-live": "polite" });
    const buttons = el("div", { className: "group" }, field("What to follow", this.what), this.mark, this.take, this.clear);
    buttons.addEventListener("keydown", (event) => this.marks.key(event) && event.preventDefault());
    this.body = el("div", {}, buttons, el("div", {}, this.said, this.warning), this.tables, field("Try on other text", this.other), this.result);
    this.element = el("details", { className: "measure follows", ontoggle: () => this.#toggled() }, el("summary", {}, "Which unit follows this?"));
  }

  /** Take what a link asks for, of this text. */
  open({ marks, follow, elsewhere }, text) {
    this.marks.open(marks, text);
    this.what.value = follow;
    this.other.value = elsewhere ?? "";
  }

  /** The same where it may stand there already. */
  see(asked, text) {
    const key = JSON.stringify([asked, text]);
    if (key === this.seen) return;
    this.seen = key;
    this.open(asked, text);
    this.on.paint();
  }

  /** The fields of a link that opens the same. */
  linked() {
    const [marks, [first], follow, elsewhere] = [spansWritten(spans(this.marks.marked)), Object.keys(PROPERTIES), this.what.value, this.other.value];
    return { ...(marks && { marks }), ...(follow !== first && { follow }), ...(elsewhere && { elsewhere }) };
  }

  close() {
    clearTimeout(this.rest);
    this.measurer.close();
  }

  key(event) {
    return this.marks.key(event);
  }

  #toggled() {
    const { open } = this.element;
    this.marks.active = open;
    if (open) {
      this.element.append(this.body);
      return this.on.paint();
    }
    this.#drag(false);
    this.asked = null;
    clearTimeout(this.rest);
    this.measurer.stop();
  }

  #drag(on) {
    this.marks.dragging = on;
    this.mark.setAttribute("aria-pressed", String(on));
  }

  /**
   * After the ribbon was painted: underline the marks, and measure once nothing has changed for a while.
   *
   * @param scene - {record, view, cursor, unit, name, ink, text: what stands in the text box, ready, hold: what is held, as text}
   */
  paint(ribbon, scene) {
    this.scene = scene;
    this.marks.follow(scene.text);
    this.marks.draw(ribbon, scene);
    this.#want(REST);
  }

  /** What is to be measured, or null while the picture is not that of the text. */
  get #job() {
    const { record, text, name, unit, hold, after } = this.scene;
    const [property, marks] = [this.what.value, [...this.marks.marked]];
    if (record.text !== text) return null;
    return { text, marks, property, hold, after, chosen: { name, unit }, other: this.other.value ? unmarked(this.other.value) : null };
  }

  #want(rest) {
    const job = this.element.open && this.scene ? this.#job : null;
    if (!job) return;
    const { record: { model, notation }, ready } = this.scene;
    const asked = JSON.stringify([model.name, notation, ready, job]);
    if (asked === this.asked) return;
    this.asked = asked;
    clearTimeout(this.rest);
    this.measurer.stop();
    this.element.classList.add("waiting");
    if (!ready) return this.#say("As soon as the network is here, its units can be compared.");
    this.rest = setTimeout(() => this.measurer.ask("follows", model.name, job, (answer) => this.#show(answer, job)), rest);
  }

  /** A sentence alone. */
  #say(sentence) {
    this.#head(sentence);
    this.result.textContent = "";
    this.tables.replaceChildren();
  }

  /** What is said above the table. */
  #head(sentence, warning = "") {
    this.said.textContent = sentence;
    this.warning.textContent = warning;
    this.element.classList.remove("waiting");
  }

  #show(answer, { property, chosen, other }) {
    if (answer.error) return this.#say(`This could not be measured: ${answer.error}.`);
    const { yes, best, score } = answer;
    const [sentence, warning] = counted(answer, yes);
    if (!answer.changes) return this.#say(sentence);
    const { called } = PROPERTIES[property];
    const size = this.scene.record.model.hidden_size;
    this.#head(`${sentence} Of each unit the value that tells ${yes ? "marked from unmarked steps" : `\u201c${called}\u201d`} best; here are the ${best.length} best of ${size} units. Among so many some fit by chance: try the one that you choose on another text.`, warning);
    refill(this.tables, el("table", { className: "terms" }, el("caption", {}, `The units that follow “${called}” best`), el("tbody", {}, ...best.map((one) => this.#row(one, chosen, answer)))));
    this.result.textContent = this.#elsewhere(chosen, score, answer, other);
  }

  #turned(name) {
    return name === this.scene.record.turned;
  }

  #row({ name, unit, score }, chosen, { yes, on, marked }) {
    const { way, how } = verdict(score, yes, this.#turned(name));
    const here = name === chosen.name && unit === chosen.unit;
    const go = el("button", { type: "button", className: "link", ...(here ? { "aria-current": "true" } : {}), onclick: () => this.on.pick({ unit, name }) }, `unit ${unit}, ${writing(this.scene.record).plain(name)}`);
    return el("tr", { className: here ? "chosen" : "" }, el("th", { scope: "row" }, go), el("td", {}, way), el("td", { className: "amount" }, how),
      el("td", { className: "detail" }, yes ? `${marked} marked, ${on - marked} not` : `${on} steps`));
  }

  /** How well the chosen value does here and on the other text. */
  #elsewhere({ name, unit }, score, { yes, other: there }, other) {
    const called = `${writing(this.scene.record).plain(name)} of unit ${unit}, which is chosen`;
    if (Number.isNaN(score)) return `${called}, never changes here.`;
    const turned = this.#turned(name);
    const { way, how } = verdict(score, yes, turned);
    const here = `${called}: ${how} here (${way})`;
    if (!other) return `${here}. ${this.#marksIt ? "Put ⟦ and ⟧ around spans of the other text to mark them." : ""}`;
    const [sentence, warning] = counted(there, yes);
    if (!there.changes) return `${here}. On the other text: ${yes && !there.marked ? "nothing is marked. Put ⟦ and ⟧ around spans of it." : sentence}`;
    return `${here}; ${elsewhere(there.score, score, yes, turned)} on the other text (${sentence.slice(0, -1)}). ${warning}`;
  }

  /** Whether the chosen property is told by marks. */
  get #marksIt() {
    return Boolean(PROPERTIES[this.what.value].marks);
  }
}
