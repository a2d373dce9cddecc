import { requireFraction, requireShapes } from '../../checks/require.js';
import type { DistributedWeight, DistributionFunction } from './distribution.js';

/**
 * Erdős–Rényi kernel: the density of a weight goes with (sum of its edges) / (product of its edges), so that small layers
 * keep more than large ones, and the smallest all they have. In one shot that is worth more than any other choice: what
 * the first layers lose, all others inherit. All together are as sparse as the target.
 *
 * @throws TypeError | RangeError when it is given no weights, or `sparsity` is no fraction in [0, 1]
 *
 * @see Evci et al. 2020, arXiv 1911.11134, section 3
 *
 * @example
 * ```ts
 * import { erk } from '@synaprune/core';
 *
 * const shapes = [[4, 4], [4, 40]];
 * const weights = shapes.map(([a, b]) => ({ name: `${a} × ${b}`, shape: [a!, b!], elements: a! * b! }));
 * console.log(erk(weights, 0.5).map((sparsity) => sparsity.toFixed(2))); // [ '0.15', '0.53' ]
 * ```
 */
export const erk: DistributionFunction = Object.assign(share, { kind: 'erk' });

function share(weights: readonly DistributedWeight[], sparsity: number): number[] {
  requireFraction('erk', 'sparsity', sparsity);
  requireShapes('erk', weights);
  // A scalar has no edges, and is a vector of one.
  const raw = weights.map(
    ({ shape, elements }) => (shape.reduce((sum, edge) => sum + edge, 0) || 1) / elements,
  );
  // Weights whose share would be more than they have stay dense, and the others make up for it.
  let open = weights.map((_, i) => i).filter((i) => weights[i]!.elements > 0);
  let budget = (1 - sparsity) * weights.reduce((sum, { elements }) => sum + elements, 0);
  for (;;) {
    const factor = budget / open.reduce((sum, i) => sum + raw[i]! * weights[i]!.elements, 0);
    const full = new Set(open.filter((i) => factor * raw[i]! >= 1));
    if (full.size === 0) {
      const sparse = new Set(open);
      return weights.map((_, i) => (sparse.has(i) ? Math.min(1, Math.max(0, 1 - factor * raw[i]!)) : 0));
    }
    for (const i of full) budget -= weights[i]!.elements;
    open = open.filter((i) => !full.has(i));
  }
}
