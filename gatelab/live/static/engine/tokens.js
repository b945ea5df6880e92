// Splits a text into tokens exactly as gatelab/text.py does, so that the browser knows which steps of a text it holds already.

const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"; // what Python calls white space
const LETTER = "\\p{L}\\p{N}_";
const WORD = new RegExp(`[${LETTER}]+(?:['\\u2019-][${LETTER}]+)*|[^${LETTER}${SPACE}]`, "gu");
const NUMBER = new RegExp(`[^${SPACE}]+`, "gu");

/** By unit the text that was split last, and its tokens: at one key the stage, the engine and every record ask for the same. */
const last = { __proto__: null };

/**
 * @param unit "characters", "words" or "numbers"
 * @returns {readonly string[]} its tokens, which nobody may change
 */
export function split(text, unit) {
  if (last[unit]?.text !== text) last[unit] = { text, tokens: Object.freeze(tokens(text, unit)) };
  return last[unit].tokens;
}

function tokens(text, unit) {
  if (unit === "characters") return Array.from(text);
  return text.match(unit === "words" ? WORD : NUMBER) ?? [];
}
