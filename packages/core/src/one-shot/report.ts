import type { Notice } from '../checks/notice.js';
import type { ChosenOf } from './choose.js';
import { leftoverNotices } from './notices.js';
import { type OneShotSparsity, totalOf } from './sparsity.js';

/** What pruning a file did. Zeros make no runtime faster and no file shorter: what they are worth is the compressed size. */
export interface OneShotReport<WeightReport extends OneShotSparsity = OneShotSparsity> {
  /** The weights that were pruned, in their order. */
  readonly weights: readonly WeightReport[];
  readonly total: OneShotSparsity;
  /** The weights that were left alone, and why. */
  readonly leftAlone: readonly {
    readonly name: string;
    readonly elements: number;
    readonly reason: string;
  }[];
  /** What is not as one would think, though nothing failed. Empty where all is well. */
  readonly notices: readonly Notice[];
}

/**
 * @param weights what is told of each weight that was pruned
 * @param notices what the format has to say, told before what is left of weights
 */
export function reportOnce<WeightReport extends OneShotSparsity & { readonly name: string }>(
  chosen: readonly ChosenOf[],
  weights: readonly WeightReport[],
  notices: readonly Notice[],
): OneShotReport<WeightReport> {
  const total = totalOf(weights);
  return {
    weights,
    total,
    leftAlone: chosen
      .filter(({ weight }) => !weight.pruned)
      .map(({ weight: { name, elements, reason } }) => ({ name, elements, reason })),
    notices: [...notices, ...leftoverNotices(weights, total)],
  };
}
