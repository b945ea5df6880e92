// A page without a server comes to life here: its files stand in it or beside it, and the engine makes the first picture as well.

import { Checkpoints } from "../checkpoints.js";
import { load as network } from "../engine/engine.js";
import { parse } from "../engine/safetensors.js";
import { bring } from "../files.js";
import { tr } from "../language.js";
import { readLink } from "../linkfields.js";
import { follow } from "../memory/follow.js";
import { Near } from "../near.js";
import { fileOf } from "./filed.js";
import { onTheme, start as startThemes } from "./themes.js";

/** @typedef {{place: string, module: string, data?: Object, page?: any, fixed?: string}} Part what stands in an element of the page, see gatelab/standalone/document.py */

/** What each route answers, made here. @type {Object<string, (start: any, near: Near, checkpoints: Checkpoints, page: any) => any>} */
const ANSWERS = {
  "/live/trace": ({ model, text, hold, after }, near) => near.trace({ model, text, hold, after: after ?? "" }),
  "/live/compare": ({ models, text, hold }, near) => near.compare({ models, text, hold }),
  "/live/memory": ({ models, text, hold }, near, checkpoints) => follow(models.map((name) => network(checkpoints.bytes(name))), text, hold),
  "/live/attention": ({ model, text, beam = 1 }, near, checkpoints, page) => near.attention({ model, text, beam }, plainOf(page, model), page.tokens),
};

const plainOf = (page, model) => page.models.find(({ name }) => name === model).plain;

/** The networks that a start needs. */
const needed = (page, { model, models }) => [...(model ? [model] : models), ...(page.tokens ? [plainOf(page, model)].filter(Boolean) : [])];

/** Put everything on the page. @param {(name: string) => any} load what a module of the page exports */
export async function boot(load) {
  const { title, parts, files, starts } = JSON.parse(document.getElementById("gatelab-about").textContent);
  document.title = title; // a stage puts its text before it
  bring((route) => fileOf(route, files));
  startThemes();
  for (const part of parts) await put(part, load(part.module)); // one after the other: questions look at the stage before them
  for (const name of starts) load(name).start?.();
}

/** @param {Part} part */
async function put(part, module) {
  const place = document.querySelector(part.place);
  const root = place.attachShadow({ mode: "open" });
  const data = part.page ? await first(part) : { metadata: linked(part.data), tensors: {} };
  const mount = () => module.mount({ parentElement: root, data, setStateValue: (name, value) => (document.documentElement.dataset[name] = value) });
  mount();
  onTheme(mount); // mounted again, it takes the colors of the other theme
}

/** What a part reads that is no stage, with what the link says of it. */
function linked(data) {
  const asked = Object.fromEntries(new URLSearchParams(location.search));
  if (data.learn) return { learn: { ...data.learn, fields: asked } };
  return data.questions ? { questions: { ...data.questions, asked: asked.ask ?? null } } : data;
}

/** The first answer, as a server sends it with its page; a link says what it opens on, else the page does. @param {Part} part */
async function first({ page, fixed }) {
  const { start, notes } = fixed ? { start: page.start, notes: [] } : readLink(page.fields, location.search, { page, given: page.given });
  if (notes.length) say(notes);
  const opened = { ...page, start };
  const made = fixed ? parse(await fileOf(fixed, null)) : await computed(opened);
  return { metadata: { ...made.metadata, page: opened }, tensors: made.tensors };
}

/** Sentences about the link, above everything else; they may quote a visitor's text. */
function say(notes) {
  const told = [tr("Some of this link could not be followed."), ...notes].map((note) => Object.assign(document.createElement("p"), { textContent: note }));
  const place = Object.assign(document.createElement("div"), { className: "notes" });
  place.setAttribute("role", "status");
  place.append(...told);
  document.body.prepend(place);
}

async function computed(page) {
  const names = needed(page, page.start);
  const checkpoints = await new Promise((resolve) => {
    const asked = new Checkpoints(() => arrived());
    const arrived = () => names.map((name) => asked.bytes(name)).every(Boolean) && resolve(asked);
    arrived();
  });
  checkpoints.close();
  return ANSWERS[page.route](page.start, new Near(checkpoints), checkpoints, page);
}
