// A page's line to its class: it reads a stream of events, sends no more than it must, and finds a lost class again by itself. The server here is Node's own.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { Connection } from "../../gatelab/live/static/classroom/connection.js";
import { left } from "../../gatelab/live/static/classroom/lastclass.js";
import { Paced, pause } from "../../gatelab/live/static/classroom/pace.js";
import { eventReader } from "../../gatelab/live/static/classroom/stream.js";

test("events are whole however the stream is cut into pieces", () => {
  const stream = ': ping\n\nevent: view\ndata: {"path": "watch",\ndata:  "search": "?a=b"}\n\nevent: count\r\ndata: {"students": 3}\r\n\r\nevent: asked\ndata: null\n\nevent: broken\ndata: {\n\nevent: half\ndata: 1';
  const wanted = [{ name: "view", data: { path: "watch", search: "?a=b" } }, { name: "count", data: { students: 3 } }, { name: "asked", data: null }];
  for (const size of [1, 2, 3, 7, 1000]) {
    const read = eventReader();
    const found = [];
    for (let at = 0; at < stream.length; at += size) found.push(...read(stream.slice(at, at + size)));
    assert.deepEqual(found, wanted, `pieces of ${size}`);
  }
});

test("a new try waits from half a second to ten, never all pages alike", () => {
  for (const random of [0, 0.5, 0.999]) {
    const waits = [0, 1, 2, 3, 4, 5, 20].map((failures) => pause(failures, () => random));
    assert.ok(waits.every((ms) => ms >= 500 && ms <= 10_000));
    assert.deepEqual(waits, waits.toSorted((a, b) => a - b));
  }
  assert.notEqual(pause(2, () => 0), pause(2, () => 0.9));
  assert.equal(pause(20, () => 0), 10_000);
});

test("the first is sent at once, of many the newest, and the last always", async () => {
  const [sent, began] = [[], performance.now()];
  const paced = new Paced(async (what) => void sent.push([what, performance.now() - began]), 40);
  paced.want("first");
  assert.equal(sent.length, 1);
  for (let k = 0; k < 20; k += 1) paced.want(k);
  await until(() => sent.at(-1)[0] === 19);
  paced.want("last");
  await until(() => sent.at(-1)[0] === "last");
  assert.equal(sent.length, 3);
  assert.ok(sent[1][1] >= 39 && sent[2][1] - sent[1][1] >= 39);
});

test("one is under way at a time, so that none overtakes", async () => {
  let [under, most] = [0, 0];
  const sent = [];
  const paced = new Paced(async (what) => {
    most = Math.max(most, (under += 1));
    await new Promise((done) => setTimeout(done, 15));
    under -= 1;
    sent.push(what);
  }, 1);
  for (let k = 0; k < 30; k += 1) {
    paced.want(k);
    await new Promise((done) => setTimeout(done, 2));
  }
  await until(() => sent.at(-1) === 29);
  assert.equal(most, 1);
});

test("a class that was left is offered for ten minutes, and none that another tab has", () => {
  const [minute, now] = [60_000, 1_700_000_000_000];
  const items = new Map();
  const storage = { getItem: (name) => items.get(name) ?? null, removeItem: (name) => items.delete(name) };
  Object.defineProperty(globalThis, "localStorage", { value: storage, configurable: true });
  const offered = (ago, gone, more = {}) => {
    items.set("gatelab:lastclass", JSON.stringify({ code: "BCDF", id: "id", key: "key", at: now - ago, left: gone, ...more }));
    return left(now);
  };
  const member = { role: "teacher", code: "BCDF", id: "id", secret: "key", held: {} };
  assert.deepEqual(offered(1000, true), member);
  assert.deepEqual(offered(9 * minute, true), member);
  assert.equal(offered(minute, false), null); // its tab is there, hidden maybe
  assert.equal(items.size, 1);
  assert.deepEqual(offered(2 * minute, false), member); // its tab was killed
  for (const gone of [true, false]) assert.deepEqual([offered(11 * minute, gone), items.size], [null, 0]);
  assert.deepEqual([offered(-minute, true), items.size], [null, 0]);
  for (const wrong of [{ code: 7 }, { key: null }, { at: "now" }]) assert.equal(offered(1000, true, wrong), null);
  items.set("gatelab:lastclass", "{");
  assert.equal(left(now), null);
  Reflect.deleteProperty(globalThis, "localStorage");
});

async function until(holds) {
  const end = Date.now() + 5000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`never came: ${holds}`);
    await new Promise((done) => setTimeout(done, 5));
  }
}

/** A room as such a server has it. @param {string} id @param {string[]} hears what each new reader hears first */
const room = (id = "theirs", hears = []) => ({ id, seats: new Set(), streams: [], hears });

/** A server that has the rooms it is told of: what it was asked stands in `asked`. */
async function school(t) {
  const lines = [];
  const rooms = new Map(); // code -> {id, key, streams, open: what each new reader hears first}
  const asked = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    const said = body ? JSON.parse(body) : null;
    const secret = request.headers.authorization;
    asked.push({ route: request.url, said, secret });
    const [, , , code, what] = request.url.split("/");
    const json = (status, value) => response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    if (!code) {
      const { code: wanted = "BCDF", key = "teacherskey" } = said.restore ?? {};
      const again = [undefined, `id of ${key}`].includes(rooms.get(wanted)?.id) ? wanted : "NEWB";
      rooms.set(again, { id: `id of ${key}`, seats: new Set(), streams: [], hears: [] });
      return json(201, { code: again, key, id: `id of ${key}`, seconds: 600 });
    }
    const room = rooms.get(code);
    if (!room) return json(404, { field: "code", rule: "that of a class", got: code });
    const { seat = "seat" } = said ?? {};
    if (what === "join") room.seats.add(`Bearer ${seat}`);
    if (what === "join") return json(200, { id: room.id, seat });
    if (!room.seats.has(secret) && room.id !== `id of ${secret?.slice("Bearer ".length)}`) return json(403, { field: "Authorization", rule: "a seat", got: "another" });
    if (what !== "events") return json(200, {});
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.flushHeaders();
    for (const event of room.hears) response.write(event);
    room.streams.push(response);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(null)));
  const { port } = /** @type {any} */ (server.address());
  const tell = (code, name, data) => rooms.get(code).streams.forEach((stream) => stream.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`));
  const forget = () => {
    for (const { streams } of rooms.values()) streams.forEach((stream) => stream.destroy());
    rooms.clear();
  };
  const line = (more = {}) => {
    lines.push(new Connection({ address: (route) => `http://127.0.0.1:${port}${route}`, wait: () => 20, ...more }));
    return lines.at(-1);
  };
  t.after(() => {
    for (const one of lines) one.leave();
    forget();
    server.close();
    server.closeAllConnections();
  });
  return { rooms, asked, tell, forget, line };
}

test("a teacher brings a lost class back with all that the page held of it", async (t) => {
  const { rooms, asked, tell, forget, line } = await school(t);
  const teacher = line();
  await teacher.start({ path: "watch", search: "?step=2" });
  await until(() => teacher.state === "live");
  const rounds = [{ id: "1", round: 1, kind: "direction", words: "up?" }];
  tell("BCDF", "rounds", rounds);
  tell("BCDF", "view", { path: "lstm", search: "?step=3", version: 7 });
  await until(() => teacher.heard.view?.version === 7);
  forget();
  await until(() => teacher.state === "live" && rooms.has("BCDF"));
  const { said, secret } = asked.findLast(({ route }) => route === "/live/class");
  assert.deepEqual(said.restore, { code: "BCDF", key: "teacherskey", view: { path: "lstm", search: "?step=3", version: 7 }, asked: null, rounds });
  assert.equal(secret, "Bearer teacherskey");
});

test("a teacher's page remembers the code that somebody else has taken meanwhile", async (t) => {
  const { rooms, forget, line } = await school(t);
  const teacher = line();
  await teacher.start({ path: "watch", search: "" });
  await until(() => teacher.state === "live");
  const { saved } = teacher;
  assert.equal(teacher.member.held.was, undefined);
  forget();
  rooms.set("BCDF", room("another"));
  await until(() => teacher.state === "live" && teacher.member.code === "NEWB");
  assert.equal(teacher.member.held.was, "BCDF");
  teacher.leave();
  await teacher.start(null, saved);
  assert.deepEqual([teacher.member.code, teacher.member.held.was], ["NEWB", "BCDF"]);
});

test("a student takes the same seat again, and answers an open question again", async (t) => {
  const { rooms, asked, tell, forget, line } = await school(t);
  rooms.set("GHJK", room());
  const student = line();
  await student.join(" ghjk ");
  await until(() => student.state === "live");
  const open = { id: "4", round: 1, kind: "choose", words: "?", options: ["a", "b"], open: true };
  tell("GHJK", "asked", open);
  await until(() => student.heard.asked?.id === "4");
  await student.answer("4", 1, 0);
  assert.deepEqual(student.member.held.answer, { id: "4", round: 1, answer: 0, sent: true });
  forget();
  await until(() => student.state === "away");
  rooms.set("GHJK", room("theirs", [`event: asked\ndata: ${JSON.stringify(open)}\n\n`]));
  await until(() => asked.filter(({ route }) => route.endsWith("/answer")).length === 2);
  assert.deepEqual(asked.findLast(({ route }) => route.endsWith("/join")).said, { seat: "seat", id: "theirs" });
  assert.deepEqual(asked.findLast(({ route }) => route.endsWith("/answer")).said, { id: "4", round: 1, answer: 0 });
});

test("a class that has the same code and is another one is not followed", async (t) => {
  const { rooms, forget, line } = await school(t);
  rooms.set("GHJK", room());
  const student = line();
  await student.join("GHJK");
  await until(() => student.state === "live");
  forget();
  await until(() => student.state === "away");
  rooms.set("GHJK", room("another"));
  await until(() => student.member === null);
  assert.equal(student.over, "other");
});

test("a line that says nothing for too long is cut and begun again", async (t) => {
  const { rooms, asked, line } = await school(t);
  rooms.set("GHJK", room());
  const student = line({ silent: 60 });
  await student.join("GHJK");
  await until(() => asked.filter(({ route }) => route.endsWith("/events")).length >= 3);
});

test("an answer that did not arrive is not kept as one that did", async (t) => {
  const { rooms, forget, line } = await school(t);
  rooms.set("GHJK", room());
  const student = line();
  await student.join("GHJK");
  await until(() => student.state === "live");
  forget();
  await assert.rejects(student.answer("4", 1, 0));
  assert.deepEqual(student.member.held.answer, { id: "4", round: 1, answer: 0 });
});

test("no secret stands in an address", async (t) => {
  const { rooms, asked, line } = await school(t);
  rooms.set("GHJK", room());
  const student = line();
  await student.join("GHJK");
  await until(() => student.state === "live");
  await student.offer("it was so");
  assert.ok(asked.every(({ route }) => !route.includes("seat")));
  assert.equal(asked.at(-1).secret, "Bearer seat");
});
