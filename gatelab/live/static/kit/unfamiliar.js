// Says so where much of a text is in a language or script that the model never saw: its answer is fluent all the same. Pure.

import { plural, tr } from "../language.js";

const SHARE = 1 / 4; // of the text that must be unknown; one rare word of a sentence is less
const FEW = 2; // so many unknown words are needed, unless nothing of the text is known and its letters are of another script

const COUNTED = { characters: /\S/, words: /[\p{L}\p{N}]/u, numbers: /\S/ }; // not white space, nor a full stop
const OTHER = /(?!\p{Script=Latin})\p{L}/u; // a letter of another script than that of the training texts

const PARTS = { characters: tr("{strange} of these {all} characters"), words: tr("{strange} of these {all} words"), numbers: tr("{strange} of these {all} numbers") };

/**
 * What is said under the text box; "" where the model knows enough of the text.
 *
 * @param read - {tokens, unknown: of each, whether the model knows it, unit: "characters", "words" or "numbers", learned: what the model was trained on, several: whether more than one model reads}
 */
export function notice({ tokens, unknown, unit, learned, several = false }) {
  const counted = tokens.flatMap((token, t) => (COUNTED[unit].test(token) ? [{ token, strange: Boolean(unknown[t]) }] : []));
  const strange = counted.filter((one) => one.strange);
  const foreign = strange.length === counted.length && strange.some(({ token }) => OTHER.test(token));
  if (strange.length < SHARE * counted.length || (strange.length < FEW && !(strange.length && foreign))) return "";
  const part = PARTS[unit].replace("{strange}", strange.length).replace("{all}", counted.length);
  if (several) return `${tr("These models learned {texts}.", { texts: tr(learned) })} ${plural("{part} is unknown to them, so what comes out says little.", "{part} are unknown to them, so what comes out says little.", strange.length, { part })}`;
  return `${tr("This model learned {texts}.", { texts: tr(learned) })} ${plural("{part} is unknown to it, so what comes out says little.", "{part} are unknown to it, so what comes out says little.", strange.length, { part })}`;
}
