// What Streamlit calls, through component.py: how a stage comes onto a page, takes another theme, and goes.

import { parse } from "./safetensors.js";

/** A style sheet of `static/`; it is filled when its file is here. */
function sheet(name) {
  const styles = new CSSStyleSheet();
  const filled = fetch(new URL(name, import.meta.url)).then(async (response) => {
    if (!response.ok) throw new Error(`${response.url}: HTTP ${response.status}`);
    styles.replaceSync(await response.text());
  });
  return { styles, filled };
}

const common = sheet("stage.css");

/** The address of a route, "/live/...", whatever path the app is served under: the routes are where this file is. */
export const here = (route) => new URL(`../..${route}`, import.meta.url).href;

/**
 * @param Stage a class: (root, first answer, setStateValue), with dress(setStateValue) and close()
 * @param own names of further style sheets in `static/`
 * @returns {mount, unmount}: mount is called at first and again when the theme changes
 */
export function mounting(Stage, ...own) {
  const sheets = [common, ...own.map(sheet)];
  const mounted = new WeakMap();
  return {
    async mount({ parentElement, data, setStateValue }) {
      await Promise.all(sheets.map(({ filled }) => filled));
      if (parentElement.host && !parentElement.host.isConnected) return; // gone in the meantime
      const old = mounted.get(parentElement);
      if (old) return old.dress(setStateValue);
      parentElement.adoptedStyleSheets = sheets.map(({ styles }) => styles);
      const first = parse(data);
      const stage = new Stage(parentElement, first, setStateValue);
      mounted.set(parentElement, stage);
      stage.begin?.(first, setStateValue);
    },
    unmount(parentElement) {
      mounted.get(parentElement)?.close();
      mounted.delete(parentElement);
    },
  };
}
