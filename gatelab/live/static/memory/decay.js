// How influences are read: on a log scale, and in words. Pure: no page, no server.

import { raised } from "../kit/words.js";
import { tr } from "../language.js";

const SMALLEST = 1e-30; // where a logarithm ends: far below every picture

const log = (value) => Math.log10(Math.max(SMALLEST, value));

/** 10 to the power of a whole exponent: 0.01, 1, 100, 10⁻⁶. */
const power = (exponent) => (Math.abs(exponent) <= 2 ? String(10 ** exponent) : `10${raised(exponent)}`);

const onLog = (title, key, [low, high]) => ({
  title,
  range: [low, high],
  label: (exponent) => `${exponent === low ? "\u2264\u2009" : exponent === high ? "\u2265\u2009" : ""}${power(exponent)}`,
  of: (record, t) => log(record[key][t]),
});

/** What the charts show: {title, range, label(value), of(record, t)}. */
export const READINGS = {
  norms: onLog(tr("influence of each token on the last state"), "norms", [-6, 2]),
  gains: onLog(tr("gain of each single factor J"), "gains", [-2, 2]),
  products: onLog(tr("gain of all factors from there to the end"), "products", [-6, 2]),
};

/** How much a model's last state owes to the first token, for one of what it owes to the last. */
export const fall = ({ norms }) => norms[0] / norms[norms.length - 1];
