import { type PrunedOnce, pruneOnce } from '@synaprune/core/one-shot';
import { type HostWeight, hostBackend } from '@synaprune/host';
import type { ChosenWeight } from '../weights/find-weights.js';
import type { PruneTfliteOptions } from './prune-options.js';

/** Which elements of the weights stay. */
export async function chooseMasks(
  parts: readonly ChosenWeight[],
  options: PruneTfliteOptions,
): Promise<readonly PrunedOnce[]> {
  const weights = parts.map(({ surveyed: { format }, weight: known }) => {
    const values = typeof format === 'string' ? new Float32Array(known.elements) : format.rank();
    return { known, weight: { values, shape: known.shape } };
  });
  const scores = (values: Float32Array, { shape }: { readonly shape: readonly number[] }): HostWeight => ({
    values,
    shape,
  });
  return pruneOnce({ backend: hostBackend(), weights, scores }, options);
}
