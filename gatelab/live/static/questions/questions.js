// The search over the questions: the page holds them all, and those that are not found are hidden while one types.

import { el } from "../kit/dom.js";
import { tr } from "../language.js";
import { mounting } from "../mounting.js";
import { found } from "./search.js";
import styles from "./questions.css" with { type: "css" };

class Questions {
  constructor(root, { metadata }) {
    this.groups = metadata.questions.groups;
    this.asked = metadata.questions.asked;
    this.count = el("p", { className: "quiet", role: "status" });
    this.box = el("input", { type: "search", placeholder: tr("h_n, forget, padding, NaN"), autocomplete: "off", spellcheck: false, oninput: () => this.#filter() });
    this.element = el("section", { className: "stage search", "aria-label": tr("Search the questions") }, el("label", {}, tr("Search the questions"), this.box), this.count);
    root.append(this.element);
    this.hidden = new CSSStyleSheet(); // of the page: its elements are Streamlit's, so they are hidden by a rule and not by hand
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.hidden];
    this.#filter();
    this.#keepInSight(this.asked ?? decodeURIComponent(location.hash.slice(1)));
  }

  dress() {}

  close() {
    this.stay?.();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== this.hidden);
  }

  #filter() {
    const all = this.groups.flatMap(({ questions }) => questions);
    const shown = new Set(found(all, this.box.value));
    const away = all.filter(({ id }) => !shown.has(id)).map(({ id }) => `.st-key-question-${id}`);
    this.groups.forEach(({ questions }, k) => questions.some(({ id }) => shown.has(id)) || away.push(`.st-key-group-${k}`));
    this.hidden.replaceSync(away.length ? `${away.join(", ")} { display: none; }` : "");
    this.count.textContent = shown.size === all.length ? tr("{count} questions", { count: all.length }) : tr("{count} of {all} questions", { count: shown.size, all: all.length });
    window.dispatchEvent(new CustomEvent("gatelab:painted", { detail: { model: "questions", text: this.box.value } }));
  }

  /** Keep a heading at the top while Streamlit puts the page together and figures above it grow, until the visitor does anything. */
  #keepInSight(id) {
    if (!id) return;
    const page = document.querySelector("[data-testid=stMainBlockContainer], main");
    const growing = new ResizeObserver(() => document.getElementById(id)?.scrollIntoView());
    const moves = ["wheel", "pointerdown", "keydown", "touchstart"];
    this.stay = () => {
      growing.disconnect();
      moves.forEach((kind) => document.removeEventListener(kind, this.stay, true));
    };
    moves.forEach((kind) => document.addEventListener(kind, this.stay, true));
    growing.observe(page);
  }
}

export const { mount, unmount } = mounting(Questions, styles);
