// How influences are read: on a log scale, and in words. Pure: no page, no server.

import { spoken } from "../words.js";

const SMALLEST = 1e-8; // what lies below is drawn at the bottom

const log = (value) => Math.log10(Math.max(SMALLEST, value));

/** 10 to the power of a whole exponent, as a label of an axis. */
const power = (exponent) => (exponent === 0 ? "1" : `1e${String(Math.round(exponent)).replace("-", "\u2212")}`);

const onLog = (title, key, range) => ({ title, range, label: power, of: (record, t) => log(record[key][t]) });

/** What the charts show: {title, range, label(value), of(record, t)}. */
export const READINGS = {
  norms: onLog("influence of each token on the last state, log scale", "norms", [-6, 2]),
  gains: onLog("gain of each single factor J", "gains", [-2, 2]),
  products: onLog("gain of all factors from there to the end", "products", [-6, 2]),
};

/** A number of any size in a few signs: 0.0123, 3.4e-7. */
export function scientific(value) {
  if (value === 0) return "0";
  const text = Math.abs(value) >= 0.001 && Math.abs(value) < 1000 ? Number(value.toPrecision(3)).toString() : value.toExponential(1);
  return text.replaceAll("-", "\u2212");
}

/** A sentence on how much the first token still counts beside the last one. */
export function fall({ name, norms, tokens }) {
  const share = norms[0] / norms[norms.length - 1];
  return `${name}: the first token, ${spoken(tokens[0])}, counts ${scientific(share)} times as much as the last.`;
}
