// A small encoder-decoder transformer (Vaswani et al. 2017), as gatelab/networks/transformer.py says what it is. The decoder keeps the keys and
// values of all that it has read and written, so that one more token costs one step.

import { numbers, part } from "./checkpoint.js";
import { Heads, Looks, stacked } from "./heads.js";
import { product, row, softmax } from "./tensors.js";
import { END, START, Vocabulary } from "./text.js";
import { likeliest, longest, read } from "./writing.js";

export class Transformer {
  /** @param checkpoint - {spec, weights}, see checkpoint.js */
  constructor({ spec, weights }) {
    this.spec = spec;
    this.source = new Vocabulary(spec.source);
    this.target = new Vocabulary(spec.target);
    this.embeddings = { source: numbers(weights, "source_embedding.weight"), target: numbers(weights, "target_embedding.weight") }; // (V, H)
    this.encoder = Array.from({ length: spec.num_layers }, (_, k) => layer(part(weights, `encoder.${k}.`), spec.num_heads));
    this.decoder = Array.from({ length: spec.num_layers }, (_, k) => layer(part(weights, `decoder.${k}.`), spec.num_heads));
    this.bias = numbers(weights, "bias"); // of the last layer, which is the target's embedding once more
  }

  /** Read a source and write a target, the likeliest token at each step; an empty text writes nothing. Returns the trace, see `answer` in writing.js. */
  write(text) {
    const source = read(this, text);
    const most = longest(source.tokens.length);
    const { memory, looks } = this.encode(source.ids);
    const writer = new Writer(this, memory);
    const [written, probs] = [[], []];
    let id = this.target.ids.get(START);
    while (written.length < most && id !== this.target.ids.get(END)) {
      probs.push(writer.step(id));
      [id] = likeliest(probs[written.length], 1);
      written.push(id);
    }
    const parts = Object.entries({ encoder: looks, decoder: writer.own, across: writer.across });
    const arrays = parts.flatMap(([part, layers]) => Object.entries(stacked(layers)).map(([name, array]) => [`${part}.${name}`, array]));
    return { model: this, source, written, probs, arrays: Object.fromEntries(arrays), forced: [], tree: [] };
  }

  /** A token and its place as a vector (H,). */
  embed(which, id, place) {
    const H = this.spec.hidden_size;
    const at = position(place, H);
    return row(this.embeddings[which], H, id).map((value, k) => value * Math.sqrt(H) + at[k]);
  }

  /** The encoder's last states, K vectors (H,), and what its layers looked at. */
  encode(ids) {
    let memory = ids.map((id, place) => this.embed("source", id, place));
    const looks = this.encoder.map((layer) => {
      const own = new Looks(layer.own);
      for (const x of memory) own.keep(x);
      memory = memory.map((x) => layer.feed(layer.norm1(sum(x, own.look(x))), layer.norm2));
      return own;
    });
    return { memory, looks };
  }
}

/** The decoder over one source, step by step. */
class Writer {
  constructor(model, memory) {
    this.model = model;
    this.steps = 0;
    this.own = model.decoder.map((layer) => new Looks(layer.own));
    this.across = model.decoder.map((layer) => new Looks(layer.across));
    for (const looks of this.across) for (const x of memory) looks.keep(x);
  }

  /** Read one more token of the target; the probabilities of the next one, (V,). */
  step(id) {
    const { model } = this;
    let x = model.embed("target", id, this.steps);
    model.decoder.forEach((layer, k) => {
      this.own[k].keep(x);
      x = layer.norm1(sum(x, this.own[k].look(x)));
      x = layer.norm2(sum(x, this.across[k].look(x)));
      x = layer.feed(x, layer.norm3);
    });
    this.steps += 1;
    const scores = product(model.embeddings.target, x, model.bias, new Float64Array(model.bias.length));
    return softmax(scores, scores);
  }
}

const sum = (one, other) => one.map((value, k) => value + other[k]);

/** One `nn.TransformerEncoderLayer` or `nn.TransformerDecoderLayer`: the latter has a look across at the source, and a third norm. */
function layer(weights, heads) {
  const [inner, outer] = [linear(weights, "linear1"), linear(weights, "linear2")];
  const across = "norm3.weight" in weights;
  return {
    own: new Heads(part(weights, "self_attn."), heads),
    across: across ? new Heads(part(weights, "multihead_attn."), heads) : null,
    norm1: norm(weights, "norm1"),
    norm2: norm(weights, "norm2"),
    norm3: across ? norm(weights, "norm3") : null,
    feed: (x, normed) => normed(sum(x, outer(inner(x).map((value) => Math.max(0, value))))), // ReLU between two matrices
  };
}

/** A matrix and its bias, as a function of a vector. */
function linear(weights, name) {
  const [weight, bias] = [numbers(weights, `${name}.weight`), numbers(weights, `${name}.bias`)];
  return (x) => product(weight, x, bias, new Float64Array(bias.length));
}

/** Layer normalization: to mean 0 and variance 1, times a weight, plus a bias. */
function norm(weights, name) {
  const [weight, bias] = [numbers(weights, `${name}.weight`), numbers(weights, `${name}.bias`)];
  return (x) => {
    const mean = x.reduce((total, value) => total + value, 0) / x.length;
    const variance = x.reduce((total, value) => total + (value - mean) ** 2, 0) / x.length;
    return x.map((value, k) => ((value - mean) / Math.sqrt(variance + 1e-5)) * weight[k] + bias[k]);
  };
}

/** Sines and cosines of a place (section 3.5 of the paper), in the 32 bits in which the models were trained with them: (size,). */
function position(place, size) {
  const angle = (k) => Math.fround(place / Math.fround(10_000 ** Math.fround((k - (k % 2)) / size)));
  return Float64Array.from({ length: size }, (_, k) => Math.fround(k % 2 ? Math.cos(angle(k)) : Math.sin(angle(k))));
}
