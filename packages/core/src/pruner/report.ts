import type { Notice } from '../checks/notice.js';
import type { Item, TensorBackend } from '../contract/backend.js';
import { INFINITY_MAGNITUDE } from '../contract/magnitude.js';
import type { LotCount } from '../selection/patterns/pattern.js';
import { ABOVE_ZERO, byMagnitude, countZeros } from '../selection/zeros.js';

/** How sparse something is. `kept + dropped = elements`, and `sparsity = dropped / elements`. */
export interface SparsityCount {
  readonly elements: number;
  readonly kept: number;
  /** Elements that the masks drop. */
  readonly dropped: number;
  /** Fraction of elements dropped, in [0, 1]. */
  readonly sparsity: number;
  /** Elements that really are zero in the weight now, dropped or kept. Flushed subnormals are zero. */
  readonly zeros: number;
  /** Dropped elements that are not zero in the weight: written after the last `enforce`. */
  readonly revived: number;
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
 * What the masks hold now, and what the weights do. Zeros in a dense tensor make no runtime faster; what a result
 * is worth is its size on disk, compressed, and that only the caller can measure.
 */
export interface PruningReport {
  /** The weights in the order they were given in. */
  readonly weights: readonly WeightReport[];
  readonly total: SparsityCount;
  /** With the pattern of groups: which channels of each are kept. The target is of these, all groups' together. */
  readonly groups?: readonly LotCount[];
  /** Position of the last update; `null` before the first. */
  readonly position: number | null;
  /** Sparsity that the schedule gave at that position; `null` before the first update. */
  readonly target: number | null;
  /**
   * What does not hold now: `dropped-not-zero`, `weight-emptied`, `weight-nearly-emptied`, `schedule-unfinished`,
   * and after `restore`, until an update, `schedule-changed`.
   *
   * @see docs/notices.md
   */
  readonly notices: readonly Notice[];
}

/** Counts what the masks keep, what the kept elements hold, and which elements are zero. */
export async function countWeights<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  named: readonly { readonly name: string; readonly shape: readonly number[]; readonly elements: number }[],
  items: readonly Item<Weight, Mask>[],
): Promise<{ readonly weights: WeightReport[]; readonly total: SparsityCount }> {
  const kept = await backend.countKept(items.map((item) => item.mask));
  const [keptZeros, finite, numbers] = await backend.countBelow(items.map(byMagnitude), [
    ABOVE_ZERO,
    INFINITY_MAGNITUDE,
    INFINITY_MAGNITUDE + 1,
  ]);
  // Where nothing is dropped, the kept zeros are all there are.
  const full = named.every(({ elements }, i) => kept[i] === elements);
  const zeros = full ? keptZeros! : await countZeros(backend, items);
  const weights = named.map(({ name, shape, elements }, i): WeightReport => {
    const dropped = elements - kept[i]!;
    return {
      name,
      shape: [...shape],
      elements,
      kept: kept[i]!,
      dropped,
      sparsity: dropped / elements,
      zeros: zeros[i]!,
      revived: dropped - (zeros[i]! - keptZeros![i]!),
      infinities: numbers![i]! - finite![i]!,
      nans: kept[i]! - numbers![i]!,
    };
  });
  return { weights, total: sumUp(weights) };
}

function sumUp(weights: readonly SparsityCount[]): SparsityCount {
  const sum = (field: Exclude<keyof SparsityCount, 'sparsity'>): number =>
    weights.reduce((total, weight) => total + weight[field], 0);
  const [elements, dropped] = [sum('elements'), sum('dropped')];
  return {
    elements,
    kept: sum('kept'),
    dropped,
    sparsity: dropped / elements,
    zeros: sum('zeros'),
    revived: sum('revived'),
    infinities: sum('infinities'),
    nans: sum('nans'),
  };
}
