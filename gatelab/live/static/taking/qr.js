// A link as a QR code that a phone reads from a projector. The code itself is made by uqr (static/vendor/).

import { encode } from "../vendor/uqr.js";

const EDGE = 4; // light modules around a code, as the standard asks for
const STURDY = 15; // up to this version a code has room for the corrections of level M, else it keeps to L and has fewer modules
export const LARGEST = 22; // versions above have modules too small for a phone's camera across a room

/**
 * The QR code of a text, in the smallest version that holds it.
 *
 * @param {string} text
 * @returns {{version: number, size: number, rows: boolean[][]} | null} rows of modules with the light edge, true for dark; null where a phone could not read so large a code
 */
export function codeOf(text) {
  for (const [ecc, maxVersion] of [["M", STURDY], ["L", LARGEST]]) {
    try {
      const { version, size, data } = encode(text, { ecc, maxVersion, border: EDGE });
      return { version, size, rows: data };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error; // too long for these versions
    }
  }
  return null;
}

/** The dark modules as the path of an SVG whose units are modules: a stretch of each row after the other. */
export function pathOf({ rows }) {
  const stretches = rows.map((row, y) => [...row.map((dark) => (dark ? "1" : "0")).join("").matchAll(/1+/g)].map(({ index, 0: { length } }) => `M${index} ${y}h${length}v1h-${length}z`));
  return stretches.flat().join("");
}
