// Values to colors, by the scales that Python defines (gatelab/palette.py).

const SHADES = 256;

/** A lookup table of 256 colors between evenly spaced stops: Uint32Array for ImageData, and CSS strings. */
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
  return { packed, css, bright: css.map((_, k) => luminance(packed[k]) > 0.2) };
}

/** Which of the 256 shades stands for a value in a range; values outside take the color of the nearer end. */
export function shade(value, [low, high]) {
  const k = Math.round(((value - low) / (high - low)) * (SHADES - 1));
  return k < 0 ? 0 : k > SHADES - 1 ? SHADES - 1 : k;
}

/** How light a packed color looks, 0 to 1 (WCAG's relative luminance, roughly). */
function luminance(packed) {
  const [r, g, b] = [packed & 255, (packed >> 8) & 255, (packed >> 16) & 255].map((c) => (c / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The tables of one theme, by scale. */
export function tables(scales) {
  return Object.fromEntries(Object.entries(scales).map(([name, stops]) => [name, table(stops)]));
}
