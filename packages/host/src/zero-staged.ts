import { wordsOf } from './chunks.js';
import type { Part } from './kernels.js';
import { ALL } from './script-loops.js';
import { apart, IN_PLACE, isInside, PAGE } from './staging.js';
import type { WasmExports } from './wasm-module.js';

/** Elements zeroed in one go where weights are copied in. A loop that does little makes little use of a nearer cache. */
const COPIED = 32768;

/** Bytes that {@link zeroStaged} needs. */
export function zeroingBytes(memory: WebAssembly.Memory, { bits }: Pick<Part, 'bits'>): number {
  return IN_PLACE / 8 + (isInside(bits, memory.buffer) ? 0 : 4 * COPIED + 2 * PAGE);
}

/**
 * Whether a mask drops none of the elements from one at the beginning of a word on. Most that drop anything do so in their
 * first words, and no more are looked at.
 */
function keepsAll(words: Int32Array, from: number, to: number): boolean {
  const whole = to >> 5;
  for (let w = from >> 5; w < whole; w += 1) if (words[w] !== ALL) return false;
  const rest = to & 31;
  return rest === 0 || words[whole] === ~(ALL << rest);
}

/**
 * Zeroes what the mask of a part of 32-bit elements, or their bytes, drops, through a WebAssembly memory: mask words are
 * copied in, and weights in and out where they are not there already.
 *
 * @param at pointer to {@link zeroingBytes} bytes of the memory that `heap` is a view of
 */
export function zeroStaged(
  wasm: WasmExports,
  heap: Int32Array,
  { elements, bits, words }: Pick<Part, 'elements' | 'words'> & { readonly bits: Int32Array | Uint8Array },
  at: number,
): void {
  const inMemory = bits instanceof Int32Array && bits.buffer === heap.buffer;
  const asBytes = bits instanceof Uint8Array;
  // Of the memory and of the weight, in the units in which the weight is given.
  const view = asBytes ? new Uint8Array(heap.buffer) : heap;
  const perElement = asBytes ? 4 : 1;
  const staged = apart(at + IN_PLACE / 8, bits.byteOffset);
  const first = asBytes ? staged : staged >>> 2;
  const most = inMemory ? IN_PLACE : COPIED;
  for (let lot = 0; lot < elements; lot += IN_PLACE) {
    const end = Math.min(elements, lot + IN_PLACE);
    heap.set(wordsOf({ words }, { from: lot, to: end }), at >>> 2);
    for (let from = lot; from < end; from += most) {
      const to = Math.min(end, from + most);
      if (keepsAll(words, from, to)) continue;
      const mask = at + ((from - lot) >> 3);
      if (inMemory) {
        wasm.zeroDropped(bits.byteOffset + 4 * from, mask, to - from);
        continue;
      }
      const chunk = bits.subarray(perElement * from, perElement * to);
      view.set(chunk, first);
      if (wasm.zeroDropped(staged, mask, to - from) === 0) continue;
      chunk.set(view.subarray(first, first + perElement * (to - from)));
    }
  }
}
