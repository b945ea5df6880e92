// Splits a text into tokens exactly as gatelab/text.py does, so that the browser knows which steps of a text it holds already.

const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"; // what Python calls white space
const LETTER = "\\p{L}\\p{N}_";
const WORD = new RegExp(`[${LETTER}]+(?:['\\u2019-][${LETTER}]+)*|[^${LETTER}${SPACE}]`, "gu");
const NUMBER = new RegExp(`[^${SPACE}]+`, "gu");

/** @param unit "characters", "words" or "numbers" */
export function split(text, unit) {
  if (unit === "characters") return Array.from(text);
  return text.match(unit === "words" ? WORD : NUMBER) ?? [];
}
