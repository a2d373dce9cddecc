import { requireThat } from '@synaprune/core/checks';
import type { HostMask } from './host-weight.js';

/**
 * Masks of bits as one byte an element: 1 where every mask keeps it, else 0.
 *
 * @param masks of as many elements as `into`; none of them keeps everything
 * @param into overwritten
 * @throws TypeError when they are no masks and no bytes
 * @throws RangeError when a mask has another number of elements
 *
 * @example
 * ```ts
 * import { expandMasks, hostBackend } from '@synaprune/host';
 *
 * const backend = hostBackend();
 * const mask = backend.createMask(new Float32Array(4));
 * backend.writeMask(mask, Uint8Array.of(0b1010));
 * const bytes = new Uint8Array(4);
 * expandMasks([mask], bytes);
 * console.log([...bytes]); // [ 0, 1, 0, 1 ]
 * ```
 */
export function expandMasks(masks: readonly HostMask[], into: Uint8Array): void {
  requireThat('expandMasks', 'into', into, 'a Uint8Array', into instanceof Uint8Array);
  const areMasks = Array.isArray(masks) && masks.every((mask) => mask?.words instanceof Int32Array);
  requireThat('expandMasks', 'masks', masks, 'a list of host masks', areMasks);
  const other = masks.find(({ elements }) => elements !== into.length);
  if (other !== undefined)
    throw new RangeError(`expandMasks needs masks of ${into.length} elements, got one of ${other.elements}`);
  into.fill(1);
  for (const { words } of masks) {
    for (let i = 0; i < into.length; i += 1) into[i]! &= words[i >> 5]! >>> (i & 31);
  }
}
