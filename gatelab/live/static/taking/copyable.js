// A line to copy: one click, or the focus and Ctrl+A, chooses all of it.

import { el } from "../kit/dom.js";

/** @param {string} label what a screen reader calls it */
export const copyable = (label) => el("code", { className: "copyable", tabIndex: 0, role: "textbox", "aria-readonly": "true", "aria-multiline": "true", "aria-label": label });
