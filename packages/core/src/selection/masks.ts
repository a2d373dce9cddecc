import type { TensorBackend } from '../contract/backend.js';

/** One mask a weight; none is left behind when one cannot be made. */
export function createMasks<Weight, Mask>(
  backend: Pick<TensorBackend<Weight, Mask>, 'createMask' | 'disposeMask'>,
  weights: readonly { readonly weight: Weight }[],
): Mask[] {
  const masks: Mask[] = [];
  try {
    for (const { weight } of weights) masks.push(backend.createMask(weight));
  } catch (error) {
    abandonMasks(backend, masks);
    throw error;
  }
  return masks;
}

/** Gives masks back after a failure, which is the one to tell: another on the way is not thrown. */
export function abandonMasks<Weight, Mask>(
  backend: Pick<TensorBackend<Weight, Mask>, 'disposeMask'>,
  masks: readonly Mask[],
): void {
  try {
    disposeMasks(backend, masks);
  } catch {
    // The first failure is on its way to the caller.
  }
}

/** Gives every mask back, also after one of them failed; the first failure is thrown at the end. */
export function disposeMasks<Weight, Mask>(
  backend: Pick<TensorBackend<Weight, Mask>, 'disposeMask'>,
  masks: readonly Mask[],
): void {
  const failures: unknown[] = [];
  for (const mask of masks) {
    try {
      backend.disposeMask(mask);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
