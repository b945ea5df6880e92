// The line of HTML that shows a stage in another page. Pure.

import { tr } from "../language.js";

/** What of a stage and of the page around it a link can hide (gatelab/live/stages.py), as one ticks it. @type {Object<string, string>} */
export const CALLED = {
  text: tr("Text box"), examples: tr("Examples"), pickers: tr("Choice of models"), controls: tr("Controls"), story: tr("What happens, in words"), panels: tr("Panels"), nav: tr("Navigation"), page: tr("The text of the page"),
};

const ASIDE = ["nav", "page"]; // what a frame does not show unless one ticks it
const ESCAPED = { "&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;" };
const escaped = (text) => text.replace(/[&"<>]/g, (sign) => ESCAPED[sign]);

/** Which of the names are ticked at first: what is in sight, but for what stands around the stage. @param {string[]} names @param {string[]} hidden what the link hides already */
export const ticked = (names, hidden) => names.filter((name) => !hidden.includes(name) && !ASIDE.includes(name));

/**
 * The fields of the link in the frame.
 *
 * @param {Object<string, any>} fields of a link to all that is chosen
 * @param {{names: string[], shown: string[], served: boolean}} choice what can be hidden, what is to be shown, whether the app serves the page
 */
export function framed(fields, { names, shown, served }) {
  const { hide: _, present: __, open = "", ...rest } = fields;
  const hide = names.filter((name) => !shown.includes(name));
  const panels = open.split(",").filter((name) => name && name !== "more"); // one opened it to come here
  return { ...rest, ...(panels.length && { open: panels.join(",") }), ...(hide.length && { hide: hide.join(",") }), ...(served && { embed: "true" }) };
}

/** Where the frame gets the page: a page from a disk is named as the file beside. @param {string} link */
export function sourceOf(link) {
  const { host, pathname, search } = new URL(link);
  return host ? link : pathname.slice(pathname.lastIndexOf("/") + 1) + search;
}

/** @param {{source: string, title: string, height: number}} frame */
export const line = ({ source, title, height }) =>
  `<iframe src="${escaped(source)}" title="${escaped(title)}" width="100%" height="${height}" style="border: 0" allow="fullscreen; clipboard-write"></iframe>`;
