// How a class answered, drawn: a bar for each answer, or the words of the text with a bar over each; exact counts stand beside them.

import { el } from "../../kit/dom.js";
import { tr } from "../../language.js";
import { total } from "./counts.js";
import { rows } from "./rows.js";
import { letter, share, shares } from "./telling.js";

/** @import { Asked, Distribution, Row } from "./rows.js" */

/** The mark of the right answer: a sign and a word, not a color alone. */
const mark = () => el("b", { className: "answer-right" }, tr("\u2713 right"));

const bar = (percent) => el("span", { className: "answer-bar", "aria-hidden": "true" }, el("span", { style: `inline-size: ${percent}%` }));

/**
 * @param {{asked: Asked, rounds: {heading: string, distribution: Distribution}[], truth?: any}} shown one round, or two that stand side by side
 * @returns {{element: HTMLElement, rows: Row[]}}
 */
export function drawn({ asked, rounds, truth = null }) {
  const made = rows(asked, rounds.map(({ distribution }) => distribution), truth);
  const headings = rounds.map(({ heading }, k) => `${heading} (${total(made.map(({ counts }) => counts[k]))})`);
  const element = asked.kind === "point" ? words(made, headings) : bars(asked, made, headings);
  return { element, rows: made };
}

/** @param {Row[]} made */
function bars(asked, made, headings) {
  const percents = shares(made);
  if (!made.length) return el("p", { className: "answers-none" }, tr("Nobody has answered."));
  const row = ({ label, counts, right }, k) => el("div", { role: "row", className: right ? "is-right" : "" },
    el("div", { role: "rowheader" }, ...(asked.kind === "choose" ? [el("span", { className: "answer-letter" }, letter(k))] : []), el("span", {}, label), ...(right ? [mark()] : [])),
    ...counts.map((count, round) => el("div", { role: "cell" }, bar(percents[round][k]), el("span", { className: "answer-count" }, share(count, percents[round][k])))));
  const head = el("div", { role: "row", className: "answers-head" }, el("div", { role: "columnheader" }, tr("Answer")), ...headings.map((heading) => el("div", { role: "columnheader" }, heading)));
  return el("div", { role: "table", className: `answers ${headings.length > 1 ? "of-two" : ""}`, "aria-label": tr("How the class answered") }, head, ...made.map(row));
}

/** @param {Row[]} made */
function words(made, headings) {
  const percents = shares(made);
  const most = Math.max(1, ...percents.flat());
  const word = ({ label, counts, right }, k, round) => el("li", { className: right ? "is-right" : "" },
    el("span", { className: "answer-column", "aria-hidden": "true" }, el("span", { style: `block-size: ${(100 * percents[round][k]) / most}%` })),
    el("span", { className: `answer-word ${counts[round] ? "" : "is-none"}` }, label), el("span", { className: "answer-count" }, String(counts[round])), ...(right ? [mark()] : []));
  const list = (heading, round) => el("figure", {}, el("figcaption", {}, heading), el("ol", { "aria-label": tr("How the class answered") }, ...made.map((row, k) => word(row, k, round))));
  return el("div", { className: `answers-words ${headings.length > 1 ? "of-two" : ""}` }, ...headings.map(list));
}
