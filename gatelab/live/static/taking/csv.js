// Numbers as a table, as figures.csv and figures.alignment_csv of Python write them.

/** @import { Computed, Tensor } from "./computed.js" */

/** A field, in quotation marks where it needs them. */
const field = (value) => (/[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

const line = (fields) => `${fields.map((value) => field(String(value))).join(",")}\n`;

/** A number with 7 digits that count, as many as 32 bits hold. */
const digits = (value) => String(Number(value.toPrecision(7)));

/** Row k of an array whose last axis has `width` entries. */
const row = (data, width, k) => Array.from(data.subarray(k * width, (k + 1) * width), digits);

/** @param {Computed} computed */
export const csv = ({ look, layers }) => (look ? alignment(look) : steps(layers));

/** One row for each name and step, one column for each unit. @param {Computed["layers"]} layers */
function steps(layers) {
  const several = layers.length > 1;
  const units = Math.max(...layers.flatMap(({ arrays }) => Object.values(arrays).map(({ shape }) => shape[1])));
  const head = line([...(several ? ["layer"] : []), "name", "step", "token", ...Array(units).keys()]);
  const rows = layers.flatMap(({ tokens, arrays }, k) => Object.entries(arrays).flatMap(([name, { shape, data }]) => tokens.map((token, t) => line([...(several ? [k + 1] : []), name, t + 1, token, ...row(data, shape[1], t)]))));
  return head + rows.join("");
}

/** One row for each layer, head and step, one column for each token that is looked at. */
function alignment({ weights: { shape, data }, row: called, written, rows, columns }) {
  const [, heads, steps] = shape;
  const place = (k) => [Math.floor(k / (heads * steps)) + 1, (Math.floor(k / steps) % heads) + 1, (k % steps) + 1, rows[k % steps]];
  const count = columns.length ? data.length / columns.length : 0;
  return line(["layer", "head", called, written, ...columns]) + Array.from({ length: count }, (_, k) => line([...place(k), ...row(data, columns.length, k)])).join("");
}
