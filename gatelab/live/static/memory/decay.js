// How influences are read: on a log scale, and in words. Pure: no page, no server.

const SMALLEST = 1e-30; // where a logarithm ends: far below every picture

const log = (value) => Math.log10(Math.max(SMALLEST, value));
const raised = (exponent) => Array.from(String(exponent), (sign) => (sign === "-" ? "\u207B" : "\u2070\u00B9\u00B2\u00B3\u2074\u2075\u2076\u2077\u2078\u2079"[Number(sign)])).join("");

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
  norms: onLog("influence of each token on the last state", "norms", [-6, 2]),
  gains: onLog("gain of each single factor J", "gains", [-2, 2]),
  products: onLog("gain of all factors from there to the end", "products", [-6, 2]),
};

/** A number of any size in a few signs: 0.0123, 3.4·10⁻⁷; a dash where it is none. */
export function scientific(value) {
  if (!Number.isFinite(value)) return "\u2013";
  if (value === 0) return "0";
  if (Math.abs(value) >= 0.001 && Math.abs(value) < 1000) return Number(value.toPrecision(3)).toString().replace("-", "\u2212");
  const [digits, exponent] = value.toExponential(1).split("e");
  return `${digits.replace("-", "\u2212")}\u00b710${raised(Number(exponent))}`;
}

/** How much a model's last state owes to the first token, for one of what it owes to the last. */
export const fall = ({ norms }) => norms[0] / norms[norms.length - 1];
