// The words of the stages in the visitor's language. A text in the code is English; a catalogue says what it is in another language.

/** @type {{name: string, words: Object<string, string | string[]>, forms: Object<string, number>, rule: Intl.PluralRules, direction: string}} */
let spoken = { name: "en", words: {}, forms: {}, rule: new Intl.PluralRules("en"), direction: "ltr" };

/**
 * Take a language. Modules translate some of their words when they are first loaded, so this comes before the stages.
 *
 * @param {string} name such as "es"
 * @param {Object<string, string | string[]>} words an English text -> the text, or its plural forms
 * @param {Object<string, number>} forms a category of `Intl.PluralRules` -> which of the plural forms goes with it
 * @param {string} direction in which it is written, "ltr" or "rtl"
 */
export function speak(name, words, forms = {}, direction = "ltr") {
  spoken = { name, words, forms, rule: new Intl.PluralRules(name), direction };
}

/** The language that is spoken, such as "en". */
export const language = () => spoken.name;

/**
 * A value as it can stand in any text. In a text from right to left a sign would go to the other end of its number; Unicode's isolates (U+2068, U+2069) keep the
 * value as it is, in the direction of its first letter.
 *
 * @param {any} value
 */
export const isolated = (value) => (spoken.direction === "rtl" ? `\u2068${value}\u2069` : String(value));

/** A text without such isolates, for a program that reads it. @param {string} text */
export const bare = (text) => text.replaceAll(/[\u2068\u2069]/g, "");

const filled = (text, values) => text.replace(/\{(\w+)\}/gu, (whole, name) => (name in values ? isolated(values[name]) : whole));

/** A count as it is written: 11,000; in other languages than English 11\u00A0000, where a comma would be that of a decimal number (docs/terms.md). @param {number} count */
export const grouped = (count) => (spoken.name === "en" ? count.toLocaleString("en") : count.toLocaleString("en", { useGrouping: "min2" }).replaceAll(",", "\u00A0"));

/** Words in a row as the language lists them: "a, b and c". @param {string[]} words */
export const listed = (words) => new Intl.ListFormat(spoken.name === "en" ? "en-GB" : spoken.name).format(words); // without a comma before the "and"

/**
 * A text in the visitor's language.
 *
 * @param {string} text in English, with names in braces: "step {step}"
 * @param {Object<string, any>} values of these names
 */
export function tr(text, values = {}) {
  const found = spoken.words[text];
  return filled(typeof found === "string" && found ? found : text, values);
}

/**
 * A text that depends on a number.
 *
 * @param {string} one in English, for 1: "{count} unit"
 * @param {string} many for any other number: "{count} units"
 * @param {number} count
 * @param {Object<string, any>} values of the other names in braces
 */
export function plural(one, many, count, values = {}) {
  const said = spoken.words[one];
  const found = Array.isArray(said) ? said[Math.min(spoken.forms[spoken.rule.select(count)] ?? said.length, said.length - 1)] : null;
  return filled(found || (count === 1 ? one : many), { count: grouped(count), ...values });
}
