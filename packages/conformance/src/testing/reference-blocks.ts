import { type PooledItem, type Pooling, poolMagnitudes } from '@synaprune/core';
import type { Ledger, ReferenceBackend, ReferenceWeight, ScoreOf } from './reference.js';

/** The shape that the blocks of a weight make, and the flat index of the block that each element lies in. */
export function blocksOf(
  shape: readonly number[],
  edges: readonly number[],
): { readonly shape: readonly number[]; readonly blockAt: (index: number) => number } {
  const counts = shape.map((edge, axis) => Math.ceil(edge / edges[axis]!));
  const blockAt = (index: number): number => {
    let [left, block, stride] = [index, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      block += stride * Math.floor((left % shape[axis]!) / edges[axis]!);
      left = Math.floor(left / shape[axis]!);
      stride *= counts[axis]!;
    }
    return block;
  };
  return { shape: counts, blockAt };
}

/** The verbs that make blocks of elements and elements of blocks, by any score and any sum. */
export function blockVerbs(
  ledger: Ledger,
  scoreOf: ScoreOf,
  sum: (magnitudes: ArrayLike<number>, pooling: Pooling) => number = poolMagnitudes,
): Required<Pick<ReferenceBackend, 'pool' | 'disposePooled' | 'spread'>> {
  return {
    pool: (items, blocks) =>
      items.map((item, at) => {
        const { edges, pooling } = blocks[at]!;
        const { shape, blockAt } = blocksOf(item.mask.shape, edges);
        const magnitudes = Array.from(
          { length: shape.reduce((all, edge) => all * edge, 1) },
          (): number[] => [],
        );
        const kept = new Uint8Array(magnitudes.length);
        item.mask.kept.forEach((flag, i) => {
          magnitudes[blockAt(i)]!.push(scoreOf(item, i));
          if (flag === 1) kept[blockAt(i)] = 1;
        });
        const bits = Uint32Array.from(magnitudes, (list) => sum(list, pooling));
        const weight: ReferenceWeight = { values: new Float32Array(bits.buffer), shape, live: true };
        ledger.masks += 2;
        const pooled = { weight, mask: { kept, shape }, score: { kind: 'magnitude' } } as const;
        return pooled as PooledItem;
      }),
    disposePooled: (items) => {
      ledger.masks -= 2 * items.length;
    },
    spread: (pooled, blocks, into) => {
      for (const [at, { kept, shape }] of into.entries()) {
        const { blockAt } = blocksOf(shape, blocks[at]!.edges);
        kept.forEach((_, i) => {
          if (pooled[at]!.mask.kept[blockAt(i)] === 0) kept[i] = 0;
        });
      }
    },
  };
}
