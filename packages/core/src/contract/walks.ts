import { requireThat, requireWholes } from '../checks/require.js';
import type { GroupsAlong } from './backend.js';

/* The elements of blocks and of groups, by flat index: arithmetic that every host-side backend needs. */

/**
 * How many blocks a shape has along each axis: the shape of what is pooled.
 *
 * @throws TypeError | RangeError unless both are lists of whole numbers, as long as each other, the edges of 1 or more
 */
export function blockCounts(shape: readonly number[], edges: readonly number[]): number[] {
  requireWholes('blockCounts', 'shape', shape);
  requireWholes('blockCounts', 'edges', edges, 1);
  requireThat('blockCounts', 'edges', edges, 'as long as shape', edges.length === shape.length);
  return shape.map((edge, axis) => Math.ceil(edge / edges[axis]!));
}

/**
 * Visits the blocks of a shape in row-major order. `indices` holds the flat indexes of a block's elements, ascending;
 * only the first `count` belong to it, and the array is used again for the next block.
 *
 * @param edges as in {@link Blocks}
 *
 * @example
 * ```ts
 * import { walkBlocks } from '@synaprune/core';
 *
 * const blocks: string[] = [];
 * walkBlocks([2, 3], [2, 2], (_block, indices, count) => {
 *   blocks.push(indices.subarray(0, count).join());
 * });
 * console.log(blocks.join(' and ')); // 0,1,3,4 and 2,5
 * ```
 */
export function walkBlocks(
  shape: readonly number[],
  edges: readonly number[],
  visit: (block: number, indices: Int32Array, count: number) => void,
): void {
  const counts = blockCounts(shape, edges);
  const strides = stridesOf(shape);
  const most = shape.reduce((product, edge, axis) => product * Math.min(edge, edges[axis]!), 1);
  const indices = new Int32Array(most);
  const at = shape.map(() => 0);
  const blocks = counts.reduce((product, count) => product * count, 1);
  for (let block = 0; block < blocks; block += 1) {
    indices[0] = at.reduce((first, place, axis) => first + place * edges[axis]! * strides[axis]!, 0);
    let count = 1;
    // Axis by axis from the last, what is there so far is repeated along the next.
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const edge = Math.min(edges[axis]!, shape[axis]! - at[axis]! * edges[axis]!);
      const [own, stride] = [count, strides[axis]!];
      for (let step = 1; step < edge; step += 1) {
        for (let i = 0; i < own; i += 1) indices[count + i] = indices[i]! + step * stride;
        count += own;
      }
    }
    visit(block, indices, count);
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      at[axis]! += 1;
      if (at[axis]! < counts[axis]!) break;
      at[axis] = 0;
    }
  }
}

/**
 * Visits the groups of a shape. The elements of a group are `first`, `first + stride`, …, `size` of them.
 *
 * @example
 * ```ts
 * import { walkGroups } from '@synaprune/core';
 *
 * const groups: string[] = [];
 * walkGroups([3, 2], { of: 2, axis: 0 }, (first, stride, size) => {
 *   groups.push(`${first} + ${stride}i, ${size}`);
 * });
 * console.log(groups.join('; ')); // 0 + 2i, 2; 1 + 2i, 2; 4 + 2i, 1; 5 + 2i, 1
 * ```
 */
export function walkGroups(
  shape: readonly number[],
  { of, axis }: Pick<GroupsAlong, 'of' | 'axis'>,
  visit: (first: number, stride: number, size: number) => void,
): void {
  const edge = shape[axis]!;
  const stride = stridesOf(shape)[axis]!;
  const outer = shape.slice(0, axis).reduce((product, length) => product * length, 1);
  for (let o = 0; o < outer; o += 1) {
    for (let from = 0; from < edge; from += of) {
      const first = (o * edge + from) * stride;
      for (let i = 0; i < stride; i += 1) visit(first + i, stride, Math.min(of, edge - from));
    }
  }
}

/** Distance in the flat index between neighbours along each axis. */
function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis -= 1)
    strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}
