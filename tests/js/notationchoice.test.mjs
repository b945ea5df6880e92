// The choice of a notation: one for all stages of a page, for a visit with its links.

import assert from "node:assert/strict";
import test from "node:test";

class Element {
  constructor() {
    Object.assign(this, { children: [], value: "", textContent: "", className: "", heard: {} });
  }
  addEventListener(name, callback) { this.heard[name] = callback; }
  append(...children) { this.children.push(...children); }
  setAttribute() {}
}

let store = {};
globalThis.document = { createElement: () => new Element() };
globalThis.window = { location: { pathname: "/lstm", search: "?notation=keras" } };
globalThis.sessionStorage = { getItem: (key) => store[key] ?? null, setItem: (key, value) => (store[key] = value) };
Object.defineProperty(globalThis, "performance", { value: { getEntriesByType: () => [{ type: "navigate" }] } });

/** The module as a page has it that was just opened. */
let loads = 0;
const opened = async () => import(`../../gatelab/live/static/remember.js?${(loads += 1)}`);
const { NotationChoice } = await import("../../gatelab/live/static/kit/notationchoice.js");

function pick(choice, notation) {
  choice.select.value = notation;
  choice.select.heard.change();
}

test("what is chosen on one stage is chosen on all of the page, and each is told once", () => {
  const told = [];
  const [one, other] = ["one", "other"].map((name) => new NotationChoice(null, () => told.push(name)));
  pick(one, "d2l");
  assert.deepEqual([one.chosen, other.chosen, other.select.value, told], ["d2l", "d2l", "d2l", ["one", "other"]]);
  other.close();
  pick(one, "colah");
  assert.deepEqual([other.chosen, told], ["d2l", ["one", "other", "one"]]);
  one.close();
});

test("the choice is said in a sentence where it is not PyTorch's", () => {
  const choice = new NotationChoice(null, () => {});
  pick(choice, "deeplearning");
  assert.match(choice.about.textContent, /1 \u2212 z of PyTorch/);
  pick(choice, "pytorch");
  assert.equal(choice.about.textContent, "");
  choice.close();
});

test("a link that was just opened counts before what was chosen in the visit; after a choice, the choice does", async () => {
  const known = ["pytorch", "colah", "keras"];
  store = { "gatelab:notation": "colah" };
  const page = await opened();
  assert.equal(page.keptNotation("keras", known), "keras");
  assert.equal(store["gatelab:notation"], "keras");
  page.keepNotation("pytorch");
  assert.equal(page.keptNotation("keras", known), "pytorch"); // Back to the page of the link
  store = {};
  assert.equal((await opened()).keptNotation(null, known), null);
});

test("what is remembered and is no notation is left aside, and without storage the page itself remembers", async () => {
  store = { "gatelab:notation": "latin" };
  const page = await opened();
  assert.equal(page.keptNotation(null, ["pytorch", "colah"]), null);
  const storage = globalThis.sessionStorage;
  globalThis.sessionStorage = { getItem() { throw new Error("none"); }, setItem() { throw new Error("none"); } };
  page.keepNotation("colah");
  assert.equal(page.keptNotation(null, ["pytorch", "colah"]), "colah");
  globalThis.sessionStorage = storage;
});
