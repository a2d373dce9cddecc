import type { Item, TensorBackend } from '../contract/backend.js';
import { INFINITY_MAGNITUDE } from '../contract/magnitude.js';
import { createMasks, disposeMasks } from './masks.js';

/** Magnitude below which there is zero alone, of either sign. */
export const ABOVE_ZERO = 1;

/** Magnitude below which there is everything but NaN. */
export const ABOVE_INFINITY: number = INFINITY_MAGNITUDE + 1;

/** How many elements that each mask keeps are exactly zero in its weight, whatever ranks them. */
export async function countKeptZeros<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  items: readonly Item<Weight, Mask>[],
): Promise<readonly number[]> {
  return (await backend.countBelow(items.map(byMagnitude), [ABOVE_ZERO]))[0]!;
}

/** Above this a value is no zero, also where subnormals are. */
const CLEAR = 1e-30;

/**
 * Whether every weight is seen to hold something at a glance: whether all is kept of it, it lies in main memory as it is,
 * and one of its first elements is far from zero. `false` says nothing.
 */
export async function seenToHold<Weight, Mask>(
  { read, extent }: TensorBackend<Weight, Mask>,
  weights: readonly { readonly weight: Weight; readonly elements: number }[],
  kept: readonly number[],
): Promise<boolean> {
  for (const [i, { weight, elements }] of weights.entries()) {
    const { memory, byteLength } = extent?.(weight) ?? {};
    const plain = memory instanceof ArrayBuffer && byteLength === 4 * elements && kept[i] === elements;
    const values = plain ? await read?.(weight) : undefined;
    if (!values?.subarray(0, 4096).some((value) => Math.abs(value) > CLEAR)) return false;
  }
  return true;
}

/**
 * How many elements of each weight are exactly zero, dropped or not. No verb looks at dropped elements; but a fresh
 * mask keeps every element, so what a fresh mask keeps at zero are all zeros there are. The masks are given back,
 * also when something fails.
 */
export async function countZeros<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  items: readonly Item<Weight, Mask>[],
): Promise<readonly number[]> {
  const fresh = createMasks(backend, items);
  try {
    return await countKeptZeros(
      backend,
      items.map((item, i) => ({ ...item, mask: fresh[i]! })),
    );
  } finally {
    disposeMasks(backend, fresh);
  }
}

/** An item that ranks by the weight itself. */
export function byMagnitude<Weight, Mask>(item: Item<Weight, Mask>): Item<Weight, Mask> {
  return { ...item, score: { kind: 'magnitude' } };
}
