import type { FitPlan } from './runtime.js';

/** Windows of one step. */
export interface Batch {
  readonly count: number;
  /** [count, window] */
  readonly inputs: Float32Array;
  /** [count] */
  readonly targets: Float32Array;
}

/**
 * An epoch's batches in the given order; the last one is short where the windows do not divide.
 *
 * @param window numbers in a window
 */
export function* batchesOf(
  { inputs, targets, batchSize }: Pick<FitPlan, 'inputs' | 'targets' | 'batchSize'>,
  order: Int32Array,
  window: number,
): Generator<Batch> {
  for (let from = 0; from < order.length; from += batchSize) {
    const picked = order.subarray(from, from + batchSize);
    const xs = new Float32Array(picked.length * window);
    const ys = new Float32Array(picked.length);
    for (const [i, at] of picked.entries()) {
      xs.set(inputs.subarray(at * window, (at + 1) * window), i * window);
      ys[i] = targets[at]!;
    }
    yield { count: picked.length, inputs: xs, targets: ys };
  }
}
