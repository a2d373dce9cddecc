import { isRecord } from '@synaprune/core/checks';
import type { TensorPlace, TrainerState } from './trainer-state.js';

/** FNV-1a with 32-bit words in the place of bytes: one word that differs is always found. */
export function trainerChecksum(
  head: Pick<TrainerState, 'steps' | 'seed' | 'pruner' | 'optimizer'> & {
    readonly places: readonly TensorPlace[];
  },
  values: readonly Float32Array[],
): string {
  let hash = 0x811c9dc5;
  const text = JSON.stringify(sorted(head));
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  for (const floats of values) {
    const words = new Int32Array(floats.buffer, floats.byteOffset, floats.length);
    for (let i = 0; i < words.length; i += 1) hash = Math.imul(hash ^ words[i]!, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** The same whatever order the keys of objects come in. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.keys(value)
    .sort()
    .map((key) => [key, sorted(value[key])]);
}
