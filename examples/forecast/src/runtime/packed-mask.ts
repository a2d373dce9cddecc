import type { PrunerState } from '@synaprune/core';

/** What a saved pruner keeps of a weight: 1 where kept, 0 where dropped; all kept where it has no such weight. */
export function keptOf(state: PrunerState | null, name: string, elements: number): Uint8Array {
  const kept = new Uint8Array(elements).fill(1);
  const packed = state?.weights.find((weight) => weight.name === name);
  if (packed === undefined) return kept;
  const bits = Buffer.from(packed.mask, 'base64');
  for (let i = 0; i < elements; i += 1) kept[i] = (bits[i >> 3]! >> (i % 8)) & 1;
  return kept;
}
