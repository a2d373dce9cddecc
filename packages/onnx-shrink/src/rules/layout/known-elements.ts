import type { AxedValue, KnownSize } from '@synaprune/axes';
import type { GraphValue } from '../../follow/graph-value.js';

/** What the elements of a value are stays known where they only stand elsewhere. */
export function withSizes(
  value: AxedValue,
  sizes: readonly (KnownSize | undefined)[] | undefined,
): AxedValue | GraphValue {
  return sizes === undefined || value.axes.length > 1 ? value : { ...value, sizes };
}
