// What the browser says under the unit of each model, as JSON, for tests/test_captions.py.
// Arguments: models as JSON files {model, text}, each with NAME.trace (a body of the live lane) beside it.

import { readFileSync } from "node:fs";

import { caption, counted } from "../../gatelab/live/static/kit/caption.js";
import { Record } from "../../gatelab/live/static/record.js";
import { parse } from "../../gatelab/live/static/engine/safetensors.js";
import { split } from "../../gatelab/live/static/engine/tokens.js";

const files = process.argv.slice(2);
const captioned = files.map((file) => {
  const { model, text } = JSON.parse(readFileSync(file));
  const record = new Record(model, (given) => split(given, model.unit));
  if (!record.apply(parse(readFileSync(file.replace(/json$/, "trace"))), text)) throw new Error(`${file}: the answer is not taken`);
  const { unit, claims } = model.opening;
  return { said: caption(record, unit), untold: caption(record, unit, false), other: caption(record, unit + 1), counted: claims.map((claim) => counted(record, unit, claim)) };
});
if (files.length) console.log(JSON.stringify(captioned));
