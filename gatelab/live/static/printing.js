// A stage on paper: laid out anew for the width of a sheet, in light colors, with all steps in sight; afterwards as it was.

import { paper } from "./kit/view.js";

/** CSS pixels between the margins of a sheet, A4 or US letter (printing.css); an inch has 96. */
const WIDTH = 700;

/** The light theme, black on white, in the names that Streamlit has for it. */
const LIGHT = {
  "--st-background-color": "#ffffff",
  "--st-secondary-background-color": "#f4f4f4",
  "--st-text-color": "#000000",
  "--st-border-color": "#b8b8b8",
  "--st-primary-color": "#1f6f80",
};

/** Figures around the stage, which keep the size that they were drawn in. */
const charts = () => /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-testid="stPlotlyChart"], [data-testid="stDataFrame"], .figure'));

export class Printing {
  /** @param stage what is printed: {stage, dress(), fit()} */
  constructor(stage) {
    this.stage = stage;
    this.begins = () => this.#begin();
    this.ends = () => this.#end();
    window.addEventListener("beforeprint", this.begins);
    window.addEventListener("afterprint", this.ends);
  }

  close() {
    window.removeEventListener("beforeprint", this.begins);
    window.removeEventListener("afterprint", this.ends);
    if (this.on) paper.on = false;
  }

  get on() {
    return this.stage.stage.classList.contains("on-paper");
  }

  #begin() {
    const { style, classList } = this.stage.stage;
    classList.add("on-paper");
    style.width = `${WIDTH}px`;
    for (const [name, color] of Object.entries(LIGHT)) style.setProperty(name, color);
    paper.on = true;
    for (const chart of charts()) chart.style.zoom = String(Math.min(1, WIDTH / (chart.scrollWidth || WIDTH)));
    this.#again();
  }

  #end() {
    const { style, classList } = this.stage.stage;
    classList.remove("on-paper");
    style.width = "";
    for (const name of Object.keys(LIGHT)) style.removeProperty(name);
    paper.on = false;
    for (const chart of charts()) chart.style.zoom = "";
    this.#again();
  }

  /** Colors, widths and picture at once: the browser does not wait for the next frame. */
  #again() {
    this.stage.dress(this.stage.setStateValue);
    this.stage.fit();
  }
}
