// The fonts of the page that a picture uses, for the moment in which it becomes pixels: an image sees none of the page's own.

/** The rules of style sheets that bring these fonts, with the fonts in them; those that cannot be had are left out. @param {SVGElement} picture @returns {Promise<string>} */
export async function fonts(picture) {
  const used = [...picture.querySelectorAll("[font-family]")].map((one) => one.getAttribute("font-family")).join(",");
  const rules = [...document.styleSheets].flatMap(faces).filter(({ style }) => used.includes(plain(style.getPropertyValue("font-family"))));
  return (await Promise.all(rules.map(carried))).join("\n");
}

const plain = (family) => family.replace(/["']/g, "");

/** @param {CSSStyleSheet} sheet @returns {CSSFontFaceRule[]} */
function faces(sheet) {
  try {
    return [...sheet.cssRules].filter((rule) => rule instanceof CSSFontFaceRule);
  } catch {
    return []; // of another origin
  }
}

/** A rule with its font in it, or "". @param {CSSFontFaceRule} rule */
async function carried(rule) {
  const [, address] = /url\("?([^")]+)"?\)/.exec(rule.style.getPropertyValue("src")) ?? [];
  if (!address) return "";
  try {
    const response = await fetch(new URL(address, rule.parentStyleSheet.href ?? document.baseURI));
    const font = response.ok ? await read(await response.blob()) : null;
    return font ? rule.cssText.replace(/url\([^)]*\)/, `url("${font}")`) : "";
  } catch {
    return ""; // letters of the system stand in its place
  }
}

const read = (blob) => new Promise((resolve) => {
  const reader = Object.assign(new FileReader(), { onload: () => resolve(reader.result) });
  reader.readAsDataURL(blob);
});
