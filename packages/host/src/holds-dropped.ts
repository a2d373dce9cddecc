import {
  elementSize,
  type HostMask,
  type HostWeight,
  isStored,
  type StoredWeight,
  valuesOf,
} from './host-weight.js';
import { rowsOf } from './stored/code-book.js';

/**
 * Whether any element that a mask drops is not +0 in the weight: whether `enforce` would change anything. For those
 * who have to do something before they write.
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
export function holdsDropped(weight: HostWeight, { words, elements }: HostMask): boolean {
  if (isStored(weight)) return holdsDroppedBytes(weight, words, elements);
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

/** The same of a weight whose elements lie in bytes. */
function holdsDroppedBytes(weight: StoredWeight, words: Int32Array, elements: number): boolean {
  const size = elementSize(weight);
  const zeroAt = zerosOf(weight);
  for (let i = 0; i < elements; i += 1) {
    if (((words[i >> 5]! >> (i & 31)) & 1) === 1) continue;
    const zero = zeroAt(i);
    for (let byte = 0; byte < size; byte += 1) {
      if (weight.bytes[size * i + byte] !== ((zero >> (8 * byte)) & 0xff)) return true;
    }
  }
  return false;
}

/** The code of each element that stands for zero. */
function zerosOf(weight: StoredWeight): (i: number) => number {
  if (!('codes' in weight)) return () => 0;
  const { codes, first = 0 } = weight;
  const { rows, run } = rowsOf(codes);
  return (i) => codes.zeros[Math.floor((first + i) / run) % rows]!;
}
