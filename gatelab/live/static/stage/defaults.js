// What a stage does in its own way: each method does what is right for most stages, or nothing.

import { tr } from "../language.js";
import { kindOf } from "../remember.js";

export class StageDefaults {
  /** @type {Object<string, any>} a model's name -> its entry in the listing */ models;

  // What most stages do otherwise.

  /** The elements of the stage, from top to bottom. */
  build() {
    return [];
  }

  /** Take the first answer, which came with the page. */
  open(first) {}

  /** The model that is asked for, or several with commas between their names. */
  get asked() {
    return "";
  }

  set asked(models) {}

  /** The text is another, with the caret behind so many characters. */
  typed(text, caret) {}

  /** Take an answer. Returns false where it does not fit what is held. */
  take(answer, text) {
    return true;
  }

  draw() {}

  /** The fields of a link to all that is chosen: {name: value}. */
  linked() {
    return {};
  }

  /** Choose what a link says of how the answer is computed, beside text, networks and holds. Returns whether it has to be asked for anew. */
  prefer(start) {
    return false;
  }

  /** Show what a link says of what is looked at, once the text is read. */
  see(start) {}

  /** What is told of the picture once it is painted: {model or models, text}. */
  painted() {
    return {};
  }

  /** What was read: {model, tokens, unknown (of each token), unit}; several where more than one model reads. */
  get read() {
    return { model: null, tokens: [], unknown: [], unit: "characters", several: false };
  }

  /** How what stands here was computed, beside text and holds: {forced, beam} of a model that writes; `where`, which of its attentions is seen. */
  get decoded() {
    return {};
  }

  // What some stages do otherwise.

  /** Show what a link of a lesson's text says, {field: value}. Returns whether this stage can, without its page being loaded anew. */
  show(look) {
    return false;
  }

  request(asked) {
    return asked;
  }

  /** The engine's answer to a request at once, or null. */
  nearby(request, near) {
    return null;
  }

  /** A promise of the engine's answer where that takes long, or null. */
  beside(request) {
    return null;
  }

  /** The names of the models whose checkpoints the engine needs for what is asked for. */
  get needed() {
    return this.asked.split(",");
  }

  held(model, text) {
    return 0;
  }

  /** What a text must be where the engine cannot read it, and no server either. */
  get readable() {
    return tr("one that the networks in this page can read");
  }

  /** Which model opens on a remembered text: the one that read it on this page, else the one that is here if it reads such texts, else the first that does. */
  fitting({ task, models, here }) {
    if (here && models in this.models) return models;
    const all = Object.values(this.models);
    const fits = ({ task: other }) => kindOf(other) === kindOf(task);
    return fits(this.models[this.asked]) ? this.asked : (all.find((model) => model.task === task) ?? all.find(fits)).name;
  }

  caret(caret) {}

  resize() {}

  /** What a screen reader hears when nothing has changed for a while, beside what is live by itself. */
  said() {
    return "";
  }

  colored() {}

  /** Another notation is chosen: what is not painted anew by itself takes its letters. */
  renamed() {}

  chosen() {
    return this.linked();
  }

  /** What each key does: {key: () => void}. */
  get moves() {
    return {};
  }

  /** Do what a key means. Returns whether it means anything. */
  press(key) {
    const move = this.moves[key];
    move?.();
    return Boolean(move);
  }
}
