import assert from "node:assert/strict";
import test from "node:test";

import { draft, empty, keep } from "../../gatelab/live/static/builder/draft.js";
import { addressOf, draftOf, fileOf, movesTo, wrong } from "../../gatelab/live/static/builder/file.js";
import { encoded, plain, written } from "../../gatelab/live/static/builder/markdown.js";

const view = (changes = {}) => ({
  page: "lstm", stage: "lesson", models: ["sentiment-lstm"], alone: false, fields: { text: "not bad; at all", model: "sentiment-lstm", step: "2", numbers: "on" }, words: "Look at *f*.", asks: "Why?", answer: "So.", ...changes,
});
const WATCH = view({ page: "watch", stage: "watch", models: ["prose-lstm"], fields: { text: "a & b", model: "prose-lstm", step: "3" }, words: "", asks: "", answer: "" });

test("the file of a lesson, opened again, is the same lesson", () => {
  const made = { title: "Not", views: [view(), WATCH], at: null };
  assert.deepEqual(draftOf(fileOf(made)), made);
});

test("a view of a lesson moves the stage, one of another page is a link to it", () => {
  const file = fileOf({ title: "Not", views: [view(), WATCH], at: null });
  assert.match(file, /^# Not\nmodels: sentiment-lstm\nopens: model=sentiment-lstm&text=not%20bad%3B%20at%20all&step=2\n\n/);
  assert.match(file, /^\[Show it\]\(#look:model=sentiment-lstm;text=not%20bad%3B%20at%20all;step=2;hold=\)$/m);
  assert.match(file, /^see: Show it: prose-lstm .* \| watch\?text=a%20%26%20b&model=prose-lstm&step=3$/m);
  assert.deepEqual(movesTo(view()), { model: "sentiment-lstm", text: "not bad; at all", step: "2", hold: "" });
  assert.equal(movesTo(WATCH), null);
  assert.equal(addressOf(WATCH), "watch?text=a%20%26%20b&model=prose-lstm&step=3");
  for (const name of ["against", "after", "whatif", "film"]) assert.equal(movesTo(view({ fields: { ...view().fields, [name]: "1" } })), null);
});

test("a file that was not made here, or was changed by hand, is not taken for one", () => {
  const file = fileOf({ title: "Not", views: [view(), WATCH], at: null });
  for (const other of ["", "text", "# Title\n\nWords.", file.replace("models:", "order: 2\nmenu: Not\nmodels:"), file.replace("## 1.", "More words.\n\nYet more.\n\n## 1."), file.replaceAll("%20bad", "%E0bad")]) assert.equal(draftOf(other), null);
});

test("what the format reads as a mark or refuses as a link is escaped, and stays as it is the second time", () => {
  const cases = [["note: x", "note\\: x"], ["# a", "\\# a"], ["---", "\\---"], ["```js", "\\```js"], ["[a](b)", "[a]\\(b)"], ["![a](https://b.c)", "!\\[a](https://b.c)"], ["[a]: b", "[a]\\: b"], ["<mailto:a>", "<mailto\\:a>"],
    ["{{{a}}}", "{ { {a}}}"], ["`a[i](x)`", "`a[i](x)`"], ["**b** $x_t$ [w](https://b.c)", "**b** $x_t$ [w](https://b.c)"], ["a\r\nb\u0000", "a\nb"]];
  for (const [typed, said] of cases) assert.deepEqual([written(typed, 99), written(said, 99)], [said, said]);
  assert.equal(plain(" a\n[b] <c> {d} \\ `e` $f x://y ", 99), "a (b) \u2039c\u203A (d) / \u2019e\u2019 \uFF04f x: //y");
  assert.equal(encoded("(a);b'\ud800"), "%28a%29%3Bb%27%EF%BF%BD");
});

test("what stands against a file is said", () => {
  const many = Array.from({ length: 9 }, (_, k) => view({ models: [`m${k}`] }));
  assert.match(wrong(empty())[0], /no view yet/);
  assert.match(wrong({ title: "", views: many, at: null })[0], /at most 8 networks .* have 9/);
  assert.match(wrong({ title: "", views: [view({ page: "", fields: { text: "\u3042".repeat(2000) } })], at: null })[0], /view 1 is too long/);
  assert.match(wrong({ title: "", views: Array.from({ length: 24 }, () => view({ words: "\u3042".repeat(2000) })), at: null })[0], /at most 100,000 bytes/);
});

test("without storage in the page, and with a broken one, the lesson lives as long as the page", () => {
  assert.deepEqual(draft(), empty());
  keep({ title: "Kept", views: [WATCH], at: 0 });
  assert.equal(draft().title, "Kept");
  for (const kept of ["{", "[]", '{"title":3,"views":[]}', '{"title":"","views":[{}]}']) {
    globalThis.sessionStorage = { getItem: () => kept, setItem() {} };
    assert.equal(draft().title, "Kept");
  }
  delete globalThis.sessionStorage;
});
