import { fixedBy } from '@synaprune/core/numbers';
import type { StoredWeight } from '../artifacts/open-artifacts.js';
import type { WeightBytes } from '../artifacts/weight-bytes.js';
import { readFloats } from '../elements/read-values.js';

/** What says by a weight's numbers, where it stands as a kernel, that nobody learned it. */
export function fixedKernel(weight: StoredWeight, bytes: WeightBytes): string | undefined {
  const { shape, elements, dtype } = weight;
  if (dtype !== 'float32' || elements === 0 || shape.length < 2) return undefined;
  const values = readFloats(weight, bytes);
  return fixedBy('kernel', { shape: filtersFirst(shape), at: (index) => values[index]! });
}

/** A 1×1 convolution with one filter, in the order that the check for steps has: `[filters, channels, 1, 1]`. */
function filtersFirst(shape: readonly number[]): readonly number[] {
  const last = shape.length - 1;
  const single = shape.every((edge, axis) => axis === last - 1 || edge === 1);
  return single && last >= 2 ? [1, shape[last - 1]!, ...shape.slice(0, last - 1)] : shape;
}
