// "My lesson": the views that were added, in order, with what the teacher says and asks of each; to play, to save as a file, and to share.

import { here, isServed } from "../files.js";
import { closesBeside, el, refill } from "../kit/dom.js";
import { grouped, tr } from "../language.js";
import { copyText } from "../link.js";
import { called, download } from "../taking/download.js";
import { draft, empty, keep, MOST } from "./draft.js";
import { about, draftOf, fileOf, wrong } from "./file.js";
import { canPack, LONGEST, packed } from "./packing.js";

const ABOUT = tr("Arrange a stage, on any page, and press \u201cAdd this view\u201d. What you add stays in this tab until you save it as a file.");
const HOW = tr("The file is a lesson: put it into a folder and start the app with gatelab app --lessons FOLDER. It can be opened here again.");
const SHARED = tr("The link holds the whole lesson: whoever has it, and reaches this app, can read it.");
const UNSERVED = tr("A link to a lesson needs the app: from this page hand on the file.");

const [UP, DOWN] = [tr("Up"), tr("Down")];
const MINE = tr("my lesson");

const button = (words, onclick) => el("button", { type: "button", onclick }, words);
const field = (label, control) => el("label", { className: "written" }, label, control);

export class Panel {
  /** @type {HTMLDialogElement} */ dialog;

  /** @param {{changed: () => void, play: () => void}} told of another number of views, and when the lesson is to be played */
  constructor({ changed, play }) {
    this.changed = changed;
    this.title = el("input", { type: "text", maxLength: MOST.title, autocomplete: "off", oninput: () => this.#call(this.title.value) });
    this.list = el("ol", { className: "views" });
    this.undo = button(tr("Undo"), () => this.#undo());
    this.said = el("span", { role: "status" });
    this.says = el("p", { className: "warned says" }, this.said, " ", this.undo);
    this.file = el("input", { type: "file", accept: ".md,text/markdown,text/plain", hidden: true, onchange: () => this.#open() });
    this.play = button(tr("Play"), () => this.#ready() && (this.dialog.close(), play()));
    this.again = button(tr("Start again"), () => this.#change(tr("The lesson is empty now."), empty()));
    this.share = button(tr("Share as a link"), () => this.#share());
    const actions = el("div", { className: "group" }, this.play, button(tr("Download"), () => this.#save()), this.share, button(tr("Open a file"), () => this.file.click()), this.again, this.file);
    this.dialog = el("dialog", { className: "taking building", "aria-label": tr("My lesson"), onclose: () => this.changed() },
      el("div", { className: "taking-head" }, el("h2", {}, tr("My lesson")), button(tr("Close"), () => this.dialog.close())),
      el("p", { className: "quiet" }, ABOUT), field(tr("Name of the lesson"), this.title), this.list, actions, this.says,
      el("p", { className: "quiet" }, HOW), el("p", { className: "quiet" }, isServed() ? SHARED : UNSERVED));
    closesBeside(this.dialog);
  }

  open() {
    this.share.disabled = !isServed();
    this.#say("");
    this.paint();
    this.dialog.showModal();
  }

  /** The lesson has this name. */
  #call(title) {
    keep({ ...draft(), title });
    if (this.before) this.#say(""); // Undo would lose it
  }

  #say(words, before = null) {
    this.before = before;
    this.said.textContent = words;
    this.undo.hidden = !before;
  }

  /** Another lesson, after which the one before can come back. */
  #change(words, other) {
    this.#say(words, draft());
    keep(other);
    this.paint();
    this.undo.focus();
  }

  #undo() {
    keep(this.before);
    this.#say(tr("It is back."));
    this.paint();
    this.title.focus();
  }

  paint() {
    const { title, views } = draft();
    if (this.title.value !== title) this.title.value = title;
    refill(this.list, ...views.map((view, k) => this.#item(view, k, views.length)));
    this.again.disabled = !views.length && !title;
    this.changed();
  }

  #item(view, k, count) {
    const text = (name, rows, most) => {
      const control = rows ? el("textarea", { rows, dir: "auto" }) : el("input", { type: "text", dir: "auto", autocomplete: "off" });
      Object.assign(control, { maxLength: most, value: view[name], oninput: () => this.#write(k, name, control.value) });
      return control;
    };
    const move = (words, by) => Object.assign(button(words, () => this.#move(k, by)), { disabled: k + by < 0 || k + by >= count });
    const remove = button(tr("Remove"), () => this.#change(tr("View {view} is removed.", { view: k + 1 }), { ...draft(), at: null, views: draft().views.filter((_, at) => at !== k) }));
    const ask = el("details", { open: Boolean(view.asks) }, el("summary", {}, tr("Ask something here")), field(tr("Question"), text("asks", 0, MOST.asks)), field(tr("Answer"), text("answer", 2, MOST.answer)));
    return el("li", {}, el("div", { role: "group", "aria-label": tr("View {view}", { view: k + 1 }) },
      el("p", { className: "what" }, el("b", {}, `${k + 1}. ${named(view)}`), ` ${about(view)}`),
      el("div", { className: "group" }, move(UP, -1), move(DOWN, 1), remove),
      field(tr("Words to read here"), text("words", 2, MOST.words)), ask));
  }

  #write(k, name, value) {
    const now = draft();
    keep({ ...now, views: now.views.map((view, at) => (at === k ? { ...view, [name]: value } : view)) });
    if (this.before) this.#say(""); // Undo would lose what was written since
  }

  #move(k, by) {
    const views = [...draft().views];
    views.splice(k + by, 0, ...views.splice(k, 1));
    keep({ ...draft(), views, at: null });
    this.paint();
    const buttons = [...this.list.children[k + by].querySelectorAll("button")];
    buttons.find(({ textContent, disabled }) => !disabled && textContent === (by < 0 ? UP : DOWN))?.focus() ?? buttons.find(({ disabled }) => !disabled)?.focus();
    this.#say(tr("View {view} is number {place} now.", { view: k + 1, place: k + by + 1 }));
  }

  /** Whether a file can be made; else what stands against it is said. */
  #ready() {
    const faults = wrong(draft());
    if (faults.length) this.#say(faults.join(" "));
    return !faults.length;
  }

  #save() {
    if (!this.#ready()) return;
    const name = `${called(draft().title || MINE)}.md`;
    download(fileOf(draft()), name, "text/markdown");
    this.#say(tr("Saved as {name}.", { name }));
  }

  async #share() {
    if (!this.#ready()) return;
    if (!canPack()) return this.#say(tr("This browser cannot make such a link. Download the file instead."));
    const letters = await packed(fileOf(draft()));
    if (letters.length > LONGEST) return this.#say(tr("The link would have {count} characters; more than {most} do not pass everywhere. Download the file instead.", { count: grouped(letters.length), most: grouped(LONGEST) }));
    await copyText(this.share, here(`/shared-lesson?lesson=${letters}`), tr("The link to the lesson:"));
    this.#say(tr("This link holds the whole lesson."));
  }

  async #open() {
    const [file] = this.file.files;
    if (!file) return;
    const found = file.size <= 400_000 ? draftOf(await file.text()) : null;
    this.file.value = ""; // the same one can be chosen again
    if (found) this.#change(tr("Opened: {file}.", { file: file.name }), found);
    else this.#say(tr("This is no lesson that was made here, or it was changed by hand. Its text is safe: put the file into the folder of your lessons to show it."));
  }
}

/** What a page is called, from its address. */
export const named = ({ page, stage }) => {
  const words = (page || stage).replaceAll(/(?<!self)[-_]/g, " ").replace("_", "-");
  return tr((words[0].toUpperCase() + words.slice(1)).replace(/\b(lstm|gru|rnn)\b/gi, (cell) => cell.toUpperCase()));
};
