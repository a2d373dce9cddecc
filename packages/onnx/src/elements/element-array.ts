import type { ElementType } from './element-type.js';

/** Elements of a tensor in main memory. */
export type ElementArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** What makes arrays of a type: of zeros, or over a buffer. */
export interface ElementArrayConstructor {
  new (length: number): ElementArray;
  new (buffer: ArrayBuffer): ElementArray;
  readonly name: string;
}

const ARRAYS: Readonly<Partial<Record<ElementType, ElementArrayConstructor>>> = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
};

/**
 * What holds elements of a type, as runtimes take them: truths as 0 and 1, half precision by its bits.
 *
 * @param type such as `int64`
 * @returns `undefined` for texts, and for types that have no array of their own
 *
 * @example
 * ```ts
 * import { elementArrayOf } from '@synaprune/onnx/graph';
 *
 * console.log(elementArrayOf('int64')?.name, elementArrayOf('string')); // BigInt64Array undefined
 * ```
 */
export function elementArrayOf(type: string): ElementArrayConstructor | undefined {
  return Object.hasOwn(ARRAYS, type) ? ARRAYS[type as ElementType] : undefined;
}
