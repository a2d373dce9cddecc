import { hashDigits, hashText, keysSorted } from '@synaprune/core/checks';
import type { TensorPlace, TrainerState } from './trainer-state.js';

/** FNV-1a with 32-bit words in the place of bytes: one word that differs is always found. */
export function trainerChecksum(
  head: Pick<TrainerState, 'steps' | 'seed' | 'pruner' | 'optimizer' | 'model'> & {
    readonly places: readonly TensorPlace[];
  },
  values: readonly Float32Array[],
): string {
  let hash = hashText(JSON.stringify(keysSorted(head)));
  for (const floats of values) {
    const words = new Int32Array(floats.buffer, floats.byteOffset, floats.length);
    for (let i = 0; i < words.length; i += 1) hash = Math.imul(hash ^ words[i]!, 0x01000193);
  }
  return hashDigits(hash);
}
