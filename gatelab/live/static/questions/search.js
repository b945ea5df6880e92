// Which questions hold what is searched for: all its words, wherever they stand, with or without accents and capitals.

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * @param questions [{id, text}]
 * @param typed what a visitor typed; nothing typed finds all
 * @returns the ids that are found, in their order
 */
export function found(questions, typed) {
  const words = plain(typed).split(/[^\p{L}\p{N}_]+/u).filter(Boolean);
  return questions.filter(({ text }) => words.every((word) => plain(text).includes(word))).map(({ id }) => id);
}
