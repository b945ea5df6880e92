// Where the terms of the glossary stand in a page's text.

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * What finds the terms: the pattern of all their forms, with a plural, the longest first, and the term of each form. Of a word with an
 * everyday meaning the other forms alone are found.
 */
export function matcher(terms) {
  const forms = new Map(terms.flatMap(({ name, also, everyday }) => [...(everyday ? [] : [name]), ...also].map((form) => [form.toLowerCase(), name])));
  const longest = [...forms.keys()].sort((a, b) => b.length - a.length).map(escaped);
  return { forms, pattern: new RegExp(`(?<![\\p{L}\\p{N}_-])(${longest.join("|")})(s?)(?![\\p{L}\\p{N}_-])`, "giu") };
}

/**
 * The first occurrence of each term.
 *
 * @param texts strings, in the order of the page
 * @returns [{name, text, start, end}]: which of the texts, and from where to where
 */
export function occurrences(texts, { forms, pattern }) {
  const seen = new Set();
  return texts.flatMap((data, text) =>
    [...data.matchAll(pattern)].flatMap((found) => {
      const name = forms.get(found[1].toLowerCase());
      if (seen.has(name)) return [];
      seen.add(name);
      return [{ name, text, start: found.index, end: found.index + found[0].length }];
    }),
  );
}
