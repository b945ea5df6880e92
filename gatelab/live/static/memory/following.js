// The worker in which influence is computed: typing goes on beside it. Takes {load: {name: bytes}} and {id, names, text, hold}.

import { load } from "../engine/engine.js";
import { follow } from "./follow.js";

const models = new Map();

self.onmessage = ({ data: { loading, id, names, text, hold } }) => {
  for (const [name, bytes] of Object.entries(loading ?? {})) models.set(name, load(bytes));
  try {
    self.postMessage({ id, answer: follow(names.map((name) => models.get(name)), text, hold) });
  } catch (error) {
    self.postMessage({ id, error: /** @type {Error} */ (error).message });
  }
};
