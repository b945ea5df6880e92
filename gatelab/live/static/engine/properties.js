// What can be told of a text at each of its characters: what a visitor marked, the place in the word, how deep in brackets, and more. Pure.
//
// As in gatelab/training/properties.py a property is told after each step: {values (T,), where: the steps at which it is known, yes:
// whether it is so or not, else it is a number}.

const MARK = { open: "\u27E6", close: "\u27E7" }; // ⟦ and ⟧, around what is marked in a text
const LETTER = /^\p{L}$/u;

/** For each token how many have come since the last for which `begins` is true, itself 0; -1 before the first. */
function since(tokens, begins) {
  let far = -1;
  return tokens.map((token, t) => (far = begins(token, t) ? 0 : far < 0 ? -1 : far + 1));
}

const everywhere = (values) => ({ values, where: Array.from(values.keys()), yes: false });
const only = (values, known) => ({ values, where: Array.from(values.keys()).filter((t) => known(t)), yes: false });

/** Each as (tokens, marks) => property; `marks` says of each token whether it is marked. */
export const PROPERTIES = {
  marked: { marks: true, of: (tokens, marks) => ({ ...everywhere(marks), yes: true }) },
  word: { of: (tokens) => letters(tokens) },
  depth: { of: (tokens) => everywhere(depth(tokens)) },
  line: { of: (tokens) => everywhere(since(["\n", ...tokens], (token) => token === "\n").slice(1)) },
  distance: { marks: true, of: (tokens, marks) => distance(tokens, marks) },
};

/** Letters of the word so far, at letters. */
function letters(tokens) {
  const far = since([" ", ...tokens], (token) => !LETTER.test(token)).slice(1);
  return only(far, (t) => far[t] > 0);
}

/** How many brackets are open after each token; one that closes nothing counts for nothing. */
function depth(tokens) {
  let open = 0;
  return tokens.map((token) => (open = Math.max(0, open + Number("([{".includes(token)) - Number(")]}".includes(token)))));
}

/** Steps since the last marked one, 0 at a marked one; known from the first one on. */
function distance(tokens, marks) {
  const far = since(tokens, (_, t) => marks[t]);
  return only(far, (t) => far[t] >= 0);
}

/**
 * A text in which \u27E6 and \u27E7 stand around what is marked.
 *
 * @returns {{text: string, marks: boolean[]}} the text without them, and of each character whether it is marked
 */
export function unmarked(written) {
  let inside = false;
  const [tokens, marks] = [[], []];
  for (const token of written) {
    if (token === MARK.open || token === MARK.close) inside = token === MARK.open;
    else {
      tokens.push(token);
      marks.push(inside);
    }
  }
  return { text: tokens.join(""), marks };
}

/** The marks of a text that has become another: what stands before and behind the change keeps them. */
export function carried(marks, before, after) {
  const most = Math.min(before.length, after.length);
  let [head, tail] = [0, 0];
  while (head < most && before[head] === after[head]) head += 1;
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const moved = before.length - after.length;
  return Array.from(after, (_, t) => (t < head ? marks[t] : t >= after.length - tail ? marks[t + moved] : false));
}

/** The marked spans: [[first step, last step], ...]. */
export function spans(marks) {
  const found = [];
  marks.forEach((marked, t) => {
    if (!marked) return;
    if (marks[t - 1]) found.at(-1)[1] = t;
    else found.push([t, t]);
  });
  return found;
}
