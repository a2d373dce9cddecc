import { isNamedBasis } from '@synaprune/core/numbers';
import type { OpenedModel } from '../artifacts/open-artifacts.js';
import { fixedKernel } from '../roles/fixed.js';

/** Weights of two axes or more that nobody learned, and why: bases of Fourier transforms, banks of filters. */
export function fixedWeights({ weights, bytes }: OpenedModel): ReadonlyMap<string, string> {
  const fixed = new Map<string, string>();
  for (const weight of weights) {
    if (weight.shape.length < 2 || weight.dtype !== 'float32' || weight.group === 'optimizer') continue;
    const named = isNamedBasis(weight.name, 'kernel') ? 'its name is that of a fixed basis' : undefined;
    const why = named ?? fixedKernel(weight, bytes);
    if (why !== undefined) fixed.set(weight.name, why);
  }
  return fixed;
}
