// The tree of a beam search: one column a step, one line from each beginning to what was tried after it.

import { sign } from "../kit/alignment.js";
import { el, pointed, sharpen } from "../kit/dom.js";
import { on } from "../kit/palette.js";
import { number, spoken } from "../kit/words.js";
import { tr } from "../language.js";

const HIGH = 26; // height of a row, in CSS pixels
const UNLIKELY = 0.01; // dropped tokens below this probability are not drawn
const FATES = { kept: tr("kept"), dropped: tr("dropped"), ended: tr("ended"), stopped: tr("stopped") }; // of engine/beams.js

/** The nodes worth drawing: those that were gone on with, and of the dropped ones the likelier. */
export function visible(tree) {
  const shown = tree.map(({ fate, logp }) => fate !== "dropped" || Math.exp(logp) >= UNLIKELY);
  const at = new Map();
  tree.forEach((_, k) => shown[k] && at.set(k, at.size));
  return tree.filter((_, k) => shown[k]).map((node) => ({ ...node, parent: node.parent < 0 ? -1 : at.get(node.parent) }));
}

/**
 * Where each node stands: in the row of its parent where it is the first child, under all that was before it otherwise.
 *
 * @param tree [{parent, step, ...}] in the order of the steps, children of one parent the likeliest first
 * @returns - {rows: how many, places: [{x: step, y: row}]}
 */
export function arrange(tree) {
  const children = tree.map(() => []);
  const roots = [];
  tree.forEach(({ parent }, k) => (parent < 0 ? roots : children[parent]).push(k));
  const places = tree.map(({ step }) => ({ x: step, y: 0 }));
  let rows = 0;
  const place = (under) => under.forEach((k, nth) => {
    if (nth > 0) rows += 1;
    places[k].y = rows;
    place(children[k]);
  });
  place(roots);
  return { rows: tree.length ? rows + 1 : 0, places };
}

export class Tree {
  places; // [{x, y}] of the nodes
  tree; // the nodes that are shown

  /** @param hover (text, event) => void */
  constructor(hover) {
    this.canvas = el("canvas", { className: "tree", role: "img" });
    this.lane = el("div", { className: "tree-lane", tabIndex: 0, role: "group", "aria-label": tr("Tree of the beam search") }, this.canvas);
    this.element = el("section", {}, el("h3", {}, tr("The beam\u2019s tree")), el("p", { className: "quiet" }, tr("Filled: on the way to the answer. Framed: kept for a while. Faint: tried and dropped (below 0.01 not drawn). Beside each token its probability; the answer has the highest mean log probability per token.")), this.lane);
    this.canvas.addEventListener("pointermove", (event) => hover(this.#about(event), event));
    this.canvas.addEventListener("pointerleave", (event) => hover(null, event));
  }

  paint({ reading, ink }) {
    this.element.hidden = !reading.tree.length;
    if (this.element.hidden) return;
    const tree = visible(reading.tree);
    const { rows, places } = arrange(tree);
    this.wide = reading.model.unit === "words" ? 112 : 74;
    Object.assign(this, { places, tree });
    const context = sharpen(this.canvas, (tree[tree.length - 1].step + 1) * this.wide, rows * HIGH + 8);
    Object.assign(context, { textBaseline: "middle", textAlign: "left", font: `500 13px ${ink.sans}`, direction: "ltr" });
    tree.forEach((node, k) => this.#node(context, node, k, ink));
    const ended = reading.tree.filter(({ fate }) => fate === "ended").length;
    this.canvas.setAttribute("aria-label", tr("{all} beginnings were looked at, {ended} came to an end; the best is {output}", { all: reading.tree.length, ended, output: reading.output }));
  }

  #node(context, { parent, token, logp, fate, best }, k, ink) {
    const [x, y] = [this.places[k].x * this.wide, this.places[k].y * HIGH + HIGH / 2 + 4];
    context.globalAlpha = fate === "dropped" ? 0.45 : 1;
    context.strokeStyle = best ? ink.added : ink.kept;
    context.lineWidth = best ? 3 : 1.2;
    if (parent >= 0) {
      const from = this.places[parent].y * HIGH + HIGH / 2 + 4;
      context.beginPath();
      context.moveTo(x - 8, from);
      context.bezierCurveTo(x, from, x - 8, y, x + 4, y);
      context.stroke();
    }
    context.fillStyle = best ? ink.added : ink.empty;
    context.beginPath();
    context.roundRect(x + 4, y - 11, this.wide - 12, 22, 5);
    context.fill();
    context.lineWidth = 1;
    if (fate !== "dropped") context.stroke();
    context.globalAlpha = fate === "dropped" ? 0.75 : 1; // faint, but to be read
    context.fillStyle = best ? on(ink.added) : ink.text;
    context.fillText(sign(token), x + 9, y + 1, this.wide - 52);
    context.textAlign = "right";
    context.fillText(number(Math.exp(logp), 2), x + this.wide - 12, y + 1);
    context.textAlign = "left";
    context.globalAlpha = 1;
  }

  #about(event) {
    const { x: across, y: down } = pointed(event);
    const step = Math.floor(across / this.wide);
    const at = this.places.findIndex(({ x, y }) => x === step && Math.abs(y * HIGH + HIGH / 2 + 4 - down) < HIGH / 2);
    if (at < 0) return null;
    const { token, logp, total, fate, step: q } = this.tree[at];
    return tr("step {step} {token}: probability {probability}, log-probability so far {total} nats ({mean} a token), {fate}",
      { step: q + 1, token: spoken(sign(token)), probability: number(Math.exp(logp)), total: number(total), mean: number(total / (q + 1)), fate: FATES[fate] });
  }
}
