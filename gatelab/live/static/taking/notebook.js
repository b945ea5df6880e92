// A Jupyter notebook that computes again, in Python, what stands on a stage, and compares.

/** @import { Computed } from "./computed.js" */

const CLOSE = 1e-4; // how near the numbers of two machines are

/** A text, a number or lists of them as Python writes them. */
const python = (value) => (Array.isArray(value) ? `[${value.map(python).join(", ")}]` : typeof value === "string" ? JSON.stringify(value) : String(value));

/**
 * The text of an .ipynb file.
 *
 * @param {Computed} computed
 * @param {boolean} own whether the network is the visitor's own, which no package brings
 */
export function notebook(computed, own) {
  const { model, text, options: { beam, forced }, holds, after } = computed;
  const how = [after && "begins where another text ended", holds.length && "with values held", forced && "with attention taken over", beam && `found by a beam of ${beam}`].filter(Boolean);
  const cells = [
    markdown(`# ${model}`, "", `Every value that this network computed of the text below, once more in Python${how.length ? ` (${how.join(", ")})` : ""}. The numbers that stood on the page are inside; the last but one cell says how near both are.`),
    code("%pip install gatelab"),
    ...(own ? [markdown("This network is your own. On the page *Learn*, open *Keep* and press *Save* beside its name; put the file beside this notebook.")] : []),
    code("import base64", "", "import gatelab", "import numpy as np", "from gatelab import figures", "", `model = gatelab.load(${python(own ? `${model.replace(/[^\p{L}\p{N}._-]+/gu, "-")}.safetensors` : model)})`),
    code(`text = ${python(text)}`, ...begun(computed), `trace = gatelab.trace(${["model", "text", ...asked(computed)].join(", ")})`, "trace"),
    code("# the numbers of the page: name -> (shape, float32 in base64)", "PAGE = {", ...Object.entries(computed.arrays).map(([name, array]) => `    ${python(name)}: (${tuple(array.shape)}, "${base64(array.data)}"),`), "}", "", "page = {name: np.frombuffer(base64.b64decode(data), \"<f4\").reshape(shape) for name, (shape, data) in PAGE.items()}"),
    code(...again(computed), "apart = {name: float(np.abs(here[name] - values).max(initial=0)) for name, values in page.items()}", "for name, difference in apart.items():", "    print(f\"{name:>16}  at most {difference:.1e} apart\")", `assert max(apart.values()) < ${CLOSE}, "the page computed something else"`),
    code(figure(computed)),
  ];
  const about = { kernelspec: { display_name: "Python 3", language: "python", name: "python3" }, language_info: { name: "python" } };
  return `${JSON.stringify({ cells: cells.map((cell, k) => ({ id: `cell-${k + 1}`, ...cell })), metadata: about, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}

const source = (lines) => lines.map((line, k) => (k < lines.length - 1 ? `${line}\n` : line));
const markdown = (...lines) => ({ cell_type: "markdown", metadata: {}, source: source(lines) });
const code = (...lines) => ({ cell_type: "code", execution_count: null, metadata: {}, outputs: [], source: source(lines) });

const tuple = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;

/** Where the network began, if not where it always does. @param {Computed} computed */
function begun({ after, states }) {
  if (!after) return [];
  return [`before = gatelab.trace(model, ${python(after)})`, `state = {f"l{k + 1}.{name}": before.layer(k)[name][-1] for k in range(len(before.layers)) for name in ${python(states)}} if len(before) else None`];
}

/** The options of the trace. @param {Computed} computed */
function asked({ holds, after, options: { forced, beam } }) {
  const rows = forced && Object.entries(forced).map(([step, row]) => `${step}: ${python(Array.from(row))}`);
  return [
    ...(after ? ["state=state"] : []), ...(holds.length ? [`hold=[${holds.map(held).join(", ")}]`] : []),
    ...(rows ? [`forced={${rows.join(", ")}}`] : []), ...(beam ? [`beam=${beam}`] : []),
  ];
}

function held({ name, value, units, steps, how }) {
  const range = steps && (Number.isFinite(steps[1]) ? `range(${steps.join(", ")})` : `slice(${steps[0]}, None)`);
  return `gatelab.Hold(${[python(name), value, ...(units ? [`units=${python(Array.from(units))}`] : []), ...(range ? [`steps=${range}`] : []), ...(how === "set" ? [] : [`how=${python(how)}`])].join(", ")})`;
}

/** The trace's arrays by the names of the page. @param {Computed} computed */
function again({ writes, layers }) {
  if (writes) return ["sides = {f\"{side}.{name}\": array for side in (\"encoder\", \"decoder\") for name, array in getattr(trace, side).items()}", "here = dict(trace) | sides | {\"probs\": trace.probs}"];
  const said = "{\"probs\" if trace.probs is not None else \"answers\": trace.answers}";
  return [layers.length > 1 ? `here = {f"{name}_l{k}": trace.layer(k)[name] for k in range(len(trace.layers)) for name in trace.names} | ${said}` : `here = dict(trace) | ${said}`];
}

/** @param {Computed} computed */
function figure({ look, layers, writes }) {
  if (look) return `figures.alignment(trace${look.where === "across" ? "" : `, where=${python(look.where)}`})`;
  return `figures.heatmap(${writes ? 'trace.layer("decoder")' : "trace"}, ${python("c" in layers[0].arrays ? "c" : "h")})`;
}

function base64(data) {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const letters = Array.from({ length: Math.ceil(bytes.length / 8192) }, (_, k) => String.fromCharCode(...bytes.subarray(8192 * k, 8192 * (k + 1))));
  return btoa(letters.join(""));
}
