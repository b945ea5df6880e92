// A QR code as a picture.

import { pathOf } from "./qr.js";

const SVG = "http://www.w3.org/2000/svg";

/** A code as a picture, dark on white whatever the theme. @param {any} code as of qr.js @param {string} label what it leads to */
export function picture(code, label) {
  const drawn = (tag, attributes) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const svg = drawn("svg", { viewBox: `0 0 ${code.size} ${code.size}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges", class: "qr" });
  svg.append(drawn("rect", { width: code.size, height: code.size, fill: "#fff" }), drawn("path", { d: pathOf(code), fill: "#000" }));
  return svg;
}
