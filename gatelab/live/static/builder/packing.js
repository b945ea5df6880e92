// A file as letters of an address: compressed (RFC 1951), then base64 with the letters that an address can hold. gatelab/lessons/sharing.py reads it.

export const LONGEST = 6000; // characters of an address that every proxy lets through

/** Whether this browser can. */
export const canPack = () => typeof CompressionStream === "function";

/** @param {string} text */
export async function packed(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
