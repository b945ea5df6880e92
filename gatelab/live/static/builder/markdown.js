// What a teacher typed, as Markdown that a lesson may hold (docs/lessons.md): where the format would read a mark, or refuse a link, a backslash stands before the sign. Pure.

const LINKS = 6; // most links to the web in the words of one view
const CONTROLS = /[\u{0}-\u{8}\u{b}-\u{1f}\u{7f}-\u{9f}\u{2028}\u{2029}\u{feff}]/gu; // what is no plain text
const MARK = /^([a-z]+(?: notation(?: [a-z]+){0,2}| gru)?):(?=\s|$)/; // how a paragraph begins that is a mark, or would be one
const CODE = /(`[^`\n]+`)/;

/** A text without characters that cannot stand in a file, of at most so many. */
export function cleaned(text, most) {
  const whole = String(text).replace(/\r\n?/g, "\n").replace(/\p{Surrogate}/gu, "\uFFFD").replace(CONTROLS, " ");
  return Array.from(whole).slice(0, most).join("").trim();
}

const LIKE = { "[": "(", "]": ")", "{": "(", "}": ")", "<": "\u2039", ">": "\u203A", "`": "\u2019", "$": "\uFF04", "\\": "/", "*": "\u2217", "_": "\uFF3F", "~": "\u223C", "|": "/", "#": "\uFF03" };

/** One line of plain words, for a title, a question or the words of a link: signs that mean something in Markdown become others that look like them. */
export function plain(text, most) {
  const line = cleaned(text, Infinity).replace(/\s+/gu, " ").replace(/[[\]{}<>`$\\*_~|#]/g, (sign) => LIKE[sign]).replaceAll("://", ": //");
  return Array.from(line).slice(0, most).join("").trim();
}

/** The same with an ellipsis where it was cut. */
export function short(text, most) {
  const line = plain(text, Infinity);
  return Array.from(line).length <= most ? line : `${plain(line, most - 1)}\u2026`;
}

/** Markdown of the teacher's own. It may have emphasis, lists, tables, formulas, code in a line, and links to the web. */
export function written(text, most) {
  let links = 0;
  const linked = (found, web) => (web && (links += 1) <= LINKS ? found : found.replace("](", "]\\("));
  const outside = (part) =>
    part.replace(/\]\((https?:\/\/[^\s()<>/])?/g, linked).replaceAll("]:", "]\\:").replaceAll("![", "!\\[").replace(/<([A-Za-z][A-Za-z0-9+.-]{1,31}):/g, "<$1\\:");
  return cleaned(text, most).split("\n").map((line) => beginning(line).split(CODE).map((part, k) => (k % 2 ? part.replaceAll("![", "! [") : outside(part))).join("")).join("\n").replace(/\{(?=\{)/g, "{ ");
}

/** A line that begins no mark, no title, no code over several lines and no second part of the page. */
function beginning(line) {
  if (line === "---" || line.startsWith("# ") || /^ {0,3}(```|~~~)/.test(line)) return line.replace(/^ */, "$&\\");
  return line.replace(MARK, "$1\\:");
}

/** A value as it stands in an address, and in a link of a lesson. */
export const encoded = (value) => encodeURIComponent(String(value).replace(/\p{Surrogate}/gu, "\uFFFD")).replace(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** The fields of a link as they stand in an address, with "&" between them. */
export const joined = (fields, between = "&") => Object.entries(fields).map(([name, value]) => `${name}=${encoded(value)}`).join(between);
