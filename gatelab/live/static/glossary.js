// Every term of the glossary explains itself where it stands: a dotted line under its first occurrence in a page's text, and its sentence
// on hover or tap. React owns the text, so no node is touched: the line is a highlight over ranges, and what lies under the pointer is asked
// of the browser. A stage's label names its term itself, data-term="forget gate", with its letter in the notation that is chosen, data-letter="F",
// and shows the sentence on focus too. Terms in the text are no tab stops: sixty more would stand between a visitor with a keyboard and the page.
// The Glossary page has them all.

import { el } from "./kit/dom.js";
import { get, isServed } from "./files.js";
import { language, tr } from "./language.js";
import { matcher, occurrences } from "./occurrences.js";
import styles from "./glossary.css" with { type: "css" };

const PROSE = "[data-testid=stMain] [data-testid=stMarkdownContainer], main .prose"; // in the app, and on a page without a server
const NOT_PROSE = "a, button, label, code, pre, h1, h2, h3, h4, h5, h6, th, summary, .katex, math, [role=tab], [data-testid=stAlert]";
const REST = 150; // ms without a change, after which the text is read anew
const LEAVES = 250; // ms in which the pointer may go from a term to its sentence

class Glossary {
  constructor(terms) {
    this.terms = new Map(terms.flatMap((term) => [term.name, ...(term.english ? [term.english] : [])].map((name) => [name, term]))); // a label has the English name
    this.pattern = matcher(terms);
    this.marked = []; // {range, name}
    this.followed = new WeakSet(); // shadow roots
    this.tip = el("div", { id: "gatelab-term", role: "tooltip", hidden: true, onpointerleave: () => this.#leave(), onpointerenter: () => this.#stay() });
    document.body.append(this.tip);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, styles];
    if (window.Highlight && CSS.highlights) this.#follow();
    document.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.#later(place(event)));
    document.addEventListener("click", (event) => this.#point(place(event), true));
    document.addEventListener("focusin", (event) => this.#focus(event));
    document.addEventListener("keydown", ({ key }) => key === "Escape" && this.hide());
    document.addEventListener("scroll", () => this.hide(), { capture: true, passive: true });
  }

  /** Mark the text again whenever Streamlit has changed it and rests. What a stage paints is in its shadow root and not seen here. */
  #follow() {
    CSS.highlights.set("gatelab-term", (this.highlight = new Highlight()));
    new MutationObserver((changes) => {
      if (changes.every(({ target }) => this.tip.contains(target) || target === document.body)) return;
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.mark(), REST);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
    this.mark();
  }

  mark() {
    const nodes = [...document.querySelectorAll(PROSE)].flatMap(textNodes);
    this.marked = occurrences(nodes.map(({ data }) => data), this.pattern).map(({ name, text, start, end }) => {
      const range = new Range();
      range.setStart(nodes[text], start);
      range.setEnd(nodes[text], end);
      return { name, range };
    });
    this.highlight.clear();
    for (const { range } of this.marked) this.highlight.add(range);
  }

  #later(latest) {
    this.latest = latest;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#point(this.latest);
    });
  }

  /** Show the term under the pointer; away from it and from its sentence, hide it. */
  #point({ path, x, y }, tapped = false) {
    if (path.includes(this.tip)) return;
    const labelled = path.find((element) => element.dataset?.term);
    const found = labelled ? of(labelled) : this.#under(x, y, path[0]);
    if (found) this.show(found);
    else if (tapped) this.hide();
    else this.#leave();
  }

  #under(x, y, target) {
    if (!target?.closest?.(PROSE)) return null;
    for (const { name, range } of this.marked) {
      const box = [...range.getClientRects()].find(({ left, right, top, bottom }) => left <= x && x <= right && top <= y && y <= bottom);
      if (box) return { name, box, letter: "" };
    }
    return null;
  }

  #focus(event) {
    this.#followRoots(event.composedPath());
    const labelled = event.composedPath().find((element) => element.dataset?.term);
    if (labelled) this.show(of(labelled));
    else if (!event.composedPath().includes(this.tip)) this.hide();
  }

  /** The document hears when the focus enters a shadow root, not when it moves within: so each root is listened to as well. */
  #followRoots(path) {
    for (const root of path.filter((node) => node instanceof ShadowRoot && !this.followed.has(node))) {
      this.followed.add(root);
      root.addEventListener("focusin", (event) => this.#focus(event));
    }
  }

  #stay() {
    clearTimeout(this.leaving);
    this.leaving = null;
  }

  #leave() {
    if (this.tip.hidden || this.leaving) return;
    this.leaving = setTimeout(() => this.hide(), LEAVES);
  }

  hide() {
    this.#stay();
    this.tip.hidden = true;
    this.shown = null;
  }

  /** Show a term's sentence and the link to its explanation under a box of the screen, or above it where there is no room; with its own letter, or a stage's. */
  show({ name, box, letter }) {
    this.#stay();
    const term = this.terms.get(name);
    if (!term || this.shown === name) return;
    this.shown = name;
    const explained = el("a", { href: new URL(term.where, document.baseURI).href }, tr("Explained here"));
    this.tip.replaceChildren(el("b", {}, term.name), ...(letter || term.symbol ? [el("i", {}, ` ${letter || term.symbol}`)] : []), el("p", {}, term.means), explained);
    this.tip.style.colorScheme = getComputedStyle(document.querySelector(".stApp") ?? document.documentElement).colorScheme; // it hangs outside the app, whose theme this is
    this.tip.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.tip;
    this.tip.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
    this.tip.style.top = `${box.bottom + 6 + height > innerHeight ? Math.max(8, box.top - height - 6) : box.bottom + 6}px`;
  }
}

/** The term of a stage's label. */
const of = (element) => ({ name: element.dataset.term, box: element.getBoundingClientRect(), letter: element.dataset.letter });

/** Where an event is; its path is gone once it is over. */
const place = (event) => ({ path: event.composedPath(), x: event.clientX, y: event.clientY });

/** The text nodes of an element that are prose. */
function textNodes(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT, ({ parentElement }) =>
    parentElement.closest(NOT_PROSE) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}

const route = isServed() && language() !== "en" ? `/live/glossary?language=${language()}` : "/live/glossary"; // a page without a server holds its own
get(route).then(async (response) => response.ok && new Glossary(await response.json()), () => {}); // without it the page says all the same
