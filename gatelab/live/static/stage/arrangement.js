// What of a stage is in sight: which panels are open, what a link hides, and whether the stage is alone on the screen or presented.

import { FullScreen } from "../kit/fullscreen.js";
import { PresentBar } from "../kit/presentbar.js";
import { ASIDE, Presenting } from "../kit/presenting.js";
import { turn } from "../kit/turning.js";
import { opened, openOnly } from "../panels.js";

/** Another page shows this one in a frame, and has a navigation of its own. */
const isEmbedded = () => new URLSearchParams(window.location.search).get("embed") === "true";

export class Arrangement {
  stage;
  /** @type {PresentBar} */ bar;

  /** @param stage a `Stage`; @param {() => void} changed a link to it is another one, and so is its size */
  constructor(stage, changed) {
    this.stage = stage;
    this.full = new FullScreen(() => this.#alone(changed));
    this.presenting = new Presenting(this.full, { turn: (way) => turn(stage, way), changed: () => this.#presented() });
  }

  /** The elements of the stage are on the page. */
  of(stage, board) {
    this.full.of(stage, board);
    this.bar = new PresentBar(stage, () => this.stage.dress(this.stage.setStateValue));
    stage.prepend(this.bar.element);
  }

  /** Open and hide what the page's link says. */
  begin() {
    const { open, present } = this.stage.page.start;
    if (open) this.open(open);
    if (present === "on") this.presenting.start(false);
    this.#hide();
  }

  close() {
    this.presenting.close();
    this.bar.close();
    this.full.close();
    delete document.documentElement.dataset.gatelabHide;
  }

  /** Open just these panels. */
  open(names) {
    const { holdPanel } = this.stage;
    if (holdPanel) holdPanel.met = true; // a link says whether it is open
    openOnly(this.#panels, names);
  }

  /** The open panels, the moment of the film and what is hidden as fields of the link. */
  linked() {
    const { holding, holdPanel, film, page: { start } } = this.stage;
    const open = opened(this.#panels);
    const said = open.length || (holding?.active && !holdPanel.open);
    return { ...(said && { open: open.join(",") }), ...(start.film !== undefined && film.linked()), ...(start.hide?.length && { hide: start.hide.join(",") }), ...this.presenting.linked() };
  }

  /** Those of the panels that a link knows. */
  get #panels() {
    const { foldable, page } = this.stage;
    return Object.fromEntries(Object.entries(foldable).filter(([name, panel]) => panel && page.fields.open?.words.includes(name)));
  }

  /** The stage is presented now, or no more. */
  #presented() {
    this.bar.show(this.presenting.on);
    this.#hide();
  }

  /** Hide what the link says, and what does not go with where the stage stands. */
  #hide() {
    const { page, stage } = this.stage;
    const hidden = [...(page.start.hide ?? []), ...(isEmbedded() ? ["nav"] : []), ...(this.presenting.on ? ASIDE : [])];
    stage.dataset.hide = [...new Set(hidden)].join(" ");
    document.documentElement.dataset.gatelabHide = stage.dataset.hide; // for what stands around the stage
  }

  /** The stage is alone on the screen now, or no more. */
  #alone(changed) {
    this.presenting.follow();
    document.dispatchEvent(new Event("gatelab:alone"));
    changed();
  }
}
