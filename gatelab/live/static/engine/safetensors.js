// Reads a safetensors body: a length, a JSON header, raw arrays (https://github.com/huggingface/safetensors).

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

let table; // of all numbers in 16 bits, made when the first are read

/** Numbers in 16 bits as such in 32. */
function floats(data) {
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
