// Holds by role in words: what is held, which cells have no such gate, and what came of it. Pure.

import { cellOf, share } from "../engine/cells.js";
import { inCell } from "../engine/holds.js";
import { percent, said } from "./readings.js";
import { when } from "./holdwords.js";
import { writing } from "./notation.js";

/** What can be held, {role: {called, does: what its gate does}}. */
export const ROLES = {
  keep: { called: "how much is kept", does: "keeps" },
  write: { called: "how much is written", does: "writes" },
  reset: { called: "how much of the old state the candidate sees", does: "resets" },
  show: { called: "how much is shown", does: "shows" },
};

/** Words in a row: "a, b and c". */
export const listed = (words) => (words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words[0]);

/** A model in running text. */
export const named = ({ family, matched }) => `the ${matched ? "matched " : ""}${family}`;

/** The same at the beginning of a sentence. */
const raised = (words) => words[0].toUpperCase() + words.slice(1);

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
export const describe = (hold, tokens) => `${ROLES[hold.name].called} held at ${Number(hold.value.toPrecision(3))} ${when(hold, tokens)}`;

/** Which of some models have no gate of a role, in a sentence; "" where all have one. */
export function without(role, models) {
  const none = [...new Set(models.filter(({ cell }) => !cellOf(cell)[role]).map(named))];
  return none.length ? `${raised(listed(none))} ${none.length > 1 ? "have" : "has"} no gate that ${ROLES[role].does}.` : "";
}

/** In which models a later hold overrules one at all its steps or some, since both roles are of one gate, in a sentence; "" where in none. */
export function overruled(holds, place, models) {
  const meet = ([first, end], [other, last]) => first < last && other < end;
  const forever = [0, Infinity];
  const over = models.filter(({ cell }) => {
    const [mine, ...later] = holds.slice(place).map((hold) => inCell([hold], cellOf(cell))[0]);
    return mine && later.some((other, k) => other?.name === mine.name && other.value !== mine.value && holds[place + 1 + k].name !== holds[place].name && meet(mine.steps ?? forever, other.steps ?? forever));
  });
  return over.length ? `In ${listed([...new Set(over.map(named))])} one gate does both, and a later hold of it counts.` : "";
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
  const others = holds.length > 1 ? ` and ${holds.slice(1).map((hold) => describe(hold, records[0].tokens)).join(" and ")}` : "";
  const came = records.flatMap((record, k) => {
    if (!ghosts[k]) return [];
    const then = before(record, ghosts[k], t);
    return [`${named(record.model)} ${then ? "says" : "still says"} ${said(record, t)}${then ? ` instead of ${then}` : ""}`];
  });
  return came.length ? `With ${describe(holds[0], records[0].tokens)}${others}: ${came.join("; ")}.` : "";
}
