import type { SensitivityLevel } from './curves.js';

/** A stretch on which a loss rises at one rate. */
export interface Slope {
  /** The sparsity where it ends. It begins where the one before ends, the first at 0. */
  readonly end: number;
  /** Rise of the loss for a rise of the sparsity by 1; from stretch to stretch it grows. */
  readonly rate: number;
}

/** Agreements below this count as this: a layer that breaks the model altogether costs no more than all of it. */
const LEAST_AGREEMENT = 1e-3;

/** What is lost of an agreement: losses add where agreements multiply. */
function lossOf(agreement: number): number {
  return -Math.log(Math.max(LEAST_AGREEMENT, agreement));
}

/**
 * The loss of a curve as far as it is convex: the largest convex function that is nowhere above it. It is 0 at
 * sparsity 0, never falls, and is a total loss at sparsity 1 unless that was measured.
 */
export function convexLoss(levels: readonly SensitivityLevel[]): Slope[] {
  const sorted = [...levels]
    .filter(({ sparsity }) => sparsity > 0)
    .sort((a, b) => a.sparsity - b.sparsity)
    .map(({ sparsity, agreement }) => ({ at: sparsity, loss: lossOf(agreement) }));
  if (sorted.at(-1)?.at !== 1) sorted.push({ at: 1, loss: lossOf(0) });
  const hull: { readonly at: number; readonly loss: number }[] = [{ at: 0, loss: 0 }];
  let worst = 0;
  for (const { at, loss } of sorted) {
    // A layer that seems better off with less is noise of the measure.
    worst = Math.max(worst, loss);
    const point = { at, loss: worst };
    while (hull.length > 1 && rateBetween(hull.at(-2)!, hull.at(-1)!) >= rateBetween(hull.at(-1)!, point))
      hull.pop();
    hull.push(point);
  }
  return hull.slice(1).map((point, i) => ({ end: point.at, rate: rateBetween(hull[i]!, point) }));
}

function rateBetween(
  from: { readonly at: number; readonly loss: number },
  to: { readonly at: number; readonly loss: number },
): number {
  return (to.loss - from.loss) / (to.at - from.at);
}
