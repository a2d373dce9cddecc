import type { HostMask } from '@synaprune/host';
import { countZeroCodes } from '@synaprune/host/stored';
import type { OnnxWeight } from '../weights/find-weights.js';
import type { ElementFormat } from '../weights/format.js';
import type { InMemoryWeight } from '../weights/memory-weight.js';

/** A weight that was pruned where it lies. */
interface Pruned {
  readonly known: OnnxWeight;
  readonly format: ElementFormat;
  readonly elements: Uint8Array;
  readonly weight: InMemoryWeight;
}

/**
 * How many elements are ±0, or the zero point, before and after.
 *
 * @param original the elements as they were
 */
export function zerosOf(
  { known, format, elements, weight }: Pruned,
  { kept, mask }: { readonly kept: number; readonly mask: HostMask },
  original: () => Uint8Array,
): { readonly before: number; readonly after: number } {
  // What stays is as it was: those that were dropped, and those among the rest, are all there are.
  const dropped = known.elements - kept;
  if ('codes' in weight) {
    const zeros = countZeroCodes({ ...weight, bytes: original() }, mask);
    return { before: zeros.all, after: dropped + zeros.kept };
  }
  const before = known.zeros ?? 0;
  return { before, after: before === 0 ? dropped : format.countZeros(elements, 0, known.elements) };
}
