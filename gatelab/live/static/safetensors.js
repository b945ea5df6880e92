// Reads a safetensors body: a length, a JSON header, raw arrays (https://github.com/huggingface/safetensors).

const KINDS = { F32: Float32Array, I64: BigInt64Array };

/** @returns {{metadata: Object, tensors: Object<string, {shape: number[], data: TypedArray}>}} metadata values parsed as JSON */
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
      tensors[name] = { shape: about.shape, data: new kind(buffer, 8 + length + begin, (end - begin) / kind.BYTES_PER_ELEMENT) };
    }
  }
  return { metadata, tensors };
}

/** An ArrayBuffer that starts where the bytes start; a view into a larger message is copied out of it. */
function aligned(bytes) {
  if (bytes instanceof ArrayBuffer) return bytes;
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}
