import { elementsOf, requireThat } from '@synaprune/core/checks';
import { type HostMask, type HostWeight, shapeOf, valuesOf } from './host-weight.js';

/**
 * Whether any element that a mask drops is not +0 in the weight: whether `enforce` would change anything. For those
 * who have to do something before they write.
 *
 * @throws TypeError | RangeError when it is given no weight and no mask
 *
 * @example
 * ```ts
 * import { holdsDropped, hostBackend } from '@synaprune/host';
 *
 * const backend = hostBackend();
 * const weight = Float32Array.of(1, 2);
 * const mask = backend.createMask(weight);
 * backend.writeMask(mask, Uint8Array.of(0b10));
 * console.log(holdsDropped(weight, mask)); // true
 * backend.enforce([{ weight, mask }]);
 * console.log(holdsDropped(weight, mask)); // false
 * ```
 */
export function holdsDropped(weight: HostWeight, mask: HostMask): boolean {
  const of = elementsOf(shapeOf(weight));
  requireThat('holdsDropped', 'mask', mask, 'a host mask', mask?.words instanceof Int32Array);
  const { words, elements } = mask;
  if (elements !== of)
    throw new RangeError(`holdsDropped needs a mask of ${of} elements, got one of ${elements}`);
  const values = valuesOf(weight);
  const bits =
    values instanceof Uint16Array ? values : new Int32Array(values.buffer, values.byteOffset, elements);
  for (let w = 0; w < words.length; w += 1) {
    if (words[w] === -1) continue;
    const end = Math.min(elements, (w + 1) << 5);
    for (let i = w << 5; i < end; i += 1) {
      if (((words[w]! >> (i & 31)) & 1) === 0 && bits[i] !== 0) return true;
    }
  }
  return false;
}
