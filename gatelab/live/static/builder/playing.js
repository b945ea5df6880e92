// A lesson in the making while it is played: a bar over the stage with the words of a view, and the way to the one before and the next.

import { here, isServed } from "../files.js";
import { el, keepFocus } from "../kit/dom.js";
import { tr } from "../language.js";
import { draft, keep } from "./draft.js";
import { about, addressOf, movesTo } from "./file.js";

/** Whether pages stand beside this one: in the app, and on a site of files; a page that was saved stands alone. */
const hasOthers = () => isServed() || document.querySelector("header nav") !== null;

/** Where the page of a view is, or null. */
function hrefOf(view) {
  const address = addressOf(view);
  if (!address || !hasOthers()) return null;
  if (isServed()) return here(`/${address}`);
  const [page, query] = [address.slice(0, address.indexOf("?")), address.slice(address.indexOf("?"))];
  return new URL(`${page === "start" ? "index" : page}.html${query}`, document.baseURI).href;
}

export class Playing {
  /** @type {number | null} the view that was asked for on this page; elsewhere the bar stands on the page of the view alone */ chosen = null;

  constructor(stage) {
    this.stage = stage;
    this.place = el("p", { className: "playing-place" });
    this.words = el("p", { className: "playing-words" });
    this.answer = el("p", {});
    this.asks = el("summary", {});
    this.question = el("details", {}, this.asks, this.answer);
    this.note = el("p", { className: "warned", role: "status" });
    this.back = el("button", { type: "button", onclick: () => this.go(draft().at - 1) }, tr("Previous view"));
    this.next = el("button", { type: "button", onclick: () => this.go(draft().at + 1) }, tr("Next view"));
    this.end = el("button", { type: "button", onclick: () => this.stop() }, tr("End"));
    this.element = el("section", { className: "playing", "aria-label": tr("My lesson, played") }, this.place, this.words, this.question,
      el("div", { className: "group" }, this.back, this.next, this.end), this.note);
    this.paint();
  }

  /** Show a view: on this stage where it is one of its page, else on its page. */
  go(at) {
    const now = draft();
    const view = now.views[at];
    keep({ ...now, at });
    this.chosen = at;
    this.paint();
    const { activeElement: had } = /** @type {ShadowRoot} */ (this.element.getRootNode());
    const back = this.element.contains(had) ? had : this.next.disabled ? this.end : this.next;
    this.element.scrollIntoView({ block: "nearest" });
    const { page, models } = this.stage;
    const known = view.models.every((name) => name in models);
    if (known && view.page && view.page === page.address) return this.stage.become(view.fields);
    const look = !view.page && movesTo(view);
    if (look && known && this.stage.show(look)) return /** @type {HTMLElement} */ (back).focus({ preventScroll: true }); // another text has taken it
    const href = hrefOf(view);
    if (href) window.location.assign(href);
    else this.note.textContent = view.page ? tr("This view stands on another page, which is not here: it opens in the app.") : tr("This view was taken in a lesson that is not the app\u2019s own: open that lesson to see it.");
  }

  stop() {
    keep({ ...draft(), at: null });
    this.paint();
    this.stage.builder.button.focus();
  }

  paint() {
    const { views, at } = draft();
    const view = views[at];
    this.element.hidden = !view || !(this.chosen === at || view.page === this.stage.page.address);
    if (this.element.hidden) return;
    this.note.textContent = "";
    this.place.textContent = tr("View {view} of {all}: {about}", { view: at + 1, all: views.length, about: about(view) });
    this.words.textContent = view.words;
    this.question.hidden = !view.asks;
    this.question.open = false;
    this.asks.textContent = view.asks;
    this.answer.textContent = view.answer || tr("Look at the stage.");
    keepFocus(this.element.getRootNode(), this.end, () => {
      this.back.disabled = at === 0;
      this.next.disabled = at === views.length - 1;
    });
  }
}
