// One line for each network that learns: its mark, its name, and how it does. Each number has its place, so that nothing moves while they change.

import { el } from "../kit/dom.js";
import { scientific } from "../kit/words.js";
import { grouped, tr } from "../language.js";

const SIGNS = "\u25CF\u25A0\u25B2";

/** The mark of network k, as it stands in the curves. */
export function mark(k, color) {
  const element = el("span", { className: "swatch", "aria-hidden": "true", "data-sign": SIGNS[k] });
  element.style.color = color;
  return element;
}

/** What stands behind a name, in parts: [text, class][]. */
export function standing({ loss, norm, scores, done, broke }, updates) {
  const { share } = scores.at(-1);
  if (broke !== null) return [[tr("every number is NaN (\u201cnot a number\u201d) since update {update}", { update: grouped(broke) }), ""]];
  const right = [tr("{share} % right", { share: Math.round(100 * share) }), "its-share"];
  if (!updates) return [[" " + tr("has learned nothing yet:") + " ", ""], right];
  return [[tr("loss {loss}", { loss: scientific(loss) }), "its-loss"], [" \u00B7 ", ""], right, [" \u00B7 ", ""], [tr("gradient {size}", { size: scientific(norm) }), "its-gradient"],
    ...(done === null ? [] : [[" \u00B7 ", ""], [tr("learned after {count} updates", { count: grouped(done) }), ""]])];
}

/** How a network does, for a screen reader. */
export function sentence({ loss, scores, broke }, network, updates) {
  const at = { network, loss: scientific(loss), percent: Math.round(100 * scores.at(-1).share) };
  if (broke !== null) return tr("{network}: not a number", at);
  return updates ? tr("{network}: loss {loss}, {percent} % right", at) : tr("{network}: nothing learned yet, {percent} % right", at);
}

export class Racers {
  constructor() {
    this.element = el("ul", { className: "racers" });
    this.entries = [];
  }

  /** Other networks, by their names. */
  begin(names) {
    this.entries = names.map((name, k) => ({ swatch: mark(k, ""), words: el("span", {}), item: el("li", {}), name, parts: "" }));
    for (const { item, swatch, words, name } of this.entries) item.append(swatch, el("b", {}, ` ${name} `), words);
    this.element.replaceChildren(...this.entries.map(({ item }) => item));
  }

  /** @param racers see `Race.standing`; @param {number} updates; @param {string[]} colors one a network */
  show(racers, updates, colors) {
    racers.forEach((racer, k) => {
      const entry = this.entries[k];
      const parts = standing(racer, updates);
      const shape = parts.map(([, kind]) => kind).join();
      if (entry.parts !== shape) entry.words.replaceChildren(...parts.map(([, kind]) => el("span", { className: kind })));
      entry.parts = shape;
      parts.forEach(([text], n) => put(entry.words.children[n], text));
      entry.item.className = racer.broke === null ? "" : "broke";
      entry.swatch.style.color = colors[k];
    });
  }
}

/** Give an element a text, where it has another. */
export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
