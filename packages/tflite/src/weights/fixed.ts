import { fixedBy } from '@synaprune/core/numbers';
import { readFloats } from '../elements/quantised-values.js';
import type { Tensor } from '../model/model.js';

/** What says by a weight's numbers, where it stands as a kernel, that nobody learned it. */
export function fixedKernel(tensor: Tensor): string | undefined {
  const { shape, elements, sparse, data } = tensor;
  if (sparse || data === undefined || elements === 0 || shape.length < 2) return undefined;
  const values = readFloats(tensor);
  if (values === undefined) return undefined;
  return fixedBy('kernel', { shape: channelsSecond(shape), at: (index) => values[index]! });
}

/** A 1×1 convolution with one filter, in the order that the check for steps has: `[filters, channels, 1, 1]`. */
function channelsSecond(shape: readonly number[]): readonly number[] {
  const last = shape.length - 1;
  const single = last >= 2 && shape.every((edge, axis) => axis === last || edge === 1);
  return single ? [1, shape[last]!, ...shape.slice(1, last)] : shape;
}
