import {
  constantSparsity,
  createPruner,
  elementBudget,
  type PatternOption,
  packedLength,
  type TensorBackend,
  tensorScore,
} from '@synaprune/core';
import { type HostMask, type HostWeight, hostBackend } from '@synaprune/host';

/** Drops by core's own selection, so that budgets, patterns and ties are those of every other door. */
export async function selectUnits(
  scores: readonly Float32Array[],
  shape: readonly [number, number],
  sparsity: number,
  pattern: PatternOption,
): Promise<Uint8Array> {
  const pruner = createPruner<HostWeight, HostMask>({
    backend: hostBackend() as TensorBackend<HostWeight, HostMask>,
    // Scores are zeroed in place of weights, which nobody misses.
    weights: scores.map((values, i) => ({ name: String(i), weight: { values, shape } })),
    schedule: constantSparsity(sparsity),
    distribution: pattern.kind === 'element' ? evenly : 'uniform',
    pattern,
    score: tensorScore(({ weight }) => weight),
  });
  try {
    await pruner.update(0);
    return joinMasks(
      (await pruner.masks()).map(({ bits }) => bits),
      shape[0] * shape[1],
    );
  } finally {
    pruner.dispose();
  }
}

/** Rows lose alike, up to one element, and together as many as were asked for: half of nine is four, then five. */
function evenly(rows: readonly { readonly elements: number }[], sparsity: number): number[] {
  let before = 0;
  return rows.map(({ elements }) => {
    const from = elementBudget(sparsity, before);
    before += elements;
    return (elementBudget(sparsity, before) - from) / elements;
  });
}

/** Packed masks of so many elements each, one behind the other. */
function joinMasks(masks: readonly Uint8Array[], elements: number): Uint8Array {
  if (masks.length === 1) return masks[0]!.slice();
  const joined = new Uint8Array(packedLength(masks.length * elements));
  for (const [i, mask] of masks.entries()) {
    for (let j = 0; j < elements; j += 1) {
      const to = i * elements + j;
      if (((mask[j >> 3]! >> (j & 7)) & 1) === 1) joined[to >> 3]! |= 1 << (to & 7);
    }
  }
  return joined;
}
