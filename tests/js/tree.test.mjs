import assert from "node:assert/strict";
import test from "node:test";

import { arrange, visible } from "../../gatelab/live/static/attention/tree.js";
import { random } from "./madeup.mjs";
import { tree } from "./madeupattention.mjs";

/** A tree with any number of children under any node, in the order of the steps. */
function wild(seed) {
  const next = random(seed);
  const upTo = (most) => Math.floor(((next() + 1) / 2) * (most + 1));
  const nodes = [];
  let live = [-1];
  for (let step = 0; step < 6 && live.length; step += 1) {
    const born = live.flatMap((parent) => Array.from({ length: (step === 0) + upTo(3) }, () => nodes.push({ parent, step }) - 1));
    live = born.filter(() => next() > -0.5);
  }
  return nodes;
}

const SEEDS = Array.from({ length: 20 }, (_, k) => k + 1);
const BEAMS = SEEDS.slice(0, 8).flatMap((seed) => [2, 3, 5].map((width) => tree(seed, width)));
const TREES = [...SEEDS.map(wild), ...BEAMS, ...BEAMS.map(visible)];

const children = (nodes, parent) => nodes.flatMap((node, k) => (node.parent === parent ? [k] : []));

/** Whether node k is `above` or comes after it. */
function under(nodes, k, above) {
  for (let at = k; at >= 0; at = nodes[at].parent) if (at === above) return true;
  return false;
}

test("the random trees are of many kinds", () => {
  const counts = TREES.map((nodes) => nodes.length);
  assert.ok(Math.min(...counts) < 4 && Math.max(...counts) > 60, `${counts}`);
  for (const roots of [1, 2, 3, 4]) assert.ok(TREES.some((nodes) => children(nodes, -1).length === roots), `${roots} roots`);
});

test("each node stands in the column of its step, and no two of a step share a row", () => {
  for (const nodes of TREES) {
    const { places } = arrange(nodes);
    assert.deepEqual(places.map(({ x }) => x), nodes.map(({ step }) => step));
    assert.equal(new Set(places.map(({ x, y }) => `${x} ${y}`)).size, nodes.length);
  }
});

test("a first child stands in the row of its parent, and the first beginning in the first row", () => {
  for (const nodes of TREES) {
    const { places } = arrange(nodes);
    assert.equal(places[0].y, 0);
    for (let k = 0; k < nodes.length; k += 1) {
      const [first] = children(nodes, k);
      if (first !== undefined) assert.equal(places[first].y, places[k].y, `node ${first} after ${k}`);
    }
  }
});

test("a later child lies below all that came of its earlier siblings", () => {
  for (const nodes of TREES) {
    const { places } = arrange(nodes);
    for (let parent = -1; parent < nodes.length; parent += 1)
      children(nodes, parent).forEach((child, nth, siblings) => {
        for (const earlier of siblings.slice(0, nth))
          for (let k = earlier; k < nodes.length; k += 1) if (under(nodes, k, earlier)) assert.ok(places[k].y < places[child].y, `node ${k} for ${child}`);
      });
  }
});

test("there are as many rows as leaves, and none is empty", () => {
  for (const nodes of TREES) {
    const { rows, places } = arrange(nodes);
    const parents = new Set(nodes.map(({ parent }) => parent));
    assert.equal(rows, nodes.filter((_, k) => !parents.has(k)).length);
    assert.deepEqual([...new Set(places.map(({ y }) => y))].sort((a, b) => a - b), Array.from({ length: rows }, (_, y) => y));
  }
});

test("an empty tree has no rows and nothing to draw", () => {
  assert.deepEqual(arrange([]), { rows: 0, places: [] });
  assert.deepEqual(visible([]), []);
});

test("what was gone on with is drawn however unlikely, of what was dropped only the likelier, in the same order", () => {
  let unlikely = 0;
  for (const nodes of BEAMS) {
    const rare = nodes.map((node, k) => ({ ...node, name: k, ...(node.fate !== "dropped" && k % 3 === 0 && { logp: -30 }) }));
    const expected = rare.filter(({ fate, logp }) => ["kept", "ended", "stopped"].includes(fate) || logp >= Math.log(0.01));
    assert.deepEqual(visible(rare).map(({ name }) => name), expected.map(({ name }) => name));
    unlikely += rare.length - expected.length;
  }
  assert.ok(unlikely > 50, `only ${unlikely} nodes are not drawn`);
  for (const fate of ["kept", "ended", "stopped", "dropped"]) assert.ok(BEAMS.some((nodes) => nodes.some((node) => node.fate === fate)), fate);
});

test("a dropped token is drawn from a probability of 0.01 on", () => {
  const shown = (chance) => visible([{ parent: -1, step: 0, fate: "dropped", logp: Math.log(chance) }]).length;
  assert.deepEqual([1, 0.0101, 0.0099, 1e-9].map(shown), [1, 1, 0, 0]);
});

test("each node that is drawn comes after the parent it had, and keeps all else", () => {
  for (const nodes of BEAMS) {
    const named = nodes.map((node, k) => ({ ...node, name: k }));
    const copy = structuredClone(named);
    const drawn = visible(named);
    for (const node of drawn) {
      assert.equal(node.parent < 0 ? -1 : drawn[node.parent].name, named[node.name].parent);
    }
    assert.deepEqual(drawn.map((node) => ({ ...node, parent: named[node.name].parent })), drawn.map(({ name }) => named[name]));
    assert.deepEqual(named, copy, "the tree itself is left alone");
  }
});

test("the way to the best answer is drawn whole", () => {
  for (const nodes of BEAMS) {
    const drawn = visible(nodes);
    const way = drawn.filter(({ best }) => best);
    assert.deepEqual(way.map(({ step }) => step), Array.from({ length: way.length }, (_, step) => step));
    way.forEach((node, step) => assert.equal(node.parent, step ? drawn.indexOf(way[step - 1]) : -1));
    assert.equal(way.length, nodes.filter(({ best }) => best).length);
  }
});
