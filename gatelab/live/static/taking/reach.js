// Under which address others reach what stands here. A browser at localhost has an address that is dead on every other device.

import { get, isServed } from "../files.js";
import { tr } from "../language.js";

const ON_DISK = tr("This page lies on a disk and has no address that others could open. \u201cSave as a page\u201d makes a file that one can hand on.");
const ALONE = tr("This page is served to this machine alone.");
const SILENT = tr("The server did not say under which address other devices reach it.");

/** Whether a host is this machine's own name for itself. */
export const isLoopback = (host) => /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(host);

/** The link with the host and port of another address of the same server. */
export function at(link, address) {
  const [moved, there] = [new URL(link), new URL(address)];
  moved.hostname = there.hostname;
  moved.port = there.port;
  return moved.href;
}

/**
 * The links that other devices can open, the likeliest first, and a sentence why there is none, else "".
 *
 * @param {string} link the page's own
 * @returns {Promise<{links: string[], why: string}>}
 */
export async function reaching(link) {
  const { host, hostname } = new URL(link);
  if (!host) return { links: [], why: ON_DISK };
  if (!isLoopback(hostname)) return { links: [link], why: "" };
  if (!isServed()) return { links: [], why: ALONE };
  try {
    const response = await get("/live/addresses");
    const { addresses, why } = await response.json();
    return { links: addresses.map((address) => at(link, address)), why };
  } catch {
    return { links: [], why: SILENT };
  }
}
