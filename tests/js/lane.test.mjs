import assert from "node:assert/strict";
import test from "node:test";

import { Busy, Lane, overHttp, Refusal } from "../../gatelab/live/static/lane.js";
import { Record } from "../../gatelab/live/static/record.js";
import { cheap, model, random } from "./madeup.mjs";

const settle = () => new Promise((resolve) => setImmediate(resolve));
const refusal = () => new Refusal({ field: "text", rule: "at most 3 characters", got: "4 characters" });

/** A lane over a server that answers when the test says so, on a clock that the test moves. */
function lane(t, { held = () => 0, painted = () => true, ...more } = {}) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const seen = { calls: [], painted: [], statuses: [], most: 0 };
  let under = 0;
  const send = (body, signal, arrived) =>
    new Promise((resolve, reject) => {
      seen.most = Math.max(seen.most, (under += 1));
      const ends = (how) => async (what) => {
        if (!call.ended) under -= 1;
        call.ended = true;
        how(what);
        await settle();
      };
      const call = { ...body, signal, ended: false, answer: ends(resolve), fail: ends(reject), arrived };
      signal.addEventListener("abort", () => call.fail(signal.reason));
      seen.calls.push(call);
    });
  const lane = new Lane({
    send,
    held,
    painted: (answer, text) => {
      const fits = painted(answer, text);
      if (fits) seen.painted.push(text);
      return fits;
    },
    status: (state, message) => seen.statuses.push(message ? `${state}: ${message}` : state),
    ...more,
  });
  const pass = async (ms) => {
    t.mock.timers.tick(ms);
    await settle();
  };
  return { lane, seen, pass, want: (text) => lane.want("m", text), texts: () => seen.calls.map(({ text }) => text) };
}

test("what was typed is asked for at once, with the steps that are held", (t) => {
  const { lane: on, seen } = lane(t, { held: (model, tokens) => (model === "prose" ? tokens.length - 1 : 0) });
  on.want("prose", "a\u{1F44D}b");
  const [{ model, text, have }] = seen.calls;
  assert.deepEqual({ model, text, have }, { model: "prose", text: "a\u{1F44D}b", have: 2 });
});

test("answers that come in order are all painted", async (t) => {
  const { seen, want } = lane(t);
  for (const text of ["a", "ab", "abc"]) want(text);
  for (const call of seen.calls) await call.answer();
  assert.deepEqual(seen.painted, ["a", "ab", "abc"]);
  assert.equal(seen.calls.length, 3);
});

test("an older answer never paints over a newer one", async (t) => {
  const { seen, want } = lane(t);
  for (const text of ["a", "ab", "abc"]) want(text);
  for (const k of [1, 0, 2]) await seen.calls[k].answer();
  assert.deepEqual(seen.painted, ["ab", "abc"]);
});

test("at most three requests are under way, and of what is typed meanwhile only the last is asked for", async (t) => {
  const { seen, want, texts } = lane(t);
  for (const text of ["a", "ab", "abc", "abcd", "abcde", "abcdef"]) want(text);
  assert.deepEqual(texts(), ["a", "ab", "abc"]);
  await seen.calls[0].answer();
  assert.deepEqual(texts(), ["a", "ab", "abc", "abcdef"]);
  for (const call of seen.calls.slice(1)) await call.answer();
  assert.equal(seen.calls.length, 4);
  assert.equal(seen.most, 3);
  assert.equal(seen.painted.at(-1), "abcdef");
});

test("after a lost request the newest text is asked for again, and live comes back", async (t) => {
  const { seen, want, texts, pass } = lane(t);
  want("a");
  await seen.calls[0].fail(new TypeError("network"));
  assert.deepEqual(seen.statuses, ["reconnecting"]);
  want("ab");
  want("abc");
  assert.deepEqual(texts(), ["a"]); // not before the pause is over
  await pass(250);
  assert.deepEqual(texts(), ["a", "abc"]);
  await seen.calls[1].answer();
  assert.deepEqual(seen.statuses, ["reconnecting", "live"]);
  assert.deepEqual(seen.painted, ["abc"]);
  await pass(60_000);
  assert.equal(seen.calls.length, 2);
});

test("the pauses between new tries grow to two seconds, and are short again after an answer", async (t) => {
  const { seen, want, pass } = lane(t);
  want("a");
  for (const pause of [250, 500, 1000, 2000, 2000, 2000]) {
    const tries = seen.calls.length;
    await seen.calls.at(-1).fail(new Error("HTTP 502"));
    await pass(pause - 1);
    assert.equal(seen.calls.length, tries);
    await pass(1);
    assert.equal(seen.calls.length, tries + 1);
  }
  await seen.calls.at(-1).answer();
  want("ab");
  const tries = seen.calls.length;
  await seen.calls.at(-1).fail(new Error("HTTP 502"));
  await pass(250);
  assert.equal(seen.calls.length, tries + 1);
});

test("three requests that are lost together are asked for again once", async (t) => {
  const { seen, want, texts, pass } = lane(t);
  for (const text of ["a", "ab", "abc", "abcd"]) want(text);
  for (const call of seen.calls.slice()) await call.fail(new TypeError("network"));
  await pass(250);
  assert.deepEqual(texts(), ["a", "ab", "abc", "abcd"]);
  assert.equal(seen.most, 3);
});

test("a request that is lost after a newer one was answered is not missed", async (t) => {
  const { seen, want, pass } = lane(t);
  want("a");
  want("ab");
  await seen.calls[1].answer();
  await seen.calls[0].fail(new TypeError("network"));
  await pass(60_000);
  assert.deepEqual(seen.statuses, ["live"]);
  assert.equal(seen.calls.length, 2);
});

test("a request without an answer is given up after four seconds and made again", async (t) => {
  const { seen, want, pass } = lane(t);
  want("a");
  await pass(3999);
  assert.equal(seen.calls[0].signal.aborted, false);
  await pass(1);
  assert.equal(seen.calls[0].signal.aborted, true);
  assert.equal(seen.statuses.at(-1), "reconnecting");
  await pass(250);
  await seen.calls[1].answer();
  assert.deepEqual(seen.painted, ["a"]);
  assert.equal(seen.statuses.at(-1), "live");
});

test("a slow answer is said to be late after a second, and still painted", async (t) => {
  const { seen, want, pass } = lane(t);
  want("a");
  await pass(999);
  assert.deepEqual(seen.statuses, []);
  await pass(1);
  assert.deepEqual(seen.statuses, ["reconnecting"]);
  await seen.calls[0].answer();
  assert.deepEqual(seen.statuses, ["reconnecting", "live"]);
  assert.deepEqual(seen.painted, ["a"]);
});

test("a request that was answered is not given up later", async (t) => {
  const { seen, want, pass } = lane(t);
  want("a");
  await seen.calls[0].answer();
  await pass(60_000);
  assert.equal(seen.calls[0].signal.aborted, false);
});

test("a refusal is shown and not tried again, and the next text is asked for", async (t) => {
  const { seen, want, pass } = lane(t);
  want("abcd");
  await seen.calls[0].fail(refusal());
  await pass(60_000);
  assert.deepEqual(seen.statuses, ["refused: text must be at most 3 characters: got 4 characters"]);
  assert.equal(seen.calls.length, 1);
  want("abc");
  await seen.calls[1].answer();
  assert.equal(seen.statuses.at(-1), "live");
  assert.deepEqual(seen.painted, ["abc"]);
});

test("where the server has too much to do it is asked again when it says, and the visitor hears why it takes long", async (t) => {
  const { seen, want, pass } = lane(t);
  t.mock.method(Math, "random", () => 0.5); // each page waits up to twice as long, so that not all come back together
  want("abc");
  await seen.calls[0].fail(new Busy(3000));
  assert.match(seen.statuses.at(-1), /^slow: many ask this server/);
  await pass(4499);
  assert.equal(seen.calls.length, 1);
  await pass(1);
  await seen.calls[1].answer();
  assert.deepEqual([seen.painted, seen.statuses.at(-1)], [["abc"], "live"]);
});

test("over HTTP a 429 says when to ask again", async (t) => {
  const made = requests(t);
  for (const [header, after] of [["3", 3000], [null, 1000]]) {
    const answered = overHttp("/", JSON.parse)({}, signal).catch((error) => error);
    const request = made.pop();
    request.getResponseHeader = () => header;
    request.answer(429, "");
    const busy = await answered;
    assert.ok(busy instanceof Busy && busy.after === after);
  }
});

test("a refusal of what is no longer wanted is not shown", async (t) => {
  const { seen, want } = lane(t);
  want("abcd");
  want("abc");
  await seen.calls[0].fail(refusal());
  await seen.calls[1].answer();
  assert.deepEqual(seen.statuses, ["live"]);
});

test("an answer that does not fit is asked for anew, with what is held by then", async (t) => {
  let held = 5;
  const { seen, want } = lane(t, { held: () => held, painted: (answer) => answer === "fits" });
  want("abcdef");
  held = 2;
  await seen.calls[0].answer("begins too late");
  assert.deepEqual(seen.calls.map(({ text, have }) => [text, have]), [["abcdef", 5], ["abcdef", 2]]);
  await seen.calls[1].answer("fits");
  assert.deepEqual(seen.painted, ["abcdef"]);
  assert.equal(seen.calls.length, 2);
});

test("an answer that does not fit is left alone where a newer one is under way", async (t) => {
  const { seen, want } = lane(t, { painted: (answer) => answer === "fits" });
  want("a");
  want("ab");
  await seen.calls[0].answer("begins too late");
  assert.equal(seen.calls.length, 2);
  await seen.calls[1].answer("fits");
  assert.deepEqual(seen.painted, ["ab"]);
});

test("after close nothing is painted, said or tried again", async (t) => {
  const { lane: on, seen, want, pass } = lane(t);
  for (const text of ["a", "ab", "abc", "abcd"]) want(text);
  on.close();
  await seen.calls[0].answer();
  await seen.calls[1].fail(new TypeError("network"));
  await pass(60_000);
  assert.deepEqual([seen.painted, seen.statuses, seen.calls.length], [[], [], 3]);
});

test("close ends the wait for a new try", async (t) => {
  const { lane: on, seen, want, pass } = lane(t);
  want("a");
  await seen.calls[0].fail(new TypeError("network"));
  on.close();
  await pass(60_000);
  assert.equal(seen.calls.length, 1);
});

test("after close a refusal is not shown", async (t) => {
  const { lane: on, seen, want } = lane(t);
  want("abcd");
  on.close();
  await seen.calls[0].fail(refusal());
  assert.deepEqual(seen.statuses, []);
});

test("after close nothing can be asked for", (t) => {
  const { lane: on, seen, want } = lane(t);
  on.close();
  want("a");
  assert.equal(seen.calls.length, 0);
});

test("a refusal stays when an older text is answered after it", async (t) => {
  const { seen, want } = lane(t);
  want("abc");
  want("abcd");
  await seen.calls[1].fail(refusal());
  await seen.calls[0].answer();
  assert.match(seen.statuses.at(-1), /^refused/);
});

test("what was refused is not asked for again because an older request was lost", async (t) => {
  const { seen, want, pass, texts } = lane(t);
  want("abc");
  want("abcd");
  await seen.calls[1].fail(refusal());
  await seen.calls[0].fail(new TypeError("network"));
  await pass(60_000);
  assert.deepEqual(texts(), ["abc", "abcd"]);
});

test("an answer is not given up while its bytes come, however long that takes", async (t) => {
  const { seen, want, pass } = lane(t);
  want("a");
  for (let k = 1; k <= 20; k += 1) {
    await pass(3900);
    seen.calls[0].arrived(1000 * k, 20_000);
  }
  assert.equal(seen.calls.length, 1);
  await pass(3999);
  assert.equal(seen.calls[0].signal.aborted, false);
  await pass(1);
  assert.equal(seen.calls[0].signal.aborted, true);
});

test("a request is not given up while the line is busy with another", async (t) => {
  const { seen, want, pass } = lane(t);
  want("a");
  want("ab");
  for (let k = 1; k <= 20; k += 1) {
    await pass(1000);
    seen.calls[0].arrived(1000 * k, 20_000);
  }
  assert.equal(seen.calls[1].signal.aborted, false);
  await pass(4000);
  assert.ok(seen.calls.slice(0, 2).every(({ signal }) => signal.aborted));
});

test("a slow answer says once a second how much of it is here, and a line without a byte that it is silent", async (t) => {
  const { seen, want, pass } = lane(t);
  want("a");
  for (let k = 1; k <= 8; k += 1) {
    await pass(400);
    seen.calls[0].arrived(10_000 * k, 120_000);
  }
  assert.deepEqual(seen.statuses, ["slow: slow connection: 30 kB of 120 kB", "slow: slow connection: 60 kB of 120 kB"]);
  await pass(2500);
  assert.equal(seen.statuses.at(-1), "reconnecting");
  seen.calls[0].arrived(81_000, null);
  assert.equal(seen.statuses.at(-1), "slow: slow connection: 81 kB");
  await seen.calls[0].answer();
  assert.equal(seen.statuses.at(-1), "live");
});

test("while an answer comes slowly nothing else is asked for, then only the newest text", async (t) => {
  const { seen, want, texts, pass } = lane(t);
  want("a");
  for (let k = 1; k <= 10; k += 1) {
    await pass(100);
    seen.calls[0].arrived(1000 * k, 90_000);
  }
  for (const text of ["ab", "abc", "abcd"]) want(text);
  assert.deepEqual(texts(), ["a"]);
  await seen.calls[0].answer();
  assert.deepEqual(texts(), ["a", "abcd"]);
  want("abcde");
  assert.deepEqual(texts(), ["a", "abcd"]);
  await seen.calls[1].answer(); // all at once: the line is quick again
  for (const text of ["b", "bc"]) want(text);
  assert.deepEqual(texts(), ["a", "abcd", "abcde", "b", "bc"]);
});

// Long texts in pieces, over a line with a speed. What is held and painted as in watch/watch.js, `cheap` for the server.

const STEP = 2000; // bytes that a step takes

/** A lane whose answers take `latency` ms and then come at `speed` bytes a ms; `run(ms, every)` lets time pass and calls `every` each 100 ms. */
function line(t, { speed, latency }) {
  const record = new Record(rnn);
  const made = lane(t, {
    pieces: 24,
    held: (_, tokens) => record.shared(tokens),
    painted: (answer, text) => record.apply(answer, text),
  });
  const { seen, pass } = made;
  const since = new Map();
  const serve = async (now) => {
    for (const call of seen.calls.filter(({ ended }) => !ended)) {
      if (!since.has(call)) since.set(call, now);
      const whole = cheap(rnn, call.text, call.have);
      const steps = Math.min(call.most ?? Infinity, whole.metadata.tokens.length);
      const all = STEP * steps;
      const here = Math.min(all, Math.max(0, (now - since.get(call) - latency) * speed));
      if (here) call.arrived?.(here, all);
      if (here < all || now - since.get(call) < latency) continue;
      const beginning = Array.from(call.text).slice(0, call.have + steps).join("");
      const piece = cheap(rnn, beginning, call.have);
      await call.answer({ ...piece, metadata: { ...piece.metadata, left: call.have + whole.metadata.tokens.length - piece.metadata.steps } });
    }
  };
  const run = async (ms, every = () => {}) => {
    for (let now = 0; now < ms; now += 20) {
      if (now % 100 === 0) every(now);
      await pass(20);
      await serve(Date.now());
    }
  };
  return { ...made, record, run, steps: () => seen.calls.map(({ most }) => most) };
}

test("on a slow line a long text comes in pieces of about a second, and the visitor sees how far it is", async (t) => {
  const { seen, record, run, want } = line(t, { speed: 50, latency: 300 });
  want("abc".repeat(50));
  await run(2000);
  assert.ok(record.steps >= 20 && record.steps < 60, `${record.steps} steps after two seconds`);
  await run(8000);
  assert.equal(record.text, "abc".repeat(50));
  assert.ok(seen.calls.length <= 8 && seen.calls.every(({ signal }) => !signal.aborted), `${seen.calls.length} requests`);
  assert.ok(seen.statuses.some((said) => /^slow: slow connection: \d+ of 150 steps$/.test(said)), seen.statuses.join());
  assert.ok(!seen.statuses.includes("reconnecting"));
  assert.equal(seen.statuses.at(-1), "live");
});

test("on a quick line a long text comes in a few pieces, however far away the server is, and nothing is said", async (t) => {
  const { seen, record, run, want } = line(t, { speed: 5000, latency: 300 });
  want("abc".repeat(600));
  await run(2500);
  assert.equal(record.steps, 1800);
  assert.ok(seen.calls.length <= 4, `${seen.calls.length} requests`);
});

test("on a slow line something new is painted every few seconds, however fast the visitor types", async (t) => {
  const { seen, record, run, want } = line(t, { speed: 20, latency: 300 });
  let [text, painted, longest, last] = ["", 0, 0, Date.now()];
  await run(60_000, (now) => {
    text += "abc"[now % 3];
    want(now % 5000 < 2500 ? text : `a${text}`); // and edits the beginning now and then
    if (seen.painted.length > painted) [painted, last] = [seen.painted.length, Date.now()];
    longest = Math.max(longest, Date.now() - last);
  });
  assert.ok(longest < 4000, `nothing painted for ${longest} ms`);
  assert.ok(seen.calls.every(({ signal }) => !signal.aborted));
  await run(300_000);
  assert.equal(record.text, `a${text}`);
});

test("after the last piece a key costs one step again, and is not waited for", async (t) => {
  const { seen, record, run, want } = line(t, { speed: 50, latency: 300 });
  const text = "abc".repeat(20);
  want(text);
  await run(10_000);
  want(`${text}a`);
  await run(500);
  assert.deepEqual([seen.calls.at(-1).have, record.steps], [60, 61]);
  const before = seen.calls.length;
  for (const more of ["ab", "abc"]) want(text + more);
  assert.equal(seen.calls.length, before + 2);
  await run(1000);
  assert.equal(record.text, `${text}abc`);
});

// The lane, a record and a bad network together; `painted` as in stage.js.

const rnn = model("rnn", 2);

for (const seed of [1, 2, 3, 4, 5])
  test(`whatever the network does, in the end the trace is that of the last text (${seed})`, async (t) => {
    const record = new Record(rnn);
    const next = random(seed);
    const below = (n) => Math.floor(((next() + 1) / 2) * n);
    const { lane: on, seen, want, pass } = lane(t, {
      held: (_, tokens) => record.shared(tokens),
      painted: (answer, text) => {
        if (record.shared(Array.from(text)) < answer.metadata.have) return false;
        record.apply(answer);
        return true;
      },
    });
    const open = () => seen.calls.filter((call) => !call.ended);
    const end = (call, lost) => (lost ? call.fail(new TypeError("network")) : call.answer(cheap(rnn, call.text, call.have)));
    let text = "";
    for (let k = 0; k < 300; k += 1) {
      const what = below(10);
      if (what < 5) {
        const at = what < 3 ? Array.from(text).length : below(Array.from(text).length + 1); // mostly at the end
        const kept = Array.from(text).slice(0, at).join("");
        text = below(4) ? kept + ["a", "b", "\u{1F44D}"][below(3)] : kept;
        want(text);
      } else if (what < 9 && open().length) await end(open()[below(open().length)], below(5) === 0);
      else await pass(below(600));
    }
    for (let k = 0; k < 50; k += 1) {
      for (const call of open()) await end(call, false);
      await pass(2000);
    }
    const whole = cheap(rnn, text);
    assert.equal(record.text, text);
    assert.deepEqual(record.arrays.h.data.slice(0, 2 * record.steps), whole.tensors.h.data);
    assert.ok(seen.most <= 3 && seen.painted.length > 20, `${seen.most} at once, ${seen.painted.length} painted`);
    assert.equal(seen.statuses.at(-1), "live");
    on.close();
  });

/** Requests of a browser, which the test answers; restored when it is over. */
function requests(t) {
  const made = [];
  globalThis.XMLHttpRequest = class {
    upload = {};
    headers = {};
    getResponseHeader = () => null;
    open = (method, url) => Object.assign(this, { method, url });
    setRequestHeader = (name, value) => (this.headers[name] = value);
    send = (body) => made.push(Object.assign(this, { body }));
    abort = () => this.onabort();
    answer = (status, content) => (Object.assign(this, { status, response: new Uint8Array(Buffer.from(content)).buffer }), this.onload());
  };
  t.after(() => delete globalThis.XMLHttpRequest);
  return made;
}

const { signal } = new AbortController();

test("over HTTP the question is JSON and the answer is parsed", async (t) => {
  const made = requests(t);
  const asked = { model: "m", text: "a\u{1F44D}", have: 1 };
  const parsed = overHttp("/live/trace", (bytes) => bytes.byteLength)(asked, signal);
  const [request] = made;
  assert.deepEqual([request.url, request.method, request.headers["Content-Type"]], ["/live/trace", "POST", "application/json"]);
  assert.deepEqual(JSON.parse(request.body), asked);
  request.answer(200, Uint8Array.of(1, 2, 3));
  assert.equal(await parsed, 3);
});

test("over HTTP a request that is given up is aborted", async (t) => {
  const [made, giving] = [requests(t), new AbortController()];
  const answered = overHttp("/", null)({}, giving.signal);
  t.mock.method(made[0], "abort");
  giving.abort();
  await assert.rejects(answered);
  assert.equal(made[0].abort.mock.callCount(), 1);
});

test("over HTTP every byte that comes is told, and the way up as well", (t) => {
  const [made, told] = [requests(t), []];
  overHttp("/", null)({}, signal, (...bytes) => told.push(bytes));
  made[0].upload.onprogress({ loaded: 9, total: 99, lengthComputable: true });
  made[0].onprogress({ loaded: 10 });
  made[0].getResponseHeader = (name) => (name === "X-Uncompressed-Length" ? "30" : null);
  made[0].onprogress({ loaded: 20 });
  assert.deepEqual(told, [[0, null], [10, null], [20, 30]]);
});

test("over HTTP a 4xx is a refusal that says what is wrong, a 5xx is not", async (t) => {
  const about = { field: "text", rule: "at most 2000 characters", got: "2001 characters" };
  const made = requests(t);
  const outcome = (status, content) => {
    const answered = overHttp("/", JSON.parse)({}, signal).catch((error) => error);
    made.pop().answer(status, content);
    return answered;
  };
  const refused = await outcome(422, JSON.stringify(about));
  assert.ok(refused instanceof Refusal);
  assert.equal(refused.message, "text must be at most 2000 characters: got 2001 characters");
  for (const [status, content] of [[503, JSON.stringify(about)], [404, "<html>"], [200, "cut"]]) {
    const failed = await outcome(status, content);
    assert.ok(failed instanceof Error && !(failed instanceof Refusal), status);
  }
});
