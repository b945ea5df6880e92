// What the browser would print about every entry of real traces, as JSON, for tests/test_arithmetic.py.
// Arguments: models as JSON files, each with NAME.trace (a body of the live lane) and NAME.safetensors beside it.

import { readFileSync } from "node:fs";

import { Record } from "../../gatelab/live/static/record.js";
import { parse } from "../../gatelab/live/static/engine/safetensors.js";
import { split } from "../../gatelab/live/static/engine/tokens.js";
import { explain } from "../../gatelab/live/static/kit/arithmetic.js";

const files = process.argv.slice(2);
const explained = files.map((file) => {
  const { model, text } = JSON.parse(readFileSync(file));
  const beside = (ending) => parse(readFileSync(file.replace(/json$/, ending)));
  const record = new Record(model, (given) => split(given, model.unit));
  if (!record.apply(beside("trace"), text)) throw new Error(`${file}: the answer is not taken`);
  const { tensors } = beside("safetensors");
  const units = Array.from({ length: model.hidden_size }, (_, unit) => unit);
  return record.names.map((name) => record.tokens.map((_, t) => units.map((unit) => explain(record, tensors, name, t, unit))));
});
if (files.length) console.log(JSON.stringify(explained));
