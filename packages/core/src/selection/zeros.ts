import type { Item, TensorBackend } from '../contract/backend.js';
import { createMasks, disposeMasks } from './masks.js';

/** Magnitude below which there is zero alone, of either sign. */
export const ABOVE_ZERO = 1;

/** How many elements that each mask keeps are exactly zero in its weight, whatever ranks them. */
export async function countKeptZeros<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  items: readonly Item<Weight, Mask>[],
): Promise<readonly number[]> {
  return (await backend.countBelow(items.map(byMagnitude), [ABOVE_ZERO]))[0]!;
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
