// The worker in which is measured what takes long: typing goes on beside it. Takes {loading: bytes or null, id, measure, model: its name, job}.

import { load } from "../engine/engine.js";
import { MEASURES } from "../engine/measures.js";

const models = new Map();

self.onmessage = ({ data: { loading, id, measure, model, job } }) => {
  if (loading) models.set(model, load(loading));
  try {
    self.postMessage({ id, answer: MEASURES[measure](models.get(model), job) });
  } catch (error) {
    self.postMessage({ id, error: /** @type {Error} */ (error).message });
  }
};
