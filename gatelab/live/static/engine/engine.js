// The engine: any shipped model from the bytes of its checkpoint.

import { read } from "./checkpoint.js";
import { EncoderDecoder } from "./encoderdecoder.js";
import { Reader } from "./reader.js";
import { Transformer } from "./transformer.js";

/**
 * The model of a checkpoint: a `Reader`, whose traces are made by `new Trace(model).read(text)`, or an `EncoderDecoder` or
 * `Transformer`, whose traces are made by `write(text)`.
 */
export const load = (bytes) => made(read(bytes));

/** The same from what a checkpoint holds, {spec, weights}, see checkpoint.js. */
export function made(checkpoint) {
  const { attention } = checkpoint.spec;
  if (attention === undefined) return new Reader(checkpoint);
  return attention === "transformer" ? new Transformer(checkpoint) : new EncoderDecoder(checkpoint);
}
