import { type Extent, PruneError, packedLength } from '@synaprune/core';
import { describe, elementsOf } from '@synaprune/core/checks';
import type { CodeBook } from './stored/code-book.js';
import { hasWebAssembly } from './wasm-module.js';

/** Sixteen-bit floats: IEEE 754 binary16, or the upper half of a float32. */
export type HalfFormat = 'float16' | 'bfloat16';

/**
 * A weight in main memory: bare values, or values with a shape. The values are pruned in place and stay the
 * caller's; they may be a view into any buffer, shared or a `WebAssembly.Memory`'s. A memory that grows detaches
 * its views: given as memory and offset, a weight survives that. Sixteen-bit floats come as their bits, and rank
 * among float32 by the value they stand for. Weights of one pruner must not overlap.
 */
export type HostWeight =
  | Float32Array
  | { readonly values: Float32Array; readonly shape: readonly number[] }
  | { readonly memory: WebAssembly.Memory; readonly byteOffset: number; readonly shape: readonly number[] }
  | { readonly values: Uint16Array; readonly shape: readonly number[]; readonly format: HalfFormat }
  | StoredWeight;

/**
 * A weight as a file holds it, in little-endian bytes at any offset: float32, or codes of 8 or 16 bits with what they
 * stand for. Pruned in place, where a dropped code becomes the one that stands for zero.
 */
export type StoredWeight =
  | { readonly bytes: Uint8Array; readonly shape: readonly number[]; readonly format: 'float32' }
  | {
      readonly bytes: Uint8Array;
      readonly shape: readonly number[];
      readonly codes: CodeBook;
      /** Index of the first element in its weight, where this is a stretch of it: 0 unless told. A multiple of 32. */
      readonly first?: number;
    };

/**
 * One bit an element, 1 for kept: bit `i % 32` of word `i >> 5`. The unused bits of the last word are 0. Words
 * are signed because a JavaScript engine keeps those in registers.
 */
export interface HostMask {
  readonly words: Int32Array;
  readonly elements: number;
}

/** Whether a weight is bytes of a file. */
export function isStored(weight: HostWeight): weight is StoredWeight {
  return 'bytes' in weight;
}

/** Bytes of an element. */
export function elementSize(weight: StoredWeight): number {
  return 'codes' in weight ? weight.codes.bits / 8 : 4;
}

/** The live values of a weight; a new view each time where it is given as memory and offset. */
export function valuesOf(weight: Exclude<HostWeight, StoredWeight>): Float32Array | Uint16Array {
  if (weight instanceof Float32Array) return weight;
  if ('values' in weight) return weight.values;
  return new Float32Array(weight.memory.buffer, weight.byteOffset, elementsOf(weight.shape));
}

/** Where the values lie. Views of one buffer, of a `WebAssembly.Memory` too, share its `memory`. */
export function extentOf(weight: HostWeight): Extent {
  const { buffer, byteOffset, byteLength } = isStored(weight) ? weight.bytes : valuesOf(weight);
  return { memory: buffer, byteOffset, byteLength };
}

/**
 * @throws TypeError when it is no weight
 * @throws PruneError `weight-changed` when the values do not fill the shape
 */
export function shapeOf(weight: HostWeight): readonly number[] {
  if (weight instanceof Float32Array) return [weight.length];
  if (!Array.isArray(weight?.shape) || !(hasMemory(weight) || hasValues(weight) || hasBytes(weight))) {
    throw new TypeError(
      'a host weight is a Float32Array, { values: Float32Array, shape }, { memory, byteOffset, shape }, ' +
        "{ values: Uint16Array, shape, format: 'float16' | 'bfloat16' }, { bytes, shape, format: 'float32' } or " +
        `{ bytes, shape, codes }, got ${describe(weight)}`,
    );
  }
  const elements = elementsOf(weight.shape);
  const room = roomOf(weight);
  if ('memory' in weight ? room < elements : room !== elements) {
    throw new PruneError(
      'weight-changed',
      `a weight of shape [${weight.shape}] needs ${elements} values, got ${room}`,
    );
  }
  return weight.shape;
}

/** Elements that there is room for. */
function roomOf(weight: Exclude<HostWeight, Float32Array>): number {
  if ('memory' in weight) return (weight.memory.buffer.byteLength - weight.byteOffset) / 4;
  return isStored(weight) ? weight.bytes.length / elementSize(weight) : weight.values.length;
}

function hasBytes(weight: object): boolean {
  const { bytes, format, codes } = weight as { bytes?: unknown; format?: unknown; codes?: Partial<CodeBook> };
  if (!(bytes instanceof Uint8Array)) return false;
  if (codes === undefined) return format === 'float32';
  const { bits, magnitudes, zeros, rows = 1, run = 1 } = codes;
  const isBook =
    (bits === 8 || bits === 16) &&
    typeof magnitudes === 'function' &&
    Array.isArray(zeros) &&
    zeros.length === rows;
  return (
    format === undefined &&
    isBook &&
    Number.isInteger(run) &&
    run >= 1 &&
    (rows === 1 || codes.run !== undefined)
  );
}

function hasMemory(weight: object): boolean {
  const { memory, byteOffset } = weight as { memory?: unknown; byteOffset?: unknown };
  // Asked for first: naming what a runtime does not have is an error of its own.
  return (
    hasWebAssembly() &&
    memory instanceof WebAssembly.Memory &&
    Number.isInteger(byteOffset) &&
    (byteOffset as number) >= 0 &&
    (byteOffset as number) % 4 === 0
  );
}

function hasValues(weight: object): boolean {
  const { values, format } = weight as { values?: unknown; format?: unknown };
  if (values instanceof Float32Array) return format === undefined;
  return values instanceof Uint16Array && (format === 'float16' || format === 'bfloat16');
}

/**
 * A mask that keeps every element: what a backend whose masks are the host's gives from `createMask`.
 *
 * @example
 * ```ts
 * import { fullMask } from '@synaprune/host';
 *
 * console.log(fullMask(5).words[0]); // 31
 * ```
 */
export function fullMask(elements: number): HostMask {
  const words = new Int32Array(Math.ceil(elements / 32)).fill(-1);
  if (elements % 32 > 0) words[words.length - 1] = ~(-1 << (elements % 32));
  return { words, elements };
}

/** Whether this machine stores words as packed masks have their bytes; nearly all do. */
const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** A mask as packed bytes, in the order every backend shares. */
export function packMask({ words, elements }: HostMask): Uint8Array {
  if (littleEndian) return new Uint8Array(words.buffer, words.byteOffset, packedLength(elements)).slice();
  const packed = new Uint8Array(packedLength(elements));
  for (let i = 0; i < packed.length; i += 1) packed[i] = words[i >> 2]! >>> (8 * (i & 3));
  return packed;
}

/** Overwrites a mask with packed bytes. */
export function unpackMask({ words }: HostMask, packed: Uint8Array): void {
  words.fill(0);
  for (let i = 0; i < packed.length; i += 1) words[i >> 2]! |= packed[i]! << (8 * (i & 3));
}
