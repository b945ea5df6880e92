// Text in, ids out, and a target's tokens back into text: as gatelab/text.py does, from which all names come.

export const UNKNOWN = "\uFFFD";
export const START = "<start>";
export const END = "<end>";

/** What phones type by themselves, and the plain character that the training text has in its place. */
const TYPOGRAPHIC = new Map([["\u2018", "'"], ["\u2019", "'"], ["\u201C", '"'], ["\u201D", '"'], ["\u2013", "-"], ["\u2014", "-"], ["\u00A0", " "], ["\t", " "]]);

/** The form under which a source's token is looked up: lower case where that has as many letters, plain apostrophes. */
export function fold(token) {
  const lower = Array.from(token, (letter) => (Array.from(letter.toLowerCase()).length === 1 ? letter.toLowerCase() : letter));
  return lower.join("").replaceAll("\u2019", "'");
}

/** The V tokens of a model, in the order of their ids. */
export class Vocabulary {
  /** @param tokens V different strings, `UNKNOWN` among them; @param folds whether a token is looked up in its folded form where its own is not there */
  constructor(tokens, folds = false) {
    this.tokens = tokens;
    this.folds = folds;
    this.ids = new Map(tokens.map((token, id) => [token, id]));
  }

  /** The id under which the model reads a token: its own, that of its plain or folded form, or that of `UNKNOWN`. */
  read(token) {
    const plain = this.folds ? fold(token) : TYPOGRAPHIC.get(token);
    return this.ids.get(token) ?? this.ids.get(plain) ?? this.ids.get(UNKNOWN);
  }

  knows(token) {
    return this.read(token) !== this.ids.get(UNKNOWN);
  }
}

const NUMBER = /^(0|1|0?\.\d{1,9}|0\.|1\.0*)\*?$/;

/** What stands in the place of a vocabulary where a model reads numbers: "0.25" is a number, "0.25*" a marked one. */
export class Numbers {
  /** [number, mark]: the number in [0, 1], the mark 0 or 1; [0, 0] where it is no number. */
  read(token) {
    return this.knows(token) ? [Number(token.replace("*", "")), Number(token.endsWith("*"))] : [0, 0];
  }

  knows(token) {
    return NUMBER.test(token);
  }
}

/** A target as it is written: French words with French spacing and capitals, or simply the characters. */
export function join(tokens, unit) {
  if (unit === "characters") return tokens.join("");
  return tokens
    .join(" ")
    .replace(/(?<=') | (?=[-,.\u2026)])|(?<=\() /g, "")
    .replace(/ (?=[?!;:\u00BB])|(?<=\u00AB) /g, "\u202F")
    .replace(/((?:^|[.?!\u2026])[\s\u00AB"(-]*)([\p{L}\p{N}_])/gu, (_, before, letter) => before + letter.toUpperCase());
}
