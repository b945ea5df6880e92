// The arithmetic of the chosen entry in numbers: query and key as strips, how their energy becomes a weight, and how the output adds up.

import { softmax } from "../kit/attentionsums.js";
import { el, math, refill } from "../kit/dom.js";
import { shade } from "../kit/palette.js";
import { listed, table } from "../kit/terms.js";
import { inner, number } from "../kit/words.js";
import { tr } from "../language.js";
import { energies, energy, energyLine, output, terms, weightLine } from "./dotproduct.js";
import { REACH } from "./headvalues.js";

const NARROW = 600; // stages narrower than this, in CSS pixels, name a strip by its letter alone
const ENTRY = 41; // least width of an entry with its number in it

const LARGEST = tr("The largest energy is subtracted from all of them first: it changes no weight.");

/** The panels; `choose` is called with a column that the visitor picks from the terms. */
export function build(choose) {
  const panel = (label) => el("section", { className: "panel", "aria-label": label });
  const [dot, weight, sum] = [panel(tr("How the energy is computed")), panel(tr("How the weight is computed")), panel(tr("How the output is computed"))];
  return {
    dot,
    below: el("div", { className: "below" }, weight, sum),
    /** Paint them for the scene of self-attention.js. */
    paint(scene) {
      dot.replaceChildren(...ofEnergy(scene, dot.clientWidth));
      refill(weight, ...ofWeight(scene, choose));
      refill(sum, ...ofOutput(scene, choose));
    },
  };
}

function ofEnergy(scene, width) {
  const { head, q, k } = scene;
  const masked = k >= head.seen(q);
  return [
    el("h3", {}, tr("Energy: how well does the key of {key} fit the query of {query}?", { key: head.key(k), query: head.query(q) })),
    el("div", { className: "strips" }, ...strips(scene, width)),
    el("p", { className: "equation" }, math("e = q^{\u22a4} k / \u221AA")),
    el("p", { className: "numbers" }, tr("The {count} products add up to {sum}. {equation}", { count: head.size, sum: number(energy(head, q, k).sum), equation: energyLine(head, q, k) })),
    ...(masked ? [el("p", { className: "told" }, tr("Masked: {row} may not look at what comes after it. This energy is left out of the softmax, and the weight is exactly 0.", { row: head.about(q) }))] : []),
  ];
}

/** Query, key and products: as many entries on a line as there is room for. */
function strips({ head, q, k, tables }, width) {
  const narrow = width < NARROW;
  const label = narrow ? 28 : 140;
  const lines = Math.ceil(head.size / Math.max(1, Math.floor((width - label) / ENTRY)));
  const each = Math.ceil(head.size / lines);
  const vectors = [
    ["q", tr("query of {token}", { token: head.query(q) }), head.row("query", q)],
    ["k", tr("key of {token}", { token: head.key(k) }), head.row("key", k)],
    ["q\u2299k", tr("product"), energy(head, q, k).products],
  ];
  return Array.from({ length: lines }, (_, line) => {
    const entries = Array.from({ length: each }, (_, place) => line * each + place);
    const heading = (entry) => (entry < head.size ? el("th", { scope: "col" }, String(entry)) : el("td"));
    const named = (letter, name) => el("th", { scope: "row", title: name, style: `width: ${label}px` }, el("b", {}, letter), ...(narrow ? [] : [` ${name}`]));
    const rows = vectors.map(([letter, name, vector]) => el("tr", {}, named(letter, name), ...entries.map((entry) => square(vector[entry], tables))));
    return el("table", { className: "strip" }, el("tbody", {}, el("tr", {}, narrow ? el("td", { style: `width: ${label}px` }) : named("", tr("entry")), ...entries.map(heading)), ...rows));
  });
}

/** One entry of a vector as a colored square; an empty one where a line is not full. */
function square(value, { diverging }) {
  const cell = el("td");
  if (value === undefined) return cell;
  const at = shade(value, [-REACH, REACH]);
  cell.textContent = number(value);
  cell.style.background = diverging.css[at];
  cell.style.color = diverging.letters[at];
  return cell;
}

function ofWeight({ head, q, k }, choose) {
  const row = energies(head, q);
  const { largest, shares, sum } = softmax(row);
  const hidden = head.columns - head.seen(q);
  const masked = tr("{count} of {columns} columns are masked and left out.", { count: hidden, columns: head.columns });
  const shown = listed(shares.map((value, column) => ({ column, value })), k);
  const label = ({ column, rest }) => (rest ? tr("{count} more", { count: rest }) : `${column + 1} ${head.key(column)}`);
  const detail = ({ column, rest }) => (rest ? "" : `exp(${number(row[column])} \u2212 ${inner(largest)})`);
  return [
    el("h3", {}, tr("Weight of {key} in the row of {query}", { key: head.key(k), query: head.query(q) })),
    el("p", { className: "equation" }, math("a_{j} = exp(e_{j}) / \u03a3_{l} exp(e_{l})")),
    table(shown.map((term) => ({ ...term, label: label(term), detail: detail(term), chosen: term.column === k })), { name: tr("sum"), value: sum }, choose, (value) => number(value)),
    el("p", { className: "numbers" }, k < head.seen(q) ? weightLine(head, q, k) : tr("{token} is masked: weight exactly 0", { token: head.key(k) })),
    el("p", { className: "quiet" }, hidden ? `${masked} ${LARGEST}` : LARGEST),
  ];
}

function ofOutput({ head, q, k, entry }, choose) {
  const shown = listed(terms(head, q, entry), k);
  const label = ({ column, rest }) => (rest ? tr("{count} more", { count: rest }) : `${column + 1} ${head.key(column)}`);
  const detail = ({ weight, of, rest }) => (rest ? "" : `${number(weight)} \u00d7 ${inner(of)}`);
  return [
    el("h3", {}, tr("Output of {token}, entry {entry}", { token: head.query(q), entry })),
    el("p", { className: "equation" }, math("o = \u03a3_{j} a_{j} v_{j}")),
    table(shown.map((term) => ({ ...term, label: label(term), detail: detail(term), chosen: term.column === k })), { name: tr("output"), value: output(head, q)[entry] }, choose),
    el("p", { className: "quiet" }, tr("Every number is rounded to three decimals only when it is printed, so the last one may differ from a sum of rounded ones.")),
  ];
}
