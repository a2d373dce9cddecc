import { type Extent, PruneError, packedLength } from '@synaprune/core';
import { describe, elementsOf, requireWhole, requireWholes } from '@synaprune/core/checks';
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
  | { readonly values: Uint16Array; readonly shape: readonly number[]; readonly format: HalfFormat };

/**
 * One bit an element, 1 for kept: bit `i % 32` of word `i >> 5`. The unused bits of the last word are 0. Words
 * are signed because a JavaScript engine keeps those in registers.
 */
export interface HostMask {
  readonly words: Int32Array;
  readonly elements: number;
}

/** The live values of a weight; a new view each time where it is given as memory and offset. */
export function valuesOf(weight: HostWeight): Float32Array | Uint16Array {
  if (weight instanceof Float32Array) return weight;
  if ('values' in weight) return weight.values;
  return new Float32Array(weight.memory.buffer, weight.byteOffset, elementsOf(weight.shape));
}

/** Where the values lie. Views of one buffer, of a `WebAssembly.Memory` too, share its `memory`. */
export function extentOf(weight: HostWeight): Extent {
  const { buffer, byteOffset, byteLength } = valuesOf(weight);
  return { memory: buffer, byteOffset, byteLength };
}

/**
 * @throws TypeError | RangeError when it is no weight, or its shape none
 * @throws PruneError `weight-changed` when the values do not fill the shape
 */
export function shapeOf(weight: HostWeight): readonly number[] {
  if (weight instanceof Float32Array) return [weight.length];
  if (!Array.isArray(weight?.shape) || !(hasMemory(weight) || hasValues(weight))) {
    throw new TypeError(
      'a host weight is a Float32Array, { values: Float32Array, shape }, { memory, byteOffset, shape } or ' +
        `{ values: Uint16Array, shape, format: 'float16' | 'bfloat16' }, got ${describe(weight)}`,
    );
  }
  requireWholes('a host weight', 'shape', weight.shape);
  const elements = elementsOf(weight.shape);
  const room =
    'memory' in weight ? (weight.memory.buffer.byteLength - weight.byteOffset) / 4 : weight.values.length;
  requireRoom(weight.shape, room, 'memory' in weight ? room >= elements : room === elements);
  return weight.shape;
}

/** @throws PruneError `weight-changed` unless the values fill the shape */
export function requireRoom(shape: readonly number[], room: number, fits: boolean): void {
  if (fits) return;
  throw new PruneError(
    'weight-changed',
    `a weight of shape [${shape}] needs ${elementsOf(shape)} values, got ${room}`,
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
 * @throws TypeError | RangeError unless `elements` is a non-negative integer
 *
 * @example
 * ```ts
 * import { fullMask } from '@synaprune/host';
 *
 * console.log(fullMask(5).words[0]); // 31
 * ```
 */
export function fullMask(elements: number): HostMask {
  requireWhole('fullMask', 'elements', elements);
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
