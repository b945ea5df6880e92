// Reads and writes a safetensors body: a length, a JSON header, raw arrays (https://github.com/huggingface/safetensors).

const KINDS = { U8: Uint8Array, I8: Int8Array, F16: Uint16Array, F32: Float32Array, I64: BigInt64Array };

/** @returns {{metadata: Object, tensors: Object<string, {shape: number[], data: Float32Array | Float64Array | Uint8Array | Int8Array}>}} metadata values parsed as JSON */
export function parse(bytes) {
  const buffer = aligned(bytes);
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const metadata = {};
  const tensors = {};
  for (const [name, about] of Object.entries(header)) {
    if (name === "__metadata__") {
      for (const [key, value] of Object.entries(about)) metadata[key] = JSON.parse(value);
    } else {
      const [begin, end] = about.data_offsets;
      const kind = KINDS[about.dtype];
      const data = new kind(buffer, 8 + length + begin, (end - begin) / kind.BYTES_PER_ELEMENT);
      tensors[name] = { shape: about.shape, data: about.dtype === "F16" ? floats(data) : data };
    }
  }
  return { metadata, tensors };
}

/**
 * The bytes of a safetensors file, as the library of Python writes them: what takes more bytes a number stands first, and every array begins at a multiple of its size.
 *
 * @param {{metadata: Object, tensors: Object<string, {shape: number[], data: Float32Array | BigInt64Array}>}} content metadata values become JSON
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function pack({ metadata, tensors }) {
  const wide = ([, { data }]) => data.BYTES_PER_ELEMENT;
  const entries = Object.entries(tensors).sort((one, other) => wide(other) - wide(one));
  const header = { __metadata__: Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, JSON.stringify(value)])) };
  let end = 0;
  for (const [name, { shape, data }] of entries) header[name] = { dtype: data instanceof Float32Array ? "F32" : "I64", shape, data_offsets: [end, (end += data.byteLength)] };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const begin = 8 + 8 * Math.ceil(text.length / 8);
  const bytes = new Uint8Array(begin + end).fill(32, 8, begin); // spaces fill the header up
  new DataView(bytes.buffer).setBigUint64(0, BigInt(begin - 8), true);
  bytes.set(text, 8);
  for (const [name, { data }] of entries) bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), begin + header[name].data_offsets[0]);
  return bytes;
}

let table; // of all numbers in 16 bits, made when the first are read

/** Numbers in 16 bits as such in 32. */
export function floats(data) {
  table ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => half(bits));
  const numbers = new Float32Array(data.length);
  for (let k = 0; k < data.length; k += 1) numbers[k] = table[data[k]];
  return numbers;
}

/** The number that 16 bits stand for (IEEE 754 binary16); not every browser has an array of them yet. */
function half(bits) {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const beyond = fraction ? NaN : Infinity;
  const size = exponent === 31 ? beyond : exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24;
  return bits >> 15 ? -size : size;
}

/** An ArrayBuffer that starts where the bytes start; a view into a larger message is copied out of it. */
function aligned(bytes) {
  if (bytes instanceof ArrayBuffer) return bytes;
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}
