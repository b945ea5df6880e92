// What holds did to how far back the last state reaches, in words. Pure: no page, no server.

import { describe, named } from "../kit/rolewords.js";
import { scientific } from "../kit/words.js";
import { listed, tr } from "../language.js";
import { fall } from "./decay.js";

const WHOLE = 0.9995; // of what passes along the cell state: nothing is lost

/** The influence of the first token for one of the last; where the last has none, that. */
export function fallen(record) {
  if (record.norms.at(-1) > 0) return scientific(fall(record));
  return depends(record) ? tr("does not depend on the last") : tr("depends on neither");
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
  const held = holds.map((hold) => describe(hold, tokens)).reduce((one, other) => tr("{one} and {other}", { one, other }));
  const [some, none] = [records.filter(depends), records.filter((record) => !depends(record))];
  const came = [
    ...(some.length ? [tr("the influence of the first token, compared with that of the last, {changes}", { changes: listed(some.map(change)) })] : []),
    ...(none.length ? [tr("the last state of {models} depends on no token any more", { models: listed(none.map(({ model }) => named(model))) })] : []),
  ];
  return `${tr("With {held}, {came}.", { held, came: came.join("; ") })} ${carousel(some)}`.trim();
}

function change(record) {
  const { path, was } = record;
  const came = untold(record) ?? moved(record);
  return path ? tr("{came} (along the cell state alone from {before} to {now})", { came, before: scientific(was.path[0]), now: scientific(path[0]) }) : came;
}

const untold = ({ model, norms }) => (norms.at(-1) > 0 ? null : tr("cannot be told in {model}, whose last state does not depend on the last token", { model: named(model) }));

function moved(record) {
  const [now, before] = [record, record.was].map(fallen);
  const said = { now, before, model: named(record.model) };
  return now === before ? tr("stays {now} in {model}", said) : tr("goes from {before} to {now} in {model}", said);
}

/** Where nothing is lost along the cell state. */
function carousel(records) {
  const whole = records.filter(({ path }) => path && path[0] >= WHOLE);
  return whole.length ? tr("On the way through the cell state nothing is lost in {models}: all its factors are 1, the \u201cconstant error carousel\u201d of Hochreiter and Schmidhuber (1997).", { models: listed(whole.map(({ model }) => named(model))) }) : "";
}
