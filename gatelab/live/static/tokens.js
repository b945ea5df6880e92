// Splits a text into tokens exactly as gatelab/text.py does, so that the browser knows which steps of a text it holds already.

const WORD = /[\p{L}\p{N}_]+(?:['\u2019-][\p{L}\p{N}_]+)*|[^\p{L}\p{N}_\s]/gu;

/** @param unit "characters", "words" or "numbers" */
export function split(text, unit) {
  if (unit === "characters") return Array.from(text);
  return text.match(unit === "words" ? WORD : /\S+/gu) ?? [];
}
