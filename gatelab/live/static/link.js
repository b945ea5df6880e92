// A link to all that is chosen on a stage.

/** Put the page's address with these query parameters on the clipboard; where there is none, show it to be copied by hand. */
export async function copy(button, fields) {
  const link = new URL(document.baseURI);
  link.search = String(new URLSearchParams(fields));
  try {
    await navigator.clipboard.writeText(link.href);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy link"), 1500);
  } catch {
    window.prompt("The link to what is chosen here:", link.href); // no clipboard without https
  }
}
