// A link to all that is chosen on a stage, and other lines to copy.

import { queryOf } from "./address.js";
import { bare, tr } from "./language.js";

/** The page's address with these query parameters, and with what Streamlit added. */
export function linkOf(fields) {
  const link = new URL(document.baseURI);
  link.search = queryOf(fields);
  return link.href;
}

export const SENTENCE = tr("The link to what is chosen here:");

/** Put the link with these fields on the clipboard; where there is none, show it to be copied by hand. */
export const copy = (button, fields) => copyText(button, linkOf(fields), SENTENCE);

/** Put a text on the clipboard; where there is none, show it under a sentence, to be copied by hand. */
export async function copyText(button, text, sentence) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(bare(text));
    if (label === tr("Copied")) return;
    button.textContent = tr("Copied");
    setTimeout(() => (button.textContent = label), 1500);
  } catch {
    window.prompt(sentence, text); // no clipboard without https
  }
}
