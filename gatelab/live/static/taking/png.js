// A picture as PNG, fine enough to be printed.

import { tr } from "../language.js";
import { fonts } from "./fonts.js";
import { node, written } from "./svg.js";

const DPI = 300;
const LEAST = Math.round((16 / 2.54) * DPI); // pixels across: 16 cm of a printed page
const FINE = 3; // pixels for a CSS pixel
const MOST = 16e6; // pixels that every browser can draw at once

/** How many times larger a picture is drawn than on the screen. */
export const scaleOf = (width, height) => Math.max(LEAST / width, Math.min(FINE, Math.sqrt(MOST / (width * height))));

/** @param {SVGElement} picture @returns {Promise<Blob>} */
export async function png(picture) {
  const [width, height] = ["width", "height"].map((name) => Number(picture.getAttribute(name)));
  const scale = scaleOf(width, height);
  const copy = /** @type {SVGElement} */ (picture.cloneNode(true));
  copy.prepend(node("style", {}, await fonts(copy)));
  const image = await loaded(written(copy));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(width * scale), height: Math.round(height * scale) });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error(tr("the picture is too large for this browser"));
  return new Blob([dense(new Uint8Array(await blob.arrayBuffer()))], { type: "image/png" });
}

async function loaded(svg) {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = Object.assign(new Image(), { src: address });
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** The bytes of a PNG that says how many of its pixels are a meter, behind its head of 33 bytes. @returns {Uint8Array<ArrayBuffer>} */
function dense(bytes) {
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, 9);
  chunk.set(new TextEncoder().encode("pHYs"), 4);
  view.setUint32(8, Math.round(DPI / 0.0254));
  view.setUint32(12, Math.round(DPI / 0.0254));
  chunk[16] = 1; // the unit is the meter
  view.setUint32(17, crc(chunk.subarray(4, 17)));
  const made = new Uint8Array(bytes.length + chunk.length);
  made.set(bytes.subarray(0, 33));
  made.set(chunk, 33);
  made.set(bytes.subarray(33), 33 + chunk.length);
  return made;
}

/** The checksum of a chunk (PNG, annex D). */
function crc(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let k = 0; k < 8; k += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}
