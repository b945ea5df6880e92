// The page In class: a student joins with a code, a teacher starts a class or opens one that was saved.

import { el } from "../kit/dom.js";
import { tr } from "../language.js";
import { mounting } from "../mounting.js";
import { bar } from "./bar.js";
import { Code, counted } from "./code.js";
import { Refused } from "./connection.js";
import { opened } from "./file.js";
import { go } from "./place.js";
import { room } from "./room.js";
import styles from "./inclass.css" with { type: "css" };

const LETTERS = 4; // of a code

class InClass {
  constructor(root, { metadata }) {
    this.words = el("p", { role: "status" });
    this.element = el("section", { className: "stage in-class" }, this.#join(metadata.code), this.#start(), this.#inside());
    root.append(this.element);
    this.ends = room.listen(() => this.paint());
    this.paint();
  }

  dress() {}

  close() {
    this.ends();
  }

  #join(code) {
    const size = String(LETTERS);
    this.box = el("input", { type: "text", value: code.toUpperCase(), size: 5, maxLength: LETTERS + 4, autocomplete: "off", autocapitalize: "characters", spellcheck: false, "aria-describedby": "said" });
    this.said = el("p", { id: "said", className: "said", role: "status" });
    const form = el("form", { onsubmit: (event) => (event.preventDefault(), this.#joins()) }, el("label", {}, tr("The code that your teacher shows, {size} letters", { size }), this.box),
      el("button", { type: "submit", className: "go" }, tr("Join the class")));
    return (this.joining = el("section", {}, el("h2", {}, tr("Join a class")), form, this.said,
      el("p", { className: "quiet" }, tr("You need no account and no name. Your page then shows what your teacher shows, until you type or click yourself; one click leads back. Your teacher sees how many have joined, how many gave each answer, and what you offer; nothing else, and nothing is kept."))));
  }

  async #joins() {
    const code = this.box.value.replace(/[^A-Za-z]/g, "").toUpperCase();
    this.box.value = code;
    if (code.length !== LETTERS) return this.#say(tr("A code has four letters, as in BCDF."));
    try {
      await room.join(code);
    } catch (error) {
      const status = error instanceof Refused ? error.status : 0;
      if (status === 404 || status === 422) this.#say(tr("There is no class {code} now. Look at the code again: it has no vowels.", { code }));
      else if (status === 429) this.#say(tr("Too many try at once. Wait a moment, then press the button again."));
      else this.#say(tr("The server did not answer. Try again."));
    }
  }

  #start() {
    this.starter = el("button", { type: "button", className: "go", onclick: () => this.#starts(null) }, tr("Start a class"));
    this.file = el("input", { type: "file", accept: ".json,application/json", hidden: true, onchange: () => this.#opens() });
    const open = el("button", { type: "button", onclick: () => this.file.click() }, tr("Open a saved class"));
    this.trouble = el("p", { className: "said", role: "status" });
    return (this.starting = el("section", {}, el("h2", {}, tr("Start a class")), el("div", { className: "group" }, this.starter, open, this.file), this.trouble,
      el("p", { className: "quiet" }, tr("You get a code of four letters and a QR code. Who joins follows your page: its text, network, step and all that you choose, on every page of GateLab. On a wide screen \u201cStart a class\u201d also stands at the top of every page, on a narrow one with the controls of each stage. The class is in the server\u2019s memory alone, and ends ten minutes after you have left it."))));
  }

  async #starts(restore) {
    this.trouble.textContent = "";
    try {
      await room.start(restore?.view ?? null, restore);
      if (restore?.view) go(restore.view);
      else if (!restore) bar.showCode();
    } catch (error) {
      this.trouble.textContent = error instanceof Refused && error.status === 422 ? tr("This file holds no class that can be opened here.") : tr("The class could not be started: the server did not answer. Try again.");
    }
  }

  async #opens() {
    const [file] = this.file.files;
    this.file.value = "";
    if (!file) return;
    try {
      await this.#starts(await opened(file));
    } catch (error) {
      this.trouble.textContent = /** @type {Error} */ (error).message;
    }
  }

  /** What stands here in a class. */
  #inside() {
    this.title = el("h2", {});
    this.code = new Code();
    this.count = el("p", { className: "count", role: "status" });
    return (this.within = el("section", {}, this.title, this.code.element, this.count, this.words));
  }

  #say(words) {
    this.said.textContent = words;
  }

  paint() {
    const { member, isTeacher } = room;
    this.joining.hidden = this.starting.hidden = Boolean(member);
    this.within.hidden = !member;
    if (!member) return;
    this.code.element.hidden = !isTeacher;
    if (isTeacher) this.code.show(member.code);
    this.title.textContent = isTeacher ? tr("Your class") : tr("You are in the class {code}", { code: member.code });
    this.count.textContent = isTeacher ? counted(room.heard) : "";
    this.words.textContent = isTeacher
      ? tr("Now go to any page: your students see what you see there. What you can do stands in the bar at the lower edge of the page.")
      : tr("As soon as your teacher opens a page, it opens here as well. The bar at the lower edge says what your page does.");
  }
}

export const { mount, unmount } = mounting(InClass, styles);
