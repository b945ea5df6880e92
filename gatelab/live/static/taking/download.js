// A file that the page has made, saved by the browser as a download.

import { el } from "../kit/dom.js";

const LATER = 60000; // ms after which the browser surely has the file

/** @param {string | BlobPart} content @param {string} name of the file @param {string} type such as "text/html" */
export function download(content, name, type) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), LATER);
}

/** A name for a file of what is shown: its words in plain letters, "watch-it-is-a-truth". */
export function called(...words) {
  const plain = words.join(" ").normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  return plain.slice(0, 60).replace(/-+$/, "") || "gatelab";
}
