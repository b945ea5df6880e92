// The theme that Streamlit shows: its colors and fonts, and the scales that go with it.

/**
 * Give a stage the colors of the theme it stands in.
 *
 * @param stage its outermost element
 * @param palette - {scales, ink}, each by theme (gatelab/palette.py)
 * @returns - {scales, ink}: the stops of each scale, and the single colors and fonts
 */
export function dress(stage, palette) {
  const style = getComputedStyle(stage);
  const theme = isDark(style.getPropertyValue("--st-background-color")) ? "dark" : "light";
  stage.dataset.theme = theme;
  for (const [key, color] of Object.entries(palette.ink[theme])) stage.style.setProperty(`--${key}`, color);
  return {
    scales: palette.scales[theme],
    ink: {
      ...palette.ink[theme],
      text: style.getPropertyValue("--st-text-color").trim(),
      paper: style.getPropertyValue("--st-background-color").trim(),
      empty: style.getPropertyValue("--st-secondary-background-color").trim(),
      cursor: theme === "dark" ? "#ffffff" : "#1b2430",
      alert: theme === "dark" ? "#ffb86b" : "#a8320c",
      sans: style.getPropertyValue("--st-font") || "sans-serif",
      mono: style.getPropertyValue("--st-code-font") || "monospace",
    },
  };
}

/** Whether a CSS color is a dark one. */
function isDark(color) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = color.trim() || "#fff";
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(String(probe.fillStyle).slice(at, at + 2), 16));
  return 0.3 * r + 0.6 * g + 0.1 * b < 128;
}
