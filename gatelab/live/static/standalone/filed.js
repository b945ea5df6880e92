// The files of a page without a server. One that is saved as a file holds them in script elements; one of a site has them beside it, as scripts that
// call `gatelabFile`: a browser lets a page from a disk load a script, and nothing else.

/** Bytes from the text in which a page holds them: base64 of what gzip made. @returns {Promise<Uint8Array<ArrayBuffer>>} */
export async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}

/**
 * The bytes of a file, or null where the page has none of that route.
 *
 * @param {string} route e.g. "/live/models/prose-lstm.safetensors"
 * @param {string | null} beside the folder of the files beside the page, relative to it; null where there is none
 */
export async function fileOf(route, beside) {
  const held = [...document.querySelectorAll("script[data-file]")].find((element) => element.getAttribute("data-file") === route);
  const text = held ? held.textContent : beside === null ? null : await called(`${beside}${route.replace(/^\/live\//, "")}.js`);
  return text === null ? null : unpacked(text);
}

const handed = new WeakMap(); // script -> what it handed over

/** What the script at an address hands over; null where there is none. */
function called(address) {
  return new Promise((resolve) => {
    /** @type {any} */ (globalThis).gatelabFile = (text) => handed.set(document.currentScript, text);
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(handed.get(script) ?? null);
    script.onerror = () => resolve(null);
    document.head.append(script);
  });
}
