import type { RunResult } from './train.js';

/** A model on the curve of error against sparsity. */
export interface CurvePoint {
  /** Counted in the masks. */
  readonly sparsity: number;
  readonly mae: number;
  readonly rmse: number;
  /** Numbers that are not dropped, biases among them. */
  readonly numbers: number;
  readonly packedBytes: number;
  readonly bestEpoch: number;
  readonly epochs: number;
}

/** The models of a seed by sparsity, from the one that was not pruned to the one that was pruned most; none without points of its own. */
export function curveOf(runs: readonly RunResult[], seed: number): CurvePoint[] {
  if (runs.every(({ target }) => target === null)) return [];
  return runs
    .filter((run) => run.seed === seed && (run.arm === 'synaptic-pruning' || run.arm === 'none'))
    .map(({ sparsity, mae, rmse, numbers, sizes, bestEpoch, epochs }) => ({
      sparsity,
      mae,
      rmse,
      numbers,
      packedBytes: sizes.packedBytes,
      bestEpoch,
      epochs: epochs.length,
    }))
    .sort((a, b) => a.sparsity - b.sparsity);
}
