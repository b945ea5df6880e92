// What Streamlit calls, through component.py: how a stage comes onto a page, takes another theme, and goes.

import { parse } from "./safetensors.js";

const styles = new CSSStyleSheet();
const styled = fetch(new URL("stage.css", import.meta.url)).then((response) => response.text()).then((css) => styles.replaceSync(css));

/** The address of a route, wherever the app is served from. */
export const here = (path) => new URL(path, document.baseURI).href;

/**
 * @param Stage a class: (root, first answer, setStateValue), with dress(setStateValue) and close()
 * @returns {mount, unmount}: mount is called at first and again when the theme changes
 */
export function mounting(Stage) {
  const mounted = new WeakMap();
  return {
    async mount({ parentElement, data, setStateValue }) {
      await styled;
      if (parentElement.host && !parentElement.host.isConnected) return; // gone in the meantime
      const old = mounted.get(parentElement);
      if (old) return old.dress(setStateValue);
      parentElement.adoptedStyleSheets = [styles];
      mounted.set(parentElement, new Stage(parentElement, parse(data), setStateValue));
    },
    unmount(parentElement) {
      mounted.get(parentElement)?.close();
      mounted.delete(parentElement);
    },
  };
}
