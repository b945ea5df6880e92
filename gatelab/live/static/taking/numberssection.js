// "The numbers": every value that the networks on the stage computed, as files.

import { pack } from "../engine/safetensors.js";
import { option } from "../kit/controls.js";
import { el } from "../kit/dom.js";
import { grouped, tr } from "../language.js";
import { has } from "../own.js";
import { computed } from "./computed.js";
import { csv } from "./csv.js";
import { called, download } from "./download.js";
import { notebook } from "./notebook.js";

const ABOUT = tr("Every value that the network computed of the text: as a table (CSV), for programs (safetensors), and as a Jupyter notebook that computes all of it again in Python and compares.");
const COMING = tr("The network is still on its way into this page. Try again in a moment.");
const FILM = tr("The network stands as it was at a moment of its training, which a notebook cannot load.");

/** @import { Computed } from "./computed.js" */

export class NumbersSection {
  /** @param stage a `Stage` */
  constructor(stage) {
    this.stage = stage;
    this.network = el("select", { "aria-label": tr("Network whose numbers are saved") });
    const save = (words, kind, make) => el("button", { type: "button", onclick: () => this.#save(kind, make) }, words);
    this.notebook = save(tr("Save as notebook"), ["ipynb", "application/x-ipynb+json"], (made) => notebook(made, has(made.model)));
    this.buttons = el("div", { className: "group" }, this.network, save(tr("Save as CSV"), ["csv", "text/csv"], csv), save(tr("Save as safetensors"), ["safetensors", "application/octet-stream"], packed), this.notebook);
    this.said = el("p", { className: "quiet", role: "status" });
    this.element = el("section", {}, el("h3", {}, tr("The numbers")), el("p", {}, ABOUT), this.buttons, this.said);
  }

  open() {
    const [names, chosen] = [this.#shown.names, this.network.value];
    this.network.replaceChildren(...names.map((name) => option(name, name)));
    this.network.value = names.includes(chosen) ? chosen : names[0];
    this.network.hidden = names.length < 2;
    this.notebook.disabled = this.stage.checkpoints.instead.size > 0;
    this.said.textContent = this.notebook.disabled ? FILM : "";
  }

  /** The networks on the stage and what they read. */
  get #shown() {
    const { model, models = [model], text } = this.stage.painted();
    return { names: models, text };
  }

  /** All that the chosen network computed, or null while it is on its way. @returns {Computed | null} */
  get #computed() {
    const { stage, network: { value: name } } = this;
    const model = stage.checkpoints.model(name);
    const { hold = "", after = "" } = stage.holding?.askedOf(stage.models[name]) ?? {};
    return model && computed(model, { text: this.#shown.text, hold, after, ...stage.decoded });
  }

  #save([ending, type], make) {
    const made = this.#computed;
    this.said.textContent = made ? "" : COMING;
    if (!made) return;
    const content = make(made);
    download(content, `${called("gatelab", made.model, made.text)}.${ending}`, type);
    this.said.textContent = tr("Saved: {size} kB.", { size: grouped(Math.ceil(new Blob([content]).size / 1000)) });
  }
}

/** A safetensors file with the names of figures.npz; words stand in its metadata, as JSON. @param {Computed} computed */
export function packed({ model, text, holds, after, words, arrays }) {
  return pack({ metadata: { model, text, ...(holds.length && { holds }), ...(after && { after }), ...words }, tensors: arrays });
}
