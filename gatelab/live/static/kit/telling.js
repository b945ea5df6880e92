// A text with one telling word changed: what the second text is where one text is first put against another. Pure.

// What is looked for, and what is put in its place: the first that is found. Most have as many words as before, so that the steps stay side by side.
/** @type {[RegExp, string][]} */
const CHANGES = [
  [/\bnot\b/i, "really"], [/\b(is|are|was|were|do|does|did|has|have|had|could|should|would)n['\u2019]t\b/i, "$1"], [/\bnever\b/i, "always"],
  [/\bgreat\b/i, "terrible"], [/\bgood\b/i, "bad"], [/\b(?:wonderful|excellent|beautiful)\b/i, "terrible"], [/\b(?:terrible|bad|awful)\b/i, "great"],
  [/\bbest\b/i, "worst"], [/\blove\b/i, "hate"], [/\bloved\b/i, "hated"], [/\b(is|are|was|were)\b/i, "$1 not"],
  [/\bher\b/i, "his"], [/\bhis\b/i, "her"], [/\/\*/, "  "],
  [/!A/, "!B"], [/![B-Z]/, "!A"], [/(\d)\*/, "$1"],
];

/** With a capital where the other has one. */
const like = (word, other) => (/^\p{Lu}/u.test(other) ? word.replace(/^./, (letter) => letter.toUpperCase()) : word);

/** A text with one word of it changed, or the text itself where none of it tells much. */
export function changed(text) {
  const [found, put] = CHANGES.find(([found]) => found.test(text)) ?? [];
  return found ? text.replace(found, (match) => like(match.replace(found, put), match)) : text;
}
