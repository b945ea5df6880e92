// The panel in which a visitor holds the gates of the decoder and the encoder, and the energies of the attention.

import { option } from "../kit/controls.js";
import { el } from "../kit/dom.js";
import { HoldControls } from "../kit/holdcontrols.js";
import { touched } from "../kit/holding.js";
import { sign } from "../kit/alignment.js";
import { spoken } from "../kit/words.js";
import { tr } from "../language.js";
import { describe, effect, impossible, names, ofEncoder, SCORES, span } from "./heldwords.js";

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

export class DecoderPanel extends HoldControls {
  /**
   * @param holding `DecoderHolding`
   * @param look () => what is chosen on the stage: {reading, own, q, k, unit, ready, veiled}; own is the reading where nothing is held, or null
   * @param shown () => void: the panel is open or closed
   * @param looks the experiments with an attention: [{called, look, hold, one}]
   */
  constructor(holding, look, shown, looks) {
    super(holding, look, { choose: () => this.paint(), shown }, tr("Hold a gate, a state or the attention at a value of your own, and see what is written"), tr("Move the slider, or try an experiment: all that follows is computed from what you hold."));
    this.looks = looks;
    this.units = el("select", { "aria-label": tr("Of which units"), onchange: () => this.paint() }, option("all", tr("all units")), option("one", tr("this unit")));
    this.steps.value = "always";
    this.tries = el("div", { className: "experiments", role: "group", "aria-label": tr("Experiments") }, el("span", { className: "quiet" }, tr("Experiments:"), " "),
      ...looks.map((one) => (one.button = el("button", { type: "button", className: "try", title: tr(one.look), onclick: () => this.#try(one) }, tr(one.called)))));
    this.lay([this.name, el("span", {}, tr("of")), this.units], [this.undo, this.redo, this.release], [this.tries]);
  }

  /** What is chosen, with the steps that the chosen name has: those of writing, or the tokens of the source. */
  get scene() {
    const seen = this.look();
    const { reading, q, k } = seen;
    const encoder = ofEncoder(this.name.value);
    return { ...seen, record: { tokens: encoder ? reading.tokens : reading.written.map(sign) }, cursor: encoder ? k : Math.min(q, reading.steps - 1) };
  }

  /** The unit that is meant where not all are: of the energies the chosen token. */
  get one() {
    const { k, unit } = this.look();
    return this.name.value === SCORES ? k : unit;
  }

  get chosenUnits() {
    return this.units.value === "all" || this.one < 0 ? null : [this.one];
  }

  span() {
    return span(this.name.value);
  }

  made(value) {
    return { name: this.name.value, value, units: this.chosenUnits, steps: this.when, how: "set" };
  }

  /** The value of the chosen unit, or the mean of all. */
  now() {
    const { reading, cursor, veiled } = this.scene;
    const { name: { value: name }, chosenUnits: units, holding } = this;
    const held = holding.holds.findLast((hold) => hold.how === "set" && touched([hold], name, Math.max(0, cursor), units && units[0]));
    if (veiled || cursor < 0) return 0;
    if (name === SCORES) return held ? held.value : of(reading.row("scores", cursor), units);
    return reading.inside ? of(reading.inside(name, cursor), units) : (held?.value ?? 0);
  }

  target() {
    const { reading: { model, tokens }, k, unit } = this.look();
    if (this.known !== model.name) {
      const [offers, was] = [names(model), this.name.value];
      this.name.replaceChildren(...Object.entries(offers).map(([name, label]) => option(name, label)));
      this.name.value = was in offers ? was : Object.keys(offers)[0];
      this.known = model.name;
    }
    const [all, one] = this.units.options;
    const scores = this.name.value === SCORES;
    all.textContent = scores ? tr("all tokens") : tr("all {count} units", { count: model.hidden_size });
    one.textContent = scores ? spoken(tokens[k] ?? "") : tr("unit {unit}", { unit });
    this.tries.hidden = model.attention === "none";
    for (const { button: one } of this.looks) one.disabled = this.off;
    super.target();
  }

  /** Hold what an experiment says: of one token, the chosen one. */
  #try({ look, hold, one }) {
    const { reading: { model, tokens }, k } = this.look();
    const held = this.holding.read(hold, model);
    this.hint.textContent = one ? tr("Now all look at {token}. {what}", { token: spoken(tokens[k]), what: tr(look) }) : tr(look);
    this.holding.replace(one ? held.map((each) => ({ ...each, units: [Math.max(0, k)] })) : held);
  }

  line(hold) {
    const words = describe(hold, this.look().reading);
    return { text: words, called: words, note: impossible(hold) };
  }

  get said() {
    const { reading, own, veiled } = this.look();
    return veiled ? "" : effect(this.holding.holds, reading, own);
  }
}

/** The value of a unit, or the mean of all. */
const of = (values, units) => (units ? values[units[0]] : mean(Array.from(values)));
