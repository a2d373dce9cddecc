import type { Ranking } from './kernels.js';

/** Ranks the float32 that lie in bytes at no multiple of 4. */
export function rankBytes(bytes: Uint8Array): Exclude<Ranking, Int32Array> {
  return (from, to, into) => {
    new Uint8Array(into.buffer, into.byteOffset, 4 * (to - from)).set(bytes.subarray(4 * from, 4 * to));
  };
}
