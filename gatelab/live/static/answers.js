// Where a stage has its answers from: the engine in the page where the checkpoints are here, else the server. What the engine computed
// is checked by PyTorch when typing rests.

import { Check } from "./check.js";
import { Checkpoints } from "./checkpoints.js";
import { parse } from "./engine/safetensors.js";
import { el, keepFocus } from "./kit/dom.js";
import { Lane, overHttp, Refusal } from "./lane.js";
import { here, isServed } from "./files.js";
import { plural, tr } from "./language.js";
import { Near } from "./near.js";
import { has } from "./own.js";

const UNCHECKED = tr("Not compared with PyTorch: this network is yours, and the server does not have it.");
const UNSERVED = tr("Computed in this page, which works without a server. In the app, PyTorch checks these numbers.");
const WAIT = 50; // ms between two looks whether a network is here

export class Answers {
  /**
   * @param stage has request(asked) => the body of a request, held(model, text), take(answer, text), nearby(request, near) => an answer or
   *   null, beside(request) => a promise of one or null, and `asked`, the names of the models
   */
  constructor(stage, { route, ...pace }) {
    const server = overHttp(here(route), parse);
    this.stage = stage;
    this.stale = false; // whether the stage holds steps of another network
    this.ready = false; // nothing is fetched before the first paint
    this.checkpoints = new Checkpoints(() => this.#moved());
    this.near = new Near(this.checkpoints);
    this.arriving = el("div", { className: "arriving", hidden: true, title: tr("The network is on its way into the page; until it is here, the server computes.") }, el("span", {}));
    this.lane = new Lane({
      near: (asked) => this.#nearby(asked),
      send: (asked, ...more) => this.#beside(asked) ?? (isServed() ? server(stage.request(asked), ...more) : this.#awaited(asked, ...more)),
      held: (model, characters) => (this.stale ? 0 : stage.held(model, characters.join(""))),
      painted: (answer, text) => this.#painted(answer, text),
      status: (state, message) => stage.box.status(state, message),
      ...pace,
    });
    this.check = new Check({
      ask: (asked, signal) => server({ ...stage.request({ ...asked, have: 0 }), compact: undefined }, signal, () => {}), // in full precision
      wrong: (answer, asked) => {
        this.near.distrust(asked.model.split(","));
        stage.take(answer, asked.text);
      },
    });
  }

  #painted(answer, text) {
    const taken = keepFocus(this.stage.root, this.stage.board, () => this.stage.take(answer, text));
    if (taken) this.stale = false;
    return taken;
  }

  /** Answer with other weights of a model from now on, {name: {shape, data}}; null gives it its own back. */
  replace(name, weights) {
    this.checkpoints.replace(name, weights);
    this.stale = true;
    this.stage.ask(this.stage.asked);
  }

  /** The first picture has been painted: now the checkpoints may come. */
  painted() {
    if (this.ready) return;
    this.ready = true;
    for (const name of this.stage.needed) this.checkpoints.model(name);
  }

  close() {
    this.lane.close();
    this.check.stop();
    this.checkpoints.close();
  }

  #moved() {
    const { share } = this.checkpoints;
    this.arriving.hidden = share === 1;
    this.arriving.firstChild.style.width = `${100 * share}%`;
    this.stage.paintSoon();
  }

  /** The engine's answer at once, or null. */
  #nearby(asked) {
    this.check.stop();
    if (!this.#begun(asked)) return null;
    const make = (have) => this.stage.nearby(this.stage.request({ ...asked, have }), this.near);
    const answer = this.#tried(asked, () => make(asked.have));
    if (answer) this.#check(asked, () => make(0));
    return answer;
  }

  /** A promise of the engine's answer where that takes long, or null. */
  #beside(asked) {
    if (!this.#begun(asked)) return null;
    const make = () => this.stage.beside(this.stage.request(asked));
    const answer = this.#tried(asked, make);
    if (answer) this.#check(asked, make);
    return answer;
  }

  /** The engine's answer once the networks are in the page: where there is no server, nobody else can give one. */
  async #awaited(asked, signal, arrived) {
    while (!signal.aborted && !this.stage.needed.every((name) => this.checkpoints.bytes(name))) {
      arrived(0, null);
      await new Promise((resolve) => setTimeout(resolve, WAIT));
    }
    const answer = this.#nearby(asked) ?? (await this.#beside(asked));
    if (!answer) throw new Refusal({ field: "text", rule: this.stage.readable, got: plural("{count} character", "{count} characters", Array.from(asked.text).length) });
    return answer;
  }

  /** Whether the engine is to be asked: the first picture is there, or nobody else can answer. */
  #begun({ model }) {
    return this.ready || !isServed() || model.split(",").every(has);
  }

  /** Have an answer checked once it rests, where there is somebody who can. */
  #check(asked, mine) {
    if (this.checkpoints.instead.size) return; // PyTorch has no such network
    if (!isServed()) this.check.leave(UNSERVED);
    else if (asked.model.split(",").every(has)) this.check.leave(UNCHECKED);
    else this.check.rests(asked, mine);
  }

  /** What the engine makes; a model on which it fails is left to the server. */
  #tried(asked, make) {
    try {
      return make();
    } catch (error) {
      console.warn(error);
      this.near.distrust(asked.model.split(","));
      return null;
    }
  }
}
