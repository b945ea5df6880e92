// How the networks learn, as curves: the loss, what they get right, and the gradient's way back through the string below.

import { el } from "../kit/dom.js";
import { grouped, tr } from "../language.js";
import { AXES, draw, figure } from "./curves.js";
import { put } from "./racers.js";

export class Charts {
  constructor() {
    this.loss = figure(tr("Loss on a log scale: lower is better"), tr("The loss of each network after each update"));
    this.right = figure(tr("Right on unseen strings"), tr("The share of unseen strings that each network gets right"));
    this.gradient = figure(tr("The gradient\u2019s way back"), tr("How large the gradient of the loss is at each step of the string below"),
      tr("How much a small change of the state at each step would change the loss; it is computed from the last step back. Where a line falls far towards the left, the gradient has vanished: the network cannot learn from what stands there. Where it is low everywhere, little is left to learn."));
    this.element = el("div", { className: "pair" }, this.loss.element, this.right.element, this.gradient.element);
  }

  /** CSS pixels of a curve, and of one that is as wide as all. */
  get widths() {
    return { pair: this.loss.element.clientWidth, whole: this.element.clientWidth };
  }

  /**
   * The curves over the updates.
   *
   * @param told what the worker told last; @param task `Task`
   * @param scene - {widths, ink, colors: one a network, at: the update that is looked at, or null, several: whether a string asks for several answers}
   */
  learned({ standing: { updates, racers }, guess }, task, { widths: { pair: width }, ink, colors, at, several }) {
    const most = Math.max(100, updates);
    const scene = { width, height: 200, ink, most, to: tr("{count} updates", { count: grouped(most) }), at };
    const levels = [{ value: guess, label: tr("always the same answer") }, ...(task.done ? [{ value: task.done, label: tr("done") }] : [])];
    draw(this.loss.canvas, { ...scene, axis: AXES.loss, levels, lines: racers.map(({ losses }, k) => ({ points: losses, color: colors[k], place: k })) });
    draw(this.right.canvas, { ...scene, axis: AXES.share, levels: [], lines: racers.map(({ scores }, k) => ({ points: scores.map(({ update, share }) => [update, share]), color: colors[k], place: k })) });
    put(this.right.heading, judged(task, several));
  }

  /**
   * The curves over the steps of the string.
   *
   * @param way of each network the norms of the gradient, {h, c}; null where they are not known
   * @param scene - {widths, ink, colors, cursor: the chosen step; -1 for none}
   */
  wayBack(way, { widths: { whole: width }, ink, colors, cursor }) {
    this.gradient.element.hidden = !way;
    if (!way) return;
    const points = (norms) => Array.from(norms, (value, t) => [t, value]);
    const lines = way.flatMap(({ h, c }, k) => [
      { points: points(h), color: colors[k], place: k, thin: false },
      ...(c ? [{ points: points(c), color: colors[k], place: 4, thin: true }] : []),
    ]);
    const most = Math.max(1, way[0].h.length - 1);
    draw(this.gradient.canvas, { width, height: 150, axis: AXES.gradient, ink, most, lines, from: tr("step 1"), to: tr("step {step}", { step: most + 1 }), at: cursor >= 0 ? cursor : null });
    put(this.gradient.heading, way.some(({ c }) => c)
      ? tr("The gradient\u2019s way back through the string below: |dL/dh| at each step, and |dL/dc| (thin dashes)")
      : tr("The gradient\u2019s way back through the string below: |dL/dh| at each step"));
  }
}

/** What the right curve counts. */
function judged({ list, whole }, several) {
  const strings = list && !list.apart ? tr("the same strings (too few to keep some unseen)") : tr("unseen strings");
  if (!whole) return tr("Right on {strings}, of all answers", { strings });
  return several ? tr("Right on {strings}: every answer in a string", { strings }) : tr("Right on {strings}", { strings });
}
