/*
 * The loops over memory, in AssemblyScript: TypeScript's syntax, WebAssembly's types. Compiled to WASM SIMD by
 * `npm run build`: this file and what it exports as one module, `codes.ts` as another.
 *
 * The memory is imported and may belong to somebody else, so nothing here lives at a fixed address: no data,
 * no stack, no allocation; every pointer is an argument. Magnitudes are compared as signed 32-bit integers,
 * four at a time. Several streams (halves or quarters of one array) are read in turn, because one stream alone
 * does not keep the memory busy.
 *
 * `data`, `ranking`: 32-bit patterns. `words`: the mask, bit i of word w for element 32 w + i, 1 for kept; 0
 * as a pointer says that everything is kept. `n`: elements. `results`: two 32-bit words for what is returned.
 */

export { collect, countAround } from './collect';
export { dropBelow } from './drop-below';
export { gather } from './gather';
export { selectAmong } from './select-among';
export { zeroDropped } from './zero-dropped';

/** How many bits of `count` words are 1. */
export function countBits(words: usize, count: u32): u32 {
  let sum: i64 = 0;
  let i: u32 = 0;
  for (const even = count & ~1; i < even; i += 2) sum += popcnt(load<u64>(words + ((<usize>i) << 2)));
  if (i < count) sum += popcnt(load<u32>(words + ((<usize>i) << 2)));
  return <u32>sum;
}
