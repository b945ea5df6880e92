// While the server is not reached, one line says so and the page works on. Streamlit's own dialog, which would lie over all of it, is closed.

import { themed } from "./classroom/asking/themed.js";
import { el } from "./kit/dom.js";
import { tr } from "./language.js";

const STATE = "data-test-connection-state"; // of Streamlit's app, "CONNECTED" where the server is there
const DIALOG = "[data-testid=stDialog]";
const PATIENCE = 4000; // ms: a line that was cut is often back sooner

class Unreached {
  /** @type {HTMLElement | null} what had the focus last, outside of a dialog */ focused = null;
  /** @type {any} until the line is shown */ #timer = null;

  /** @param {Element} app Streamlit's */
  constructor(app) {
    this.app = app;
    this.element = el("p", { className: "gatelab-unreached", role: "status" });
    document.body.append(this.element);
    document.addEventListener("focusin", (event) => this.#keep(event.composedPath()[0]));
    new MutationObserver(() => this.#close()).observe(document.body, { childList: true });
    new MutationObserver(() => this.#look()).observe(app, { attributeFilter: [STATE] });
    this.#look();
  }

  get #reached() {
    return ["CONNECTED", "INITIAL"].includes(this.app.getAttribute(STATE));
  }

  #look() {
    if (!this.#reached) return void (this.#timer ??= setTimeout(() => this.#say(tr("The server is not reached. You can go on typing here; other pages open as soon as it is back.")), PATIENCE));
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#say("");
  }

  #say(words) {
    themed(this.element);
    this.element.textContent = words;
  }

  #keep(element) {
    if (element instanceof HTMLElement && !element.closest(DIALOG)) this.focused = element;
  }

  /** Whoever types goes on where they were. */
  #close() {
    const dialog = document.querySelector(DIALOG);
    if (!dialog?.textContent.includes("Connection error")) return; // Streamlit says so in any language
    const { focused } = this;
    /** @type {HTMLElement} */ (dialog.querySelector("button[aria-label=Close]"))?.click();
    setTimeout(() => focused?.isConnected && focused.focus({ preventScroll: true }));
  }
}

const app = document.querySelector("[data-testid=stApp]");
if (app) new Unreached(app);
