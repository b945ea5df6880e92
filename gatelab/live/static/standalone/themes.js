// The theme of a page without a server: the system's, or the one that the visitor chose with the page's button.

const KEY = "gatelab:theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;
const changed = new Set();

function chosen() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // no storage
  }
}

/** "light" or "dark". */
export const theme = () => root.dataset.theme ?? (system.matches ? "dark" : "light");

/** Call this whenever the theme is another. */
export const onTheme = (call) => changed.add(call);

const tell = () => changed.forEach((call) => call());

function choose(name) {
  root.dataset.theme = name;
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // no storage: for this page alone
  }
  tell();
}

/** The button that changes the theme, where the page has one. */
export function start() {
  const kept = chosen();
  if (kept === "light" || kept === "dark") root.dataset.theme = kept;
  system.addEventListener("change", tell);
  document.getElementById("gatelab-theme")?.addEventListener("click", () => choose(theme() === "dark" ? "light" : "dark"));
}
