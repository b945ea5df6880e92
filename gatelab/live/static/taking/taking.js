// "Take along": what stands on a stage, to keep or to hand on. Behind one button, each way in a section of its own.

import { closesBeside, el } from "../kit/dom.js";
import { tr } from "../language.js";
import { EmbedSection } from "./embed.js";
import { LinkSection } from "./linksection.js";
import { NumbersSection } from "./numberssection.js";
import { PageSection } from "./page.js";
import { PictureSection } from "./picturesection.js";
import { PresentSection } from "./present.js";
import { WorksheetSection } from "./worksheet.js";

/** @typedef {{element: HTMLElement, open: () => any, close?: () => void}} Section a way to take it along: `open` is called whenever the panel opens */

/** Whether a link can lead here; none leads into a cell of a notebook. */
const isPlaced = () => window.location.protocol !== "about:";

/** The sections of a stage, from top to bottom. @type {(stage: any) => Section[]} */
const sections = (stage) => [
  ...(isPlaced() ? [new LinkSection(stage)] : []), new PresentSection(stage), new PageSection(stage), new PictureSection(stage), new NumbersSection(stage),
  ...(stage.constructor.kind === "lesson" ? [new WorksheetSection(stage)] : []), ...(isPlaced() ? [new EmbedSection(stage)] : []),
];

export class Taking {
  /** @type {HTMLDialogElement} */ dialog;

  /** @param made the sections that a stage has; all of them unless told */
  constructor(stage, made = sections) {
    this.sections = made(stage);
    this.button = el("button", { type: "button", title: tr("Take along what stands here"), "aria-haspopup": "dialog", onclick: () => this.open() }, tr("Take along"));
    const close = el("button", { type: "button", onclick: () => this.dialog.close() }, tr("Close"));
    this.dialog = el("dialog", { className: "taking", "aria-label": tr("Take along"), onclose: () => this.sections.forEach((section) => section.close?.()) },
      el("div", { className: "taking-head" }, el("h2", {}, tr("Take along")), close), ...this.sections.map(({ element }) => element));
    closesBeside(this.dialog);
  }

  open() {
    for (const section of this.sections) section.open();
    this.dialog.showModal();
  }

  close() {
    this.dialog.close();
  }
}
