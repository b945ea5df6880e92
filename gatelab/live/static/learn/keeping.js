// A trained network can be kept: used on other pages in this visit, saved as a file, opened from one, and made again in Python.

import { over } from "../engine/initial.js";
import { checkSize, opened, Unfit } from "../engine/opening.js";
import { button } from "../kit/controls.js";
import { el, keepFocus, refill } from "../kit/dom.js";
import { tr } from "../language.js";
import { copyText } from "../link.js";
import { bytesOf, checkpoint, forget, free, keep, MOST, networks, refused, rename, where } from "../own.js";
import { learnLine } from "./python.js";
import { CALLED, sized } from "./settings.js";
import { why } from "./unfit.js";

const ABOUT = tr("Kept networks stay in this browser tab until you close it, at most {most}; nothing goes to the server. Choose one by its name on Watch, Compare or Memory.", { most: MOST });

export class Keeping {
  /** @type {string[]} */ shipped;
  /** @type {() => string} */ text;
  settings;
  /** @type {any[]} of the networks that train */ specs;
  task;

  /**
   * @param {string[]} shipped the names of the shipped models, which nobody else can have
   * @param {() => string} text what stands in the box of the probe
   */
  constructor(shipped, text) {
    Object.assign(this, { shipped, text, racers: [], standing: null });
    this.trained = el("div", { className: "trained" });
    this.list = el("ul", { className: "kept", "aria-label": tr("Kept networks") });
    this.note = el("p", { role: "status" });
    this.file = el("input", { type: "file", accept: ".safetensors", multiple: true, hidden: true, "aria-label": tr("A checkpoint to open"), onchange: () => this.#chosen() });
    this.opener = button(tr("Open \u2026"), tr("Open a checkpoint from a file"), () => this.file.click());
    const area = el("p", { className: "drop" }, this.opener, this.file, el("span", { className: "quiet" }, " ", tr("or drop a *.safetensors file here, saved on this page or trained by gatelab.training.")));
    this.element = el("section", { className: "keeping", "aria-label": tr("Keep a network") }, el("h3", {}, tr("Keep it")), el("p", { className: "quiet" }, ABOUT), this.trained, this.list, area, this.note);
    this.#takeDrops();
    this.#show();
  }

  #takeDrops() {
    const over = (on) => (event) => {
      if (!event.dataTransfer.types.includes("Files")) return; // text on its way into a name
      event.preventDefault();
      this.element.classList.toggle("over", on);
    };
    this.element.addEventListener("dragover", over(true));
    this.element.addEventListener("dragleave", over(false));
    this.element.addEventListener("drop", (event) => {
      over(false)(event);
      this.#open([...event.dataTransfer.files]);
    });
  }

  // What trains on the page.

  /** Other networks train now. */
  begin(settings, specs, task) {
    Object.assign(this, { settings, specs, task, standing: null });
    this.racers = specs.map((spec, k) => this.#racer(spec, k));
    this.trained.replaceChildren(...this.racers.map(({ element }) => element));
  }

  #racer(spec, k) {
    const called = sized(spec);
    const use = el("button", { type: "button", disabled: true, title: tr("Use the {network} on Watch, Compare and Memory in this visit", { network: called }), onclick: () => this.#use(k) }, tr("Use it"));
    const save = el("button", { type: "button", disabled: true, title: tr("Save the {network} as a checkpoint, which gatelab.load reads", { network: called }), onclick: () => this.#save(this.#suggested(k), this.#bytes(k, this.#suggested(k))) }, tr("Save"));
    const line = el("code", {});
    const again = el("button", { type: "button", title: tr("Copy the lines that train the {network} in Python", { network: called }), onclick: () => copyText(again, line.textContent, tr("The same network in Python:")) }, tr("Copy"));
    const python = el("div", { className: "python" }, el("pre", {}, line), again);
    return { use, save, line, element: el("div", { className: "racer" }, el("div", { className: "group" }, el("b", {}, called), use, save), python) };
  }

  /** How the networks stand, see `Race.standing`; or how they stood, where the film shows another moment, {update, weights}. */
  stands(standing, frame = null) {
    if (frame) standing = { updates: frame.update, racers: frame.weights.map((weights) => ({ weights, broke: weights.every(Number.isFinite) ? null : frame.update })) };
    this.standing = standing;
    this.racers.forEach(({ use, save, line }, k) => {
      use.disabled = save.disabled = standing.racers[k].broke !== null; // a network of NaN is of no use
      const written = learnLine(this.settings, this.specs[k], this.task, standing.updates);
      if (line.textContent !== written) line.textContent = written;
    });
  }

  #suggested(k) {
    return free(tr("my {task} {cell}", { task: this.settings.task, cell: this.specs[k].cell }), this.shipped);
  }

  /** The checkpoint of a network as it stands. */
  #bytes(k, name) {
    const { task, text, specs, standing } = this;
    const spec = { ...specs[k], name };
    const texts = [text(), task.example(1), task.example(2), task.example(3)].filter(Boolean).map((one) => task.begins + one);
    return checkpoint(spec, over(spec, standing.racers[k].weights).weights, { learned: { task: task.name, title: CALLED[task.name], texts: [...new Set(texts)] } });
  }

  #use(k) {
    const name = this.#suggested(k);
    this.#keep(name, this.#bytes(k, name));
  }

  // What is kept.

  #keep(name, bytes) {
    const left = keep(bytes);
    this.#show();
    const gone = left.length ? tr("{names} had to leave: at most {most} are kept.", { names: left.join(", "), most: MOST }) : "";
    const leaves = networks().find((network) => network.name === name)?.stays ? "" : tr("It is too large for this browser to keep when the page is loaded anew: save it.");
    this.#say([tr("Kept as \u201C{name}\u201D.", { name }), where(name), leaves, gone].filter(Boolean).join(" "));
  }

  /** Say what came of something; what did not go stands out. */
  #say(sentence, wrong = false) {
    this.note.textContent = sentence;
    this.note.className = wrong ? "note" : "quiet";
  }

  #show() {
    this.list.hidden = !networks().length;
    refill(this.list, ...networks().map(({ name, spec }) => this.#entry(name, spec)));
  }

  #entry(name, spec) {
    const input = el("input", { type: "text", value: name, maxLength: 40, "aria-label": tr("Name of {name}", { name }), onchange: () => this.#rename(name, input) });
    const network = sized(spec);
    const size = spec.num_layers > 1 ? tr("{network}, {count} layers", { network, count: spec.num_layers }) : network;
    const save = button(tr("Save"), tr("Save {name} as a checkpoint", { name }), () => this.#save(name, bytesOf(name)));
    const away = button(tr("Forget it"), tr("Forget it: {name}", { name }), () => this.#forget(name));
    return el("li", {}, el("span", { className: "group" }, input, save, away), el("span", { className: "quiet" }, `${size}. ${where(name)}`));
  }

  #rename(name, input) {
    const wanted = input.value.trim();
    const why = wanted === name ? "" : refused(wanted, this.shipped);
    this.#say(why, true);
    if (why || wanted === name) return (input.value = name);
    const focused = input.getRootNode().activeElement === input;
    rename(name, wanted);
    this.#show();
    if (focused) /** @type {HTMLElement} */ (this.list.children[networks().findIndex((network) => network.name === wanted)].querySelector("input")).focus();
  }

  #forget(name) {
    forget(name);
    keepFocus(this.element.getRootNode(), this.opener, () => this.#show()); // with the last one goes the button that was pressed
    this.#say(tr("\u201C{name}\u201D is forgotten.", { name }));
  }

  // Files.

  #save(name, bytes) {
    const address = URL.createObjectURL(new Blob([bytes]));
    el("a", { href: address, download: `${name.replace(/[^\p{L}\p{N}._-]+/gu, "-")}.safetensors` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  #chosen() {
    this.#open([...this.file.files]);
    this.file.value = ""; // so that the same file can be chosen again
  }

  async #open(files) {
    const said = [];
    for (const file of files.slice(0, MOST)) said.push(await this.#opened(file));
    if (said.length) this.#say(said.map(({ sentence }) => sentence).join(" "), said.some(({ wrong }) => wrong));
  }

  /** Keep the network of a file. Returns what came of it: {sentence, wrong}. */
  async #opened(file) {
    try {
      checkSize(file.size, file.name);
      const { spec, weights, orders, metadata } = opened(new Uint8Array(await file.arrayBuffer()), file.name);
      const name = free(spec.name, this.shipped);
      this.#keep(name, checkpoint({ ...spec, name }, weights, { orders, learned: metadata.learned }));
      return { sentence: this.note.textContent, wrong: false };
    } catch (error) {
      const sentence = error instanceof Unfit ? tr("{file} is not opened: {why}.", { file: file.name, why: why(error) }) : tr("{file} could not be read.", { file: file.name });
      return { sentence, wrong: true };
    }
  }
}
