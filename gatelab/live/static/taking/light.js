// A stage in the light theme for a moment, on white paper: a picture goes into slides and papers, whatever theme the page has.

export const PAPER = "#ffffff";

/** The light theme of .streamlit/config.toml. */
export const LIGHT = { "--st-primary-color": "#1f6f80", "--st-background-color": PAPER, "--st-secondary-background-color": "#f5f2ea", "--st-text-color": "#1b2430", "--st-border-color": "#dcd6c8" };

/** Paint a stage anew in the theme that it stands in. @param stage a `Stage`, or what has its {stage: element, dress(), draw()} */
export function repaint(stage) {
  stage.dress(stage.setStateValue);
  stage.draw();
}

/** Put a stage into the light theme; it is painted so by `repaint`. @returns {() => void} what puts it back, before the browser paints again */
export function light(stage) {
  const { style, dataset } = stage.stage;
  for (const [name, value] of Object.entries(LIGHT)) style.setProperty(name, value);
  dataset.pictured = ""; // nothing sticks to the top, nothing fades in, see look/taking.css
  return () => {
    for (const name of Object.keys(LIGHT)) style.removeProperty(name);
    delete dataset.pictured;
    repaint(stage);
  };
}
