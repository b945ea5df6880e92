// Holds by role in words: what is held, which cells have no such gate, and what came of it. Pure.

import { cellOf, share } from "../engine/cells.js";
import { inCell } from "../engine/holds.js";
import { language, listed, plural, tr } from "../language.js";
import { percent, said } from "./readings.js";
import { when } from "./holdwords.js";
import { writing } from "./notation.js";

/** What can be held, {role: {called, without(models, count): which of some models have no such gate}}. */
export const ROLES = {
  keep: { called: tr("how much is kept"), without: (models, count) => plural("{models} has no gate that keeps.", "{models} have no gate that keeps.", count, { models }) },
  write: { called: tr("how much is written"), without: (models, count) => plural("{models} has no gate that writes.", "{models} have no gate that writes.", count, { models }) },
  reset: { called: tr("how much of the old state the candidate sees"), without: (models, count) => plural("{models} has no gate that resets.", "{models} have no gate that resets.", count, { models }) },
  show: { called: tr("how much is shown"), without: (models, count) => plural("{models} has no gate that shows.", "{models} have no gate that shows.", count, { models }) },
};

/** A model in running text. */
export const named = ({ family, matched }) => (matched ? tr("the matched {family}", { family: tr(family) }) : tr("the {family}", { family: tr(family) }));

/** The same at the beginning of a sentence. */
const raised = (words) => words[0].toLocaleUpperCase(language()) + words.slice(1);

/** A role with the letters of its gates: "how much is kept (f, z)". */
export function offer(role, records) {
  const letters = records.flatMap((record) => {
    const written = writing(record);
    const gate = share(written.cell, role);
    return gate ? [`${gate.rest ? "1 \u2212 " : ""}${written.plain(gate.name)}`] : [];
  });
  return letters.length ? `${ROLES[role].called} (${[...new Set(letters)].join(", ")})` : ROLES[role].called;
}

/** A hold in words: "how much is kept held at 1 from step 6, “but”, on". */
export const describe = (hold, tokens) => tr("{what} held at {value} {when}", { what: ROLES[hold.name].called, value: Number(hold.value.toPrecision(3)), when: when(hold, tokens) });

/** Which of some models have no gate of a role, in a sentence; "" where all have one. */
export function without(role, models) {
  const none = [...new Set(models.filter(({ cell }) => !cellOf(cell)[role]).map(named))];
  return none.length ? raised(ROLES[role].without(listed(none), none.length)) : "";
}

/** In which models a later hold overrules one at all its steps or some, since both roles are of one gate, in a sentence; "" where in none. */
export function overruled(holds, place, models) {
  const meet = ([first, end], [other, last]) => first < last && other < end;
  const forever = [0, Infinity];
  const over = models.filter(({ cell }) => {
    const [mine, ...later] = holds.slice(place).map((hold) => inCell([hold], cellOf(cell))[0]);
    return mine && later.some((other, k) => other?.name === mine.name && other.value !== mine.value && holds[place + 1 + k].name !== holds[place].name && meet(mine.steps ?? forever, other.steps ?? forever));
  });
  return over.length ? tr("In {models} one gate does both, and a later hold of it counts.", { models: listed([...new Set(over.map(named))]) }) : "";
}

/** What a model says after step t where nothing is held, as short as it can stand beside what it says now; "" where it is the same. */
export function before(record, ghost, t) {
  if (said(record, t) === said(ghost, t)) return "";
  if (!record.arrays.probs) return said(ghost, t);
  const [[now], [then]] = [record, ghost].map((one) => one.guesses(t, 1));
  return now.token === then.token ? percent(then.probability) : said(ghost, t);
}

/** What the holds did to the answers at the end of the text, in one sentence; `ghosts` as in `RoleHolding`. */
export function effect(holds, records, ghosts) {
  const t = records[0].steps - 1;
  if (t < 0 || !holds.length) return "";
  const held = holds.map((hold) => describe(hold, records[0].tokens)).reduce((one, other) => tr("{one} and {other}", { one, other }));
  const came = records.flatMap((record, k) => {
    if (!ghosts[k]) return [];
    const then = before(record, ghosts[k], t);
    const says = { model: named(record.model), said: said(record, t), before: then };
    return [then ? tr("{model} says {said} instead of {before}", says) : tr("{model} still says {said}", says)];
  });
  return came.length ? tr("With {held}: {came}.", { held, came: came.join("; ") }) : "";
}
