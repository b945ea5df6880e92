// What is held of an encoder and decoder, and where: which entries of the pictures it touches. No page in it.

import { Holding, touched } from "../kit/holding.js";
import { SCORES } from "./heldwords.js";

export class DecoderHolding extends Holding {
  shape(model) {
    return { encoders: true, cell: { name: "gru", size: model.hidden_size }, key: model.attention !== "none" };
  }

  /** For a picture, where something is held: {score(q, k), step(q), token(k), state(k)}: an energy, any gate of a step of the decoder or at a token, the encoder's state; null where nothing is. */
  get places() {
    const { holds } = this;
    if (!holds.length) return null;
    const any = (place, t) => ["r", "z", "n", "h"].some((letter) => touched(holds, `${place}.${letter}`, t, null));
    return { score: (q, k) => touched(holds, SCORES, q, k), step: (q) => any("decoder", q), token: (k) => any("encoder", k), state: (k, unit) => touched(holds, "encoder.h", k, unit) };
  }
}
