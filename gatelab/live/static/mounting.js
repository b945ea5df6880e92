// What Streamlit calls, through component.py: how a stage comes onto a page, takes another theme, and goes.

import { parse } from "./engine/safetensors.js";
import { SHEETS } from "./look/sheets.js";

/**
 * @param Stage a class: (root, first answer, setStateValue), with dress(setStateValue) and close()
 * @param own further style sheets
 * @returns - {mount, unmount}: mount is called at first and again when the theme changes
 */
export function mounting(Stage, ...own) {
  const sheets = [...SHEETS, ...own];
  const mounted = new WeakMap();
  return {
    mount({ parentElement, data, setStateValue }) {
      if (parentElement.host && !parentElement.host.isConnected) return; // gone in the meantime
      const old = mounted.get(parentElement);
      if (old) return old.dress(setStateValue);
      parentElement.adoptedStyleSheets = sheets;
      const first = data.metadata ? data : parse(data); // parsed already, or as it came
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
