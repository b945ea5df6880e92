// What a teacher's page tells and a student's page shows when something went wrong: the page around them is made up here.

import assert from "node:assert/strict";
import { test } from "node:test";

const windowed = Object.assign(new EventTarget(), { location: { pathname: "/watch", search: "" } });
Object.assign(globalThis, { window: windowed, document: { baseURI: "http://school/" } });
const { Following } = await import("../../gatelab/live/static/classroom/following.js");
const { Teaching } = await import("../../gatelab/live/static/classroom/teaching.js");
const { standing } = await import("../../gatelab/live/static/standing.js");

/** A line to a class, as connection.js gives it, that says what it is told to. */
function line(role, more = {}) {
  const listeners = [];
  return {
    member: { role, held: {} },
    state: "live",
    heard: { view: null, attention: null },
    get isTeacher() { return this.member?.role === "teacher"; },
    get isStudent() { return this.member?.role === "student"; },
    listen: (does) => listeners.push(does),
    tell: (what) => listeners.forEach((does) => does(what)),
    keep(held) { if (this.member) Object.assign(this.member.held, held); },
    ...more,
  };
}

/** A stage on the page; the places that it becomes. */
function staged() {
  const became = [];
  Object.assign(standing, { path: "/watch", stage: { stage: new EventTarget(), fields: { text: "it was so" }, become: (search) => became.push(search) } });
  return became;
}

test("a view that the class did not take is told again until it does, and no more after the class", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  staged();
  const said = [];
  const does = [new Error("no line"), new Error("still none")];
  const teacher = line("teacher", {
    say: async (words) => {
      said.push(words);
      const next = does.shift();
      if (next) throw next;
    },
  });
  new Teaching(teacher, () => {}).views.gap = 0; // that clock is the real one
  const wait = async () => {
    for (let k = 0; k < 6; k += 1) {
      t.mock.timers.tick(5000);
      await new Promise((done) => setImmediate(done));
    }
  };
  teacher.tell("member");
  teacher.tell("state");
  await wait();
  assert.deepEqual(said, Array(3).fill({ view: { path: "watch", search: "?text=it+was+so" } }));
  teacher.member = null;
  does.push(new Error("no class"));
  teacher.tell("member");
  await wait();
  assert.equal(said.length, 3);
});

const OWN = { path: "watch", search: "?text=my+own" };

for (const [end, over] of [["attention", false], ["the class", true]]) {
  test(`what a student had of their own comes back after a reload, when ${end} has ended`, (t) => {
    t.mock.timers.enable({ apis: ["setInterval"] }); // else a test that fails never ends
    const became = staged();
    const student = line("student");
    student.member.held = { alone: true, mine: OWN };
    new Following(student, () => {});
    student.tell("member");
    assert.deepEqual(became, []);
    if (over) student.member = null;
    student.tell(over ? "member" : "attention");
    assert.deepEqual(became, [OWN.search]);
    student.member = null;
    student.tell("member");
    assert.deepEqual(became, [OWN.search], "once");
  });
}
