import type { NamedWeight } from '@synaprune/core';
import { elementsOf } from '@synaprune/core/checks';
import type { Cell, Memory, TrainerWeight } from './memory.js';

/**
 * What rates of dropout are multiplied by: `√(1 − sparsity)`, with the sparsity of all weights together. Masks are
 * counted only where they may have changed.
 *
 * @param coupled whether they are to be multiplied at all
 * @see Han et al. 2015, section 3.2, https://arxiv.org/abs/1506.02626
 */
export function createDropoutFactor(
  weights: readonly NamedWeight<TrainerWeight>[],
  memory: Pick<Memory, 'isChanged' | 'countKept'>,
  coupled: boolean,
): () => Promise<number> {
  const cells = weights.map(({ weight }) => weight as Cell);
  const all = cells.reduce((sum, { shape }) => sum + elementsOf(shape), 0);
  let factor: number | undefined;
  return async () => {
    if (!coupled || all === 0) return 1;
    if (factor !== undefined && !cells.some(memory.isChanged)) return factor;
    let kept = 0;
    for (const cell of cells) kept += await memory.countKept(cell);
    factor = Math.sqrt(kept / all);
    return factor;
  };
}
