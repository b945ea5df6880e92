// The text box: hands on every change at once, waits while an input method composes, keeps the caret, and cuts what is too long.

import { grouped, plural, tr } from "../language.js";
import { el } from "./dom.js";

const count = (text) => Array.from(text).length;

/** `text` with at most `limit` characters, and how many were left out. Half a surrogate pair becomes the sign for unknown. */
export function cut(text, limit) {
  const characters = Array.from(text.replace(/[\uD800-\uDFFF]/gu, "\uFFFD"));
  return { text: characters.slice(0, limit).join(""), left: Math.max(0, characters.length - limit) };
}

export class TextBox {
  /** @type {number} most characters */ limit;
  changed;
  moved;
  /** @type {boolean} whether an input method is at work */ composing;

  /** @param changed (text, caret) => void; the caret counts the characters before it */
  constructor({ limit, changed, moved = (caret) => {}, placeholder = tr("Type a sentence: every character is one step of the network.") }) {
    Object.assign(this, { limit, changed, moved, composing: false });
    this.area = el("textarea", {
      rows: 2,
      spellcheck: false,
      autocomplete: "off",
      autocapitalize: "off",
      dir: "auto",
      placeholder,
      "aria-label": tr("Text for the network to read"),
      oncompositionstart: () => (this.composing = true),
      oncompositionend: () => {
        this.composing = false;
        this.#edited();
      },
      oninput: () => this.#edited(),
      onkeyup: () => this.#caretMoved(),
      onclick: () => this.#caretMoved(),
    });
    this.area.setAttribute("autocorrect", "off");
    this.counter = el("span", { className: "counter" });
    this.note = el("span", { className: "note", role: "status" });
    this.badge = el("span", { className: "badge", role: "status" });
    this.notice = el("p", { className: "notice", role: "status" });
    this.under = el("div", { className: "under" }, this.counter, this.note, this.badge);
    this.element = el("div", { className: "textbox" }, this.area, this.notice, this.under);
    this.last = "";
  }

  get text() {
    return this.area.value;
  }

  get caret() {
    return count(this.area.value.slice(0, this.area.selectionStart));
  }

  /** What the lane says of itself: "live", "reconnecting", or "refused" with a message. */
  status(state, message) {
    this.badge.dataset.state = state;
    this.badge.textContent = state === "reconnecting" ? tr("reconnecting \u2026") : message;
  }

  /** Say something of the text itself; nothing moves while that stays the same. */
  warn(words) {
    if (this.notice.textContent !== words) this.notice.textContent = words;
  }

  /** Put a text in, as if it had been typed. */
  fill(text) {
    this.area.focus();
    this.area.select();
    document.execCommand("insertText", false, text); // unlike a new value, this can be undone by the visitor
  }

  /** Write on at the end; a caret that stands further up stays there. Returns false, with nothing written, while an input method is at work. */
  append(text) {
    if (this.composing) return false;
    const { value, selectionStart: start, selectionEnd: end } = this.area;
    this.area.value = value + text; // its caret is at the end now
    if (start < value.length) this.area.setSelectionRange(start, end);
    this.#edited();
    return true;
  }

  /** Scroll to the end, where the caret stands there. It makes the browser lay out. */
  showEnd() {
    if (this.area.selectionStart === this.area.value.length) this.area.scrollTop = this.area.scrollHeight;
  }

  /** Put in the text that the stage opens on. */
  open(text) {
    this.area.value = text;
    this.#edited();
  }

  #edited() {
    if (this.composing) return; // the input method is not done
    const { text, left } = cut(this.area.value, this.limit);
    if (text !== this.area.value) {
      const caret = Math.min(this.area.selectionStart, text.length);
      this.area.value = text;
      this.area.setSelectionRange(caret, caret);
    }
    this.counter.textContent = tr("{count} of {limit} characters", { count: grouped(count(text)), limit: grouped(this.limit) });
    this.note.textContent = left ? plural("Cut: the last {count} did not fit.", "Cut: the last {count} did not fit.", left) : "";
    this.last = text;
    this.told = this.caret;
    this.changed(text, this.told);
  }

  #caretMoved() {
    if (this.composing || this.area.value !== this.last || this.caret === this.told) return;
    this.told = this.caret;
    this.moved(this.told);
  }
}
