import { hashDigits, hashText, hashWords, keysSorted } from '@synaprune/core/checks';
import type { TensorPlace, TrainerState } from './trainer-state.js';

/** One word that differs is always found. Before version 3, which tells the model, words were not turned. */
export function trainerChecksum(
  head: Pick<TrainerState, 'steps' | 'seed' | 'pruner' | 'optimizer' | 'model'> & {
    readonly places: readonly TensorPlace[];
  },
  values: readonly Float32Array[],
): string {
  let hash = hashText(JSON.stringify(keysSorted(head)));
  for (const floats of values) {
    const words = new Int32Array(floats.buffer, floats.byteOffset, floats.length);
    if (head.model !== undefined) hash = hashWords(words, hash);
    else for (let i = 0; i < words.length; i += 1) hash = Math.imul(hash ^ words[i]!, 0x01000193);
  }
  return hashDigits(hash);
}
