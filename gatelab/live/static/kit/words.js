// How tokens and numbers are written.

import { isolated, tr } from "../language.js";

const VISIBLE = { __proto__: null, " ": tr("space"), "\n": tr("line break"), "\t": tr("tab"), "\uFFFD": tr("unknown") };
const GLYPH = { __proto__: null, " ": "\u2423", "\n": "\u23CE", "\t": "\u21E5", "\uFFFD": "?" };

/** Whether a token leaves no mark of its own on the screen: joiners, direction marks, accents without a letter. */
const unseen = (token) => /^[\p{C}\p{M}\p{Z}]$/u.test(token);

const LONG = 40; // letters of a word that are said

/**
 * A token in running text: a letter or a word in quotes, white space by its name, what leaves no mark by its number. A word that is
 * longer than any is cut.
 */
export function spoken(token) {
  if (token in VISIBLE) return VISIBLE[token];
  if (unseen(token)) return `U+${token.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  const letters = Array.from(token);
  return tr("\u201c{token}\u201d", { token: letters.length > LONG ? `${letters.slice(0, LONG - 1).join("")}\u2026` : token });
}

/** A token as one sign. */
export const glyph = (token) => GLYPH[token] ?? (unseen(token) ? "\u25CC" : token);

/** What something is, and what is said of it: "unit 3: 0.5"; French has a space before the colon. @param {any} name @param {any} said */
export const labelled = (name, said) => tr("{name}: {said}", { name, said });

const MINUS = "\u2212";

/** A number as a text has it, with a real minus sign, which stays at its left. @param {string} digits with a hyphen for the minus */
export const withMinus = (digits) => (digits.startsWith("-") ? isolated(digits.replace("-", MINUS)) : digits);

function rounded(value, digits) {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text;
}

/** A number with three decimals and a real minus sign. */
export const number = (value, digits = 3) => withMinus(rounded(value, digits));

/** The same with its sign always shown. */
export const signed = (value, digits = 3) => (rounded(value, digits).startsWith("-") ? number(value, digits) : isolated(`+${number(value, digits)}`));

/** A number inside a sum: in parentheses where it is negative. */
export const inner = (value, digits = 3) => (rounded(value, digits).startsWith("-") ? `(${number(value, digits)})` : number(value, digits));

/** A whole exponent, raised: ⁻⁶ for −6. */
export const raised = (exponent) => Array.from(String(exponent), (sign) => (sign === "-" ? "\u207B" : "\u2070\u00B9\u00B2\u00B3\u2074\u2075\u2076\u2077\u2078\u2079"[Number(sign)])).join("");

/** A number of any size in a few signs: 0.0123, 3.4·10⁻⁷; a dash where it is none. */
export function scientific(value) {
  if (!Number.isFinite(value)) return "\u2013";
  if (value === 0) return "0";
  if (Math.abs(value) >= 0.001 && Math.abs(value) < 1000) return withMinus(Number(value.toPrecision(3)).toString());
  const [digits, exponent] = value.toExponential(1).split("e");
  return withMinus(`${digits}\u00b710${raised(Number(exponent))}`);
}
