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

/** Open a stage's box on its reading, or on what was typed last where one of the models is made for that. */
export function reopen(box, select, reading, models) {
  box.open(reading.text);
  const last = kept();
  const fitting = last && (reading.model.task === last.task ? reading.model : models.find(({ task }) => task === last.task));
  if (!fitting) return;
  select.value = fitting.name;
  box.open(last.text);
}
