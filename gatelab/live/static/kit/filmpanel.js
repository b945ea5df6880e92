// "How did it learn this?": the film of a shipped model on its stage. At each moment the same text is read by the network as it was then.

import { ShippedFilm } from "../engine/shippedfilm.js";
import { get } from "../files.js";
import { grouped, tr } from "../language.js";
import { el } from "./dom.js";
import { Filmstrip } from "./filmstrip.js";

const films = new Map(); // name -> ShippedFilm, for this visit

export class FilmPanel {
  /** @type {(name: string) => boolean} */ has;
  /** @type {() => string} */ model;
  /** @type {(name: string, weights: Object | null) => void} */ instead;
  /** @type {() => boolean} */ ready;
  /** @type {number | null} the place of the moment that a link asks for, until it is looked at */ coming;
  /** @type {ShippedFilm | null} */ film;

  /**
   * @param {{has: (name: string) => boolean, model: () => string, instead: (name: string, weights: Object | null) => void, ready: () => boolean, moment?: number | null}} stage
   *   which models have a film, which one is looked at, what puts other weights in the place of its own (null gives it its own back), whether the network is here to be
   *   replaced, and the place of the moment that a link asks for, null for now
   */
  constructor({ has, model, instead, ready, moment = null }) {
    Object.assign(this, { has, model, instead, ready, coming: moment, film: null, name: null });
    this.strip = new Filmstrip({ label: tr("Film of the training"), show: (moment) => this.#show(moment) });
    this.says = el("p", { className: "quiet", role: "status" });
    this.details = el("details", { ontoggle: () => this.#toggled() }, el("summary", {}, tr("How did it learn this?")), this.strip.element, this.says);
    this.element = el("div", { className: "film" }); // empty where there is no film
  }

  /** Whether another network than the shipped one is looked at. */
  get on() {
    return this.strip.moment !== null;
  }

  /** The stage shows a model now. */
  paint() {
    const name = this.model();
    if (name !== this.name) this.#other(name);
    if (this.coming === null || !this.film || !this.ready()) return;
    const place = this.coming;
    this.coming = null;
    this.strip.go(place);
  }

  #other(name) {
    this.leave();
    if (this.name !== null) this.coming = null;
    Object.assign(this, { name, film: null });
    this.element.replaceChildren(...(this.has(name) ? [this.details] : []));
    if (this.coming !== null) this.details.open = true;
    if (this.details.open && this.has(name)) this.#toggled();
  }

  /** The fields of a link that opens the same moment. */
  linked() {
    const { moment, moments } = this.strip;
    const place = this.coming ?? (moment === null ? null : moments.indexOf(moment));
    return place === null ? {} : { film: place + 1 };
  }

  /** Look at the moment with this place, null for now, as soon as that can be done. */
  see(place) {
    const now = this.linked().film;
    if ((now === undefined ? null : now - 1) === place) return;
    if (place === null) {
      this.coming = null;
      return this.leave();
    }
    this.coming = place;
    this.details.open = true;
    this.paint();
  }

  /** Back to the shipped model. */
  leave() {
    if (this.on) this.strip.leave();
  }

  close() {
    this.strip.close();
    Object.assign(this, { name: null, coming: null }); // a film on its way is for nobody now
  }

  async #toggled() {
    if (!this.details.open) return this.leave();
    const name = this.model();
    this.name = name;
    try {
      if (!films.has(name)) films.set(name, new ShippedFilm(await fetched(name)));
    } catch {
      this.says.textContent = tr("The film did not come. Close this and open it again.");
      return;
    }
    if (name !== this.name) return; // another model was chosen in the meantime
    this.film = films.get(name);
    this.#tell();
    this.paint();
  }

  #show(moment) {
    this.instead(this.name, moment === null ? null : this.film.at(moment));
    this.#tell();
  }

  #tell() {
    const { film, strip: { moment } } = this;
    if (!film) return;
    const last = grouped(film.last);
    const after = (step) => tr("after {step} of {last} training steps", { step: grouped(step).padStart(last.length), last }); // always as wide, so that nothing moves while the film plays
    const words = moment === null ? tr("as it is now").padEnd(after(0).length) : after(moment);
    this.strip.show(film.steps, words);
    const sentence = moment === null
      ? tr("Move the slider, or play the film: the same text is read by the network as it was at that moment of its own training.")
      : tr("The same text, read by the network as it was then. Names of units and rankings are those of the trained network. Its numbers are kept in 8 bits each, and PyTorch does not check them.");
    if (this.says.textContent !== sentence) this.says.textContent = sentence; // said once, not at every moment
  }
}

async function fetched(name) {
  const response = await get(`/live/films/${name}.safetensors`);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.arrayBuffer();
}
