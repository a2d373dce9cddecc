import { elementsOf } from '@synaprune/core/checks';
import type { HostWeight } from '@synaprune/host';
import { halfBook, type StoredWeight } from '@synaprune/host/stored';
import type { ElementFormat } from './format.js';

/** What the backend for main memory takes, with a shape. */
export type InMemoryWeight = Exclude<HostWeight, Float32Array> | StoredWeight;

/**
 * Elements as the backend for main memory takes them: where they lie, to be zeroed there, of the types that it knows; else
 * what they rank by, of which masks tell.
 *
 * @param first index of the first element, where `chunk` holds a stretch of a weight
 */
export function memoryWeight(
  { elements }: ElementFormat,
  chunk: Uint8Array,
  shape: readonly number[],
  first = 0,
): InMemoryWeight {
  switch (elements.kind) {
    case 'float32':
      return { bytes: chunk, shape, format: 'float32' };
    case 'float16':
    case 'bfloat16':
      return { bytes: chunk, shape, codes: halfBook(elements.kind) };
    case 'codes':
      return { bytes: chunk, shape, codes: elements.codes, first };
    case 'computed': {
      const values = new Float32Array(elementsOf(shape));
      elements.rank(chunk, first, values.length, new Int32Array(values.buffer));
      return { values, shape };
    }
  }
}
