// "Save as a page": what stands on the stage as one file that works without a server.

import { el } from "../kit/dom.js";
import { grouped, tr } from "../language.js";
import { saved } from "../standalone/saving.js";
import { called, download } from "./download.js";

const ABOUT = tr("One HTML file with this stage, its network and your text. It opens from a USB stick, in a course\u2019s pages or in slides; typing works there, and it asks for nothing.");

export class PageSection {
  saving = false;

  constructor(stage) {
    this.stage = stage;
    this.save = el("button", { type: "button", onclick: () => this.#save() }, tr("Save as a page"));
    this.said = el("p", { className: "quiet", role: "status" });
    this.element = el("section", {}, el("h3", {}, tr("A page of its own")), el("p", {}, ABOUT), this.save, this.said);
  }

  open() {
    this.said.textContent = this.stage.checkpoints.instead.size ? tr("The page gets the network as it is now, not as it was at that moment of its training.") : "";
  }

  async #save() {
    if (this.saving) return;
    this.saving = true; // not disabled: it would lose the focus
    this.said.textContent = tr("The page is being put together \u2026");
    try {
      const page = await saved(this.stage);
      download(page, `${called("gatelab", this.stage.asked, this.stage.box.text)}.html`, "text/html");
      this.said.textContent = tr("Saved: {size} kB.", { size: grouped(Math.round(new Blob([page]).size / 1000)) });
    } catch (error) {
      console.warn(error);
      this.said.textContent = tr("The page could not be made: the server did not answer. Try again.");
    }
    this.saving = false;
  }
}
