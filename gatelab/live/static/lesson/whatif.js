// One slider for two gates: what a coupled cell would hold if its forget gate stood elsewhere at this one step.

import { el } from "../kit/dom.js";
import { inner, labelled, number } from "../kit/words.js";
import { tr } from "../language.js";

/** What is carried if f is moved: i, c and h follow; the candidate and the output gate stay as they were. Pure. */
export function moved(values, f) {
  const i = 1 - f;
  const [fc, ig] = [f * values["c-"], i * values.g];
  const c = fc + ig;
  return { ...values, f, i, fc, ig, c, tc: Math.tanh(c), h: values.o * Math.tanh(c) };
}

export class WhatIf {
  /** @param on - {f(value or null)}: null gives the gate back */
  constructor(on) {
    this.slider = el("input", { type: "range", min: 0, max: 1, step: 0.01, "aria-label": tr("Forget gate, if it stood elsewhere"), oninput: () => on.f(Number(this.slider.value)) });
    this.said = el("output", {});
    this.back = el("button", { type: "button", onclick: () => on.f(null) }, tr("Its own"));
    this.gate = el("span", {});
    this.element = el("div", { className: "whatif" }, el("label", { className: "field" }, this.gate, this.slider), this.said, this.back);
  }

  /** @param written the letters (kit/notation.js) */
  show(values, isMoved, written) {
    const { f, i, g, c } = values;
    const [keep, write, memory] = ["f", "i", "c"].map((name) => written.plain(name));
    this.gate.textContent = tr("one slider, two gates: {letter}", { letter: keep });
    if (this.slider.getRootNode().activeElement !== this.slider || !isMoved) this.slider.value = f;
    const gates = `${keep} = ${number(f, 2)}, ${write} = 1 \u2212 ${keep} = ${number(i, 2)}`;
    const equation = labelled(gates, `${memory} = ${number(f, 2)} \u00d7 ${inner(values["c-"], 2)} + ${number(i, 2)} \u00d7 ${inner(g, 2)} = ${number(c, 2)}`);
    this.said.textContent = isMoved ? tr("{equation} (what if: later steps are as the model read them)", { equation }) : equation;
    this.back.disabled = !isMoved;
  }
}
