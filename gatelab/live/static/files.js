// Where a page has its files from: models, films, the glossary. In the app the server has them; a page without a server brings them along.

/** The address of a route, "/live/...", whatever path the app is served under: the routes are where this file is. */
export const here = (route) => new URL(`../..${route}`, import.meta.url).href;

/** @type {((route: string) => Promise<Uint8Array<ArrayBuffer> | null>) | null} what the page brought along; null in the app */
let brought = null;

/** From now on the files come from `open(route)`: a promise of their bytes, or of null where the page has no such file. No server is asked any more. */
export function bring(open) {
  brought = open;
}

/** Whether a server stands behind the page. */
export const isServed = () => brought === null;

/** The file of a route, "/live/...", as `fetch` gives it. */
export async function get(route) {
  if (!brought) return fetch(here(route));
  const bytes = await brought(route);
  return bytes ? new Response(bytes) : new Response(null, { status: 404 });
}
