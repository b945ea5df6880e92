// How tokens and numbers are written.

const VISIBLE = { " ": "space", "\n": "line break", "\t": "tab", "\uFFFD": "unknown" };
const GLYPH = { " ": "\u2423", "\n": "\u23CE", "\t": "\u21E5", "\uFFFD": "?" };

/** A token in running text: a letter in quotes, white space by its name. */
export const spoken = (token) => VISIBLE[token] ?? `\u2018${token}\u2019`;

/** A token as one sign. */
export const glyph = (token) => GLYPH[token] ?? token;

/** A number with three decimals and a real minus sign. */
export function number(value, digits = 3) {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text.replace("-", "\u2212");
}

/** The same with its sign always shown. */
export const signed = (value, digits = 3) => (number(value, digits).startsWith("\u2212") ? "" : "+") + number(value, digits);

/** A number inside a sum: in parentheses where it is negative. */
export const inner = (value) => (number(value).startsWith("\u2212") ? `(${number(value)})` : number(value));
