import type { Item, TensorBackend } from './backend.js';
import { INFINITY_MAGNITUDE } from './magnitude.js';

/** How sparse something is. `kept + dropped = elements`, and `sparsity = dropped / elements`. */
export interface SparsityCount {
  readonly elements: number;
  readonly kept: number;
  readonly dropped: number;
  /** Fraction of elements dropped, in [0, 1]. */
  readonly sparsity: number;
  /** Kept elements that are +∞ or −∞. They rank above every finite element. */
  readonly infinities: number;
  /** Kept elements that are NaN. They rank above everything and go last. */
  readonly nans: number;
}

/** One weight of a {@link PruningReport}. */
export interface WeightReport extends SparsityCount {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * What the masks hold now. Zeros in a dense tensor make no runtime faster; what a result is worth is its size
 * on disk, compressed, and that only the caller can measure.
 */
export interface PruningReport {
  /** The weights in the order they were given in. */
  readonly weights: readonly WeightReport[];
  readonly total: SparsityCount;
  /** Position of the last update; `null` before the first. */
  readonly position: number | null;
  /** Sparsity that the schedule gave at that position; `null` before the first update. */
  readonly target: number | null;
}

/** Counts what the masks keep, and what the kept elements hold. */
export async function countWeights<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  named: readonly { readonly name: string; readonly shape: readonly number[]; readonly elements: number }[],
  items: readonly Item<Weight, Mask>[],
): Promise<{ readonly weights: WeightReport[]; readonly total: SparsityCount }> {
  const kept = await backend.countKept(items.map((item) => item.mask));
  const [finite, numbers] = await backend.countBelow(
    items.map((item) => ({ ...item, score: { kind: 'magnitude' } })),
    [INFINITY_MAGNITUDE, INFINITY_MAGNITUDE + 1],
  );
  const weights = named.map(({ name, shape, elements }, i) => ({
    name,
    shape: [...shape],
    ...sparsityCount(elements, kept[i]!, numbers![i]! - finite![i]!, kept[i]! - numbers![i]!),
  }));
  const sum = (field: 'elements' | 'kept' | 'infinities' | 'nans') =>
    weights.reduce((total, weight) => total + weight[field], 0);
  return { weights, total: sparsityCount(sum('elements'), sum('kept'), sum('infinities'), sum('nans')) };
}

function sparsityCount(elements: number, kept: number, infinities: number, nans: number): SparsityCount {
  const dropped = elements - kept;
  return { elements, kept, dropped, sparsity: dropped / elements, infinities, nans };
}
