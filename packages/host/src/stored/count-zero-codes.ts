import { elementsOf } from '@synaprune/core/checks';
import type { HostMask } from '../host-weight.js';
import { createCoded } from './codes/coded.js';
import { storedCodeLoops } from './stored-loops.js';
import type { CodedWeight } from './stored-weight.js';

/**
 * How many codes of a weight are the one that stands for zero, or of floats the zero of either sign: of those that a mask
 * keeps, and of all.
 *
 * @example
 * ```ts
 * import { fullMask } from '@synaprune/host';
 * import { countZeroCodes, halfBook } from '@synaprune/host/stored';
 *
 * const bytes = Uint8Array.of(0, 0x80, 0, 0x40); // -0 and 2 in float16
 * const weight = { bytes, shape: [2], codes: halfBook('float16') };
 * console.log(countZeroCodes(weight, fullMask(2))); // { kept: 1, all: 1 }
 * ```
 */
export function countZeroCodes(
  { bytes, codes, shape, first }: CodedWeight,
  { words }: HostMask,
): { readonly kept: number; readonly all: number } {
  const { run } = createCoded(bytes, codes, elementsOf(shape), first);
  return storedCodeLoops().countZeros({ ...run, words });
}
