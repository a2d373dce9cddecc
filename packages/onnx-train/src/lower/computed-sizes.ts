import type { SourceNode } from './lowering.js';

/** The inputs that say how large a node's outputs are, by operator. */
export const sizeInputs: Readonly<Record<string, readonly number[]>> = {
  Reshape: [1],
  Expand: [1],
  ConstantOfShape: [0],
  Tile: [1],
  Slice: [1, 2, 3, 4],
  Split: [1],
  Range: [0, 1, 2],
  TopK: [1],
  OneHot: [1],
  Pad: [1, 3],
  Resize: [2, 3],
};

/** Whether what a node gives is as large as numbers say that are known when it runs, and not before. */
export function hasComputedSize({ op, inputs }: Pick<SourceNode, 'op' | 'inputs'>): boolean {
  const read = Object.hasOwn(sizeInputs, op) ? sizeInputs[op]! : [];
  return read.some((at) => inputs[at] !== undefined && inputs[at].constant === undefined);
}

/** The name of the rewrite that such nodes have, whatever their operator is. */
export const COMPUTED_SIZE = 'computed size';
