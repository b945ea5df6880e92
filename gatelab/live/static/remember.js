// The last source that was typed, so that another page opens on the same sentence. It stays in this tab and is never sent anywhere.

const KEY = "gatelab:source";

/** Remember a source of a task. */
export function keep(task, text) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ task, text }));
  } catch {
    // no storage, nothing to remember
  }
}

/** What was typed last, {task, text}; null where there is nothing, or where the address of the page itself names a text. */
export function kept() {
  if (new URLSearchParams(window.location.search).has("text")) return null;
  try {
    const { task, text } = JSON.parse(sessionStorage.getItem(KEY));
    return typeof task === "string" && typeof text === "string" ? { task, text } : null;
  } catch {
    return null;
  }
}
