import type { NamedMask } from '@synaprune/core';

/** What a pruner keeps of a weight: 1 where kept, 0 where dropped; all kept where it has no such weight. */
export function keptOf(masks: readonly NamedMask[], name: string, elements: number): Uint8Array {
  const kept = new Uint8Array(elements).fill(1);
  const bits = masks.find((mask) => mask.name === name)?.bits;
  if (bits === undefined) return kept;
  for (let i = 0; i < elements; i += 1) kept[i] = (bits[i >> 3]! >> (i % 8)) & 1;
  return kept;
}
