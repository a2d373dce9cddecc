import type { SparseWeights } from '../pack/sparse-weights.js';
import type { Allocator } from './own-memory.js';

/** Where the arrays of packed weights are in a memory. */
export interface Places {
  readonly order: number;
  readonly lengths: number;
  readonly columns: number;
  readonly values: number;
  /** Whether they are there no more. */
  isReleased(): boolean;
  release(): void;
}

/** Copies packed weights into a memory, or `undefined` where there is no room. */
export function placeWeights(weights: SparseWeights, allocator: Allocator): Places | undefined {
  const arrays = [weights.order, weights.lengths, weights.columns, weights.values];
  const sizes = arrays.map((array) => Math.ceil(array.byteLength / 16) * 16);
  const at = allocator.allocate(sizes.reduce((sum, size) => sum + size, 0));
  if (at === 0) return undefined;
  const heap = new Uint8Array(allocator.memory.buffer);
  const places: number[] = [];
  let next = at;
  for (const [i, { buffer, byteOffset, byteLength }] of arrays.entries()) {
    heap.set(new Uint8Array(buffer, byteOffset, byteLength), next);
    places.push(next);
    next += sizes[i]!;
  }
  const [order, lengths, columns, values] = places as [number, number, number, number];
  let released = false;
  return {
    order,
    lengths,
    columns,
    values,
    isReleased: () => released,
    release() {
      if (released) return;
      released = true;
      allocator.release(at);
    },
  };
}
