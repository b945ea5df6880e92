// The figures of a page without a server: Plotly, which stands beside the page, draws what Python made for each theme.

import { onTheme, theme } from "./themes.js";

/** Draw every figure in the theme that the visitor sees, now and whenever it changes. */
export function start() {
  draw();
  onTheme(draw);
}

function draw() {
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-figure]"))) {
    const { data, layout } = JSON.parse(document.getElementById(`${place.dataset.figure}-${theme()}`).textContent);
    /** @type {any} */ (globalThis).Plotly.react(place, data, layout, { displaylogo: false, responsive: true });
  }
}
