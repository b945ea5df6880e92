import assert from "node:assert/strict";
import test from "node:test";

import { bring } from "../../gatelab/live/static/files.js";
import { enlarged } from "../../gatelab/live/static/kit/presenting.js";
import { CALLED, framed, line, sourceOf, ticked } from "../../gatelab/live/static/taking/frame.js";
import { codeOf, LARGEST, pathOf } from "../../gatelab/live/static/taking/qr.js";
import { at, isLoopback, reaching } from "../../gatelab/live/static/taking/reach.js";

test("a code has the smallest version that holds the link, and a link too long for a phone has none", () => {
  const versions = [10, 100, 300, 600, 1000].map((length) => codeOf("a".repeat(length))?.version);
  assert.deepEqual(versions, versions.toSorted((a, b) => a - b));
  assert.ok(versions.at(-1) <= LARGEST);
  assert.equal(codeOf("a".repeat(1100)), null);
  assert.equal(codeOf("").version, 1);
});

test("a code has a light edge of four modules on each side", () => {
  const { rows, size } = codeOf("a link");
  const dark = rows.flatMap((row, y) => row.flatMap((on, x) => (on ? [[x, y]] : [])));
  for (const k of [0, 1]) {
    const along = dark.map((one) => one[k]);
    assert.deepEqual([Math.min(...along), Math.max(...along)], [4, size - 5]);
  }
});

test("the path of a code has just its dark modules", () => {
  const code = codeOf("the same modules");
  const drawn = code.rows.map((row) => row.map(() => false));
  for (const [, x, y, length] of pathOf(code).matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) for (let k = 0; k < Number(length); k++) drawn[y][Number(x) + k] = true;
  assert.deepEqual(drawn, code.rows);
});

test("a loopback address is this machine's own, and no other is", () => {
  for (const host of ["localhost", "gatelab.localhost", "127.0.0.1", "127.1.2.3", "[::1]"]) assert.ok(isLoopback(host), host);
  for (const host of ["192.168.1.7", "localhost.example.org", "127.example.org", "gatelab.local", "10.0.0.1", ""]) assert.ok(!isLoopback(host), host);
});

test("a link at another address of the server keeps its path and query", () => {
  assert.equal(at("http://localhost:8501/lab/lstm?text=caf%C3%A9+%26&step=2#look:a", "http://192.168.1.7:8600/lab"), "http://192.168.1.7:8600/lab/lstm?text=caf%C3%A9+%26&step=2#look:a");
  assert.equal(at("https://[::1]:8501/lstm", "http://192.168.1.7:8501"), "https://192.168.1.7:8501/lstm");
});

/** What `reaching` says where the server answers with this. */
async function answered(link, body) {
  const { fetch } = globalThis;
  const asked = [];
  globalThis.fetch = /** @type {any} */ (async (address) => (asked.push(address), body === null ? Promise.reject(new TypeError()) : Response.json(body)));
  const { links, why } = await reaching(link);
  globalThis.fetch = fetch;
  return { links, why, asked: asked.length };
}

test("only where the browser is at the machine's own name the server is asked for its addresses", async () => {
  const body = { addresses: ["http://192.168.1.7:8501", "http://10.0.0.2:8501"], why: "" };
  assert.deepEqual((await answered("http://localhost:8501/lstm?step=2", body)).links, ["http://192.168.1.7:8501/lstm?step=2", "http://10.0.0.2:8501/lstm?step=2"]);
  assert.deepEqual(await answered("https://school.example/gatelab/lstm", body), { links: ["https://school.example/gatelab/lstm"], why: "", asked: 0 });
});

test("where no other device reaches the page a sentence says why", async () => {
  assert.deepEqual(await answered("http://localhost:8501/", { addresses: [], why: "Alone." }), { links: [], why: "Alone.", asked: 1 });
  assert.match((await answered("http://127.0.0.1:8501/", null)).why, /did not say/);
  assert.match((await answered("file:///home/me/page.html", null)).why, /on a disk/);
  bring(async () => null);
  assert.match((await answered("http://localhost:8000/page.html", null)).why, /this machine alone/);
  assert.deepEqual((await answered("https://me.example/page.html", null)).links, ["https://me.example/page.html"]);
});

const NAMES = Object.keys(CALLED);

test("a frame shows at first what is in sight, without what stands around the stage", () => {
  assert.deepEqual(ticked(NAMES, ["story"]), ["text", "examples", "pickers", "controls", "panels"]);
});

test("the link in a frame hides what is not ticked, and keeps all else that is chosen", () => {
  const fields = { text: "so be it", step: 3, open: "more,hold", hide: "story", present: "on" };
  assert.deepEqual(framed(fields, { names: NAMES, shown: ["text", "story"], served: true }),
    { text: "so be it", step: 3, open: "hold", hide: "examples,pickers,controls,panels,nav,page", embed: "true" });
  assert.deepEqual(framed({ text: "a", open: "more" }, { names: NAMES, shown: NAMES, served: false }), { text: "a" });
});

test("a frame from a disk names the file beside it, another the whole address", () => {
  assert.equal(sourceOf("file:///home/me/gatelab-watch.html?text=a+b&hide=page"), "gatelab-watch.html?text=a+b&hide=page");
  assert.equal(sourceOf("https://me.example/lab/lstm?text=a"), "https://me.example/lab/lstm?text=a");
});

test("nothing of a text can leave the attribute that it stands in", () => {
  const made = line({ source: 'https://a.example/?text="><script>&x=1', title: '\u201c<b>"</b>\u201d & more', height: 640 });
  assert.equal(made.match(/[<>]/g).length, 4); // those of the two tags
  assert.ok(made.includes('src="https://a.example/?text=&quot;&gt;&lt;script&gt;&amp;x=1" title="\u201c&lt;b&gt;&quot;&lt;/b&gt;\u201d &amp; more"'));
});

test("on a projector everything is so much larger that the smallest window which a stage is laid out for fills it", () => {
  assert.ok(Math.abs(enlarged({ width: 1280, height: 720 }) - 1.5) < 0.01);
  assert.ok(Math.abs(enlarged({ width: 1920, height: 1080 }) - 2.25) < 0.01);
  assert.ok(Math.abs(enlarged({ width: 960, height: 540 }) - 1.125) < 0.01);
  assert.equal(enlarged({ width: 390, height: 844 }), 1);
});
