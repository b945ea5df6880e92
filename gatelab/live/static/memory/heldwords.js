// What holds did to how far back the last state reaches, in words. Pure: no page, no server.

import { describe, listed, named } from "../kit/rolewords.js";
import { scientific } from "../kit/words.js";
import { fall } from "./decay.js";

const WHOLE = 0.9995; // of what passes along the cell state: nothing is lost

const CAROUSEL = "the \u201cconstant error carousel\u201d of Hochreiter and Schmidhuber (1997)";

/** The influence of the first token for one of the last; where the last has none, that. */
export function fallen(record) {
  if (record.norms.at(-1) > 0) return scientific(fall(record));
  return depends(record) ? "does not depend on the last" : "depends on neither";
}

/** Whether the last state depends on any token at all. */
const depends = ({ norms }) => norms.some((value) => value > 0);

/**
 * What came of the holds, in one sentence, and one more where the way along the cell state is lossless.
 *
 * @param records of the models that have something held: {model, norms, path, was: the same where nothing is held}
 * @param tokens of the whole text
 */
export function effect(holds, records, tokens) {
  if (!holds.length || !records.length || records[0].norms.length < 2) return "";
  const held = holds.map((hold) => describe(hold, tokens)).join(" and ");
  const [some, none] = [records.filter(depends), records.filter((record) => !depends(record))];
  const came = [
    ...(some.length ? [`the influence of the first token, compared with that of the last, ${listed(some.map(change))}`] : []),
    ...(none.length ? [`the last state of ${listed(none.map(({ model }) => named(model)))} depends on no token any more`] : []),
  ];
  return `With ${held}, ${came.join("; ")}.${carousel(some)}`;
}

function change(record) {
  const { model, path, was } = record;
  const along = path ? ` (along the cell state alone from ${scientific(was.path[0])} to ${scientific(path[0])})` : "";
  if (!(record.norms.at(-1) > 0)) return `cannot be told in ${named(model)}, whose last state does not depend on the last token${along}`;
  const [now, then] = [record, was].map(fallen);
  return `${now === then ? `stays ${now}` : `goes from ${then} to ${now}`} in ${named(model)}${along}`;
}

/** Where nothing is lost along the cell state. */
function carousel(records) {
  const whole = records.filter(({ path }) => path && path[0] >= WHOLE);
  return whole.length ? ` On the way through the cell state nothing is lost in ${listed(whole.map(({ model }) => named(model)))}: all its factors are 1, ${CAROUSEL}.` : "";
}
