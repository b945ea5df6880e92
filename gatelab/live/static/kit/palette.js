// Values to colors, by the scales that Python defines (gatelab/palette.py).

const SHADES = 256;

/**
 * A lookup table of 256 colors between evenly spaced stops: Uint32Array for ImageData, and CSS strings; `letters` are the colors of
 * what is written on them.
 */
export function table(stops) {
  const rgb = stops.map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  const packed = new Uint32Array(SHADES);
  const css = [];
  for (let k = 0; k < SHADES; k += 1) {
    const at = (k / (SHADES - 1)) * (rgb.length - 1);
    const low = Math.min(Math.floor(at), rgb.length - 2);
    const [r, g, b] = rgb[low].map((from, channel) => Math.round(from + (rgb[low + 1][channel] - from) * (at - low)));
    packed[k] = (255 << 24) | (b << 16) | (g << 8) | r;
    css.push(`rgb(${r}, ${g}, ${b})`);
  }
  return { packed, css, letters: css.map((_, k) => legible(channels(packed[k]))) };
}

/** Which of the 256 shades stands for a value in a range; values outside take the color of the nearer end. */
export function shade(value, [low, high]) {
  const k = Math.round(((value - low) / (high - low)) * (SHADES - 1));
  return k < 0 ? 0 : k > SHADES - 1 ? SHADES - 1 : k;
}

const channels = (packed) => [packed & 255, (packed >> 8) & 255, (packed >> 16) & 255];

/** How light a color looks, 0 to 1: WCAG's relative luminance. */
function luminance(rgb) {
  const [r, g, b] = rgb.map((c) => (c <= 10 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Black or white, whichever stands out more: at least 4.5 to 1 from any color, which no softer pair would be. */
const legible = (rgb) => (luminance(rgb) > 0.179 ? "#000000" : "#ffffff");

/** The same for a color as "#rrggbb". */
export const on = (hex) => legible([1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));

/** The tables of one theme, by scale. */
export function tables(scales) {
  return Object.fromEntries(Object.entries(scales).map(([name, stops]) => [name, table(stops)]));
}
