// Where a sentence of the lesson points: `#look:step=last;stage=1;part=f` puts the stage on a step, a stage of the walk and a part. Pure.

const FIELDS = ["step", "stage", "part", "unit", "cell", "model", "text", "level", "hold", "back", "wire", "right", "cut"];

/** The fields of a link's fragment, or null where it is no such link. Half an escape is taken as it stands. */
export function parse(hash) {
  if (!hash.startsWith("#look:")) return null;
  const pairs = hash.slice("#look:".length).split(";").map((pair) => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), readable(pair.slice(at + 1))];
  });
  return Object.fromEntries(pairs.filter(([key]) => FIELDS.includes(key)));
}

function readable(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The step that a sentence means, whatever text stands there: "first", "last", "next", a number from 1, "least:f" or "most:f" (where
 * the unit's value is smallest or largest), "change:f" (where it moves furthest from that of the step before), "moved" (where the
 * answer changes most). Never outside the text; -1 without text. While a question is open, only among the steps that are told.
 *
 * @param told how many steps, from the first, are not hidden; @param value(name, t) of the unit in sight, 0 before the first step; @param moved(t) how much the answer changed
 */
export function find(where, { steps, told = steps, cursor, value, moved }) {
  if (!steps) return -1;
  const inside = (t) => Math.max(0, Math.min(steps - 1, t));
  const seen = Array.from({ length: Math.min(steps, told) }, (_, t) => t);
  const best = (of) => (seen.length ? seen.reduce((most, t) => (of(t) > of(most) ? t : most)) : inside(cursor));
  const [how, name] = where.split(":");
  if (how === "first") return 0;
  if (how === "last") return steps - 1;
  if (how === "next") return inside(cursor + 1);
  if (how === "least") return best((t) => -value(name, t));
  if (how === "most") return best((t) => value(name, t));
  if (how === "change") return best((t) => Math.abs(value(name, t) - value(name, t - 1)));
  if (how === "moved") return best(moved);
  return /^\d{1,5}$/.test(where) ? inside(Number(where) - 1) : inside(cursor);
}
