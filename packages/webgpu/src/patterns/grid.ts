import { type Blocks, PruneError } from '@synaprune/core';
import { MOST_BLOCK_AXES } from '../wgsl/blocks.js';

/** How one axis is divided. */
export interface DividedAxis {
  readonly length: number;
  /** Elements of a whole block along it. */
  readonly edge: number;
  /** Blocks along it. */
  readonly blocks: number;
  /** Elements from one index to the next. */
  readonly stride: number;
}

/** How a weight is divided into blocks. */
export interface Grid {
  /** Blocks along each axis of the weight. */
  readonly shape: readonly number[];
  readonly units: number;
  /** Elements of a whole block, the most that one has. */
  readonly elements: number;
  /** As few axes as divide the same elements into the same blocks in the same order; the last first. */
  readonly axes: readonly DividedAxis[];
}

/** @throws PruneError `unsupported` when the blocks need more axes than there is room for */
export function gridOf({ shape, edges }: Pick<Blocks, 'shape' | 'edges'>): Grid {
  const blocks = shape.map((length, axis) => Math.ceil(length / edges[axis]!));
  const merged: { length: number; edge: number }[] = [];
  for (const [axis, length] of shape.entries()) {
    const edge = Math.min(edges[axis]!, length);
    const before = merged.at(-1);
    // An axis that no block divides, and neighbours that every block divides to the last, count as one with the former.
    if (before !== undefined && (edge === length || (before.edge === 1 && edge === 1))) {
      before.length *= length;
      before.edge *= edge;
    } else if (before?.length === 1) {
      merged[merged.length - 1] = { length, edge };
    } else {
      merged.push({ length, edge });
    }
  }
  if (merged.length > MOST_BLOCK_AXES) {
    throw new PruneError(
      'unsupported',
      `the WebGPU backend divides up to ${MOST_BLOCK_AXES} axes; blocks of [${edges}] in a weight of shape [${shape}] divide ${merged.length}`,
    );
  }
  let stride = 1;
  const axes = merged.reverse().map(({ length, edge }): DividedAxis => {
    const own = stride;
    stride *= length;
    return { length, edge, blocks: Math.ceil(length / edge), stride: own };
  });
  return {
    shape: blocks,
    units: blocks.reduce((product, count) => product * count, 1),
    elements: axes.reduce((product, { edge }) => product * edge, 1),
    axes,
  };
}
