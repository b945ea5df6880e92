// Elements of SVG, made one by one: nothing that a visitor typed is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

/** A number as a picture needs it: at most two decimals. */
export const short = (value) => String(Math.round(value * 100) / 100);

/** An element of SVG with attributes, those that are null or undefined left out, and children that are elements or strings. */
export function node(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(name, typeof value === "number" ? short(value) : value);
  }
  made.append(...children);
  return made;
}

/** A color as SVG has it, {fill, "fill-opacity"}: programs for drawing know none that is transparent by itself. @param {string} part "fill" or "stroke" */
export function painted(part, color, opacity = 1) {
  const [, plain, share] = /^rgba\((.*), ([\d.e-]+)\)$/.exec(color) ?? [];
  const seen = opacity * Number(share ?? 1);
  return { [part]: plain ? `rgb(${plain})` : color, ...(seen < 1 && { [`${part}-opacity`]: String(seen) }) };
}

const STRANGE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g; // XML has no way to write these

/** The file of a picture. */
export const written = (picture) => `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(picture).replace(STRANGE, "\uFFFD")}\n`;
