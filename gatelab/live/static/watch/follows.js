// "Which unit follows this?": which units tell best what a visitor marked in the text, or another property of it; and whether they do so elsewhere.

import { PROPERTIES, spans, unmarked } from "../engine/properties.js";
import { field, option } from "../kit/controls.js";
import { el, refill } from "../kit/dom.js";
import { Measurer } from "../kit/measurer.js";
import { writing } from "../kit/notation.js";
import { number } from "../kit/words.js";
import { plural, tr } from "../language.js";
import { spansWritten } from "../panels.js";
import { Marks } from "./marks.js";

const REST = 400; // ms without a change before the work begins
const FEW = 10; // steps of a kind below which a number says little

const HOW = tr("Press Mark and drag over the text above. With keys: on the board, Shift with the left or right arrow marks from the cursor, Enter takes it.");

/** What can be followed, the keys of `PROPERTIES`. */
const CALLED = {
  marked: tr("what you marked"), word: tr("place in the word"), depth: tr("bracket depth"), line: tr("length of the line so far"), distance: tr("distance to the last mark"),
};

/** How a score is shown: which way the value goes, and how well it does; of a value that the notation turns round the other way. */
export function verdict(score, yes, turned = false) {
  const shown = turned ? (yes ? 1 - score : -score) : score;
  if (!yes) return { way: shown < 0 ? tr("falls with it") : tr("rises with it"), how: `Spearman ${number(shown, 2)}` };
  return { way: shown < 0.5 ? tr("low where marked") : tr("high where marked"), how: `AUC ${number(Math.max(shown, 1 - shown), 2)}` };
}

/** How well the same value does on another text: an AUC in the direction that it has on the first one. */
export function elsewhere(score, here, yes, turned = false) {
  if (Number.isNaN(score)) return tr("nothing can be said there");
  if (!yes) return verdict(score, yes, turned).how;
  return `AUC ${number(here < 0.5 ? 1 - score : score, 2)}`;
}

/** What there is to compare, in a sentence, and a warning where that is little: [sentence, warning or ""]. */
export function counted({ on, marked, changes }, yes) {
  if (yes && !marked) return [`${tr("Nothing is marked.")} ${HOW}`, ""];
  if (yes && marked === on) return [tr("Everything is marked: leave something that the marked steps can be compared with."), ""];
  if (!on) return [tr("Nothing in this text has such a number."), ""];
  if (!changes) return [tr("It is the same at every step: there is nothing to compare."), ""];
  const few = yes ? Math.min(marked, on - marked) < FEW : on < FEW;
  const warning = !few ? "" : yes ? tr("With fewer than {few} steps of a kind a good number may be luck.", { few: FEW }) : tr("With fewer than {few} steps a good number may be luck.", { few: FEW });
  return [yes ? tr("{marked} marked steps, {others} unmarked ones.", { marked, others: on - marked }) : tr("Known at {steps} steps.", { steps: on }), warning];
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
    this.what = el("select", { onchange: () => on.paint() }, ...Object.keys(PROPERTIES).map((key) => option(key, CALLED[key])));
    this.mark = el("button", { type: "button", "aria-pressed": "false", title: tr("While this is pressed, a drag over the text above marks it"), onclick: () => this.#drag(!this.marks.dragging) }, tr("Mark"));
    this.take = el("button", { type: "button", title: tr("Mark what is about to be marked, or the step of the cursor (Enter)"), onclick: () => this.marks.take() }, tr("Take this step"));
    this.clear = el("button", { type: "button", title: tr("Nothing is marked any more"), onclick: () => this.marks.clear() }, tr("Clear"));
    this.said = el("p", { "aria-live": "polite" });
    this.warning = el("strong", { className: "note" });
    this.tables = el("div", { className: "measured" });
    this.other = el("textarea", { rows: 2, maxLength: 2000, placeholder: tr("Another text"), oninput: () => this.#want(REST) });
    this.result = el("p", { "aria-live": "polite" });
    const buttons = el("div", { className: "group" }, field(tr("What to follow"), this.what), this.mark, this.take, this.clear);
    buttons.addEventListener("keydown", (event) => this.marks.key(event) && event.preventDefault());
    this.body = el("div", {}, buttons, el("div", {}, this.said, this.warning), this.tables, field(tr("Try on other text"), this.other), this.result);
    this.element = el("details", { className: "measure follows", ontoggle: () => this.#toggled() }, el("summary", {}, tr("Which unit follows this?")));
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
    if (!ready) return this.#say(tr("As soon as the network is here, its units can be compared."));
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
    if (answer.error) return this.#say(tr("This could not be measured."));
    const { yes, best, score } = answer;
    const [sentence, warning] = counted(answer, yes);
    if (!answer.changes) return this.#say(sentence);
    const called = CALLED[property];
    const size = this.scene.record.model.hidden_size;
    const shown = { called, count: best.length, size };
    const which = yes ? tr("Of each unit the value that tells marked from unmarked steps best; here are the {count} best of {size} units. Among so many some fit by chance: try the one that you choose on another text.", shown)
      : tr("Of each unit the value that tells \u201c{called}\u201d best; here are the {count} best of {size} units. Among so many some fit by chance: try the one that you choose on another text.", shown);
    this.#head(`${sentence} ${which}`, warning);
    refill(this.tables, el("table", { className: "terms" }, el("caption", {}, tr("The units that follow \u201c{called}\u201d best", { called })), el("tbody", {}, ...best.map((one) => this.#row(one, chosen, answer)))));
    this.result.textContent = this.#elsewhere(chosen, score, answer, other);
  }

  #turned(name) {
    return name === this.scene.record.turned;
  }

  #row({ name, unit, score }, chosen, { yes, on, marked }) {
    const { way, how } = verdict(score, yes, this.#turned(name));
    const here = name === chosen.name && unit === chosen.unit;
    const go = el("button", { type: "button", className: "link", ...(here ? { "aria-current": "true" } : {}), onclick: () => this.on.pick({ unit, name }) }, tr("unit {unit}, {letter}", { unit, letter: writing(this.scene.record).plain(name) }));
    return el("tr", { className: here ? "chosen" : "" }, el("th", { scope: "row" }, go), el("td", {}, way), el("td", { className: "amount" }, how),
      el("td", { className: "detail" }, yes ? tr("{marked} marked, {others} not", { marked, others: on - marked }) : plural("{count} step", "{count} steps", on)));
  }

  /** How well the chosen value does here and on the other text. */
  #elsewhere({ name, unit }, score, { yes, other: there }, other) {
    const value = { letter: writing(this.scene.record).plain(name), unit };
    if (Number.isNaN(score)) return tr("{letter} of unit {unit}, which is chosen, never changes here.", value);
    const turned = this.#turned(name);
    const { way, how } = verdict(score, yes, turned);
    const here = tr("{letter} of unit {unit}, which is chosen: {how} here ({way})", { ...value, how, way });
    if (!other) return `${here}. ${this.#marksIt ? tr("Put ⟦ and ⟧ around spans of the other text to mark them.") : ""}`;
    const [sentence, warning] = counted(there, yes);
    if (!there.changes) return `${here}. ${yes && !there.marked ? tr("On the other text: nothing is marked. Put ⟦ and ⟧ around spans of it.") : tr("On the other text: {said}", { said: sentence })}`;
    const beside = { here, score: elsewhere(there.score, score, yes, turned), said: sentence.slice(0, -1) }; // without its full stop
    return `${tr("{here}; {score} on the other text ({said}).", beside)} ${warning}`;
  }

  /** Whether the chosen property is told by marks. */
  get #marksIt() {
    return Boolean(PROPERTIES[this.what.value].marks);
  }
}
