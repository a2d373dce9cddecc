import type { ElementFormat } from './format.js';

/** Whether this machine stores numbers as ONNX files do; nearly all do. */
const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * The format of float32, on whole numbers where they are aligned, else through `slow`, which takes any bytes. Models
 * of gigabytes are mostly this.
 */
export function float32Format(slow: ElementFormat): ElementFormat {
  return {
    rank: (chunk, first, count, into) => {
      const bits = bitsOf(chunk, count);
      if (bits === undefined) slow.rank(chunk, first, count, into);
      else for (let i = 0; i < count; i += 1) into[i] = bits[i]! & 0x7fffffff;
    },
    clear: (chunk, first, count, kept) => {
      const bits = bitsOf(chunk, count);
      if (bits === undefined) {
        slow.clear(chunk, first, count, kept);
        return;
      }
      for (let i = 0; i < count; i += 1) {
        const at = first + i;
        if (((kept[at >>> 3]! >>> (at & 7)) & 1) === 0) bits[i] = 0;
      }
    },
    countZeros: (chunk, first, count) => {
      const bits = bitsOf(chunk, count);
      if (bits === undefined) return slow.countZeros(chunk, first, count);
      let zeros = 0;
      for (let i = 0; i < count; i += 1) if ((bits[i]! & 0x7fffffff) === 0) zeros += 1;
      return zeros;
    },
  };
}

function bitsOf(chunk: Uint8Array, count: number): Int32Array | undefined {
  return littleEndian && chunk.byteOffset % 4 === 0
    ? new Int32Array(chunk.buffer, chunk.byteOffset, count)
    : undefined;
}
