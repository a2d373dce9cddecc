import type { SparseWeights } from '../pack/sparse-weights.js';
import type { Allocator } from './own-memory.js';

/** Where packed weights are in a memory. */
export interface Places {
  /** Where each unit stands in the order: the inverse of it. */
  readonly places: number;
  /** Steps of each unit, with 0 for those that the last slice lacks. */
  readonly lengths: number;
  readonly columns: number;
  readonly values: number;
  /** Whether they are there no more. */
  isReleased(): boolean;
  release(): void;
}

/** Copies packed weights into a memory, or `undefined` where there is no room. */
export function placeWeights(weights: SparseWeights, allocator: Allocator): Places | undefined {
  const { order, lengths, lanes, columns, values } = weights;
  const placeOfUnit = new Uint32Array(order.length);
  for (const [place, unit] of order.entries()) placeOfUnit[unit] = place;
  const whole = new Uint32Array(Math.ceil(lengths.length / lanes) * lanes);
  whole.set(lengths);
  const arrays = [placeOfUnit, whole, columns, values];
  const sizes = arrays.map((array) => Math.ceil(array.byteLength / 16) * 16);
  const at = allocator.allocate(sizes.reduce((sum, size) => sum + size, 0));
  if (at === 0) return undefined;
  const heap = new Uint8Array(allocator.memory.buffer);
  const offsets: number[] = [];
  let next = at;
  for (const [i, { buffer, byteOffset, byteLength }] of arrays.entries()) {
    heap.set(new Uint8Array(buffer, byteOffset, byteLength), next);
    offsets.push(next);
    next += sizes[i]!;
  }
  const [places, lengthsAt, columnsAt, valuesAt] = offsets as [number, number, number, number];
  let released = false;
  return {
    places,
    lengths: lengthsAt,
    columns: columnsAt,
    values: valuesAt,
    isReleased: () => released,
    release() {
      if (released) return;
      released = true;
      allocator.release(at);
    },
  };
}
