// What stands on a stage as one HTML file that works without a server. gatelab/standalone/page.py makes the same file in Python.

import { language } from "../language.js";
import { readLink } from "../linkfields.js";
import { here, isServed } from "../files.js";
import { unpacked } from "./filed.js";

/** The file's text. @param stage a `Stage` */
export async function saved(stage) {
  const { page, text, names } = content(stage);
  const shell = await emptied(page.stage, names);
  const heading = names.join(", ");
  const plain = `${heading} \u00B7 GateLab`;
  shell.title = `${quoted(text)} \u00B7 ${plain}`;
  shell.querySelector("h1").textContent = heading;
  const about = { title: plain, parts: [{ place: `[data-stage=${page.stage}]`, module: page.module, page }], files: null, starts: ["glossary.js"] };
  shell.getElementById("gatelab-about").textContent = JSON.stringify(about).replaceAll("<", "\\u003c");
  const needed = [...new Set([...names, ...stage.needed])];
  for (const name of needed) shell.getElementById("gatelab-about").after(await file(shell, `/live/models/${name}.safetensors`, stage.checkpoints.bytes(name)));
  return `<!doctype html>\n${shell.documentElement.outerHTML}\n`;
}

/** What the page of the file must know: the stage as it stands, with the models that are on it. */
function content(stage) {
  const { page, asked, needed } = stage;
  const names = asked.split(",");
  const only = (models) => models.filter(({ name }) => names.includes(name) || needed.includes(name));
  const { film, ...chosen } = stage.fields; // no film goes along
  const start = readLink(page.fields, String(new URLSearchParams(chosen)), { page, given: { ...page.start, film: null, models: names, page: page.stage } }).start;
  const families = page.families?.map((family) => ({ ...family, models: only(family.models) })).filter(({ models }) => models.length);
  const listed = families ? { families } : { models: only(page.models) };
  const fields = page.fields.model ? { ...page.fields, model: { ...page.fields.model, words: names } } : page.fields;
  return { page: { ...page, ...listed, fields, films: [], start, given: start }, text: stage.box.text, names };
}

const quoted = (text) => {
  const letters = Array.from(text.split(/\s+/).join(" ").trim());
  return `\u201C${letters.length <= 60 ? letters.join("") : `${letters.slice(0, 59).join("")}\u2026`}\u201D`;
};

/** The file without what is of this stage alone: from the server, or made from the page itself where it has none. */
async function emptied(stage, names) {
  if (!isServed()) return copied(stage);
  const asked = new URLSearchParams({ models: names.join(","), ...(language() === "en" ? {} : { language: language() }) });
  const response = await fetch(here(`/live/pages/${stage}.html?${asked}`));
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/** The same from a page without a server, which holds all the code that it runs. */
async function copied(stage) {
  const shell = document.implementation.createHTMLDocument();
  const kept = [...document.head.querySelectorAll("meta, style, link[rel=icon]")].map((element) => shell.importNode(element, true));
  shell.head.append(...kept);
  const place = shell.createElement("div");
  place.dataset.stage = stage;
  const about = shell.createElement("script");
  Object.assign(about, { type: "application/json", id: "gatelab-about" });
  const { lang, dir } = document.documentElement;
  Object.assign(shell.documentElement, { lang, dir });
  const code = new TextEncoder().encode(String(/** @type {any} */ (globalThis).gatelab));
  const run = shell.createElement("script");
  run.textContent = document.getElementById("gatelab-run").textContent;
  const told = [...document.querySelectorAll("body > .about")].map((element) => shell.importNode(element, true));
  shell.body.append(shell.createElement("h1"), place, ...told, about, await file(shell, "code", code), ...(await Promise.all(OF_LANGUAGE.map((name) => again(shell, name)))), run);
  return shell;
}

const OF_LANGUAGE = ["words", "/live/glossary"]; // files of the page

/** A file of this page as an element of the other one; an empty text where it has none. */
async function again(shell, name) {
  const held = document.querySelector(`script[data-file='${name}']`);
  if (held) return file(shell, name, await unpacked(held.textContent));
  return name === "words" ? "" : file(shell, name, new TextEncoder().encode("[]"));
}

/** A file as an element of the page: base64 of what gzip made. */
async function file(shell, name, bytes) {
  const element = shell.createElement("script");
  element.type = "text/plain";
  element.dataset.file = name;
  const packed = new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer());
  const letters = Array.from({ length: Math.ceil(packed.length / 8192) }, (_, k) => String.fromCharCode(...packed.subarray(8192 * k, 8192 * (k + 1))));
  element.textContent = btoa(letters.join(""));
  return element;
}
