// The lesson in the making as the file that docs/lessons.md describes, and back. Pure. Drafts and views are those of draft.js.

import { grouped, tr } from "../language.js";
import { MOST } from "./draft.js";
import { cleaned, joined, plain, short, written } from "./markdown.js";

const LARGEST = 100_000; // bytes of a lesson
const LONGEST = 7000; // characters of a link in a sentence
const LOOK = ["model", "text", "unit", "step", "level", "stage", "part", "hold", "back", "right", "wire", "cut"]; // what a #look: link can say
const MORE = ["against", "after", "whatif", "film"]; // what it cannot say, and a link to the page can
const ESCAPED = 2; // how much longer a text is at most with the signs that `written` puts into it
const UNSAID = tr("Look at the stage."); // the answer where none is written
const LABEL = tr("Show it");
const LABELS = ["Show it", LABEL]; // a file made in English or in the language of the page can be opened again
const ANSWERS = ["Look at the stage.", UNSAID];

/** The fields of a link that moves the stage to a view. */
const moving = ({ fields }) => Object.fromEntries(LOOK.filter((name) => name in fields || name === "hold").map((name) => [name, fields[name] ?? ""]));

const look = (view) => joined(moving(view), ";");

/** Whether the stage of a lesson can show a view. */
const fits = (view) => ["lesson", "start"].includes(view.stage) && !view.alone && (!view.page || look(view).length <= LONGEST);

/** Whether a view moves the stage beside the text. Another one is a link to its page. */
const moves = (view) => fits(view) && (!view.page || !MORE.some((name) => name in view.fields));

/** What a view shows, in short: "The words · prose-lstm". */
export const about = ({ models, fields }) => [models.join(", "), fields.text && `\u201c${short(fields.text, 60)}\u201d`, fields.step && tr("step {step}", { step: plain(fields.step, 9) })].filter(Boolean).join(" \u00b7 ");

/** The models of the stage beside the text. @param {any[]} views */
const modelsOf = (views) => [...new Set(views.filter(fits).flatMap(({ models }) => models))];

const MINE = tr("My lesson");

/** The file. @param {any} draft */
export function fileOf({ title, views }) {
  const asked = new Set();
  const body = views.flatMap((view, k) => ["", `## ${k + 1}. ${plain(about(view), 180)}`, "", ...shown(view, k + 1), ...said(view), ...question(view, asked)]);
  return [`# ${plain(title, MOST.title) || MINE}`, ...head(views), ...body, ""].join("\n");
}

/** The rest of the head: the stage beside the text, and what it opens on. */
function head(views) {
  const first = views.find(fits);
  if (first) {
    const { hold, ...fields } = moving(first);
    return [`models: ${modelsOf(views).join(", ")}`, `opens: ${joined({ ...fields, ...(hold && { hold }) })}`];
  }
  const other = views.find(({ stage }) => !["lesson", "start"].includes(stage));
  return other ? [`stage: ${other.stage.replaceAll("_", "-")}`, `opens: ${joined(other.fields)}`] : ["stage: watch"];
}

/** The line that shows a view. Where it moves the stage, all that a link to the page can say stands beside it, in a line that no reader sees. */
function shown(view, number) {
  const target = `${view.page}?${joined(view.fields)}`;
  if (!moves(view)) return [`see: ${LABEL}: ${plain(about(view), 150)} | ${target}`];
  return [`[${LABEL}](#look:${look(view)})`, ...(view.page ? ["", `[view ${number}]: ${target}`] : [])];
}

function said({ words }) {
  const told = written(words, ESCAPED * MOST.words);
  return told ? ["", told] : [];
}

function question({ asks, answer }, asked) {
  const wanted = plain(asks, MOST.asks);
  if (!wanted) return [];
  let free = wanted;
  for (let k = 2; asked.has(free); k += 1) free = `${wanted} (${k})`;
  asked.add(free);
  const told = written(cleaned(answer, ESCAPED * MOST.answer).replace(/\n\s*\n/g, "\n"), ESCAPED * MOST.answer);
  return ["", `question: ${free} | ${told || UNSAID}`];
}

/** What stands against making the file: sentences, none where nothing does. @param {any} draft */
export function wrong(draft) {
  const models = modelsOf(draft.views);
  const bytes = new TextEncoder().encode(fileOf(draft)).length;
  const long = draft.views.findIndex((view) => moves(view) && look(view).length > LONGEST);
  return [
    ...(draft.views.length ? [] : [tr("There is no view yet: press \u201cAdd this view\u201d on a page.")]),
    ...(models.length > MOST.models ? [tr("A lesson has at most {most} networks beside its text; these views have {count}.", { most: MOST.models, count: models.length })] : []),
    ...(long >= 0 ? [tr("The text of view {view} is too long for a lesson.", { view: long + 1 })] : []),
    ...(bytes > LARGEST ? [tr("A lesson has at most {most} bytes; this one has {bytes}.", { most: grouped(LARGEST), bytes: grouped(bytes) })] : []),
  ];
}

const SHOWS = LABELS.map((label) => label.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|");
const SEE = new RegExp(`^see: (?:${SHOWS}): .* \\| ([a-z-]+)\\?(\\S*)$`);
const MOVES = new RegExp(`^\\[(?:${SHOWS})\\]\\(#look:(\\S*)\\)$`);
const DEFINED = /^\[view \d+\]: ([a-z-]+)\?(\S*)$/;

/**
 * The lesson of a file that was made here; null for any other.
 *
 * @returns {any}
 */
export function draftOf(file) {
  const lines = file.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n").split("\n");
  if (!lines[0].startsWith("# ")) return null;
  const starts = lines.flatMap((line, k) => (k > 1 && lines[k - 2].startsWith("## ") && (SEE.test(line) || MOVES.test(line)) ? [k] : []));
  const before = lines.slice(1, starts[0] ?? 0).filter((line) => line && !/^(stage|models|opens): /.test(line));
  if (!starts.length || starts.length > MOST.views || before.length > 1) return null; // what it says elsewhere would be lost
  const views = starts.map((start, k) => viewOf(lines.slice(start, k + 1 < starts.length ? starts[k + 1] - 2 : lines.length)));
  return views.every(Boolean) ? { title: cleaned(lines[0].slice(2), MOST.title), views, at: null } : null;
}

/** @returns {any} */
function viewOf([first, ...rest]) {
  try {
    const see = SEE.exec(first);
    const defined = see ?? DEFINED.exec(rest[1] ?? "");
    const [page, fields] = defined ? [defined[1], split(defined[2], "&")] : ["", split(MOVES.exec(first)[1], ";")];
    const at = rest.findIndex((line) => line.startsWith("question: "));
    const words = rest.slice(!see && defined ? 2 : 0, at < 0 ? undefined : at).join("\n").trim();
    const [, asks, answer] = at < 0 ? ["", "", ""] : /^question: (.*?) \| ([^]*)$/.exec(rest.slice(at).join("\n").trim());
    const stage = see ? (OTHERS.includes(page) ? page.replaceAll("-", "_") : "lesson") : "lesson";
    const models = (fields.models ?? fields.model ?? "").split(",").filter(Boolean);
    return { page, stage, models, alone: Boolean(see) && stage === "lesson" && !MORE.some((name) => name in fields), fields, words, asks, answer: ANSWERS.includes(answer) ? "" : answer };
  } catch {
    return null; // half an escape, or half a question
  }
}

const OTHERS = ["watch", "compare", "memory", "attention", "self-attention"]; // pages with a stage of their own

const split = (query, between) => Object.fromEntries(query.split(between).filter(Boolean).map((pair) => [pair.slice(0, pair.indexOf("=")), decodeURIComponent(pair.slice(pair.indexOf("=") + 1))]));

/** The address of a view after that of the app, "watch?text=..."; null where it has none. @param {any} view */
export const addressOf = ({ page, fields }) => (page ? `${page}?${joined(fields)}` : null);

/** What moves the stage of a lesson to a view, as a sentence of the text would; null where it takes the whole page. @param {any} view */
export const movesTo = (view) => (moves(view) ? Object.fromEntries(Object.entries(moving(view)).map(([name, value]) => [name, String(value)])) : null);

